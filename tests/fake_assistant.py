"""A small archive and an assistant that recites: what the page is tried with when no model is wanted."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index import Article
from index.errors import InputError
from rag import Answer, Citation, Message
from rag.answer import Sentence
from ui.page.app import build_app
from ui.page.desk import Answerer, Desk
from ui.page.serve import listen, make_server

if TYPE_CHECKING:
    import uvicorn

    from index import Archive

FERRY = Article(
    identity="https://ledger.test/ferry",
    text=(
        "PORT MERIDEN, March 4 - The ferry Lady Ann sank off Kell Point, and all 41 people aboard were saved.\n\n"
        "The first boats came after eleven minutes, said Captain Ruth Oyelaran. She led the rescue."
    ),
    title="Ferry sinks; all aboard saved",
    outlet="Harbor Ledger",
    published="2026-03-04",
    url="https://ledger.test/ferry",
)
HOSTILE = Article(
    identity="hostile",
    text="<script>window.hit=1</script><img src=x onerror='window.hit=2'> ${window.hit=3} {{7*7}} ![x](http://evil.test/x)",
    title='<b onclick="window.hit=4">Bold</b> & "quoted"',
    outlet="<i>Outlet</i>",
    url="javascript:window.hit=5",
)


def cite(number: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    place = (article.id, article.title, article.outlet, article.published, article.url)
    return Citation(number, *place, start, start + len(quote), quote)


SAVED = Answer(
    question="",
    text="All 41 people aboard were saved [1]. The first boats came after eleven minutes [2].",
    answered=True,
    citations=(
        cite(1, FERRY, "all 41 people aboard were saved"),
        cite(2, FERRY, "The first boats came after eleven minutes"),
    ),
    seconds=0.5,
)
ABSTAINED = Answer(question="", text="", answered=False, reason="No article mentions the World Cup.")
CHECKED = replace(
    SAVED,
    text="All 41 people aboard were saved. [1] The boats came after eleven minutes, on a Tuesday. [1][2]",
    sentences=(
        Sentence("All 41 people aboard were saved.", "supported", (1,)),
        Sentence(
            "The boats came after eleven minutes, on a Tuesday.",
            "partly",
            (1, 2),
            ("the source does not say: Tuesday",),
        ),
    ),
    standalone="When were the people aboard the Lady Ann saved?",
)
NEAR = Answer(
    question="",
    text="",
    answered=False,
    reason="The articles do not say how old Captain Oyelaran is.",
    nearest=(cite(1, FERRY, "The first boats came after eleven minutes"), cite(2, FERRY, "She led the rescue.")),
)
INJECTED = Answer(
    question="",
    text="<img src=x onerror='window.hit=6'> ![x](http://evil.test/y) **bold** <script>window.hit=7</script> [1]",
    answered=True,
    citations=(cite(1, HOSTILE, HOSTILE.text),),
)


@dataclass
class Shelf:
    articles: Sequence[Article] = (FERRY, HOSTILE)

    def article(self, article_id: str) -> Article:
        for article in self.articles:
            if article.id == article_id:
                return article
        raise InputError(f"There is no article {article_id}; `citewire articles` lists them.")


@dataclass
class Reciter:
    """Recites the answer whose key is in the question, word by word, and fails where the question says so."""

    archive: Shelf = field(default_factory=Shelf)
    answers: Mapping[str, Answer] = field(
        default_factory=lambda: {
            **{"World Cup": ABSTAINED, "inject": INJECTED, "when": CHECKED, "How old": NEAR},
            "": SAVED,
        },
    )
    pause: float = 0.0
    heard: list[list[Message]] = field(default_factory=list)
    closed: int = 0

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Answer]:
        if not question.strip():
            raise InputError("The question is empty; type one.")
        if "fault" in question:
            raise RuntimeError("a fault of the program")
        self.heard.append(list(history))
        whole = next(answer for key, answer in self.answers.items() if key in question)
        words = whole.text.split(" ")
        try:
            for count in range(len(words)):
                time.sleep(self.pause)
                if "broken" in question and count == 5:
                    raise InputError("The model stopped answering; start it again.")
                text = " ".join(words[:count])
                cited = tuple(c for c in whole.citations if f"[{c.number}]" in text)
                yield replace(whole, question=question, text=text, citations=cited, sentences=(), done=False)
        except GeneratorExit:
            self.closed += 1
            raise
        yield replace(whole, question=question)


@contextmanager
def serving(
    assistant: Answerer, examples: Sequence[str] = (), archive: Archive | None = None, is_sample: bool = False
) -> Iterator[str]:
    """The address of the page over an assistant, served by the real server on a free port."""
    started: queue.Queue[uvicorn.Server] = queue.Queue()

    async def serve() -> None:
        # Built inside a running loop: outside of one Gradio makes event loops that it never closes.
        server = make_server(build_app(Desk(assistant, examples, archive, is_sample)))
        started.put(server)
        await server.serve(sockets=[listener])

    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        server = started.get(timeout=60)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()

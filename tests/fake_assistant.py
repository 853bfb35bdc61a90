"""A small archive and an assistant that recites: what the page is tried with when no model is wanted."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import Article
from index.catalogue import Catalogue, site
from index.errors import InputError
from index.facts import Version
from index.filters import EVERYTHING, Filter
from rag import Answer, Citation, Message, Scope
from rag.answer import Sentence
from rag.asking.scope import Hint, scope_of
from ui.accounts import Accounts
from ui.page.app import build_app
from ui.page.desk import Answerer, Desk
from ui.page.serve import listen, make_server
from ui.programs import Programs
from ui.settings import Settings

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
    origins={"published": "dateline", "title": "meta"},
)
BOATS = Article(
    identity="https://post.test/boats",
    text="Bay Post staff\n\nThe ferry Lady Ann sank on Wednesday. Only 38 people were saved, the harbor office said.",
    title="Harbor office counts the saved",
    outlet="Bay Post",
    authors=("Ann Lee", "Bo Chi"),
    published="2026-03-05",
    path="/home/someone/news/boats.txt",
    origins={"published": "byline", "outlet": "byline", "authors": "byline"},
)
WRECK = Article(
    identity="https://ledger.test/wreck",
    text="Divers found the wreck of the Lady Ann on April 20.",
    title="Wreck found",
    outlet="Harbor Ledger",
    published="2026-04-21",
    origins={"published": "dateline"},
)
COPIES = tuple(
    replace(FERRY, identity=f"copy {number}", outlet=outlet, url=None, title=title)
    for number, (outlet, title) in enumerate(
        [
            ("Kell Courier", "All saved as ferry sinks"),
            ("Kell Courier", "Ferry sinks"),
            ("Coast <b>News</b>", "Lady Ann is lost"),
        ]
    )
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
READ = replace(
    SAVED,
    read=(
        Hint("outlet", "Ledger", ("Harbor Ledger",)),
        Hint("days", "in March", since="2026-03-01", until="2026-03-31"),
    ),
)
LOOSENED = replace(SAVED, loosened=("No article is by Ann Lee; searched without the author.",))
NEAR = Answer(
    question="",
    text="",
    answered=False,
    reason="The articles do not say how old Captain Oyelaran is.",
    nearest=(cite(1, FERRY, "The first boats came after eleven minutes"), cite(2, FERRY, "She led the rescue.")),
)
DIFFER = Answer(
    question="",
    text="The reports differ. [1][2] “all 41 people aboard were saved” [1] “Only 38 people were saved” [2]",
    answered=True,
    form="accounts",
    citations=(cite(1, FERRY, "all 41 people aboard were saved"), cite(2, BOATS, "Only 38 people were saved")),
    sentences=(
        Sentence("The reports differ.", "supported", (1, 2)),
        Sentence("“all 41 people aboard were saved”", "supported", (1,), label="Harbor Ledger, March 4, 2026"),
        Sentence("“Only 38 people were saved”", "supported", (2,), label="Bay Post, March 5, 2026"),
    ),
)
EVENTS = Answer(
    question="",
    text="“The ferry Lady Ann sank” [1] “Divers found the wreck” [2] “She led the rescue.” [3]",
    answered=True,
    form="timeline",
    citations=(
        cite(1, BOATS, "The ferry Lady Ann sank on Wednesday."),
        cite(2, WRECK, "Divers found the wreck of the Lady Ann on April 20."),
        cite(3, FERRY, "She led the rescue."),
    ),
    sentences=(
        Sentence("“The ferry Lady Ann sank on Wednesday.”", "supported", (1,), label="March 4, 2026", day="2026-03-04"),
        Sentence(
            "“Divers found the wreck of the Lady Ann on April 20.”",
            "supported",
            (2,),
            label="April 20, 2026",
            day="2026-04-20",
        ),
        Sentence("“She led the rescue.”", "supported", (3,), label="No date printed"),
    ),
)
INJECTED = Answer(
    question="",
    text="<img src=x onerror='window.hit=6'> ![x](http://evil.test/y) **bold** <script>window.hit=7</script> [1]",
    answered=True,
    citations=(cite(1, HOSTILE, HOSTILE.text),),
)


@dataclass
class Shelf:
    articles: Sequence[Article] = (FERRY, HOSTILE, BOATS, WRECK, *COPIES)
    stories: Sequence[Sequence[Article]] = ((FERRY, *COPIES),)
    replaced: Mapping[str, Sequence[Version]] = field(default_factory=dict)
    generation: str = "5e1f0c9a77"
    updated: str | None = "2026-03-05T08:00:00+00:00"

    def article(self, article_id: str) -> Article:
        for article in self.articles:
            if article.id == article_id:
                return article
        raise InputError(f"There is no article {article_id}; `citewire articles` lists them.")

    def counts(self) -> tuple[int, int]:
        return len(self.articles), len(self.articles)

    def story(self, article_id: str) -> list[Article]:
        found = [story for story in self.stories if article_id in [article.id for article in story]]
        return list(found[0]) if found else [self.article(article_id)]

    def versions(self, article_id: str) -> list[Version]:
        return list(self.replaced.get(article_id, ()))

    def catalogue(self) -> Catalogue:
        rows = np.arange(len(self.articles))
        named = [(one.outlet, site(one.url)) for one in self.articles]
        return Catalogue(
            generation="",
            keys=rows,
            outlets=tuple(tuple(filter(None, names)) for names in named),
            authors=tuple(tuple(one.authors) for one in self.articles),
            published=tuple(one.published for one in self.articles),
            stories=rows,
            faces=rows >= 0,
            chunks=rows,
            rows=rows,
        )


@dataclass
class Reciter:
    """Recites the answer whose key is in the question, word by word, and fails where the question says so."""

    archive: Shelf = field(default_factory=Shelf)
    answers: Mapping[str, Answer] = field(
        default_factory=lambda: {
            **{"World Cup": ABSTAINED, "inject": INJECTED, "when": CHECKED, "How old": NEAR},
            **{"differ": DIFFER, "timeline": EVENTS},
            **{"the Ledger": READ, "loosened": LOOSENED},
            "": SAVED,
        },
    )
    pause: float = 0.0
    heard: list[list[Message]] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    closed: int = 0
    model: str = "reciter"

    def stream(
        self, question: str, history: Sequence[Message] = (), within: Filter | Scope = EVERYTHING
    ) -> Iterator[Answer]:
        if "fault" in question:
            raise RuntimeError("a fault of the program")
        self.heard.append(list(history))
        self.scopes.append(scope := scope_of(within))
        whole = next(answer for key, answer in self.answers.items() if key in question)
        read = tuple(replace(hint, ignored=hint.key in scope.ignored) for hint in whole.read)
        whole = replace(whole, scope=scope, read=read)
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
    assistant: Answerer,
    examples: Sequence[str] = (),
    accounts: Accounts | None = None,
    conversations: Path | None = None,
    archive: Archive | None = None,
    is_sample: bool = False,
    own: Callable[[], Archive] | None = None,
    settings: Settings | None = None,
) -> Iterator[str]:
    """The address of the page over an assistant, served by the real server on a free port."""
    started: queue.Queue[uvicorn.Server] = queue.Queue()

    async def serve() -> None:
        # Built inside a running loop: outside of one Gradio makes event loops that it never closes.
        desk = Desk(assistant, examples, settings, conversations, archive, is_sample, own)
        server = make_server(build_app(desk), "127.0.0.1", Programs(desk), accounts)
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

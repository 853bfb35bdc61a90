"""A conversation on the page: what happens when a person asks, stops and clears. No widget is known here."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from index import Article
from index.errors import CitewireError
from rag import Answer, Message
from ui.conversations.store import Place
from ui.page.cards import ArticleOf
from ui.page.desk import Answerer, ArticleStore
from ui.page.render import exchange_html, progress, summary

FAILED = "The answer broke off by a fault in citewire; the terminal says more, and the question can be asked again."


@dataclass
class Run:
    """How the work on one question stands; the views of that work share it, so a late view still tells the truth.

    `place` is where the conversation has been kept with what came of this work.
    """

    over: bool = False
    stopped: bool = False
    cleared: bool = False
    place: Place | None = None


@dataclass(frozen=True)
class View:
    """One state of the page. `box` is what the question box is set to; None leaves it as it is.

    `place` is where the conversation is kept.
    """

    answers: tuple[Answer, ...]
    status: str
    kind: str = "idle"
    box: str | None = None
    run: Run = field(default_factory=Run, compare=False)
    place: Place = Place()

    @property
    def busy(self) -> bool:
        return self.kind == "busy"


EMPTY = View((), "Ready")


def converse(assistant: Answerer, question: str, answers: Sequence[Answer]) -> Generator[View]:
    """The states of the page while a question is worked on; `settle` makes the last of them the state to rest in.

    The box is emptied once the question has been taken. An error ends the states, is shown as an error and puts
    the question back into the box. Closing this generator closes the assistant's stream.
    """
    run = Run()
    before = tuple(answers)
    answer = Answer(question=question, text="", answered=False, done=False)
    box: str | None = ""
    try:
        if question.strip():
            yield View((*before, answer), progress(answer), "busy", run=run)
        with closing(_closable(assistant.stream(question, history=history(before)))) as stream:
            for answer in stream:
                yield View((*before, answer), progress(answer), "busy", box, run)
                box = None  # what has been typed since is the next question
    except GeneratorExit:
        run.stopped = True
        raise
    except CitewireError as error:
        answer = checked_part(answer)
        kept = (*before, answer) if answer.text else before
        yield View(kept, str(error), "error", question, run)
    finally:
        run.over = True


def settle(view: View) -> View:
    """The state to rest in once the work on a question is over; what was cut short is kept as far as it had come.

    Work that is over without a finished answer, though nobody stopped it, ended in a fault of the program: its
    question goes back into the box.

    >>> growing = Answer(question="Who?", text="Nobody", answered=True, done=False)
    >>> settle(View((growing,), "Writing ...", "busy", run=Run(over=True, stopped=True))).status
    'Stopped'
    """
    if view.run.cleared:
        return EMPTY
    if not view.busy or not view.run.over:
        return replace(view, box=None)
    last = checked_part(view.answers[-1])
    answers = (*view.answers[:-1], last)
    if last.done or view.run.stopped:
        return View(answers, summary(last), run=view.run, place=view.place)
    return View(answers, FAILED, "error", last.question, view.run, view.place)


def checked_part(answer: Answer) -> Answer:
    """An answer without the sentence that was still being written, which is its last and has not been checked.

    >>> from rag.answer import Sentence
    >>> growing = (Sentence("It sank.", "supported", (1,)), Sentence("The crew", "pending"))
    >>> checked_part(Answer("Who?", "It sank. [1] The crew", answered=True, sentences=growing, done=False)).text
    'It sank. [1]'
    """
    if not answer.sentences or answer.sentences[-1].support != "pending":
        return answer
    *checked, pending = answer.sentences
    return replace(answer, sentences=tuple(checked), text=answer.text.removesuffix(pending.text).rstrip())


def cleared(view: View) -> View:
    """The empty page; what the work on `view` may still come up with is no longer wanted."""
    view.run.cleared = True
    return View((), EMPTY.status, box="")


def history(answers: Sequence[Answer]) -> list[Message]:
    """Earlier turns as plain messages; an abstention is told by its reason, a turn without words is left out.

    >>> history([Answer(question="Who?", text="Nobody.", answered=True)])
    [{'role': 'user', 'content': 'Who?'}, {'role': 'assistant', 'content': 'Nobody.'}]
    """
    messages: list[Message] = []
    for answer in answers:
        reply = answer.text or answer.reason
        if reply:
            messages += [{"role": "user", "content": answer.question}, {"role": "assistant", "content": reply}]
    return messages


def earlier_html(view: View) -> str:
    """All exchanges of the conversation but the last."""
    return "".join(exchange_html(answer, turn) for turn, answer in enumerate(view.answers[:-1], 1))


def latest_html(view: View) -> str:
    """The last exchange of the conversation, which may still be growing."""
    return exchange_html(view.answers[-1], len(view.answers), writing=view.busy) if view.answers else ""


def sourced(view: View) -> object:
    """What the sources panel depends on; while this is the same, the panel need not be drawn again."""
    return [(answer.citations, answer.done) for answer in view.answers]


def article_finder(archive: ArticleStore) -> ArticleOf:
    """Looks articles up in an archive; one that has been removed since is None."""

    def article_of(article_id: str) -> Article | None:
        try:
            return archive.article(article_id)
        except CitewireError:
            return None

    return article_of


def _closable(answers: Iterator[Answer]) -> Generator[Answer]:
    """A generator over any iterator of answers, so that it can be closed."""
    yield from answers

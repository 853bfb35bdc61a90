"""A conversation on the page: what happens when a person asks, stops and clears. No widget is known here."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from index import Article
from index.archive import check_question
from index.errors import CitewireError
from rag import Answer, Message, Scope
from rag.asking.scope import EVERYWHERE, Hint
from ui.conversations.store import Place
from ui.page.cards import ArticleOf
from ui.page.chips import asked_html
from ui.page.copies import CopiesOf
from ui.page.desk import Answerer, ArticleStore
from ui.page.render import exchange_html, progress, summary
from ui.page.scoping import toggled
from ui.turns import Line, closable, spoken_place

EDITING = "Sending the question takes the place of the last answer."
EDIT, LEAVE = "Edit the question", "Leave it as it is"
STANDS = "Stopped; the answer before stands."
FAILED = "The answer broke off by a fault in citewire; the terminal says more, and the question can be asked again."


@dataclass
class Run:
    """How the work on one question stands; the views of that work share it, so a late view still tells the truth.

    `place` is where the conversation has been kept with what came of this work; `replaced` is the answer whose place
    the new one takes, as soon as there is a word of that. What was not `typed` leaves the box, and its draft, alone.
    """

    over: bool = False
    stopped: bool = False
    cleared: bool = False
    superseded: bool = False
    typed: bool = True
    place: Place | None = None
    replaced: Answer | None = None


@dataclass(frozen=True)
class View:
    """One state of the page.

    `box` is what the question box is set to; None leaves it as it is. While the last question is `edited`, the next one
    takes its place. `place` is where the conversation is kept.
    """

    answers: tuple[Answer, ...]
    status: str
    kind: str = "idle"
    box: str | None = None
    run: Run = field(default_factory=Run, compare=False)
    edited: bool = False
    place: Place = Place()

    @property
    def busy(self) -> bool:
        return self.kind == "busy"


EMPTY = View((), "Ready")


def converse(
    assistant: Answerer,
    question: str,
    answers: Sequence[Answer],
    instead: bool = False,
    scope: Scope = EVERYWHERE,
    line: Line | None = None,
) -> Generator[View]:
    """The states of the page while a question is worked on; `settle` makes the last of them the state to rest in.

    With `instead` the answer takes the place of the last one; the question is asked within the `scope`. In a `line` it
    waits until those before it are answered, and the states tell its place. The box is emptied at once. An error ends
    the states, is shown as an error and puts the question back into the box. Closing this generator closes the
    assistant's stream.
    """
    run = Run(replaced=answers[-1] if instead and _tells(answers[-1]) else None)
    before = tuple(answers[:-1] if instead else answers)
    read = _read_again(question, answers[-1], scope) if instead else ()
    answer = Answer(question=question, text="", answered=False, scope=scope, read=read, done=False)
    try:
        check_question(question)  # before it waits behind others
        # Emptied at once: what is typed from now on is the next question.
        yield View((*before, answer), progress(answer), "busy", "", run)
        with (Line() if line is None else line).turn() as turn:
            while others := turn.wait():
                yield View((*before, answer), spoken_place(others), "busy", run=run)
            with closing(closable(assistant.stream(question, history=history(before), within=scope))) as stream:
                for answer in stream:
                    yield View((*before, answer), progress(answer), "busy", run=run)
    except GeneratorExit:
        run.stopped = True
        raise
    except CitewireError as error:
        answer = checked_part(answer)
        kept = (*before, answer) if answer.text else tuple(answers)
        yield View(kept, str(error), "error", question, run)
    finally:
        run.over = True


def settle(view: View) -> View:
    """The state to rest in once the work on a question is over; what was cut short is kept as far as it had come.

    Work that is over without a finished answer, though nobody stopped it, ended in a fault of the program: its
    question goes back into the box, to be sent once more in the same way.

    >>> growing = Answer(question="Who?", text="Nobody", answered=True, done=False)
    >>> settle(View((growing,), "Writing ...", "busy", run=Run(over=True, stopped=True))).status
    'Stopped'
    """
    if view.run.cleared:
        return EMPTY
    if not view.busy or not view.run.over:
        return replace(view, box=None)
    answers, asked = outcome(view), view.answers[-1]
    stands = answers[-1] is view.run.replaced
    if stands and view.run.stopped:
        box = asked.question if view.edited and view.run.typed else None
        return View(answers, STANDS, box=box, run=view.run, edited=view.edited, place=view.place)
    if asked.done or view.run.stopped:
        edited = view.edited and not view.run.typed
        return View(answers, summary(answers[-1]), run=view.run, edited=edited, place=view.place)
    if not (stands or _tells(answers[-1])):
        answers = answers[:-1]
    return View(answers, FAILED, "error", asked.question, view.run, view.edited, view.place)


def outcome(view: View) -> tuple[Answer, ...]:
    """What there is to keep of the answers of a view, however the work on the last of them ends.

    An answer that was to take the place of another leaves that as it was until it has a word of its own.

    >>> lost = Answer(question="Who?", text="", answered=False, done=False)
    >>> outcome(View((lost,), "Searching ...", "busy", run=Run(replaced=Answer("Who?", "Ann.", True))))[0].text
    'Ann.'
    """
    last = checked_part(view.answers[-1])
    if view.run.replaced is not None and not _tells(last):
        last = view.run.replaced
    return (*view.answers[:-1], last)


def _tells(answer: Answer) -> bool:
    """Whether there is anything to read of an answer."""
    return answer.done or bool(answer.text)


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


def can_change(view: View) -> bool:
    """Whether there is a last question that may be edited or asked again."""
    return bool(view.answers) and not view.busy


def editing(view: View) -> View:
    """The last question in the box again, to be asked anew in other words; sending it as it was asks it again.

    Where it is being edited already, it is left as it is, so that the next question is a further one.

    >>> view = editing(View((Answer("Who?", "Ann.", answered=True),), "Ready"))
    >>> (view.box, view.edited), (editing(view).box, editing(view).edited)
    (('Who?', True), ('', False))
    """
    if view.edited:
        return replace(view, status=summary(view.answers[-1]), box="", edited=False)
    return replace(view, status=EDITING, kind="idle", box=view.answers[-1].question, edited=True)


def cleared(view: View) -> View:
    """The empty page, but for the box; what the work on `view` may still come up with is no longer wanted."""
    view.run.cleared = True
    return View((), EMPTY.status)


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
    return "".join(
        exchange_html(answer, turn, below=asked_html(answer)) for turn, answer in enumerate(view.answers[:-1], 1)
    )


def latest_html(view: View) -> str:
    """The last exchange of the conversation, which may still be growing."""
    if not view.answers:
        return ""
    last = view.answers[-1]
    return exchange_html(last, len(view.answers), writing=view.busy, below=asked_html(last))


def read_from(view: View) -> tuple[Hint, ...]:
    """What was read from the last question."""
    return view.answers[-1].read if view.answers else ()


def as_before(view: View, scope: Scope) -> Scope:
    """The scope in which a question is asked in place of the last: what was ignored of that stays ignored.

    >>> read = (Hint("outlet", "AP", ignored=True), Hint("days", "in May"))
    >>> sorted(as_before(View((Answer("Who?", "Ann.", answered=True, read=read),), "Ready"), Scope()).ignored)
    ['outlet:ap']
    """
    return replace(scope, ignored=toggled(read_from(view), ""))


def _read_again(question: str, last: Answer, scope: Scope) -> tuple[Hint, ...]:
    """What will be read from the last question when it is asked again; nothing can be told yet of another one."""
    if question != last.question:
        return ()
    return tuple(replace(hint, ignored=hint.key in scope.ignored) for hint in last.read)


def superseded(view: View) -> tuple[View, bool]:
    """The view, whose last question is to be asked again, so that work on it is no longer wanted; and whether it was to
    be already."""
    was = view.run.superseded
    if view.answers:
        view.run.superseded = True
    return view, was


def to_ignore(superseded: tuple[View, bool], ignored: frozenset[str], key: str) -> frozenset[str]:
    """What to ignore when the last question is asked again, with the `key` added to it or taken out.

    `ignored` is what was to be ignored by an earlier press, which counts while its answer has not begun.
    """
    view, was = superseded
    read = read_from(view)
    if was:
        return ignored ^ ({key} & {hint.key for hint in read})
    return toggled(read, key)


def sourced(view: View) -> object:
    """What the sources panel depends on; while this is the same, the panel need not be drawn again."""
    return [
        (answer.citations, answer.done, [one for one in answer.sentences if one.support != "pending"])
        for answer in view.answers
    ]


def article_finder(archive: ArticleStore) -> ArticleOf:
    """Looks articles up in an archive; one that has been removed since is None."""

    def article_of(article_id: str) -> Article | None:
        try:
            return archive.article(article_id)
        except CitewireError:
            return None

    return article_of


def copy_finder(archive: ArticleStore) -> CopiesOf:
    """Looks up in an archive who else prints the story of an article; nobody, for one that has been removed since."""

    def copies_of(article_id: str) -> list[Article]:
        try:
            return [copy for copy in archive.story(article_id) if copy.id != article_id]
        except CitewireError:
            return []

    return copies_of

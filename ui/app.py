"""The page: what happens when a person asks, stops and clears, and the wiring of that to Gradio's widgets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from index import Article
from index.errors import CitewireError
from rag import Answer, Message
from ui.cards import ArticleOf, sources_html
from ui.render import exchange_html, progress, status_html, summary

if TYPE_CHECKING:
    import gradio as gr

TITLE = "citewire"
TAGLINE = "Ask your news articles. Every sentence of an answer shows the words that carry it."
INVITATION = "Ask about the articles: who, what, when, where, and who says so."
FAILED = "The answer broke off by a fault in citewire; the terminal says more, and the question can be asked again."


class ArticleStore(Protocol):
    """The part of an archive that the page reads."""

    def article(self, article_id: str) -> Article: ...


class Answerer(Protocol):
    """The part of `rag.Assistant` that the page uses."""

    @property
    def archive(self) -> ArticleStore: ...

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Answer]: ...


@dataclass
class Run:
    """How the work on one question stands; the views of that work share it, so a late view still tells the truth."""

    over: bool = False
    stopped: bool = False
    cleared: bool = False


@dataclass(frozen=True)
class View:
    """One state of the page. `box` is what the question box is set to; None leaves it as it is."""

    answers: tuple[Answer, ...]
    status: str
    kind: str = "idle"
    box: str | None = None
    run: Run = field(default_factory=Run, compare=False)

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
        return View(answers, summary(last), run=view.run)
    return View(answers, FAILED, "error", last.question, view.run)


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


def build_app(assistant: Answerer, examples: Sequence[str] = ()) -> gr.Blocks:
    """The page over one assistant; `examples` are questions offered while the conversation is empty.

    Hand it to `ui.serve.serve`, which adds its looks and keeps the browser on this machine.
    """
    import gradio as gr

    article_of = article_finder(assistant.archive)
    markup = partial(gr.HTML, apply_default_css=False)

    app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with app:
        state = gr.State(EMPTY)
        markup(f'<header class="cw-head"><h1>{TITLE}</h1><p>{TAGLINE}</p></header>')
        with gr.Row(elem_id="cw-columns"):
            with gr.Column(scale=3, min_width=320, elem_id="cw-left"):
                with gr.Column(elem_id="cw-chat"):
                    with gr.Column(elem_id="cw-examples") as welcome:
                        markup(f'<p class="cw-note">{INVITATION}</p>')
                        offered = [gr.Button(example, elem_classes="cw-example") for example in examples]
                    # Two parts, so that earlier answers can be read and selected while the last one is written.
                    earlier = markup()
                    latest = markup(elem_id="cw-latest")
                status = markup(status_html(EMPTY.status), elem_id="cw-status")
                with gr.Row(elem_id="cw-ask"):
                    box = gr.Textbox(
                        elem_id="cw-box",
                        label="Question",
                        show_label=False,
                        container=False,
                        placeholder="Your question",
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                    )
                    send = gr.Button("Send", variant="primary", elem_id="cw-send", scale=0, min_width=80)
                    stop = gr.Button("Stop", variant="stop", elem_id="cw-stop", scale=0, min_width=80, visible=False)
                    clear = gr.Button("Clear", elem_id="cw-clear", scale=0, min_width=80)
            with gr.Column(scale=2, min_width=320, elem_id="cw-right"):
                sources = markup(sources_html((), article_of), elem_id="cw-sources")

        def show(view: View, before: View | None = None) -> list[Any]:
            """The outputs for a view; parts that are as they were in the view `before` it are left alone."""

            def if_changed(part: Callable[[View], object], draw: Callable[[], object]) -> object:
                return gr.skip() if before is not None and part(before) == part(view) else draw()

            return [
                view,
                if_changed(lambda v: v.answers, lambda: gr.update(visible=not view.answers)),
                if_changed(lambda v: v.answers[:-1], lambda: earlier_html(view)),
                latest_html(view),
                status_html(view.status, view.kind),
                gr.skip() if view.box is None else view.box,
                if_changed(lambda v: v.busy, lambda: gr.update(visible=not view.busy)),
                if_changed(lambda v: v.busy, lambda: gr.update(visible=view.busy)),
                if_changed(sourced, lambda: sources_html(view.answers, article_of)),
            ]

        def ask(question: str, view: View) -> Iterator[list[Any]]:
            before = None
            with closing(converse(assistant, question, view.answers)) as views:
                for new in views:
                    yield show(new, before)
                    before = new

        outputs = [state, welcome, earlier, latest, status, box, send, stop, sources]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # One after the other, so that none of them writes over what a later one has shown.
        ordered = {**quiet, "concurrency_id": "rest"}
        runs = [gr.on([send.click, box.submit], ask, [box, state], outputs, **quiet)]
        runs += [button.click(ask, [button, state], outputs, **quiet) for button in offered]
        for run in runs:
            for ended in (run.then, run.failure):
                ended(lambda view: show(settle(view)), state, outputs, **ordered)
        stop.click(None, cancels=runs, **quiet)
        clear.click(lambda view: show(cleared(view)), state, outputs, cancels=runs, **ordered)
    return app

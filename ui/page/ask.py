"""The tab to ask in: the conversation on the left, the sources on the right, and the box below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ui.page.cards import sources_html
from ui.page.conversing import (
    EMPTY,
    View,
    article_finder,
    cleared,
    converse,
    earlier_html,
    latest_html,
    settle,
    sourced,
)
from ui.page.desk import Desk
from ui.page.keeping import begun, broken_off, keep
from ui.page.linked import linked_question
from ui.page.render import status_html
from ui.page.verdict import verdict_panel

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component

INVITATION = "Ask about the articles: who, what, when, where, and who says so."


@dataclass(frozen=True)
class AskTab:
    """What other parts of the page need of this one: `show(view)` gives the values of the `outputs` for a view."""

    state: Component
    box: Component
    outputs: list[Any]
    show: Callable[[View], list[Any]]


def ask_tab(desk: Desk, app: gr.Blocks) -> AskTab:
    """Build the tab, inside the Blocks that are being built."""
    import gradio as gr

    article_of = article_finder(desk.assistant.archive)
    markup = partial(gr.HTML, apply_default_css=False)

    state = gr.State(EMPTY)
    with gr.Row(elem_id="cw-columns"):
        with gr.Column(scale=3, min_width=320, elem_id="cw-left"):
            with gr.Column(elem_id="cw-chat"):
                with gr.Column(elem_id="cw-examples") as welcome:
                    markup(f'<p class="cw-note">{INVITATION}</p>')
                    offered = [gr.Button(example, elem_classes="cw-example") for example in desk.examples]
                # Two parts, so that earlier answers can be read and selected while the last one is written.
                earlier = markup()
                latest = markup(elem_id="cw-latest")
                verdict = verdict_panel(desk, state)
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
            *verdict.show(view, before),
        ]

    def ask(question: str, view: View) -> Iterator[list[Any]]:
        before, current = None, EMPTY
        place = begun(view)
        try:
            with closing(converse(desk.assistant, question, view.answers)) as views:
                for new in views:
                    current = replace(new, place=place)
                    yield show(current, before)
                    before = current
        except GeneratorExit:
            keep(desk, broken_off(current))
            raise

    outputs = [state, welcome, earlier, latest, status, box, send, stop, sources, *verdict.outputs]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # One after the other, so that none of them writes over what a later one has shown.
    ordered = {**quiet, "concurrency_id": "rest"}
    runs = [gr.on([send.click, box.submit], ask, [box, state], outputs, **quiet)]
    runs += [button.click(ask, [button, state], outputs, **quiet) for button in offered]
    # Changes only where the address of the page holds a question.
    linked = gr.State("")
    app.load(linked_question(), None, linked, **quiet)
    runs.append(linked.change(ask, [linked, state], outputs, **quiet))
    for run in runs:
        for ended in (run.then, run.failure):
            ended(lambda view: show(keep(desk, settle(view))), state, outputs, **ordered)
    stop.click(None, cancels=runs, **quiet)
    clear.click(lambda view: show(cleared(view)), state, outputs, cancels=runs, **ordered)
    return AskTab(state, box, outputs, show)

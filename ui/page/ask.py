"""The tab to ask in: the conversation on the left, the sources on the right, and the box below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from index import Article
from rag import Scope
from ui.page.address import Linked
from ui.page.cards import earlier_sources_html, latest_sources_html
from ui.page.chips import read_html, set_html
from ui.page.conversing import (
    EDIT,
    EMPTY,
    LEAVE,
    View,
    article_finder,
    as_before,
    can_change,
    cleared,
    converse,
    copy_finder,
    earlier_html,
    editing,
    latest_html,
    outcome,
    read_from,
    settle,
    sourced,
    superseded,
    to_ignore,
)
from ui.page.desk import Desk
from ui.page.filters import FilterRow, filter_row
from ui.page.keeping import begun, broken_off, keep
from ui.page.linked import linked_part
from ui.page.offering import offering
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
    filters: FilterRow
    outputs: list[Any]
    show: Callable[[View], list[Any]]


def ask_tab(desk: Desk, app: gr.Blocks, tab: gr.Tab) -> AskTab:
    """Build the tab, inside the Blocks and the `tab` that are being built."""
    import gradio as gr

    def article_of(id: str) -> Article | None:
        return article_finder(desk.assistant.archive)(id)

    def copies_of(id: str) -> Sequence[Article]:
        return copy_finder(desk.assistant.archive)(id)

    markup = partial(gr.HTML, apply_default_css=False)

    state = gr.State(EMPTY)
    with gr.Row(elem_id="cw-columns"):
        with gr.Column(scale=3, min_width=320, elem_id="cw-left"):
            with gr.Column(elem_id="cw-chat"):
                with gr.Column(elem_id="cw-examples") as welcome:
                    markup(f'<p class="cw-note">{INVITATION}</p>')
                    offered = [gr.Button(one, elem_classes="cw-example", visible=bool(one)) for one in offering(desk)]
                # Two parts, so that earlier answers can be read and selected while the last one is written.
                earlier = markup()
                latest = markup(elem_id="cw-latest")
                with gr.Row(elem_id="cw-after", visible=False) as after:
                    edit = gr.Button(EDIT, size="sm", min_width=110, elem_id="cw-edit")
                    retry = gr.Button("Ask again", size="sm", min_width=110, elem_id="cw-retry")
                verdict = verdict_panel(desk, state)
            filters = filter_row(desk, state)
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
                clear = gr.Button("Start anew", elem_id="cw-clear", scale=0, min_width=130)
        with gr.Column(scale=2, min_width=320, elem_id="cw-right"), gr.Column(elem_id="cw-sources"):
            markup("<h2>Sources</h2>")
            earlier_sources = markup()
            sources = markup(latest_sources_html((), article_of))

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
            if_changed(can_change, lambda: gr.update(visible=can_change(view))),
            if_changed(lambda v: v.edited, lambda: LEAVE if view.edited else EDIT),
            if_changed(lambda v: v.answers[:-1], lambda: earlier_sources_html(view.answers, article_of, copies_of)),
            if_changed(sourced, lambda: latest_sources_html(view.answers, article_of, copies_of)),
            if_changed(read_from, lambda: read_html(read_from(view))),
            *verdict.show(view, before),
        ]

    def offer() -> list[Any]:
        """The examples as they are now: other articles bring others."""
        return [gr.update(value=one, visible=bool(one)) for one in offering(desk)]

    def work(question: str, view: View, scope: Scope, instead: bool, typed: bool) -> Iterator[list[Any]]:
        before, current = None, EMPTY
        place = begun(view)
        answers = outcome(view) if instead else view.answers
        try:
            with closing(converse(desk.assistant, question, answers, instead, scope, desk.line)) as views:
                for new in views:
                    if new.run.superseded:
                        return
                    new.run.typed = typed
                    if not typed and new.kind != "error":  # the box may hold a draft
                        new = replace(new, box=None)
                    current = replace(new, place=place, edited=view.edited)
                    yield show(current, before)
                    before = current
        except GeneratorExit:
            if not current.run.superseded:
                keep(desk, broken_off(current))
            raise

    def ask(question: str, view: View, scope: Scope) -> Iterator[list[Any]]:
        scope = as_before(view, scope) if view.edited else scope
        yield from work(question, view, scope, instead=view.edited, typed=True)

    def ask_linked(linked: Linked, view: View) -> Iterator[list[Any]]:
        yield from work(linked.question, view, linked.scope, instead=False, typed=True)

    def ask_again(view: View, scope: Scope, ignored: frozenset[str]) -> Iterator[list[Any]]:
        """The last question anew, ignoring these hints; of two presses in a row the later one has nothing to do."""
        scope = replace(scope, ignored=ignored)
        if view.answers and (view.run.superseded or view.answers[-1].scope != scope):
            yield from work(view.answers[-1].question, view, scope, instead=True, typed=False)

    def retried(view: View, scope: Scope) -> Iterator[list[Any]]:
        yield from work(view.answers[-1].question, view, as_before(view, scope), instead=True, typed=False)

    def rest(view: View) -> Iterator[list[Any]]:
        if view.run.superseded:
            yield [gr.skip() for _ in outputs]
            return
        settled = settle(view)
        try:
            settled = keep(desk, settled)
        finally:
            yield show(settled)  # the page comes to rest whatever becomes of the keeping

    def pressed(view: View, ignored: frozenset[str], event: Any) -> frozenset[str]:
        return to_ignore(superseded(view), ignored, event.key)

    pressed.__annotations__["event"] = gr.EventData  # by which Gradio knows what to hand over
    outputs = [state, welcome, earlier, latest, status, box, send, stop, after, edit, earlier_sources, sources]
    outputs += [filters.read, *verdict.outputs]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    # One after the other, so that none of them writes over what a later one has shown.
    ordered = {**quiet, "concurrency_id": "rest"}
    # Questions wait in the desk's line, which tells them their place; Gradio's own queue would keep it to itself.
    asking = {**quiet, "concurrency_limit": None}
    again = {**asking, "trigger_mode": "multiple"}
    runs = [gr.on([send.click, box.submit], ask, [box, state, filters.scope], outputs, **asking)]
    runs += [button.click(ask, [button, state, filters.scope], outputs, **asking) for button in offered]
    runs += [retry.click(retried, [state, filters.scope], outputs, **asking)]
    asked = [send.click, box.submit, retry.click, *(button.click for button in offered)]
    gr.on(asked, lambda scope: set_html(scope), filters.scope, filters.chosen, queue=False, **quiet)
    ignored = gr.State(frozenset())
    for chip_pressed in (filters.read.toggle, filters.chosen.again):
        chosen = chip_pressed(pressed, [state, ignored], ignored, trigger_mode="multiple", **quiet)
        runs.append(chosen.then(ask_again, [state, filters.scope, ignored], outputs, **again))
    gr.on([app.load, tab.select], offer, None, offered, queue=False, **quiet)
    linked = linked_part(desk, app, filters, box)
    runs.append(linked.change(ask_linked, [linked, state], outputs, **asking))
    for run in runs:
        for ended in (run.then, run.failure):
            ended(rest, state, outputs, **ordered)
    edit.click(lambda view: show(editing(view)), state, outputs, **ordered).then(
        None, None, None, js="() => document.querySelector('#cw-box textarea').focus()", **quiet
    )
    stop.click(None, cancels=runs, **quiet)
    # At once, by the browser alone: what is typed from now on is the next question.
    clear.click(None, None, box, js="() => ''", **quiet)
    clear.click(lambda view: show(cleared(view)), state, outputs, cancels=runs, **ordered)
    return AskTab(state, box, filters, outputs, show)

"""Below the latest answer: whether it is right, and a comment, kept to measure answers by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from index.errors import CitewireError
from ui.conversations.feedback import append, judgement_record, said_of
from ui.page.conversing import View, history
from ui.page.desk import Desk
from ui.page.render import status_html

if TYPE_CHECKING:
    from gradio.components import Component

    from eval.feedback import Judgement

KEPT = "Kept on this machine, for citewire eval --from-feedback to ask again."
COMMENT_KEPT = "The comment is kept, too."
TAKEN_BACK = "Taken back."
SIGNS = {"right": "Right", "wrong": "Wrong"}


@dataclass(frozen=True)
class VerdictPanel:
    """`show(view, before)` gives the values of the `outputs` for a view that follows on another."""

    outputs: list[Any]
    show: Callable[[View, View | None], list[Any]]


def can_be_judged(desk: Desk, view: View) -> bool:
    """Whether the last answer of a view is whole and at rest, and there is a place to keep a verdict in."""
    kept = desk.conversations is not None and bool(view.place.id)
    return kept and not view.busy and bool(view.answers) and view.answers[-1].done


def answer_id(view: View) -> str:
    """The id of the last answer of a view, as feedback names it.

    >>> from rag import Answer
    >>> from ui.conversations.store import Place
    >>> answer_id(View((Answer("Who?", "Ann.", answered=True),), "Ready", place=Place("c0ffee")))
    'c0ffee-1'
    """
    return f"{view.place.id}-{len(view.answers)}"


def said(desk: Desk, view: View) -> Judgement | None:
    """What was said of the last answer of a view. Raises InputError when the feedback cannot be read."""
    if desk.conversations is None:
        return None
    return said_of(desk.conversations, answer_id(view), view.answers[-1])


def judge(desk: Desk, view: View, verdict: str, comment: str) -> None:
    """Keep a verdict on the last answer of a view; an empty one takes back. Raises InputError."""
    if desk.conversations is not None and can_be_judged(desk, view):
        turns = history(view.answers[:-1])
        append(desk.conversations, judgement_record(answer_id(view), view.answers[-1], turns, verdict, comment))


def verdict_panel(desk: Desk, state: Component) -> VerdictPanel:
    """Build the buttons and the field, inside the Blocks that are being built."""
    import gradio as gr

    with gr.Column(visible=False, elem_id="cw-verdict") as panel:
        with gr.Row(elem_id="cw-thumbs"):
            gr.HTML('<p class="cw-note">Is this answer right?</p>', apply_default_css=False)
            thumbs = [
                gr.Button(sign, elem_id=f"cw-say-{verdict}", size="sm", scale=0, min_width=100)
                for verdict, sign in SIGNS.items()
            ]
        with gr.Row(visible=False, elem_id="cw-remark") as remark:
            comment = gr.Textbox(label="Comment (optional)", lines=1, max_lines=4, elem_id="cw-comment", scale=4)
            add = gr.Button("Keep comment", elem_id="cw-keep-comment", size="sm", scale=1, min_width=110)
        told = gr.HTML(elem_id="cw-verdict-status", apply_default_css=False)
    outputs = [panel, *thumbs, remark, comment, told]

    def draw(verdict: str, words: object, message: str = "", kind: str = "idle") -> list[Any]:
        pressed = [
            gr.update(value=f"{sign} ✓" if verdict == name else sign, variant=_variant(verdict == name))
            for name, sign in SIGNS.items()
        ]
        line = status_html(message, kind) if message else ""
        return [gr.update(visible=True), *pressed, gr.update(visible=bool(verdict)), words, line]

    def show(view: View, before: View | None) -> list[Any]:
        if not can_be_judged(desk, view):
            hidden = before is not None and not can_be_judged(desk, before)
            return [gr.skip() if hidden else gr.update(visible=False), *(gr.skip() for _ in outputs[1:])]
        try:
            judgement = said(desk, view)
        except CitewireError as error:
            return draw("", "", str(error), "error")
        return draw(judgement.verdict, judgement.comment) if judgement else draw("", "")

    def press(verdict: str, view: View, comment: str) -> list[Any]:
        """A thumb; that of the verdict that stands takes it back."""
        try:
            before = said(desk, view)
            now = "" if before and before.verdict == verdict else verdict
            judge(desk, view, now, comment if now else "")
        except CitewireError as error:
            return draw("", gr.skip(), str(error), "error")
        return draw(now, gr.skip() if now else "", KEPT if now else TAKEN_BACK)

    def remarked(view: View, comment: str) -> list[Any]:
        try:
            before = said(desk, view)
            if before is None:
                return draw("", gr.skip())
            judge(desk, view, before.verdict, comment)
        except CitewireError as error:
            return draw("", gr.skip(), str(error), "error")
        return draw(before.verdict, gr.skip(), COMMENT_KEPT)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    for verdict, thumb in zip(SIGNS, thumbs, strict=True):
        thumb.click(partial(press, verdict), [state, comment], outputs, **quiet)
    gr.on([add.click, comment.submit], remarked, [state, comment], outputs, **quiet)
    return VerdictPanel(outputs, show)


def _variant(pressed: bool) -> str:
    return "primary" if pressed else "secondary"

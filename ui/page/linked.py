"""A question in the address of the page, which asks it as soon as the page is open: see `ui.page.address`.

A page elsewhere can link here, and so make a browser ask a question. That sets filters, shows an answer and keeps it as
a conversation, and never does more than asking.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag import Scope
from ui.page.address import Linked, read_address
from ui.page.chips import set_html
from ui.page.desk import Desk
from ui.page.filters import FilterRow

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component

NOT_ASKED = "The question stands in the box and has not been asked."


def set_by(linked: Linked) -> tuple[Scope, str]:
    """What an address sets for all questions from now on, and the row that shows it, with what cannot be set.

    >>> scope, row = set_by(Linked("Who?", fault="No article is of Bay Post."))
    >>> NOT_ASKED in row, bool(scope)
    (True, False)
    """
    scope = replace(linked.scope, ignored=frozenset())
    fault = f"{linked.fault} {NOT_ASKED}" if linked.fault and linked.question else linked.fault
    return scope, set_html(scope, fault, "error")


def linked_part(desk: Desk, app: gr.Blocks, filters: FilterRow, box: Component) -> Any:
    """A state that holds what the address asks, and changes only where it asks something; its filters are set first.

    A question whose filters cannot all be met is not asked: it is put into the `box`.
    """
    import gradio as gr

    def opened(request: Any) -> list[Any]:
        linked = read_address(request.query_params.multi_items(), lambda: desk.assistant.archive.catalogue())
        if linked.fault:
            return [gr.skip(), *set_by(linked), linked.question]
        within = set_by(linked) if linked.scope else (gr.skip(), gr.skip())
        return [linked if linked.question else gr.skip(), *within, gr.skip()]

    opened.__annotations__["request"] = gr.Request  # by which Gradio knows what to hand over
    asked = gr.State(Linked())
    outputs = [asked, filters.scope, filters.chosen, box]
    app.load(opened, None, outputs, show_progress="hidden", api_visibility="private")
    return asked

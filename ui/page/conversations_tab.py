"""The tab of kept conversations: list, open, name, download, delete."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import CitewireError
from rag import Scope
from ui.conversations.links import downloads_html
from ui.conversations.record import Conversation
from ui.conversations.store import Store
from ui.page.ask import AskTab
from ui.page.conversing import View, cleared
from ui.page.keeping import STILL_WRITING, choice, filters_of, listing_note, opened, preview_html
from ui.page.render import status_html

if TYPE_CHECKING:
    import gradio as gr

Deleted = tuple[str, Conversation] | None


def conversations_tab(folder: Path, ask: AskTab, tabs: gr.Tabs) -> None:
    """Build the tab, inside the Tabs that are being built."""
    import gradio as gr

    store = Store(folder)
    markup = partial(gr.HTML, apply_default_css=False)
    with (
        gr.Tab("Conversations", id="conversations", elem_id="cw-tab-conversations") as tab,
        gr.Row(elem_id="cw-kept"),
    ):
        # Within the tab: Tabs count whatever stands between their tabs as a tab.
        deleted = gr.State(None)
        with gr.Column(scale=3, min_width=300):
            note = markup()
            listed = gr.Radio([], label="Kept conversations, the latest first", elem_id="cw-kept-list")
        with gr.Column(scale=2, min_width=300):
            told = markup(elem_id="cw-kept-status")
            undo = gr.Button("Undo", elem_id="cw-kept-undo", visible=False)
            with gr.Column(visible=False, elem_id="cw-kept-chosen") as chosen:
                preview = markup()
                reopen = gr.Button("Open", variant="primary", elem_id="cw-kept-open")
                downloads = markup()
                with gr.Row(elem_id="cw-kept-naming"):
                    name = gr.Textbox(label="Name", max_lines=1, elem_id="cw-kept-name", scale=3)
                    rename = gr.Button("Rename", elem_id="cw-kept-rename", scale=1, min_width=90)
                delete = gr.Button("Delete", elem_id="cw-kept-delete")
    outputs = [note, listed, told, undo, deleted, chosen, preview, downloads, name]
    asking = [tabs, *ask.outputs, ask.filters.scope, ask.filters.chosen]

    def draw(id: str | None, said: str = "", kind: str = "idle", taken: Deleted = None) -> list[Any]:
        """The whole tab, with a conversation chosen, or with none where it is no longer there."""
        listing = store.listing()
        shown = listing.conversations.get(id or "")
        choices = [(choice(one), key) for key, one in listing.conversations.items()]
        return [
            listing_note(listing),
            gr.update(choices=choices, value=id if shown else None, visible=bool(choices)),
            status_html(said, kind) if said else "",
            gr.update(visible=taken is not None),
            taken,
            gr.update(visible=shown is not None),
            preview_html(shown) if shown else "",
            downloads_html(shown) if shown else "",
            shown.title if shown else "",
        ]

    def named(id: str, text: str) -> list[Any]:
        try:
            return draw(id, f"Renamed: {store.rename(id, text).title}")
        except CitewireError as error:
            return draw(id, str(error), "error")

    def taken_out(id: str, view: View) -> list[Any]:
        here = view.place.id == id
        if here and view.busy and not view.run.over:
            return [*draw(id, STILL_WRITING, "error"), *_left_alone(ask)]
        try:
            conversation = store.delete(id)
        except CitewireError as error:
            return [*draw(id, str(error), "error"), *_left_alone(ask)]
        page = ask.show(cleared(view)) if here else _left_alone(ask)
        return [*draw(None, f"Deleted: {conversation.title}", taken=(id, conversation)), *page]

    def put_back(taken: Deleted) -> list[Any]:
        if taken is None:
            return draw(None)
        try:
            store.put_back(*taken)
        except CitewireError as error:
            return draw(None, str(error), "error", taken)
        return draw(taken[0], f"Back again: {taken[1].title}")

    def opened_on(id: str, view: View, scope: Scope) -> list[Any]:
        alone = [gr.skip() for _ in asking]
        if view.busy and not view.run.over:
            return [*draw(id, STILL_WRITING, "error"), *alone]
        try:
            conversation = store.load(id)
        except CitewireError as error:
            return [*draw(id, str(error), "error"), *alone]
        shown = ask.show(opened(id, conversation))
        return [*draw(id), gr.Tabs(selected="ask"), *shown, *filters_of(conversation, scope)]

    # One after the other, so that a list that was asked for before does not come after what was done to it.
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_id": "kept"}
    tab.select(draw, listed, outputs, **quiet)
    listed.input(draw, listed, outputs, **quiet)
    gr.on([rename.click, name.submit], named, [listed, name], outputs, **quiet)
    delete.click(taken_out, [listed, ask.state], [*outputs, *ask.outputs], **quiet)
    undo.click(put_back, deleted, outputs, **quiet)
    reopen.click(opened_on, [listed, ask.state, ask.filters.scope], [*outputs, *asking], **quiet)


def _left_alone(ask: AskTab) -> list[Any]:
    import gradio as gr

    return [gr.skip() for _ in ask.outputs]

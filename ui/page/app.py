"""The page: one tab for each thing that people do here, each in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.page.articles import articles_tab
from ui.page.ask import ask_tab
from ui.page.conversations_tab import conversations_tab
from ui.page.desk import Desk
from ui.page.endpoints import endpoints
from ui.page.reading import reader_part
from ui.page.settings_tab import health_line, settings_tab
from ui.programs import Programs

if TYPE_CHECKING:
    import gradio as gr

TITLE = "citewire"
TAGLINE = "Ask your news articles. Every sentence of an answer shows the words that carry it."

FORGET_UPLOADS = (3600, 86400)
"""How often files that were uploaded, and nobody has use for, are looked for, and how old they are then; in seconds."""


def build_app(desk: Desk) -> gr.Blocks:
    """The page over a desk. Hand it to `ui.page.serve.serve`, which adds its looks and keeps the browser here."""
    import gradio as gr

    app = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=FORGET_UPLOADS)
    with app:
        endpoints(Programs(desk))  # first, for a name goes to who takes it first, and the tabs name theirs alike
        with gr.Row(elem_id="cw-top"):
            gr.HTML(f'<header class="cw-head"><h1>{TITLE}</h1><p>{TAGLINE}</p></header>', apply_default_css=False)
            health = health_line(desk)
        with gr.Tabs(elem_id="cw-tabs") as tabs:
            with gr.Tab("Ask", id="ask", elem_id="cw-tab-ask") as asking:
                ask = ask_tab(desk, app, asking)
            if desk.archive is not None:
                with gr.Tab("Articles", id="articles", elem_id="cw-tab-articles") as tab:
                    articles_tab(desk, tab, health)
            if desk.conversations is not None:
                conversations_tab(desk.conversations, ask, tabs)
            with gr.Tab("Settings", id="settings", elem_id="cw-tab-settings") as setting:
                settings_tab(desk, health, setting)
        reader_part(desk)
    return app

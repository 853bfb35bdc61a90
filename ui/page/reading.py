"""The way of a whole article to the page: what `reader.js` asks for when something with `data-cw-open` is opened."""

from __future__ import annotations

from ui.page.desk import Desk
from ui.page.reader import open_article

# The script of the page may be loaded before or after this part of it; it looks the function up when it needs it.
HAND_OVER = "window.citewireArticle = (request) => server.article_html(request);"


def reader_part(desk: Desk) -> None:
    """Build the part, inside the Blocks that are being built; it shows nothing of itself.

    The calls go through Gradio's own route for them, which asks for a login where the page has one.
    """
    import gradio as gr

    def article_html(request: object) -> str:
        return open_article(desk.assistant.archive, request)

    gr.HTML(
        elem_id="cw-reader-link",
        apply_default_css=False,
        js_on_load=HAND_OVER,
        server_functions=[article_html],
    )

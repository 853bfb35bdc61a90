"""How the page looks: its style sheets and scripts, and Gradio's widgets in the same colours."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

# The widgets take their colours from page.css, which knows light and dark. The background is named twice: it is
# painted before any style sheet has come.
WIDGET_COLOURS = {
    "body_text_color": "var(--cw-ink)",
    "body_text_color_subdued": "var(--cw-soft)",
    "background_fill_primary": "var(--cw-sheet)",
    "background_fill_secondary": "var(--cw-paper)",
    "border_color_primary": "var(--cw-line)",
    "border_color_accent_subdued": "var(--cw-line)",
    "color_accent_soft": "var(--cw-sheet)",
    "input_background_fill": "var(--cw-sheet)",
    "input_border_color": "var(--cw-line)",
    "input_border_color_focus": "var(--cw-link)",
    "input_placeholder_color": "var(--cw-soft)",
    "button_primary_background_fill": "var(--cw-link)",
    "button_primary_background_fill_hover": "var(--cw-ink)",
    "button_primary_text_color": "var(--cw-sheet)",
    "button_secondary_background_fill": "var(--cw-sheet)",
    "button_secondary_background_fill_hover": "var(--cw-tint)",
    "button_secondary_border_color": "var(--cw-line)",
    "button_secondary_text_color": "var(--cw-ink)",
    "button_secondary_border_color_hover": "var(--cw-link)",
    "block_background_fill": "var(--cw-sheet)",
    "block_border_color": "var(--cw-line)",
    "block_info_text_color": "var(--cw-soft)",
    "block_label_background_fill": "var(--cw-sheet)",
    "block_label_text_color": "var(--cw-soft)",
    "block_title_text_color": "var(--cw-ink)",
    "border_color_accent": "var(--cw-link)",
    "slider_color": "var(--cw-link)",
    "link_text_color": "var(--cw-link)",
    "checkbox_background_color": "var(--cw-sheet)",
    "checkbox_background_color_selected": "var(--cw-link)",
    "checkbox_border_color": "var(--cw-soft)",
    "checkbox_border_color_selected": "var(--cw-link)",
    "checkbox_label_background_fill": "var(--cw-sheet)",
    "checkbox_label_background_fill_selected": "var(--cw-tint)",
    "checkbox_label_text_color": "var(--cw-ink)",
    "checkbox_label_text_color_selected": "var(--cw-ink)",
    "table_border_color": "var(--cw-line)",
    "table_even_background_fill": "var(--cw-sheet)",
    "table_odd_background_fill": "var(--cw-paper)",
    "button_cancel_background_fill": "var(--cw-alert)",
    "button_cancel_background_fill_hover": "var(--cw-ink)",
    "button_cancel_text_color": "var(--cw-sheet)",
}
ACCENT = {"color_accent": "var(--cw-link)"}  # of which Gradio knows no dark one
PAPER = {"body_background_fill": "#faf9f6", "body_background_fill_dark": "#161614"}
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO_FONTS = ("ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the page's own colours and the system's fonts."""
    import gradio as gr

    dark = {f"{name}_dark": colour for name, colour in WIDGET_COLOURS.items()}
    return gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS).set(**PAPER, **ACCENT, **WIDGET_COLOURS, **dark)


def style() -> str:
    """All style sheets of the page as one."""
    return "".join(_assets(".css"))


def script() -> str:
    """All scripts of the page as one function without parameters, which each of them is too."""
    return f"() => {{ {''.join(f'({one.strip()})();' for one in _assets('.js'))} }}"


def _assets(suffix: str) -> list[str]:
    """The page's own files of one kind, by name."""
    found = (file for file in files("ui.page").iterdir() if file.name.endswith(suffix))
    return [file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)]

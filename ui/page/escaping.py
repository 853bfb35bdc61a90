"""Text as HTML that shows exactly this text, whichever reader of markup it passes on the way."""

from __future__ import annotations

# Beside HTML's own five, the signs that Markdown, LaTeX and template literals read: the text stays text whichever of
# them a widget passes it through.
_ENTITIES = str.maketrans(
    {sign: f"&#{ord(sign)};" for sign in "&<>\"'`*_~[]()!#|$\\{}"} | {"\n": "<br>", "\0": "\ufffd"}
)


def escape(text: str) -> str:
    """Text as HTML that shows exactly this text, in one line.

    >>> escape("<b> & *c*")
    '&#60;b&#62; &#38; &#42;c&#42;'
    """
    return text.translate(_ENTITIES)

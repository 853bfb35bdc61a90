"""Links that download a conversation. Each holds the file itself: no copy of it is left in a temporary folder."""

from __future__ import annotations

import base64
import re
import unicodedata

from ui.conversations.footnotes import document
from ui.conversations.markdown import markdown
from ui.conversations.record import Conversation
from ui.conversations.webpage import webpage
from ui.page.render import escape

FILE_NAME_CHARS = 60


def downloads_html(conversation: Conversation) -> str:
    """Two links that save a conversation as Markdown and as HTML; nothing for one without an answer.

    >>> downloads_html(Conversation(()))
    ''
    """
    if not conversation.answers:
        return ""
    written = document(conversation)
    name = file_name(conversation.title)
    links = (
        _link(f"{name}.md", "text/markdown", "Markdown", markdown(written)),
        _link(f"{name}.html", "text/html", "HTML", webpage(written)),
    )
    return f'<p class="cw-downloads">Download with footnotes: {" ".join(links)}</p>'


def file_name(title: str) -> str:
    """A title as the name of a file, without its ending, that every system takes.

    >>> file_name("Who was saved, and où?"), file_name("../..")
    ('who-was-saved-and-ou', 'conversation')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:FILE_NAME_CHARS].strip("-") or "conversation"


def _link(name: str, kind: str, label: str, text: str) -> str:
    data = base64.b64encode(text.encode("utf-8", "replace")).decode()
    return (
        f'<a class="cw-download" download="{escape(name)}" href="data:{kind};charset=utf-8;base64,{data}">{label}</a>'
    )

"""A conversation as Markdown with footnotes, as GitHub, Obsidian and Pandoc read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from rag import Citation
from ui.conversations.footnotes import NOT_HELD, Document, Exchange, Said, joined
from ui.page.cards import web_url
from ui.page.render import place
from ui.page.untold import UNTITLED

# Signs that mean something in the midst of a line, and those that do at its beginning.
_INLINE = re.compile(r"[\\`*_{}\[\]<>#|~&$^!]")
_OPENING = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")
_CONTROLS = re.compile(r"[\0-\x1f\x7f]+")


def markdown(document: Document) -> str:
    """The document as Markdown; nothing in it that an article, a question or a model wrote works as markup.

    >>> print(markdown(Document("Ferry", "", (Exchange("Who *sank*?", None, ((Said("It."),),)),), ())))
    # Ferry
    <BLANKLINE>
    ## Who \\*sank\\*?
    <BLANKLINE>
    It.
    <BLANKLINE>
    """
    blocks = [f"# {escaped(document.title)}"]
    if document.day:
        blocks.append(f"*citewire, {escaped(document.day)}*")
    for exchange in document.exchanges:
        blocks += _exchange(exchange)
    blocks += [f"[^{number}]: {_note(citation)}" for number, citation in enumerate(document.notes, 1)]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text as one line of Markdown that shows exactly this text.

    >>> print(escaped("1. a_b\\n![x](y)"))
    1\\. a\\_b \\!\\[x\\](y)
    """
    line = _INLINE.sub(r"\\\g<0>", _CONTROLS.sub(" ", text).strip())
    return _OPENING.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", line)


def _exchange(exchange: Exchange) -> list[str]:
    blocks = [f"## {escaped(exchange.question)}"]
    if exchange.understood:
        blocks.append(f"*Understood as: {escaped(exchange.understood)}*")
    blocks += [f"*{escaped(told)}*" for told in exchange.within]
    if exchange.refused:
        blocks.append(f"**{NOT_HELD}**")
    blocks += map(_paragraph, exchange.paragraphs)
    if exchange.items_from:
        blocks.append(escaped(exchange.items_from))
    if exchange.items:
        blocks.append("\n".join(f"- {_said(item)}" for item in exchange.items))
    return blocks + [_paragraph(paragraph) for paragraph in exchange.after]


def _paragraph(said: Sequence[Said]) -> str:
    return joined(said, _said)


def _said(said: Said) -> str:
    label = f"**{escaped(said.label)}** " if said.label else ""
    remark = f" (partly supported: {escaped(said.remark)})" if said.remark else ""
    return f"{label}{escaped(said.text)}{''.join(f'[^{note}]' for note in said.notes)}{remark}"


def _note(citation: Citation) -> str:
    title = escaped(citation.title or UNTITLED)
    url = web_url(citation.url)
    linked = f"[{title}](<{_address(url)}>)" if url else title
    return f"“{escaped(citation.quote)}” {escaped(place(citation))}: {linked}"


def _address(url: str) -> str:
    """A URL that cannot leave its angle brackets."""
    return re.sub(r"[\s<>\\\0-\x1f]", lambda match: quote(match[0]), url)

"""A conversation as a page that stands alone: no script, nothing fetched, readable on paper, in light and in dark."""

from __future__ import annotations

from collections.abc import Sequence

from rag import Citation
from ui.conversations.footnotes import NOT_HELD, Document, Exchange, Said, joined
from ui.page.cards import web_url
from ui.page.render import escape, place
from ui.page.untold import UNTITLED

STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1b; --soft: #5d5a54; --line: #dedad1; --paper: #fff; --link: #14537d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebe6; --soft: #aaa69c; --line: #3a3934; --paper: #161614; --link: #8cc4ea; }
}
@media print {
  :root { --ink: #000; --soft: #444; --line: #999; --paper: #fff; --link: #000; }
  section:not(.notes), li { break-inside: avoid; }
}
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.3; }
h2 { margin: 2rem 0 0.6rem; font: 650 1.05rem/1.45 system-ui, sans-serif; }
a { color: var(--link); }
sup { line-height: 0; }
.soft, .notes { color: var(--soft); font-size: 0.92rem; }
.partly { border-bottom: 1px dashed; }
.refused { padding-left: 0.8rem; border-left: 4px solid var(--soft); }
.notes { margin-top: 2.5rem; border-top: 1px solid var(--line); }
.notes li { margin-bottom: 0.5rem; }
""".strip()
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# A word joiner: no mark of a footnote begins a line.
JOINED = "&#8288;"


def webpage(document: Document) -> str:
    """The document as HTML; whatever an article, a question or a model wrote is text in it.

    >>> "<p>It &#38; she.</p>" in webpage(Document("F", "", (Exchange("Who?", None, ((Said("It & she."),),)),), ()))
    True
    """
    title = escape(document.title)
    day = f'<p class="soft">citewire, {escape(document.day)}</p>' if document.day else ""
    page = _Page()
    body = "".join(map(page.exchange, document.exchanges))
    notes = "".join(_note(number, citation) for number, citation in enumerate(document.notes, 1))
    sources = f'<section class="notes" role="doc-endnotes"><h2>Sources</h2><ol>{notes}</ol></section>' if notes else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{title}</h1>{day}{body}{sources}</body></html>\n"
    )


class _Page:
    """Writes the exchanges; the first mark of a footnote is where the footnote leads back to."""

    def __init__(self) -> None:
        self.marked: set[int] = set()

    def exchange(self, exchange: Exchange) -> str:
        parts = [f"<h2>{escape(exchange.question)}</h2>"]
        if exchange.understood:
            parts.append(f'<p class="soft">Understood as: {escape(exchange.understood)}</p>')
        parts += [f'<p class="soft">{escape(told)}</p>' for told in exchange.within]
        answer = [f"<p><b>{NOT_HELD}</b></p>"] if exchange.refused else []
        answer += map(self._paragraph, exchange.paragraphs)
        if exchange.items_from:
            answer.append(f"<p>{escape(exchange.items_from)}</p>")
        if exchange.items:
            answer.append(f"<ul>{''.join(f'<li>{self._said(item)}</li>' for item in exchange.items)}</ul>")
        answer += map(self._paragraph, exchange.after)
        told = "".join(answer)
        parts.append(f'<div class="refused">{told}</div>' if exchange.refused else told)
        return f"<section>{''.join(parts)}</section>\n"

    def _paragraph(self, said: Sequence[Said]) -> str:
        return f"<p>{joined(said, self._said)}</p>"

    def _said(self, said: Said) -> str:
        label = f"<b>{escape(said.label)}</b> " if said.label else ""
        text, remark = escape(said.text), ""
        if said.remark:
            text = f'<span class="partly">{text}</span>'
            remark = f' <span class="soft">(partly supported: {escape(said.remark)})</span>'
        return f"{label}{text}{''.join(map(self._mark, said.notes))}{remark}"

    def _mark(self, note: int) -> str:
        anchor = "" if note in self.marked else f' id="mark-{note}"'
        self.marked.add(note)
        label = f"Footnote {note}"
        return f'{JOINED}<sup><a{anchor} href="#note-{note}" role="doc-noteref" aria-label="{label}">[{note}]</a></sup>'


def _note(number: int, citation: Citation) -> str:
    title = escape(citation.title or UNTITLED)
    url = web_url(citation.url)
    # On paper a link says nothing: the address stands there too.
    linked = f'<a href="{escape(url)}">{title}</a> <span>{escape(url)}</span>' if url else title
    return (
        f'<li id="note-{number}">“{escape(citation.quote)}” {escape(place(citation))}: {linked} '
        f'<a href="#mark-{number}" role="doc-backlink">Back to the answer</a></li>'
    )

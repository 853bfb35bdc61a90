"""The sources beside a conversation: articles with the cited words marked, and where each of them appeared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from index import Article
from rag import Answer, Citation
from ui.page.render import date, escape, outlet

CONTEXT_CHARS = 400
"""How much of a long paragraph is shown on either side of the cited words."""

NEAR = "Comes near, but does not answer the question."

ArticleOf = Callable[[str], Article | None]
"""Finds an article by its id; None when it is no longer there."""


def sources_html(answers: Sequence[Answer], article_of: ArticleOf) -> str:
    """The cards of every answer of a conversation; those of the last one are shown, the others wait for a click."""
    if not answers:
        return (
            '<div class="cw-sources"><h2>Sources</h2>'
            '<p class="cw-note">The articles behind an answer appear here, with the cited words marked.</p></div>'
        )
    sections = (
        _section_html(answer, turn, article_of, shown=turn == len(answers)) for turn, answer in enumerate(answers, 1)
    )
    return f'<div class="cw-sources"><h2>Sources</h2>{"".join(sections)}</div>'


def card_html(citations: Sequence[Citation], article: Article | None, turn: int, answers: bool = True) -> str:
    """One source: where it appeared, and the paragraphs of `article` with the cited words marked.

    `citations` are those of one mark, at least one; without `answers` they only come near to the question, and the card
    says so. Without its article, or when the article no longer holds the quoted words where they stood, the card shows
    the quotes alone.
    """
    first = citations[0]
    key = f"{turn}-{first.number}"
    title = escape(first.title or "Untitled article")
    url = web_url(first.url)
    if url:
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    kind, name, back = ("cw-card", "Source", "answer") if answers else ("cw-card cw-near", "Near sentence", "question")
    warning = "" if answers else f'<p class="cw-note">{NEAR}</p>'
    return (
        f'<article class="{kind}" id="source-{key}" tabindex="-1" aria-label="{name} {first.number}">{warning}'
        f'<p class="cw-origin"><span class="cw-number">{first.number}</span> '
        f'<span class="cw-outlet">{escape(outlet(first))}</span> '
        f'<span class="cw-date">{escape(date(first))}</span></p>'
        f'<h3 class="cw-title">{title}</h3>{_excerpts_html(citations, article)}'
        f'<a class="cw-back" href="#mark-{key}">Back to the {back}</a></article>'
    )


def web_url(url: str | None) -> str | None:
    """The URL if a browser may follow it: http or https with a host, nothing else.

    >>> web_url("https://example.org/a"), web_url("javascript:alert(1)"), web_url("https://[")
    ('https://example.org/a', None, None)
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the paragraph around ``text[start:end]`` begins and ends, cut between words when it is long.

    >>> text = "One.\\n\\nTwo three. Four.\\n\\nFive."
    >>> first, last = paragraph(text, 6, 16)
    >>> text[first:last]
    'Two three. Four.'
    """
    gap = "\n\n" if "\n\n" in text else "\n"
    before = text.rfind(gap, 0, start)
    first = 0 if before < 0 else before + len(gap)
    after = text.find(gap, end)
    last = len(text) if after < 0 else after
    if start - first > CONTEXT_CHARS:
        first = text.find(" ", start - CONTEXT_CHARS, start) + 1 or start - CONTEXT_CHARS
    if last - end > CONTEXT_CHARS:
        cut = text.rfind(" ", end, end + CONTEXT_CHARS)
        last = end + CONTEXT_CHARS if cut < 0 else cut
    return first, last


def marked(text: str, first: int, last: int, spans: Iterable[tuple[int, int]]) -> str:
    """``text[first:last]`` as HTML with the spans in <mark>; spans may overlap and are offsets into `text`.

    >>> marked("one two three", 4, 13, [(4, 7)])
    '<mark>two</mark> three'
    """
    pieces = []
    at = first
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, last)
        if start < end:
            pieces += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
            at = end
    return "".join([*pieces, escape(text[at:last])])


def _section_html(answer: Answer, turn: int, article_of: ArticleOf, shown: bool) -> str:
    abstained = answer.done and not answer.answered
    by_number: dict[int, list[Citation]] = {}
    for citation in answer.nearest if abstained else answer.citations:
        by_number.setdefault(citation.number, []).append(citation)
    cards = "".join(
        card_html(group, article_of(group[0].article_id), turn, answers=not abstained)
        for _, group in sorted(by_number.items())
    )
    if not cards or abstained:
        empty = "None of the articles answers this." if abstained else "No source is cited."
        cards = f'<p class="cw-for">{empty if answer.done else "No source is cited yet."}</p>{cards}'
    heading = f'<p class="cw-for">For: {escape(answer.question)}</p>'
    return f'<section class="cw-turn"{"" if shown else " hidden"}>{heading}{cards}</section>'


def _excerpts_html(citations: Sequence[Citation], article: Article | None) -> str:
    """The paragraphs that hold the cited words, each once, then the quotes that no longer stand in the article."""
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    lost = []
    for citation in citations:
        start, end = citation.start, citation.end
        if article is not None and article.text[start:end] == citation.quote:
            spans.setdefault(paragraph(article.text, start, end), []).append((start, end))
        else:
            lost.append(f"<mark>{escape(citation.quote)}</mark>")
    shown = [_excerpt(article.text, *bounds, spans[bounds]) for bounds in sorted(spans)] if article is not None else []
    return "".join(f'<p class="cw-excerpt">{excerpt}</p>' for excerpt in shown + lost)


def _excerpt(text: str, first: int, last: int, spans: list[tuple[int, int]]) -> str:
    before = "" if first == 0 or text[first - 1] == "\n" else "... "
    after = "" if last == len(text) or text[last] == "\n" else " ..."
    return f"{before}{marked(text, first, last, spans)}{after}"

"""The sources beside a conversation: articles with the cited words marked, and where each of them appeared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from index import Article
from rag import Answer, Citation
from ui.page.copies import CopiesOf, also_html, no_copies
from ui.page.origins import read_in
from ui.page.render import date, escape, outlet
from ui.page.support import support_html
from ui.page.untold import UNTITLED

CONTEXT_CHARS = 400
"""How much of a long paragraph is shown on either side of the cited words."""

NEAR = "Comes near, but does not answer the question."

ArticleOf = Callable[[str], Article | None]
"""Finds an article by its id; None when it is no longer there."""


def earlier_sources_html(answers: Sequence[Answer], article_of: ArticleOf, copies_of: CopiesOf = no_copies) -> str:
    """The cards of all answers of a conversation but the last, which wait for a click on a mark."""
    return "".join(
        _section_html(answer, turn, article_of, copies_of, shown=False) for turn, answer in enumerate(answers[:-1], 1)
    )


def latest_sources_html(answers: Sequence[Answer], article_of: ArticleOf, copies_of: CopiesOf = no_copies) -> str:
    """The cards of the last answer of a conversation, which may still be growing."""
    if not answers:
        return '<p class="cw-note">The articles behind an answer appear here, with the cited words marked.</p>'
    return _section_html(answers[-1], len(answers), article_of, copies_of, shown=True)


def card_html(
    citations: Sequence[Citation],
    article: Article | None,
    turn: int,
    answers: bool = True,
    support: str = "",
    copies: Sequence[Article] = (),
) -> str:
    """One source: where it appeared, and the paragraphs of `article` with the cited words marked.

    `citations` are those of one mark, at least one; without `answers` they only come near to the question, and the card
    says so. `support` is the HTML that tells what they carry, `copies` are the other articles of its story. Without its
    article, or when the article no longer holds the quoted words where they stood, the card shows the quotes alone.
    """
    first = citations[0]
    key = f"{turn}-{first.number}"
    title = escape(first.title or UNTITLED)
    url = web_url(first.url)
    if url:
        where = f"Read it at {urlsplit(url).netloc}, in a new tab"
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer" title="{escape(where)}">{title}</a>'
    kind, name, back = ("cw-card", "Source", "answer") if answers else ("cw-card cw-near", "Near sentence", "question")
    warning = "" if answers else f'<p class="cw-note">{NEAR}</p>'
    return (
        f'<article class="{kind}" id="source-{key}" tabindex="-1" aria-label="{name} {first.number}">{warning}'
        f'<p class="cw-origin"><span class="cw-number">{first.number}</span> '
        f'<span class="cw-outlet">{escape(outlet(first))}</span> '
        f'<span class="cw-date">{escape(date(first))}</span>{_date_origin_html(first, article)}</p>'
        f'<h3 class="cw-title">{title}</h3>{_authors_html(article)}{support}{_excerpts_html(citations, article)}'
        f"{also_html(article, copies, key) if article else ''}"
        f'<p class="cw-ways">{_open_html(citations, article)}'
        f'<a class="cw-back" href="#mark-{key}">Back to the {back}</a></p></article>'
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


def held(citations: Iterable[Citation], article: Article) -> list[tuple[int, int]]:
    """Where the cited words stand in an article; those that it no longer holds there are left out.

    >>> at = ("a", None, None, None, None)
    >>> held([Citation(1, *at, 2, 7, "ferry"), Citation(1, *at, 0, 5, "A boa")], Article("a", "A ferry sank."))
    [(2, 7)]
    """
    return [(one.start, one.end) for one in citations if article.text[one.start : one.end] == one.quote]


def _section_html(answer: Answer, turn: int, article_of: ArticleOf, copies_of: CopiesOf, shown: bool) -> str:
    abstained = answer.done and not answer.answered
    by_number: dict[int, list[Citation]] = {}
    for citation in answer.nearest if abstained else answer.citations:
        by_number.setdefault(citation.number, []).append(citation)
    cards = "".join(
        card_html(
            group,
            article_of(group[0].article_id),
            turn,
            answers=not abstained,
            support=support_html(answer, number),
            copies=copies_of(group[0].article_id),
        )
        for number, group in sorted(by_number.items())
    )
    if not cards or abstained:
        empty = "None of the articles answers this." if abstained else "No source is cited."
        cards = f'<p class="cw-for">{empty if answer.done else "No source is cited yet."}</p>{cards}'
    heading = f'<p class="cw-for">For: {escape(answer.question)}</p>'
    return f'<section class="cw-turn" data-cw-turn="{turn}"{"" if shown else " hidden"}>{heading}{cards}</section>'


def _date_origin_html(citation: Citation, article: Article | None) -> str:
    """Where the date of a source was read, if that is still its article's date."""
    if article is None or not citation.published or article.published != citation.published:
        return ""
    told = read_in(article, "published")
    return f' <span class="cw-read">(date {escape(told)})</span>' if told else ""


def _authors_html(article: Article | None) -> str:
    authors = article.authors if article is not None else ()
    return f'<p class="cw-authors">By {escape(", ".join(authors))}</p>' if authors else ""


def _open_html(citations: Sequence[Citation], article: Article | None) -> str:
    if article is None:
        return ""
    spans = ",".join(f"{start}-{end}" for start, end in held(citations, article))
    return (
        f'<button type="button" class="cw-open" data-cw-open="{article.id}" data-cw-spans="{spans}" '
        f'aria-haspopup="dialog">Open the article</button>'
    )


def _excerpts_html(citations: Sequence[Citation], article: Article | None) -> str:
    """The paragraphs that hold the cited words, each once, then the quotes that no longer stand in the article."""
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    lost = []
    for citation in citations:
        if article is not None and held([citation], article):
            start, end = citation.start, citation.end
            spans.setdefault(paragraph(article.text, start, end), []).append((start, end))
        else:
            lost.append(f"<mark>{escape(citation.quote)}</mark>")
    shown = [_excerpt(article.text, *bounds, spans[bounds]) for bounds in sorted(spans)] if article is not None else []
    return "".join(f'<p class="cw-excerpt">{excerpt}</p>' for excerpt in shown + lost)


def _excerpt(text: str, first: int, last: int, spans: list[tuple[int, int]]) -> str:
    before = "" if first == 0 or text[first - 1] == "\n" else "... "
    after = "" if last == len(text) or text[last] == "\n" else " ..."
    return f"{before}{marked(text, first, last, spans)}{after}"

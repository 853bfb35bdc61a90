"""From answers and articles to HTML. Whatever comes from an article, a question or a model leaves here escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

from index import Article, spoken_date
from rag import Answer, Citation

CONTEXT_CHARS = 400
"""How much of a long paragraph is shown on either side of the cited words."""

MARK = re.compile(r"\[(\d{1,4})\]")

# Beside HTML's own five, the signs that Markdown, LaTeX and template literals read: the text stays text whichever of
# them a widget passes it through.
_ENTITIES = str.maketrans(
    {sign: f"&#{ord(sign)};" for sign in "&<>\"'`*_~[]()!#|$\\{}"} | {"\n": "<br>", "\0": "\ufffd"}
)

ArticleOf = Callable[[str], Article | None]
"""Finds an article by its id; None when it is no longer there."""


def escape(text: str) -> str:
    """Text as HTML that shows exactly this text, in one line.

    >>> escape("<b> & *c*")
    '&#60;b&#62; &#38; &#42;c&#42;'
    """
    return text.translate(_ENTITIES)


def exchange_html(answer: Answer, turn: int, writing: bool = False) -> str:
    """The question and the answer number `turn` of a conversation.

    >>> exchange_html(Answer(question="Who?", text="Nobody [1].", answered=True), turn=1)
    '<article class="cw-exchange"><h2 class="cw-question">Who?</h2><p>Nobody &#91;1&#93;.</p></article>'
    """
    question = f'<h2 class="cw-question">{escape(answer.question)}</h2>'
    busy = ' aria-busy="true"' if writing else ""
    return f'<article class="cw-exchange"{busy}>{question}{answer_html(answer, turn, writing)}</article>'


def answer_html(answer: Answer, turn: int, writing: bool = False) -> str:
    """An answer with its marks linked to their source cards; a mark without a citation stays plain text.

    With `writing` more is to come; without it, an answer that is not done has been stopped.
    """
    if answer.done and not answer.answered:
        reason = escape(answer.reason or answer.text)
        return f'<div class="cw-abstained"><p class="cw-verdict">Not in these articles</p><p>{reason}</p></div>'
    cited = {citation.number: citation for citation in answer.citations}
    body = "".join(f"<p>{_linked(part, cited, turn)}</p>" for part in re.split(r"\n{2,}", answer.text.strip()) if part)
    if writing:
        return body or "<p></p>"
    if not answer.done:
        body += '<p class="cw-note">Stopped before the answer was complete.</p>'
    return body


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


def card_html(citations: Sequence[Citation], article: Article | None, turn: int) -> str:
    """One source: where it appeared, and the paragraphs of `article` with the cited words marked.

    `citations` are those of one mark, at least one. Without its article, or when the article no longer holds the
    quoted words where they stood, the card shows the quotes alone.
    """
    first = citations[0]
    key = f"{turn}-{first.number}"
    title = escape(first.title or "Untitled article")
    url = web_url(first.url)
    if url:
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    return (
        f'<article class="cw-card" id="source-{key}" tabindex="-1" aria-label="Source {first.number}">'
        f'<p class="cw-origin"><span class="cw-number">{first.number}</span> '
        f'<span class="cw-outlet">{escape(first.outlet or "outlet not named")}</span> '
        f'<span class="cw-date">{escape(_date(first))}</span></p>'
        f'<h3 class="cw-title">{title}</h3>{_excerpts_html(citations, article)}'
        f'<a class="cw-back" href="#mark-{key}">Back to the answer</a></article>'
    )


def status_html(text: str, kind: str = "idle") -> str:
    """The line under the conversation; `kind` is "idle", "busy" or "error".

    >>> status_html("Writing ...", "busy")
    '<p class="cw-status cw-busy" role="status">Writing ...</p>'
    """
    role = "alert" if kind == "error" else "status"
    return f'<p class="cw-status cw-{kind}" role="{role}">{escape(text)}</p>'


def progress(answer: Answer) -> str:
    """What is being done, for an answer that is still growing.

    >>> progress(Answer(question="Who?", text="", answered=False, done=False))
    'Searching the articles ...'
    """
    if answer.text.strip():
        return "Writing ..."
    if answer.passages:
        return f"Reading {_count(len(answer.passages), 'passage')} ..."
    return "Searching the articles ..."


def summary(answer: Answer) -> str:
    """What came of a question, in a line.

    >>> summary(Answer(question="Who?", text="Nobody.", answered=True, model="m", seconds=1.25))
    'Answered from 0 sources in 1.2 s by m'
    """
    if not answer.done:
        return "Stopped"
    sources = _count(len({citation.number for citation in answer.citations}), "source")
    what = f"Answered from {sources}" if answer.answered else "Nothing found that answers this"
    return f"{what} in {answer.seconds:.1f} s" + (f" by {answer.model}" if answer.model else "")


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
    by_number: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        by_number.setdefault(citation.number, []).append(citation)
    cards = "".join(card_html(group, article_of(group[0].article_id), turn) for _, group in sorted(by_number.items()))
    if not cards:
        empty = "None of the articles answers this." if answer.done and not answer.answered else "No source is cited."
        cards = f'<p class="cw-note">{empty if answer.done else "No source is cited yet."}</p>'
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


def _linked(text: str, cited: dict[int, Citation], turn: int) -> str:
    """Escaped text in which each mark that has a citation is a link to its card."""
    pieces = []
    at = 0
    for match in MARK.finditer(text):
        citation = cited.get(int(match[1]))
        if citation is not None:
            pieces += [escape(text[at : match.start()]), _mark_html(citation, turn)]
            at = match.end()
    return "".join([*pieces, escape(text[at:])])


def _mark_html(citation: Citation, turn: int) -> str:
    key = f"{turn}-{citation.number}"
    origin = escape(f"Source {citation.number}: {citation.outlet or 'outlet not named'}, {_date(citation)}")
    return (
        f'<a class="cw-mark" id="mark-{key}" href="#source-{key}" title="{origin}" aria-label="{origin}">'
        f"[{citation.number}]</a>"
    )


def _date(citation: Citation) -> str:
    return spoken_date(citation.published) or "no date printed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

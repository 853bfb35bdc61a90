"""Who else prints a story: the copies of an article, a line an outlet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index import Article, spoken_date
from ui.page.escaping import escape
from ui.page.untold import NO_DATE, NO_OUTLET, UNTITLED

CopiesOf = Callable[[str], Sequence[Article]]
"""Finds the other articles that print the story of one, by its id."""


def no_copies(article_id: str) -> Sequence[Article]:
    """For a page that knows no stories.

    >>> no_copies("a")
    ()
    """
    return ()


def by_outlet(copies: Sequence[Article]) -> list[tuple[Article, int]]:
    """The first copy of each outlet, with how many it printed; those without an outlet each stand alone.

    >>> ap, again, other = (Article(x, "x", outlet=o) for x, o in (("a", "AP"), ("b", "AP"), ("c", None)))
    >>> [(copy.identity, number) for copy, number in by_outlet([ap, again, other])]
    [('a', 2), ('c', 1)]
    """
    first: dict[str, Article] = {}
    count: dict[str, int] = {}
    for copy in copies:
        key = f"outlet {copy.outlet}" if copy.outlet else copy.identity
        first.setdefault(key, copy)
        count[key] = count.get(key, 0) + 1
    return [(copy, count[key]) for key, copy in first.items()]


def also_in(article: Article, copies: Sequence[Article]) -> str:
    """How many others print the story of an article; nothing when no one does.

    >>> copies = [Article(x, "x", outlet=outlet) for x, outlet in (("b", "Bay Post"), ("c", "Bay Post"), ("d", "AP"))]
    >>> also_in(Article("a", "x", outlet="AP"), copies), also_in(Article("a", "x", outlet="AP"), copies[2:])
    ('Also in 1 outlet', 'Also in 1 other article')
    """
    outlets = {copy.outlet for copy in copies} - {article.outlet, None}
    number, what = (len(outlets), "outlet") if outlets else (len(copies), "other article")
    return f"Also in {number} {what}{'' if number == 1 else 's'}" if copies else ""


def also_html(article: Article, copies: Sequence[Article], key: str) -> str:
    """The copies of an article on demand, each to be opened; `key` tells this list from others on the page."""
    if not copies:
        return ""
    return (
        f'<details class="cw-also" data-cw-keep="also-{escape(key)}"><summary>{also_in(article, copies)}</summary>'
        f"{copies_html(copies)}</details>"
    )


def copies_html(copies: Sequence[Article]) -> str:
    """A line an outlet, with date and title; the title opens the copy.

    >>> copies_html([Article("b", "x", title="Ferry sinks", outlet="Bay Post")])[:60]
    '<ul class="cw-copies"><li><span class="cw-outlet">Bay Post</'
    """
    lines = "".join(_line_html(copy, number) for copy, number in by_outlet(copies))
    return f'<ul class="cw-copies">{lines}</ul>'


def _line_html(copy: Article, number: int) -> str:
    more = f" and {number - 1} more there" if number > 1 else ""
    return (
        f'<li><span class="cw-outlet">{escape(copy.outlet or NO_OUTLET)}</span>, '
        f"{escape(spoken_date(copy.published) or NO_DATE)}: "
        f'<button type="button" class="cw-open-title" data-cw-open="{copy.id}">'
        f"{escape(copy.title or UNTITLED)}</button>{more}</li>"
    )

"""The list of articles and one of them opened, as HTML. Whatever comes from an article leaves here escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from index import Article, spoken_date
from index.article import FACTS
from index.facts import USER
from index.listing import Entry
from ui.page.articles_listing import Listing
from ui.page.cards import web_url
from ui.page.origins import read_in
from ui.page.reader import paragraphs_html
from ui.page.render import escape
from ui.page.untold import NO_DATE, NO_OUTLET, UNTITLED
from ui.plain import line

LABELS: Mapping[str, str] = {
    "title": "Title",
    "outlet": "Outlet",
    "authors": "Authors",
    "published": "Published",
    "modified": "Modified",
    "section": "Section",
    "language": "Language",
    "url": "Address",
}


def list_html(listing: Listing, opened: str | None = None) -> str:
    """A page of the list, with buttons to open, select and remove articles and to turn pages.

    >>> list_html(Listing((), total=0, whole=0))
    '<p class="cw-note cw-count" role="status">There are no articles yet; add some.</p>'
    """
    head = f'<p class="cw-note cw-count" role="status">{escape(count(listing))}</p>'
    if not listing.entries:
        return head
    rows = "".join(_row_html(entry, entry.id == opened) for entry in listing.entries)
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("Title", "Outlet", "Published", "Added"))
    return (
        f'{head}<table class="cw-list"><caption>Articles</caption><thead><tr><th scope="col">'
        '<input type="checkbox" data-all aria-label="Select all on this page"></th>'
        f"{columns}</tr></thead><tbody>{rows}</tbody></table>"
        '<div class="cw-under"><button type="button" class="cw-button" data-remove>Remove selected</button>'
        f"{_pager_html(listing)}</div>"
    )


def count(listing: Listing) -> str:
    """How many articles the list has, and which of them are shown.

    >>> count(Listing([Entry("a", "")] * 50, total=120, whole=300, page=2, words="ferry"))
    '51 to 100 of 120 articles that fit, out of 300'
    >>> count(Listing((), total=0, whole=300, words="ferry"))
    'None of 300 articles fits; try other words.'
    """
    if not listing.whole:
        return "There are no articles yet; add some."
    if not listing.total:
        return f"None of {listing.whole:,} articles fits; try other words."
    noun = "article" if listing.total == 1 else "articles"
    last = listing.first + len(listing.entries) - 1
    shown = f"{listing.first:,} to {last:,} of " if listing.total > len(listing.entries) else ""
    if not listing.words:
        return f"{shown}{listing.total:,} {noun}"
    fits = "that fits" if listing.total == 1 else "that fit"
    return f"{shown}{listing.total:,} {noun} {fits}, out of {listing.whole:,}"


def article_html(article: Article, copies: Sequence[Article] = (), versions: int = 0, is_fresh: bool = False) -> str:
    """An article in full: its facts, each with where it is from, its text, its copies, what was under its pictures.

    A fact that was set by hand has a button that takes this back. `is_fresh` marks an article that was just opened,
    for the page to bring into view.
    """
    fresh = " data-fresh" if is_fresh else ""
    title = escape(line(article.title or UNTITLED))
    url = web_url(article.url)
    if url:
        title = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    place = f"{article.outlet or NO_OUTLET}, {spoken_date(article.published) or NO_DATE}"
    facts = "".join(_fact_html(article, name) for name in FACTS)
    if article.path:
        facts += f"<dt>File</dt><dd>{escape(line(PurePath(article.path).name))}</dd>"
    if versions:
        kept = "1 is" if versions == 1 else f"{versions} are"
        facts += f"<dt>Earlier versions</dt><dd>{kept} kept</dd>"
    return (
        f'<article class="cw-article" tabindex="-1" aria-label="Opened article"{fresh}>'
        f'<p class="cw-origin"><span class="cw-outlet">{escape(line(place))}</span></p>'
        f'<h2 class="cw-title">{title}</h2>'
        f'<details class="cw-known"><summary>Facts and where they are from</summary><dl>{facts}</dl></details>'
        f"{_copies_html(copies)}{paragraphs_html(article.text, ())}{_captions_html(article)}</article>"
    )


def _row_html(entry: Entry, is_open: bool) -> str:
    title = escape(line(entry.title or UNTITLED))
    authors = f'<span class="cw-by">{escape(line(", ".join(entry.authors)))}</span>' if entry.authors else ""
    current = ' aria-current="true"' if is_open else ""
    return (
        f'<tr{current}><td><input type="checkbox" data-select="{escape(entry.id)}" aria-label="Select {title}"></td>'
        f'<th scope="row"><button type="button" class="cw-pick" data-open="{escape(entry.id)}">{title}</button>'
        f"{authors}</th><td>{escape(line(entry.outlet or NO_OUTLET))}</td>"
        f"<td>{escape(spoken_date(entry.published) or NO_DATE)}</td>"
        f"<td>{escape(spoken_date(entry.added) or '')}</td></tr>"
    )


def _pager_html(listing: Listing) -> str:
    if listing.pages == 1:
        return ""
    before = _turn_html("Previous page", listing.page - 1, listing.pages)
    after = _turn_html("Next page", listing.page + 1, listing.pages)
    where = f"<span>Page {listing.page} of {listing.pages}</span>"
    return f'<nav class="cw-pager" aria-label="Pages of the list">{before}{where}{after}</nav>'


def _turn_html(label: str, page: int, pages: int) -> str:
    off = "" if 1 <= page <= pages else " disabled"
    return f'<button type="button" class="cw-button" data-page="{page}"{off}>{label}</button>'


def _fact_html(article: Article, name: str) -> str:
    value = getattr(article, name)
    origin = article.origins.get(name)
    shown = ", ".join(value) if isinstance(value, tuple) else value
    if name in ("published", "modified"):
        shown = spoken_date(shown)
    back = ""
    if origin == USER:
        undo = f"Undo the correction of {LABELS[name].lower()}"
        back = f' <button type="button" class="cw-button" data-undo="{name}" aria-label="{undo}">Undo</button>'
    if not shown and not back:
        return f'<dt>{LABELS[name]}</dt><dd class="cw-unknown">not told</dd>'
    source = f' <span class="cw-from">{escape(read_in(article, name))}</span>' if origin else ""
    return f"<dt>{LABELS[name]}</dt><dd>{escape(line(shown or 'none'))}{source}{back}</dd>"


def _copies_html(copies: Sequence[Article]) -> str:
    if not copies:
        return ""
    lines = "".join(
        f'<li><button type="button" class="cw-pick" data-open="{escape(copy.id)}">'
        f"{escape(line(copy.outlet or copy.title or UNTITLED))}</button>, "
        f"{escape(spoken_date(copy.published) or NO_DATE)}</li>"
        for copy in copies
    )
    return f'<div class="cw-same"><h3>The same story is also in</h3><ul>{lines}</ul></div>'


def _captions_html(article: Article) -> str:
    if not article.captions:
        return ""
    lines = "".join(f"<li>{escape(line(caption))}</li>" for caption in article.captions)
    return f'<div class="cw-captions"><h3>Under its pictures</h3><ul>{lines}</ul></div>'

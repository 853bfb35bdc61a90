"""A whole article to read: what is known of it and from where, its text with the cited words marked, its history."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index import Article, spoken_date
from index.errors import CitewireError
from ui.page.cards import marked, web_url
from ui.page.copies import also_in, copies_html
from ui.page.escaping import escape
from ui.page.origins import read_in
from ui.page.untold import NO_DATE, NO_OUTLET, UNTITLED
from ui.plain_articles import changed_facts, changes, fact_value
from ui.records import article_page

if TYPE_CHECKING:
    from index.facts import Version
    from ui.page.desk import ArticleStore

LONGEST_COMPARED = 100_000
"""Characters of a text whose earlier versions are compared sentence by sentence; a longer one would keep its reader
waiting."""

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")

NAMES: Mapping[str, str] = {
    "title": "Title",
    "outlet": "Outlet",
    "published": "Published",
    "modified": "Updated",
    "authors": "Authors",
    "section": "Section",
    "language": "Language",
    "url": "Address",
    "path": "File",
}


def open_article(archive: ArticleStore, request: object) -> str:
    """The HTML of the article that a page asks for, as ``{"id": ..., "spans": "10-20,35-40"}``; else what is wrong.

    Only what the archive holds under that id is ever shown.
    """
    asked = request if isinstance(request, dict) else {}
    try:
        article, copies, versions = article_page(archive, str(asked.get("id", "")))
    except CitewireError as error:
        return f'<p class="cw-error" role="alert">{escape(str(error))}</p>'
    return reader_html(article, spans_of(str(asked.get("spans", ""))), copies, versions)


def spans_of(text: str) -> list[tuple[int, int]]:
    """Spans of characters as a page names them; what is none is left out.

    >>> spans_of("10-20,35-40"), spans_of("20-10,x,-5")
    ([(10, 20), (35, 40)], [])
    """
    found = (_SPAN.fullmatch(part.strip()) for part in text.split(","))
    spans = [(int(match[1]), int(match[2])) for match in found if match]
    return [(start, end) for start, end in spans if start < end]


def reader_html(
    article: Article,
    spans: Sequence[tuple[int, int]] = (),
    copies: Sequence[Article] = (),
    versions: Sequence[Version] = (),
) -> str:
    """An article in full, with `spans` of its text marked, the other articles of its story and what it was before.

    >>> reader_html(Article("a", "A ferry sank."), [(2, 7)])[-67:]
    '<div class="cw-reader-text"><p>A <mark>ferry</mark> sank.</p></div>'
    """
    title = f'<h2 class="cw-reader-title">{escape(article.title or UNTITLED)}</h2>'
    also = ""
    if copies:
        also = f'<details class="cw-also"><summary>{also_in(article, copies)}</summary>{copies_html(copies)}</details>'
    text = paragraphs_html(article.text, list(spans))
    return (
        f'{title}<dl class="cw-facts">{"".join(_facts_html(article))}</dl>{also}{_versions_html(article, versions)}'
        f'<div class="cw-reader-text">{text}</div>'
    )


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where each paragraph of a text begins and ends.

    >>> [(start, end) for start, end in paragraphs("One.\\n\\nTwo.")]
    [(0, 4), (6, 10)]
    """
    gap = "\n\n" if "\n\n" in text else "\n"
    at = 0
    for part in text.split(gap):
        if part.strip():
            yield at, at + len(part)
        at += len(part) + len(gap)


def paragraphs_html(text: str, spans: Collection[tuple[int, int]]) -> str:
    """The text of an article, a paragraph each, with the spans of it marked.

    >>> paragraphs_html("One.\\n\\nTwo <b>.", [(0, 3)])
    '<p><mark>One</mark>.</p><p>Two &#60;b&#62;.</p>'
    """
    return "".join(
        f"<p>{marked(text, start, end, [span for span in spans if span[0] < end and span[1] > start])}</p>"
        for start, end in paragraphs(text)
    )


def _facts_html(article: Article) -> Iterator[str]:
    """What is known of an article, and what of outlet and date is not."""
    for fact, name in NAMES.items():
        value = _value_html(article, fact)
        if value:
            told = read_in(article, fact)
            origin = f' <span class="cw-read">({escape(told)})</span>' if told else ""
            yield f"<div><dt>{name}</dt><dd>{value}{origin}</dd></div>"


def _value_html(article: Article, fact: str) -> str:
    if fact == "published":
        return escape(spoken_date(article.published) or NO_DATE)
    if fact == "modified":
        return escape(spoken_date(article.modified) or "")
    if fact == "url":
        return _link_html(article.url)
    if fact == "path":  # where the file lies is nothing for everybody who reads here
        return escape(PurePath(article.path).name) if article.path else ""
    value = fact_value(article, fact)
    if value == "-":
        return escape(NO_OUTLET) if fact == "outlet" else ""
    return escape(value)


def _link_html(url: str | None) -> str:
    """An address to follow where a browser may; the plain words of any other."""
    target = web_url(url)
    if target is None:
        return escape(url or "")
    name = escape(urlsplit(target).netloc)
    return f'<a href="{escape(target)}" target="_blank" rel="noopener noreferrer">Read it at {name}</a>'


def _versions_html(article: Article, versions: Sequence[Version]) -> str:
    if not versions:
        return ""
    number = f"{len(versions)} earlier version{'' if len(versions) == 1 else 's'}"
    items = "".join(_change_html(*change) for change in changes(article, versions))
    return f'<details class="cw-versions"><summary>{number}</summary><ul>{items}</ul></details>'


def _change_html(version: Version, follower: Article) -> str:
    """What was changed when an article took the place of a version of it."""
    before = version.article
    lines = [
        f"<li>{NAMES[fact]}: <del>{escape(fact_value(before, fact))}</del> "
        f"<ins>{escape(fact_value(follower, fact))}</ins></li>"
        for fact in changed_facts(before, follower)
    ]
    lines += _text_changes_html(before.text, follower.text)
    when = f"{spoken_date(version.replaced)}, {version.replaced[11:16]} UTC".replace(",  UTC", "")
    return f"<li>Until {escape(when)}<ul>{''.join(lines)}</ul></li>"


def _text_changes_html(one: str, other: str) -> Iterator[str]:
    from index.differences import differences

    if max(len(one), len(other)) > LONGEST_COMPARED:
        if one != other:
            yield "<li>The text was changed; it is too long to be compared here.</li>"
        return
    for difference in differences(one, other):
        before = f"<del>{escape(difference.one)}</del> " if difference.one is not None else ""
        after = f"<ins>{escape(difference.other)}</ins>" if difference.other is not None else ""
        yield f"<li>{before}{after}</li>"

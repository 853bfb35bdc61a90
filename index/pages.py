"""Articles from web pages."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from index.article import Article
from index.dateline import iso_date
from index.documents import quiet
from index.records import filled

_META = {
    "title": ("og:title", "twitter:title", "dc.title", "headline"),
    "outlet": ("og:site_name", "application-name", "dc.publisher"),
    "author": ("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator"),
    "published": (
        "article:published_time",
        "datepublished",
        "og:published_time",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publication_date",
        "dc.date.issued",
        "dc.date",
        "date",
    ),
    "modified": ("article:modified_time", "datemodified", "og:updated_time", "last-modified"),
    "url": ("og:url",),
}
_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report$|LiveBlog")


class _Head(HTMLParser):
    """What a page says about itself: meta tags, JSON-LD, the canonical address, the first heading and time."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.scripts: list[str] = []
        self.canonical: str | None = None
        self.times: list[str] = []
        self.heading = ""
        self.title = ""
        self._in: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" or values.get("itemprop", "").lower() in ("datepublished", "datemodified"):
            name = values.get("property") or values.get("name") or values.get("itemprop") or ""
            content = values.get("content") or values.get("datetime") or ""
            if content.strip():
                self.meta.setdefault(name.lower(), content)
        elif tag == "link" and values.get("rel", "").lower() == "canonical":
            self.canonical = self.canonical or values.get("href")
        elif tag == "time":
            self.times.append(values.get("datetime", ""))
        elif tag == "script" and values.get("type", "").lower() == "application/ld+json":
            self.scripts.append("")
            self._in = "script"
        elif (tag == "h1" and not self.heading) or (tag == "title" and not self.title):
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts[-1] += data
        elif self._in == "h1":
            self.heading += data
        elif self._in == "title":
            self.title += data


def html_article(html: str, path: str) -> Article:
    """The article of a web page; its facts from JSON-LD, then meta tags, then the heading and the time tag.

    A date is taken only from where the page states it as its own: never from the file, the address or running text.
    """
    import trafilatura

    with quiet("trafilatura", "htmldate", "courlan", "justext"):
        text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_precision=True)
    head = _Head()
    with suppress(AssertionError):  # what HTMLParser raises for a declaration it does not know
        head.feed(html)
    linked = _linked_data(head.scripts)
    told = {name: next((head.meta[key] for key in keys if key in head.meta), None) for name, keys in _META.items()}
    addresses = (head.canonical, told["url"], linked.get("url"))
    url = next((str(found) for found in addresses if str(found).startswith(("http://", "https://"))), None)
    # The clock of the page or of a neighbouring story has a time tag too; one date alone can only be the article's.
    dates = {iso_date(time) for time in head.times}
    shown: dict[str, object] = {
        "title": head.heading.strip() or head.title,
        "published": dates.pop() if len(dates) == 1 else None,
    }
    found = Article(identity=url or path, text=text or "", url=url, path=path, origins={"url": "meta"} if url else {})
    sources = ((linked, "json-ld"), ({**told, "url": None}, "meta"), (shown, "page"))
    for source, origin in sources:
        found = filled(found, source, origin)
    return replace(found, title=_without_outlet(found.title, found.outlet))


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """A title without the name of the outlet after it.

    >>> _without_outlet("Ferry sinks | HarborLedger", "Harbor Ledger")
    'Ferry sinks'
    """
    parts = re.fullmatch(r"(.+) [|–—·-] ([^|–—·]+)", title or "")
    same = parts and outlet and parts[2].replace(" ", "").casefold() == outlet.replace(" ", "").casefold()
    return parts[1] if parts and same else title


def _linked_data(scripts: list[str]) -> dict[str, object]:
    """The article's own facts from JSON-LD, under the names that records use."""
    for script in scripts:
        try:
            content = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = content if isinstance(content, list) else [content]
        nodes += [node for top in nodes if isinstance(top, dict) for node in _as_list(top.get("@graph"))]
        for node in nodes:
            if isinstance(node, dict) and any(_ARTICLE_TYPES.search(str(kind)) for kind in _as_list(node.get("@type"))):
                names = {"title": "headline", "author": "author", "url": "url", "outlet": "publisher"}
                dates = {"published": "datePublished", "modified": "dateModified"}
                told = ((ours, node.get(theirs)) for ours, theirs in {**names, **dates}.items())
                return {ours: unescape(value) if isinstance(value, str) else value for ours, value in told}
    return {}


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]

"""Where a fact of an article was read, in the words of a reader of newspapers."""

from __future__ import annotations

from collections.abc import Mapping

from index import Article

# The origins that `index.article.Article` names.
PLACES: Mapping[str, str] = {
    "meta": "from the page's metadata",
    "json-ld": "from the page's structured data",
    "page": "as the page shows it",
    "heading": "from the headline",
    "byline": "from the byline",
    "dateline": "from the dateline",
    "caption": "from a caption",
    "record": "from its record",
    "front matter": "from the head of the file",
    "properties": "from the document's properties",
    "feed": "from the feed",
    "address": "from the address",
    "file name": "from the file's name",
    "user": "set by hand",
}


def read_in(article: Article, fact: str) -> str:
    """Where a fact of an article was read; nothing where that is not known.

    >>> dated = Article("a", "x", published="2026-03-04", origins={"published": "dateline"})
    >>> read_in(dated, "published"), read_in(dated, "outlet")
    ('from the dateline', '')
    """
    origin = article.origins.get(fact)
    return PLACES.get(origin, f"from {origin}") if origin else ""

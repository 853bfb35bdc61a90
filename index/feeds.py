"""Articles from feeds: the entries of an RSS or Atom file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

from index.article import Article
from index.documents import quiet
from index.errors import UnreadableError
from index.markup import html_text, xml_root
from index.records import Row, Skipped, articles

_ROOTS = frozenset(("rss", "feed", "rdf"))
_ENCODING = re.compile(r"""^\s*<\?xml[^<>]{0,200}?\?>""")
# What publishing software puts under each entry.
_SIGNED_OFF = re.compile(r"The post .{1,300} (?:first appeared|appeared first) on .{1,200}\.?$")


def is_feed(text: str) -> bool:
    """Whether `text` is an RSS or Atom feed, going by its outermost element; one with entities of its own is none.

    >>> is_feed('<?xml version="1.0"?><rss version="2.0">'), is_feed("<html>")
    (True, False)
    """
    try:
        return xml_root(text.encode("utf-8", "replace")).lower() in _ROOTS
    except ValueError:
        return False


def read_feed(text: str, path: str) -> Iterator[Article | Skipped]:
    """An article for each entry of a feed, its text as the entry has it: the content, else the summary.

    An article is known by its link, else as records are (see `index.records`). The feed's title is the outlet where
    the entry names no other source. Raises UnreadableError if `text` is no feed or declares XML entities.
    """
    rows = list(_rows(text, path))
    if not rows:
        raise UnreadableError(f"{path} is a feed without entries; leave it out.")
    yield from articles(lambda: iter(rows), path, origin="feed")


def _rows(text: str, path: str) -> Iterator[Row | Skipped]:
    import feedparser  # type: ignore[import-untyped]

    try:
        root = xml_root(text.encode("utf-8", "replace"))
    except ValueError as error:
        raise UnreadableError(f"{path} declares XML entities, which can unfold to any size; leave it out.") from error
    if root.lower() not in _ROOTS:
        raise UnreadableError(f"{path} is not an RSS or Atom feed; leave it out.")
    # The text is decoded already: what its first line says of an encoding holds no longer.
    data = _ENCODING.sub("", text, count=1).lstrip("\ufeff \n\r\t").encode("utf-8", "replace")
    with quiet("feedparser"):
        feed = feedparser.parse(
            io.BytesIO(data), response_headers={"content-type": "application/xml; charset=utf-8"}, sanitize_html=False
        )
    for number, entry in enumerate(feed.entries, 1):
        record = _record(entry, feed.feed)
        where = f"{path} entry {number}"
        yield Row(where, record) if record["text"] else Skipped(where, "the entry holds no text.")


def _record(entry: Mapping[str, object], feed: Mapping[str, object]) -> dict[str, object]:
    """An entry's facts under the names that records use."""
    contents = entry.get("content")
    told = [*(contents if isinstance(contents, list) else []), entry.get("summary_detail")]
    texts = (_plain(detail) for detail in told)
    text, captions = next((found for found in texts if found[0]), ("", ()))
    source, authors, tags = entry.get("source"), entry.get("authors"), entry.get("tags")
    link = str(entry.get("feedburner_origlink") or entry.get("link") or "")
    return {
        "text": text,
        "captions": list(captions),
        "title": _plain(entry.get("title_detail"))[0],
        "outlet": (isinstance(source, Mapping) and source.get("title")) or _plain(feed.get("title_detail"))[0],
        "authors": [author for author in authors if author.get("name")] if isinstance(authors, list) else [],
        "published": entry.get("published"),
        # The library lends `published` to it where it is missing, and warns.
        "modified": entry.get("updated") if "updated" in entry else None,
        # Several categories are key words; one is the section.
        "section": tags[0].get("term") if isinstance(tags, list) and len(tags) == 1 else None,
        "language": feed.get("language"),
        "url": link if link.startswith(("http://", "https://")) else None,
        "id": entry.get("id"),
    }


def _plain(detail: object) -> tuple[str, tuple[str, ...]]:
    """The text and the captions of one of an entry's texts, whatever markup it is in."""
    if not isinstance(detail, Mapping):
        return "", ()
    value = str(detail.get("value") or "")
    if detail.get("type") == "text/plain" and not re.search(r"</\w|<br|&#?\w+;", value):
        return value, ()
    text, captions = html_text(value)
    return "\n\n".join(line for line in text.split("\n\n") if not _SIGNED_OFF.fullmatch(line)), captions

"""Articles from the web: pages, feeds and documents that the user names by their URL.

A URL may come out of a feed or a redirect, and so from a stranger: nothing is fetched from an address that is not
public unless the user allows it (see `index.connection`), and each redirect is checked anew. Proxies of the
environment are not used, for a proxy would resolve the names itself: who can reach the web through one alone saves the
pages as files. Whether a site's robots.txt minds is the user's matter, who names each URL.
"""

from __future__ import annotations

import io
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.article import Article
from index.clean import tidy
from index.completion import completed
from index.documents import markdown_article, pdf_article, quiet
from index.errors import UnreadableError
from index.feeds import is_feed, read_feed
from index.pages import html_article
from index.readers import MAX_FILE_BYTES, decode
from index.records import Skipped, filled
from index.word import docx_article

if TYPE_CHECKING:
    from httpx2 import URL

DEADLINE_SECONDS = 60.0
MOST_REDIRECTS = 5
MOST_ENTRIES = 500
_LEAST_OWN_TEXT = 300  # characters; what is shorter in a feed is a teaser
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_ACCEPTED = "text/html, application/xhtml+xml, application/xml, application/pdf, text/*;q=0.9, */*;q=0.5"
_KINDS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/markdown": "md",
    "text/plain": "txt",
}
_SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx", ".md": "md", ".txt": "txt"}
_UNTOLD = frozenset(("", "application/octet-stream", "binary/octet-stream", "application/zip"))
_PAGE_START = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(r"charset=[\"']?([\w-]{2,20})", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """What a URL gave: its address after redirects, its Content-Type as sent, and its bytes, unpacked."""

    url: str
    content_type: str
    data: bytes


def is_url(text: str) -> bool:
    """Whether `text` names something on the web and not a file.

    >>> is_url("https://example.org/a"), is_url("HTTP://example.org"), is_url("news/a.html")
    (True, True, False)
    """
    return text.lower().startswith(("http://", "https://"))


def read_url(url: str, allow_private: bool = False) -> Iterator[Article | Skipped]:
    """The article of a web page or document, or those that the entries of a feed lead to.

    A page is known by the canonical URL that it states on its own host, else by its final URL. Of a feed each entry's
    page is fetched by the same rules; where that fails the entry's own text stands if it is more than a teaser, and
    else the entry is Skipped. Raises UnreadableError if `url` itself gives nothing that can be read.
    """
    fetched = fetch_url(url, allow_private)
    kind = kind_of(fetched)
    text = None if kind in ("pdf", "docx") else _decoded(fetched)
    if text is not None and is_feed(text):
        yield from _followed(text, fetched.url, allow_private)
    elif kind is None:
        raise _unknown_kind(fetched)
    else:
        yield _article(fetched, kind, text or "")


def fetch_url(
    url: str,
    allow_private: bool = False,
    *,
    seconds: float = DEADLINE_SECONDS,
    most_bytes: int = MAX_FILE_BYTES,
) -> Fetched:
    """What `url` gives within `seconds` in all, `most_bytes` once unpacked and `MOST_REDIRECTS` redirects.

    Raises UnreadableError for what is not http or https, holds a password, is refused by its address or does not
    answer as it should.
    """
    from httpx2 import URL, InvalidURL

    deadline = time.monotonic() + seconds
    try:
        target = URL(url)
        for _ in range(MOST_REDIRECTS + 1):
            _check(target)
            found = _get(target, allow_private, deadline, most_bytes)
            if isinstance(found, Fetched):
                return found
            target = target.join(found)
    except (InvalidURL, UnicodeError) as error:
        raise UnreadableError(f"{url} is or leads to a URL that is none; check the address.") from error
    raise UnreadableError(f"{url} redirects more than {MOST_REDIRECTS} times; give the address it should lead to.")


def _check(url: URL) -> None:
    if url.scheme not in ("http", "https") or not url.host:
        raise UnreadableError(f"{url} is not a web address; give one that begins with http:// or https://.")
    if url.userinfo:
        raise UnreadableError(f"The address of {url.host} holds a user name or password; citewire does not send them.")


def _get(url: URL, allow_private: bool, deadline: float, most_bytes: int) -> Fetched | str:
    """What one request gives, or where it redirects to."""
    import httpcore2

    from index.connection import GuardedNetwork

    try:
        with (
            httpcore2.ConnectionPool(network_backend=GuardedNetwork(allow_private, deadline)) as pool,
            pool.stream(
                "GET",
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "User-Agent": _agent(),
                    "Accept": _ACCEPTED,
                    "Accept-Encoding": "gzip",
                    "Connection": "close",
                },
            ) as response,
        ):
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and "location" in headers:
                return headers["location"]
            if response.status != 200:
                raise UnreadableError(f"{url} answered with status {response.status}; check the address.")
            data = _body(response.iter_stream(), headers, str(url), most_bytes)
    except httpcore2.TimeoutException as error:
        raise UnreadableError(f"{url} did not answer in time; try again later.") from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, zlib.error) as error:
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise UnreadableError(f"{url} could not be fetched ({reason}); check the address and try again.") from error
    return Fetched(str(url.copy_with(fragment=None)), headers.get("content-type", ""), data)


def _agent() -> str:
    try:
        return f"citewire/{version('citewire')}"
    except PackageNotFoundError:
        return "citewire"


def _body(parts: Iterable[bytes], headers: dict[str, str], url: str, most_bytes: int) -> bytes:
    """The bytes of an answer, unpacked. What would be too large is refused before it is unpacked any further."""
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise UnreadableError(f"{url} is packed in a way that nobody asked for; save it as a file.")
    unpacker = None if packing in ("identity", "") else zlib.decompressobj(zlib.MAX_WBITS | 32)
    data = bytearray()
    for part in parts:
        data += part if unpacker is None else unpacker.decompress(part, most_bytes + 1 - len(data))
        if len(data) > most_bytes:
            raise UnreadableError(f"{url} holds more than {most_bytes / 1e6:g} MB; it is too large for an article.")
    if unpacker is not None and data and not unpacker.eof:
        raise UnreadableError(f"{url} breaks off before its end; try again later.")
    return bytes(data)


def kind_of(fetched: Fetched) -> str | None:
    """What an answer holds, as its Content-Type says or, where that says nothing, as it begins and is called.

    >>> kind_of(Fetched("", "text/html; charset=utf-8", b"")), kind_of(Fetched("", "", b"%PDF-1.4"))
    ('html', 'pdf')
    """
    stated = fetched.content_type.partition(";")[0].strip().lower()
    if fetched.data.startswith(b"%PDF-"):
        return "pdf"
    if stated in ("text/plain", *_UNTOLD) and _PAGE_START.match(fetched.data[:1000]):
        return "html"
    named = next(
        (kind for suffix, kind in _SUFFIXES.items() if urlsplit(fetched.url).path.lower().endswith(suffix)), None
    )
    if stated in _UNTOLD or (stated == "text/plain" and named == "md"):
        return named
    return _KINDS.get(stated)


def _decoded(fetched: Fetched) -> str | None:
    """The text of an answer: UTF-8, else as its header says, else as it says itself; None where it is none."""
    charset = _CHARSET.search(fetched.content_type)
    for encoding in ("utf-8-sig", charset[1] if charset else "utf-8"):
        try:
            text = fetched.data.decode(encoding)
        except (ValueError, LookupError):
            continue
        if "\0" not in text:
            return text
    try:
        return decode(fetched.data, fetched.url, declared=True)
    except UnreadableError:
        return None


def _unknown_kind(fetched: Fetched) -> UnreadableError:
    kind = tidy(fetched.content_type.partition(";")[0])[:80] or "of no stated kind"
    return UnreadableError(
        f"{fetched.url} is {kind}, no article; name a page, a feed, or a PDF, Word, Markdown or text file."
    )


def _article(fetched: Fetched, kind: str | None, text: str) -> Article:
    url = fetched.url
    if kind == "html":
        article = completed(html_article(text, url))
    elif kind == "pdf":
        article = completed(pdf_article(fetched.data, url), first_line_is_title=True)
    elif kind == "docx":
        article = docx_article(fetched.data, url)
    elif kind == "md":
        article = completed(markdown_article(text, url))
    elif kind == "txt":
        article = completed(Article(identity=url, text=text), first_line_is_title=True)
    else:
        raise _unknown_kind(fetched)
    if not article.text:
        raise UnreadableError(f"{url} holds no text of an article; it may need a browser: save the page as a file.")
    if article.url and _may_speak_for(article.url, url):
        return replace(article, identity=article.url, path=None)
    return replace(article, identity=url, url=url, path=None, origins={**article.origins, "url": "address"})


def _may_speak_for(stated: str, url: str) -> bool:
    """Whether a page at `url` may call itself `stated`: an address of its own host, and not that of the front page.

    >>> _may_speak_for("https://www.example.org/a", "https://example.org/a?from=feed")
    True
    >>> _may_speak_for("https://other.org/a", "https://example.org/a"), _may_speak_for("https://a.org/", "https://a.org/b")
    (False, False)
    """
    try:
        one, other = urlsplit(stated), urlsplit(url)
    except ValueError:
        return False
    hosts = {(part.hostname or "").removeprefix("www.") for part in (one, other)}
    return len(hosts) == 1 and (one.path.strip("/") != "" or other.path.strip("/") == "" or one.query != "")


def _followed(feed: str, url: str, allow_private: bool) -> Iterator[Article | Skipped]:
    """The articles that a feed leads to, each known but for its text what the feed tells of it too."""
    own = {article.url: article for article in read_feed(feed, url) if isinstance(article, Article)}
    links = list(dict.fromkeys(_links(feed, url)))
    if not own and not links:
        raise UnreadableError(f"{url} is a feed without entries that lead anywhere; name another.")
    if None in own:
        yield completed(own[None])
    for link in links[:MOST_ENTRIES]:
        yield _entry(link, own.get(link), allow_private)
    for link in links[MOST_ENTRIES:]:
        yield Skipped(link, f"the feed has more than {MOST_ENTRIES} entries; name the article's URL to have it.")


def _entry(link: str, own: Article | None, allow_private: bool) -> Article | Skipped:
    told = completed(own) if own else None
    try:
        fetched = fetch_url(link, allow_private)
        article = _article(fetched, kind_of(fetched), _decoded(fetched) or "")
    except UnreadableError as error:
        return told if told and len(told.text) >= _LEAST_OWN_TEXT else Skipped(link, str(error))
    if not told:
        return article
    if len(told.text) > len(article.text):
        # What hides the page's text, a wall or a script, hides it from the feed's readers no less.
        article = replace(article, text=told.text)
    names = ("title", "outlet", "authors", "published", "modified", "section", "language")
    return filled(article, {name: getattr(told, name) for name in names}, "feed")


def _links(feed: str, url: str) -> Iterator[str]:
    import feedparser  # type: ignore[import-untyped]

    told = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    data = feed.lstrip("\ufeff \n\r\t").encode("utf-8", "replace")
    with quiet("feedparser"):
        entries = feedparser.parse(io.BytesIO(data), response_headers=told).entries
    links = (str(entry.get("feedburner_origlink") or entry.get("link") or "") for entry in entries)
    return (link for link in links if is_url(link))

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from index.article import Article
from index.connection import is_public
from index.errors import UnreadableError
from index.records import Skipped
from index.web import Fetched, fetch_url, is_url, kind_of, read_url

BODY = "".join(
    f"<p>The ferry left pier {n} at dawn with forty people aboard, the coast guard said.</p>" for n in range(6)
)
HTML = {"Content-Type": "text/html; charset=utf-8"}
Reply = tuple[int, dict[str, str], bytes | Callable[[BaseHTTPRequestHandler], None]]


def page(head: str = "", title: str = "Ferry sinks", body: str = BODY) -> bytes:
    return f"<html><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


class Site(ThreadingHTTPServer):
    """A real server on this machine; `replies` says what it gives, `asked` keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """A reader that hangs up is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.server.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.server.replies.get(self.path, (404, {}, b"not here"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            if callable(body):
                body(self)
            else:
                self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield site
        site.shutdown()
        thread.join()


def only(found: Iterator[Article | Skipped]) -> Article:
    (article,) = found
    assert isinstance(article, Article)
    return article


def test_a_page_becomes_an_article_known_by_its_final_url(site: Site) -> None:
    site.replies["/old"] = (301, {"Location": "/new?a=1#part"}, b"")
    site.replies["/new?a=1"] = (200, HTML, page('<meta property="og:site_name" content="The Ledger">'))
    found = only(read_url(f"{site.url}/old", allow_private=True))
    assert found.identity == found.url == f"{site.url}/new?a=1"
    assert (found.title, found.outlet, found.origins["url"]) == ("Ferry sinks", "The Ledger", "address")
    assert "pier 5" in found.text


@pytest.mark.parametrize(
    ("canonical", "is_taken"),
    [("{site}/ferry", True), ("https://other.example/ferry", False), ("{site}/", False)],
)
def test_a_page_may_state_its_address_on_its_own_host_only(site: Site, canonical: str, is_taken: bool) -> None:
    stated = canonical.format(site=site.url)
    site.replies["/ferry?from=feed"] = (200, HTML, page(f'<link rel="canonical" href="{stated}">'))
    found = only(read_url(f"{site.url}/ferry?from=feed", allow_private=True))
    assert found.identity == found.url == (stated if is_taken else f"{site.url}/ferry?from=feed")


def test_an_address_that_is_not_public_is_refused_before_anything_is_sent(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(UnreadableError, match="not public; pass --allow-private"):
            fetch_url(f"http://{host}:{site.server_port}/")
    assert site.asked == []


@pytest.mark.parametrize(
    "address",
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 224.0.0.1 240.0.0.1 255.255.255.255 "
    ":: ::1 ::ffff:192.168.1.1 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:a00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 "
    "fe80::1%eth0 fc00::1 fec0::1 ff02::1 2001:db8::1 ::7f00:1".split(),
)
def test_private_addresses_in_every_guise(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_a_name_is_resolved_once_for_each_request_and_stays_the_host(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name server whose second answer differs: what was checked must be what is connected to.
    looked_up: list[str] = []
    resolve = socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **named: Any) -> Any:
        if not host.endswith(".test"):
            return resolve(host, *rest, **named)
        looked_up.append(host)
        return resolve("127.0.0.1" if looked_up.count(host) == 1 else "127.9.9.9", *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    site.replies["/a"] = (302, {"Location": f"http://two.test:{site.server_port}/b"}, b"")
    site.replies["/b"] = (200, HTML, b"there")
    found = fetch_url(f"http://one.test:{site.server_port}/a", allow_private=True)
    assert found.data == b"there" and looked_up == ["one.test", "two.test"]
    assert [headers["Host"].split(":")[0] for _, headers in site.asked] == looked_up
    with pytest.raises(UnreadableError, match=r"one\.test has the address"):
        fetch_url(f"http://one.test:{site.server_port}/a")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("http://jane:secret@127.0.0.1/", "user name or password"),
        ("http://", "not a web address"),
        ("http://[::1/", "a URL that is none"),
        ("http://no-such-host.invalid/", "is not known"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as refused:
        fetch_url(url, allow_private=True)
    assert "secret" not in str(refused.value)


def test_a_redirect_to_another_scheme_or_with_a_password_is_refused(site: Site) -> None:
    site.replies["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    site.replies["/password"] = (302, {"Location": f"http://a:b@127.0.0.1:{site.server_port}/"}, b"")
    for path, reason in (("/file", "not a web address"), ("/password", "password")):
        with pytest.raises(UnreadableError, match=reason):
            fetch_url(site.url + path, allow_private=True)


def test_five_redirects_are_followed_and_a_loop_is_not(site: Site) -> None:
    for n in range(6):
        site.replies[f"/{n}"] = (302, {"Location": f"/{n + 1}"}, b"")
    site.replies["/6"] = (200, HTML, b"end")
    assert fetch_url(f"{site.url}/1", allow_private=True).data == b"end"
    with pytest.raises(UnreadableError, match="redirects more than 5 times"):
        fetch_url(f"{site.url}/0", allow_private=True)
    site.replies["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(UnreadableError, match="redirects more than 5 times"):
        fetch_url(f"{site.url}/loop", allow_private=True)


def test_an_answer_too_large_is_broken_off(site: Site) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        while True:
            sent += handler.wfile.write(b"x" * 65536)

    site.replies["/endless"] = (200, HTML, endless)
    with pytest.raises(UnreadableError, match="more than 1 MB"):
        fetch_url(f"{site.url}/endless", allow_private=True, most_bytes=1_000_000)
    assert sent < 50_000_000


def test_a_packed_answer_is_counted_unpacked(site: Site) -> None:
    packed = {**HTML, "Content-Encoding": "gzip"}
    site.replies["/small"] = (200, packed, gzip.compress(b"a page"))
    site.replies["/bomb"] = (200, packed, gzip.compress(bytes(200_000_000), 9))
    site.replies["/broken"] = (200, packed, gzip.compress(bytes(range(256)) * 100)[:-20])
    site.replies["/other"] = (200, {**HTML, "Content-Encoding": "br"}, b"x")
    assert fetch_url(f"{site.url}/small", allow_private=True).data == b"a page"
    for path, reason in (("/bomb", "more than 50 MB"), ("/broken", "breaks off"), ("/other", "nobody asked for")):
        with pytest.raises(UnreadableError, match=reason):
            fetch_url(site.url + path, allow_private=True)


def test_a_server_that_drips_is_left_at_the_deadline(site: Site) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    site.replies["/drip"] = (200, HTML, drip)
    started = time.monotonic()
    with pytest.raises(UnreadableError, match="did not answer in time"):
        fetch_url(f"{site.url}/drip", allow_private=True, seconds=0.5)
    assert time.monotonic() - started < 2


def test_a_server_that_drips_its_head_or_is_silent_is_left_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    for letter in "HTTP/1.1 200 OK\r\nX-Slow: " + "x" * 100:
                        connection.sendall(letter.encode())
                        time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for _ in range(2):  # the second time nobody answers
            started = time.monotonic()
            with pytest.raises(UnreadableError, match="did not answer in time"):
                fetch_url(url, allow_private=True, seconds=0.5)
            assert time.monotonic() - started < 2
        thread.join()


def test_a_missing_page_and_a_closed_port_are_said(site: Site) -> None:
    with pytest.raises(UnreadableError, match="status 404"):
        fetch_url(f"{site.url}/none", allow_private=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreadableError, match="could not be fetched"):
        fetch_url(f"http://127.0.0.1:{port}/", allow_private=True)


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.replies["/"] = (200, HTML, b"there")
    assert fetch_url(f"{site.url}/", allow_private=True).data == b"there"
    assert site.asked[0][1]["User-Agent"].startswith("citewire")


def test_the_character_set_is_the_headers_unless_the_bytes_are_utf_8(site: Site) -> None:
    body = page(title="Fähre sinkt").decode()
    site.replies["/latin"] = (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, body.encode("latin-1"))
    site.replies["/greek"] = (
        200,
        {"Content-Type": "text/html; charset=iso-8859-7"},
        page("", "Πλοίο").decode().encode("iso-8859-7"),
    )
    site.replies["/utf"] = (200, {"Content-Type": "text/html; charset=ISO-8859-1"}, body.encode())
    titles = [only(read_url(site.url + path, allow_private=True)).title for path in ("/latin", "/greek", "/utf")]
    assert titles == ["Fähre sinkt", "Πλοίο", "Fähre sinkt"]


@pytest.mark.parametrize(
    ("fetched", "kind"),
    [
        (Fetched("http://a/b", "application/octet-stream", b"%PDF-1.7"), "pdf"),
        (Fetched("http://a/b.docx", "application/octet-stream", b"PK"), "docx"),
        (Fetched("http://a/b", "text/plain", b"<!DOCTYPE html><html>"), "html"),
        (Fetched("http://a/b.md?x", "text/plain", b"# Ferry"), "md"),
        (Fetched("http://a/b.html", "image/png", b"\x89PNG"), None),
    ],
)
def test_the_kind_is_told_by_type_then_content_then_name(fetched: Fetched, kind: str | None) -> None:
    assert kind_of(fetched) == kind


def test_what_holds_no_article_is_refused_in_a_sentence(site: Site) -> None:
    site.replies["/picture"] = (200, {"Content-Type": "image/png"}, b"\x89PNG\0")
    site.replies["/empty"] = (200, HTML, b"<html><body></body></html>")
    for path, reason in (("/picture", "is image/png, no article"), ("/empty", "holds no text")):
        with pytest.raises(UnreadableError, match=reason):
            list(read_url(site.url + path, allow_private=True))


def test_a_text_file_is_read_as_one(site: Site) -> None:
    text = "Ferry sinks\nMarch 4, 2026\n\nA ferry sank off Port Ellery at dawn, and nobody was hurt, police said."
    site.replies["/a.txt"] = (200, {"Content-Type": "text/plain"}, text.encode())
    found = only(read_url(f"{site.url}/a.txt", allow_private=True))
    assert (found.title, found.published, found.identity) == ("Ferry sinks", "2026-03-04", f"{site.url}/a.txt")


def feed(*items: tuple[str, str]) -> bytes:
    entries = "".join(
        f"<item><title>Entry {n}</title><link>{link}</link><pubDate>Wed, 04 Mar 2026 10:00:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
        for n, (link, text) in enumerate(items)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Ledger</title>{entries}</channel></rss>'.encode()
    )


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/html", "application/octet-stream"])
def test_a_feed_gives_the_articles_its_entries_lead_to(site: Site, kind: str) -> None:
    site.replies["/a"] = (200, HTML, page())
    site.replies["/feed"] = (
        200,
        {"Content-Type": kind},
        feed(
            (f"{site.url}/a", "A ferry sank."),
            (f"{site.url}/gone", BODY),
            (f"{site.url}/gone-too", "Read more."),
            (f"{site.url}/b", ""),
        ),
    )
    site.replies["/b"] = (200, HTML, page(title="Second"))
    first, second, third, fourth = read_url(f"{site.url}/feed", allow_private=True)
    assert isinstance(first, Article) and "pier 5" in first.text
    # What the page does not say is taken from the feed.
    assert (first.published, first.origins["published"], first.outlet) == ("2026-03-04", "feed", "The Ledger")
    assert isinstance(second, Article) and second.url == f"{site.url}/gone" and "pier 5" in second.text
    assert isinstance(third, Skipped) and third.path == f"{site.url}/gone-too" and "status 404" in third.reason
    assert isinstance(fourth, Article) and fourth.title == "Second"


def test_a_feed_cannot_lead_to_a_feed_without_end(site: Site) -> None:
    site.replies["/feed"] = (200, {"Content-Type": "text/xml"}, feed((f"{site.url}/feed", "x")))
    (found,) = read_url(f"{site.url}/feed", allow_private=True)
    assert isinstance(found, Skipped) and "no article" in found.reason


def test_a_feed_that_declares_entities_is_refused(site: Site) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">]><rss><channel><title>&a;</title></channel></rss>'
    site.replies["/feed"] = (200, {"Content-Type": "application/rss+xml"}, bomb)
    with pytest.raises(UnreadableError, match="no article"):
        list(read_url(f"{site.url}/feed", allow_private=True))


def test_urls_are_told_from_paths() -> None:
    assert [is_url(text) for text in ("http://a", "HTTPS://a", "a.html", "/http://a", "ftp://a")] == [
        True,
        True,
        False,
        False,
        False,
    ]

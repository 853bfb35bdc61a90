"""The door of the server: what it lets through, from whom and for what."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake_assistant import Reciter, serving
from running import run
from starlette.datastructures import Headers

from index.errors import InputError
from ui.accounts import read_accounts
from ui.page.guard import MOST_BYTES, foreign, guarded, host_name, names_of, unwanted
from ui.page.tries import MOST_WAITING, Tries
from ui.settings import load_settings

ACCOUNTS = read_accounts("ann:open sesame", "a test")
HERE = names_of("127.0.0.1")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Reciter()) as url:
        yield url


# Under which names


def test_on_this_machine_the_server_answers_to_its_names_and_one_that_is_given() -> None:
    known = names_of("127.0.0.1", "news.example", everyone=True)
    assert all(known(name) for name in ("127.0.0.1", "localhost", "::1", "news.example"))
    assert not any(known(name) for name in ("", "evil.test", "192.0.2.1", socket.gethostname()))


def test_open_to_everyone_it_answers_to_no_name_that_anybody_can_make_lead_to_it() -> None:
    known = names_of("0.0.0.0", "news.example", everyone=True)
    assert all(known(name) for name in ("192.0.2.1", "2001:db8::1", "localhost", "news.example"))
    assert known(socket.gethostname().lower())
    assert not any(known(name) for name in ("", "evil.test"))


@pytest.mark.parametrize(("text", "sent"), [("News.Example", "news.example"), ("zeitung.köln", "zeitung.xn--kln-sna")])
def test_the_name_may_be_written_as_people_write_it(text: str, sent: str, tmp_path: Path) -> None:
    settings = load_settings({"served_as": text}, {}, tmp_path / "none.toml")
    assert settings.served_as == sent


@pytest.mark.parametrize("text", ["https://news.example", "news.example:8443", "news.example/page", "a b"])
def test_what_is_no_name_of_a_host_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--served_as is .* no name of a host; give one such as"):
        load_settings({"served_as": text}, {}, tmp_path / "none.toml")


def test_where_people_log_in_it_answers_to_every_name() -> None:
    assert names_of("0.0.0.0")("news.example")


def test_the_name_is_told_apart_from_the_port() -> None:
    assert [host_name(host) for host in ("127.0.0.1", "[::1]:7860", "LOCALHOST:1")] == ["127.0.0.1", "::1", "localhost"]


# From which sites


@pytest.mark.parametrize("origin", ["null", "http://[", "", "http://127.0.0.1:1", "http://evil.test/http://127.0.0.1"])
def test_an_origin_that_is_none_is_refused_like_any_other_site(origin: str) -> None:
    refusal = foreign(Headers({"host": "127.0.0.1", "origin": origin}), "/", HERE)
    assert refusal is not None and refusal.status == 403
    assert foreign(Headers({"host": "127.0.0.1", "origin": "http://127.0.0.1"}), "/", HERE) is None


@pytest.mark.parametrize(
    ("path", "site", "mode", "dest", "is_let_in"),
    [
        ("/", "cross-site", "navigate", "document", True),
        ("/api", "same-site", "navigate", "document", True),
        ("/", "cross-site", "navigate", "iframe", False),
        ("/", "cross-site", "no-cors", "image", False),
        ("/api/articles/1bcc4ea8b594", "same-site", "no-cors", "script", False),
        ("/gradio_api/heartbeat/x", "cross-site", "navigate", "document", False),
        ("/gradio_api/heartbeat/x", "same-origin", "cors", "empty", True),
        ("/gradio_api/heartbeat/x", "none", "navigate", "document", True),
    ],
)
def test_another_site_may_link_to_the_page_and_no_more(
    path: str, site: str, mode: str, dest: str, is_let_in: bool
) -> None:
    sent = {"host": "127.0.0.1", "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert (foreign(Headers(sent), path, HERE) is None) is is_let_in


def test_a_server_in_front_passes_on_what_came_to_its_own_name() -> None:
    known = names_of("127.0.0.1", "news.example")
    passed_on = {"host": "news.example", "origin": "https://news.example", "sec-fetch-site": "same-origin"}
    assert foreign(Headers(passed_on), "/gradio_api/queue/join", known) is None
    refusal = foreign(Headers({**passed_on, "host": "evil.test"}), "/", known)
    assert refusal is not None and (refusal.status, "--served-as NAME" in refusal.reason) == (400, True)


# For what


@pytest.mark.parametrize(
    "asked", ["file=https://evil.test/x.png", "file/http://evil.test/x", "proxy=https://evil.test/x"]
)
@pytest.mark.integration
def test_nothing_is_fetched_from_elsewhere_for_a_browser(url: str, asked: str) -> None:
    reply = httpx.get(f"{url}gradio_api/{asked}")
    assert (reply.status_code, reply.text) == (404, "citewire fetches nothing from elsewhere for a browser.\n")


@pytest.mark.parametrize("path", ["/gradio_api/file=/tmp/x.md", "/gradio_api/file=C:/x.md", "/api/ask"])
def test_the_pages_own_files_are_offered(path: str) -> None:
    assert unwanted(Headers({"content-length": str(MOST_BYTES)}), path) is None


@pytest.mark.integration
def test_what_is_too_long_or_tells_no_length_is_refused_before_it_is_read(url: str) -> None:
    long = httpx.post(f"{url}api/search", content=b" " * (MOST_BYTES + 1))
    assert (long.status_code, long.text) == (413, "This is too long; send at most 10 MB.\n")
    unmeasured = httpx.post(f"{url}api/search", content=iter([b"{}"]))
    assert unmeasured.status_code == 411 and "Content-Length" in unmeasured.text


@pytest.mark.integration
def test_a_file_that_is_larger_than_citewire_reads_is_not_taken_in(url: str, tmp_path: Path) -> None:
    files = {"files": ("small.txt", b"small"), "more": ("large.txt", b" " * 50_000_001)}
    assert httpx.post(f"{url}gradio_api/upload", files=[("files", files["files"])]).status_code == 200
    assert httpx.post(f"{url}gradio_api/upload", files=[("files", files["more"])], timeout=60).status_code == 413


@pytest.mark.integration
def test_nothing_is_taken_for_what_it_does_not_say_it_is(url: str) -> None:
    for path in ("", "config", "openapi.json", "gradio_api/info", "nothing"):
        assert httpx.get(f"{url}{path}").headers["x-content-type-options"] == "nosniff", path


# By whom


def test_a_websocket_of_a_stranger_is_closed() -> None:
    sent: list[str] = []

    async def site(*_: object) -> None:
        sent.append("reached")

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message["type"])

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def knock() -> None:
        scope = {"type": "websocket", "headers": [(b"host", b"localhost")]}
        await guarded(site, HERE, ACCOUNTS)(scope, receive, send)
        await guarded(site, {"127.0.0.1"}.__contains__)(scope, receive, send)

    run(knock())
    assert sent == ["websocket.close", "websocket.close"]


def tried(*passwords: tuple[str, str], seconds: float = 0.05) -> tuple[list[tuple[str, bool | None]], float]:
    """What came of passwords that were sent all at once, each from an address for a name, in the order of that."""
    came: list[tuple[str, bool | None]] = []

    async def knock() -> None:
        tries = Tries(seconds)

        async def one(address: str, password: str) -> None:
            came.append((password, await tries.check(*address.split(), lambda: password == "right")))

        await asyncio.gather(*(one(*password) for password in passwords))

    started = time.perf_counter()
    run(knock())
    return came, time.perf_counter() - started


def test_whoever_sends_many_passwords_at_once_learns_of_none_sooner() -> None:
    came, seconds = tried(("there ann", "a"), ("there ann", "b"), ("there ann", "right"))
    assert came == [("a", False), ("b", False), ("right", True)]
    assert seconds >= 0.1


def test_a_wrong_password_keeps_nobody_else_waiting() -> None:
    came, _ = tried(("there ann", "a"), ("here ann", "right"), ("there bob", "right"))
    assert came == [("right", True), ("right", True), ("a", False)]


def test_too_many_that_wait_are_not_looked_at() -> None:
    came, _ = tried(*[("there ann", "a")] * (MOST_WAITING + 1), seconds=0.0)
    assert sorted(came, key=str) == [("a", False)] * MOST_WAITING + [("a", None)]


def test_a_wrong_password_is_told_where_the_server_runs(caplog: pytest.LogCaptureFixture) -> None:
    tried(("192.0.2.1 ann", "wrong"), seconds=0.0)
    assert caplog.messages == ["a wrong name or password came from 192.0.2.1"]

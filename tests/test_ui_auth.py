"""Who gets in: accounts, the door of the server, and what `--host` takes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake_assistant import serving
from fake_cli import Cli, one_line
from fake_library import library

from index.errors import InputError
from rag import Assistant
from ui.accounts import Accounts, read_accounts
from ui.page.guard import credentials
from ui.page.tries import WRONG_PASSWORD_SECONDS
from ui.settings import load_settings

PASSWORD = "open: sesame"
ACCOUNTS = read_accounts(f"# who may read\n\nann:{PASSWORD}\nbob:Zürich", "a test")


def test_a_password_may_hold_a_colon_and_any_letter() -> None:
    assert ACCOUNTS.knows("ann", PASSWORD) and ACCOUNTS.knows("bob", "Zürich")
    wrong = [("ann", ""), ("ann", "open"), ("", ""), ("bob", PASSWORD), ("# who may read", "")]
    assert not any(ACCOUNTS.knows(*one) for one in wrong)


@pytest.mark.parametrize("text", ["ann", "ann:", ":secret", "ann:a\nann:b", "# nobody", " \n"])
def test_lines_that_are_no_accounts_are_an_error_that_tells_no_password(text: str) -> None:
    with pytest.raises(InputError, match="CITEWIRE_AUTH .*NAME:PASSWORD|CITEWIRE_AUTH has a name") as caught:
        read_accounts(text, "CITEWIRE_AUTH")
    assert "secret" not in str(caught.value)


def test_accounts_come_from_a_file_or_the_environment_and_are_never_shown(tmp_path: Path) -> None:
    none = tmp_path / "none.toml"
    file = tmp_path / "accounts"
    file.write_text("ann:s3cret\n")
    file.chmod(0o600)
    toml = tmp_path / "config.toml"
    toml.write_text(f'auth = "{file}"\n')
    for settings in (
        load_settings({"auth": str(file)}, {}, none),
        load_settings({}, {"CITEWIRE_AUTH": "ann:s3cret"}, none),
        load_settings({}, {}, toml),
    ):
        assert settings.auth is not None and settings.auth.knows("ann", "s3cret")
        assert "s3cret" not in repr(settings) and "digests" not in repr(settings)
    assert load_settings({}, {}, none).auth is None


def test_a_file_of_passwords_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text("ann:s3cret\n")
    file.chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        load_settings({"auth": str(file)}, {}, tmp_path / "none.toml")


def test_a_file_of_passwords_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone of --auth cannot be read \(No such file or directory\)"):
        load_settings({"auth": str(tmp_path / "gone")}, {}, tmp_path / "none.toml")
    with pytest.raises(InputError, match="^--auth takes a file") as caught:
        load_settings({"auth": "ann:s3cret"}, {}, tmp_path / "none.toml")
    assert "s3cret" not in str(caught.value)
    file = tmp_path / "accounts"
    file.write_bytes(b"ann:\xff\n")
    file.chmod(0o600)
    with pytest.raises(InputError, match="not UTF-8"):
        load_settings({"auth": str(file)}, {}, tmp_path / "none.toml")


def test_credentials_that_are_none_are_empty() -> None:
    assert [credentials(text) for text in ("", "Basic", "Basic !", "Basic /w==", "Bearer YTpi")] == [("", "")] * 5


def chat(cli: Cli, monkeypatch: pytest.MonkeyPatch, *flags: str) -> tuple[int, str, list[tuple[str, Accounts | None]]]:
    """The exit code and the errors of `citewire chat`, and where and to whom it would have served."""
    served: list[tuple[str, Accounts | None]] = []
    monkeypatch.setattr("ui.page.app.build_app", lambda desk: None)
    monkeypatch.setattr(
        "ui.page.serve.serve", lambda app, host, port, accounts, **more: served.append((host, accounts))
    )
    code, _, err = cli("chat", "--no-browser", *flags)
    return code, err, served


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "news.example"])
def test_others_are_let_in_only_where_somebody_says_so(
    cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    code, err, served = chat(cli, monkeypatch, "--host", host)
    assert (code, served) == (1, []) and one_line(err)
    assert "--auth FILE" in err and "--open-to-everyone" in err
    code, err, served = chat(cli, monkeypatch, "--host", host, "--open-to-everyone")
    assert code == 0 and "Warning: whoever can reach" in err
    assert served == [(host, None)]


def test_accounts_reach_the_server(cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWIRE_AUTH", "ann:s3cret")
    code, err, served = chat(cli, monkeypatch, "--host", "0.0.0.0")
    assert (code, served) == (0, [("0.0.0.0", read_accounts("ann:s3cret", "x"))])
    assert "HTTPS" in err and "s3cret" not in err


def test_another_name_that_leads_here_needs_accounts_too(
    cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, err, served = chat(cli, monkeypatch, "--served-as", "news.example")
    assert (code, served) == (1, []) and one_line(err) and "Whoever can reach news.example" in err
    monkeypatch.setenv("CITEWIRE_AUTH", "ann:s3cret")
    code, err, served = chat(cli, monkeypatch, "--served-as", "news.example")
    assert (code, err, len(served)) == (0, "", 1)


def test_this_machine_alone_needs_no_accounts(cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        code, err, served = chat(cli, monkeypatch, "--host", host)
        assert (code, err, served) == (0, "", [(host, None)])


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library(tmp_path_factory.mktemp("door")) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    with serving(assistant, accounts=ACCOUNTS) as url:
        yield url


def paths_of(url: str) -> list[tuple[str, str]]:
    """Every route that the served page has, as method and path."""
    schema = httpx.get(f"{url}openapi.json", auth=("ann", PASSWORD)).json()
    gradio = httpx.get(f"{url}gradio_api/openapi.json", auth=("ann", PASSWORD)).json()
    known = [(method, path) for paths in (schema, gradio) for path, of in paths["paths"].items() for method in of]
    page = httpx.get(url, auth=("ann", PASSWORD)).text
    files = [("get", path) for path in re.findall(r'(?:src|href)="(?:\./|/)?([^"#:]+)"', page)]
    named = "/ /config /login /logout /theme.css /api /openapi.json /mcp /gradio_api/info /gradio_api/queue/data"
    more = "/gradio_api/file=/etc/hostname /gradio_api/heartbeat/x /gradio_api/login_check /monitoring /manifest.json"
    posts = "/mcp /login /gradio_api/call/ask /gradio_api/queue/join /gradio_api/run/predict /gradio_api/upload"
    gets = [("get", path) for path in f"{named} {more}".split()]
    return known + files + gets + [("post", path) for path in posts.split()]


@pytest.mark.integration
def test_every_route_asks_for_a_name_and_a_password(url: str) -> None:
    paths = paths_of(url)
    assert len(paths) > 25
    with httpx.Client(base_url=url) as web:
        for method, path in paths:
            reply = web.request(method, path, content=b"{}" if method == "post" else None)
            assert reply.status_code == 401, path
            assert reply.headers["www-authenticate"].startswith("Basic ")
            assert reply.text == "Log in with a name and a password that citewire was started with.\n"


@pytest.mark.integration
def test_whoever_logs_in_gets_everything(url: str, assistant: Assistant) -> None:
    with httpx.Client(base_url=url, auth=("bob", "Zürich".encode())) as web:
        assert "citewire" in web.get("/").text
        assert web.get("/config").status_code == 200
        assert web.post("/api/search", json={"question": "ferry"}).json()["passages"]
        (id, *_) = (article.id for article in assistant.archive.articles())
        assert web.get(f"/api/articles/{id}").status_code == 200


@pytest.mark.integration
def test_a_wrong_password_is_answered_late(url: str) -> None:
    started = time.perf_counter()
    assert httpx.get(url, auth=("ann", "open")).status_code == 401
    assert time.perf_counter() - started >= WRONG_PASSWORD_SECONDS


@pytest.mark.integration
def test_no_page_of_another_site_uses_the_password_that_a_browser_keeps(url: str) -> None:
    foreign = {"origin": "https://evil.test"}
    reply = httpx.post(f"{url}api/search", json={"question": "ferry"}, headers=foreign, auth=("ann", PASSWORD))
    assert reply.status_code == 403

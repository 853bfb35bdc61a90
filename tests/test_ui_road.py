"""The whole road with nothing faked: articles, index, default models, command line, page and browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from index.artifacts import MINILM, QWEN
from index.fetch import fetch
from rag.models.gguf import convert, converted_folder

pytestmark = pytest.mark.integration

CITEWIRE = [sys.executable, "-m", "ui"]
ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "eval" / "sample" / "articles"
QUESTION = "When was the Veyra Cup stolen?"
# Run in front of a command, this makes every attempt to reach any host fail.
REFUSING_SOCKETS = """
import socket, sys
def refuse(*_): raise OSError("this test has no network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from ui.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    """What `make chat` fetches at its first start."""
    fetch(MINILM)
    (gguf,) = fetch(QWEN).glob("*.gguf")
    convert(gguf, converted_folder(gguf))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    run = subprocess.run(
        [*CITEWIRE, "index", str(SAMPLE), "--index", str(folder), "--json"], cwd=ROOT, capture_output=True, text=True
    )
    counts = json.loads(run.stdout)
    assert run.returncode == 0 and counts["added"] == counts["articles"] == 41 and not counts["skipped"], run.stderr
    return folder


def without_network() -> list[str]:
    """A command prefix that takes every route away, where this system lets us, else one that refuses sockets."""
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode == 0:
        return [unshare, "-rn", *CITEWIRE]
    return [sys.executable, "-c", REFUSING_SOCKETS]


def test_the_default_answers_without_a_network_from_the_words_it_cites(index: Path) -> None:
    started = time.perf_counter()
    run = subprocess.run(
        [*without_network(), "ask", QUESTION, "--index", str(index), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    seconds = time.perf_counter() - started
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["answered"] and "February 21" in answer["text"]
    assert any("February 21" in citation["quote"] for citation in answer["citations"])
    assert seconds < 60, f"{seconds:.0f} s: a second start has to be far quicker than a first"


def test_sockets_are_refused_to_the_models_too(index: Path) -> None:
    refusing = [sys.executable, "-c", REFUSING_SOCKETS, "search", QUESTION, "--index", str(index), "--json"]
    run = subprocess.run(refusing, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "Veyra" in json.loads(run.stdout)["passages"][0]["title"]


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [*CITEWIRE, "chat", "--no-browser", "--index", str(index)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        found = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout)
        yield next(match.group() for match in found if match)
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def test_a_person_asks_in_the_browser_and_checks_a_citation(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.fill("#cw-box textarea", QUESTION)
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#mark-1-1")).to_be_visible(timeout=120_000)
    expect(page.locator(".cw-exchange[aria-busy]")).to_have_count(0, timeout=60_000)
    expect(page.locator("#cw-latest")).to_contain_text("February 21")
    page.click("#mark-1-1")
    card = page.locator("#source-1-1")
    expect(card).to_be_focused()
    expect(card.locator("mark")).to_contain_text("February 21")
    assert {urlsplit(url).hostname for url in asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}
    page.close()


def test_what_the_articles_do_not_hold_is_said_to_be_so_on_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.fill("#cw-box textarea", "How old is Captain Orrin Tasker?")
    page.press("#cw-box textarea", "Enter")
    said = "The articles do not say how old Captain Orrin Tasker is."
    expect(page.locator("#cw-latest")).to_contain_text(said, timeout=60_000)
    # What comes nearest is shown as such, and nothing is cited.
    expect(page.locator("#cw-latest")).to_contain_text("What the articles do hold:")
    expect(page.locator("[id^=mark-1-]")).to_have_count(page.locator(".cw-nearest li").count())
    expect(page.locator(".cw-near")).not_to_have_count(0)
    page.close()

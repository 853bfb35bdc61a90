"""Several people at once, in real browsers: who waits sees the place, and who has to log in can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browsing import ready
from fake_assistant import serving
from fake_cli import QUESTION
from fake_library import Slow, library
from playwright.sync_api import Browser, Error, Page, expect

from ui.accounts import read_accounts

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
WAITING = "Waiting: 1 question is before yours"


@pytest.fixture
def slow() -> Iterator[Slow]:
    """A model that answers when it is let; at the end it is let go on, so that nobody waits for it."""
    model = Slow()
    yield model
    for _ in range(20):
        model.let.release()


@pytest.fixture
def url(slow: Slow, tmp_path: Path) -> Iterator[str]:
    with library(tmp_path, slow) as assistant, serving(assistant) as url:
        yield url


def visit(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    ready(page)
    return page


def ask(page: Page, question: str = QUESTION) -> None:
    page.fill("#cw-box textarea", question)
    page.press("#cw-box textarea", "Enter")


def test_whoever_waits_sees_the_place_and_is_answered_next(browser: Browser, url: str, slow: Slow) -> None:
    first, second = visit(browser, url), visit(browser, url)
    ask(first)
    assert slow.begun.acquire(timeout=20)
    ask(second)
    expect(second.locator("#cw-status")).to_contain_text(WAITING)
    expect(second.locator("#cw-stop")).to_be_visible()
    assert httpx.post(f"{url}api/search", json={"question": "ferry"}, timeout=1).json()["passages"]
    assert not slow.begun.acquire(blocking=False)
    slow.let.release()
    expect(first.locator("#cw-status")).to_contain_text("Answered from")
    assert slow.begun.acquire(timeout=20)
    slow.let.release()
    expect(second.locator("#cw-status")).to_contain_text("Answered from")
    for page in (first, second):
        page.context.close()


def test_whoever_stops_waiting_or_leaves_gives_the_place_up(browser: Browser, url: str, slow: Slow) -> None:
    first, second, third, fourth = (visit(browser, url) for _ in range(4))
    ask(first)
    assert slow.begun.acquire(timeout=20)
    ask(second)
    expect(second.locator("#cw-status")).to_contain_text(WAITING)
    ask(third)
    expect(third.locator("#cw-status")).to_contain_text("Waiting: 2 questions are before yours")
    ask(fourth)
    expect(fourth.locator("#cw-status")).to_contain_text("Waiting: 3 questions are before yours")
    second.click("#cw-stop")
    expect(second.locator("#cw-status")).to_have_text("Stopped")
    third.context.close()
    expect(fourth.locator("#cw-status")).to_contain_text(WAITING)
    for page in (first, second, fourth):
        page.context.close()


def test_a_browser_asks_for_the_password_and_then_shows_and_answers(
    browser: Browser, slow: Slow, tmp_path: Path
) -> None:
    slow.let.release()
    accounts = read_accounts("ann:open sesame", "a test")
    with library(tmp_path, slow) as assistant, serving(assistant, accounts=accounts) as url:
        stranger = browser.new_context().new_page()
        with pytest.raises(Error, match="ERR_INVALID_AUTH_CREDENTIALS"):
            stranger.goto(url)
        ann = browser.new_context(http_credentials={"username": "ann", "password": "open sesame"}).new_page()
        ann.goto(url)
        ready(ann)
        ask(ann)
        expect(ann.locator("#cw-status")).to_contain_text("Answered from")
        for page in (stranger, ann):
            page.context.close()

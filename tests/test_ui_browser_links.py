"""Links to a question that was asked within filters, in a real browser; only the assistant behind the page recites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest
from browsing import at_rest, ready
from fake_assistant import Reciter, serving
from playwright.sync_api import Browser, Locator, Page, expect

from index.filters import Filter
from rag import Scope
from ui.page.linked import NOT_ASKED

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]

QUESTION = "What did the Ledger say in March?"
ASKED = f"q={quote(QUESTION)}&outlet=Harbor%20Ledger&outlet=Bay%20Post&since=2026-03-01&as_of=2026-03-20"
CHIPS = ["Outlet: Harbor Ledger", "Outlet: Bay Post", "Published since March 1, 2026", "As of March 20, 2026"]
WITHIN = Scope(Filter(("Harbor Ledger", "Bay Post"), since="2026-03-01"), date(2026, 3, 20))


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    return Reciter()


@pytest.fixture(scope="module")
def url(assistant: Reciter) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture
def page(browser: Browser, assistant: Reciter) -> Iterator[Page]:
    assistant.pause = 0.0
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    yield page
    page.close()


def set_chips(page: Page) -> Locator:
    return page.get_by_label("Filters: Set by you").locator(".cw-chip span")


def test_a_link_sets_its_filters_asks_within_them_and_is_the_link_of_its_answer(
    page: Page, url: str, assistant: Reciter
) -> None:
    assistant.pause = 0.2
    page.goto(f"{url}?{ASKED}&ignored=outlet:ledger")
    ready(page)
    expect(page.locator("#cw-status")).to_contain_text("...")
    expect(set_chips(page)).to_have_text(CHIPS)
    expect(page.locator("#cw-stop")).to_be_visible()
    assistant.pause = 0.0
    at_rest(page)
    expect(page.locator(".cw-question")).to_have_text(QUESTION)
    assert assistant.scopes[-1] == Scope(WITHIN.filter, WITHIN.as_of, frozenset({"outlet:ledger"}))
    expect(page.locator(".cw-within")).to_have_text(f"Asked with: {'; '.join(CHIPS)}; “Ledger” not taken as a filter")
    link = page.locator(".cw-link").evaluate("(link) => link.href")
    assert link == f"{url}?{ASKED}&ignored=outlet:ledger"
    page.fill("#cw-box textarea", "Who was saved?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator(".cw-exchange")).to_have_count(2)
    at_rest(page)
    assert assistant.scopes[-1] == WITHIN


def test_a_link_with_a_filter_that_cannot_be_says_so_and_asks_nothing(page: Page, url: str, assistant: Reciter) -> None:
    asked = len(assistant.scopes)
    page.goto(f"{url}?q={quote(QUESTION)}&outlet=No%20<i>such</i>&since=2026-03-01")
    ready(page)
    told = page.get_by_role("alert").filter(has_text="No article is of No <i>such</i>;")
    expect(told).to_contain_text(NOT_ASKED)
    expect(set_chips(page)).to_have_text(["Published since March 1, 2026"])
    expect(page.locator("#cw-box textarea")).to_have_value(QUESTION)
    page.wait_for_timeout(500)
    assert len(assistant.scopes) == asked
    page.press("#cw-box textarea", "Enter")
    expect(page.locator(".cw-question")).to_have_text(QUESTION)
    at_rest(page)
    assert assistant.scopes[asked:] == [Scope(Filter(since="2026-03-01"))]
    expect(told).to_have_count(0)


def test_a_link_with_filters_alone_sets_them_and_waits(page: Page, url: str, assistant: Reciter) -> None:
    asked = len(assistant.scopes)
    page.goto(f"{url}?author=Ann%20Lee")
    ready(page)
    expect(set_chips(page)).to_have_text(["Author: Ann Lee"])
    expect(page.locator("#cw-examples")).to_be_visible()
    expect(page.locator("#cw-status")).to_have_text("Ready")
    page.wait_for_timeout(500)
    assert len(assistant.scopes) == asked

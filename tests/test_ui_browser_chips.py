"""Filters as chips, in a real browser over the real server; only the assistant behind it recites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from browsing import ask, ready
from fake_assistant import Reciter, serving
from playwright.sync_api import Browser, Locator, Page, expect

from index.filters import Filter
from rag import Scope

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]

LEDGER = "Outlet: Harbor Ledger"
MARCH = "Published in March 2026"
QUESTION = "What did the Ledger say in March?"


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    return Reciter()


@pytest.fixture(scope="module")
def url(assistant: Reciter) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str, assistant: Reciter) -> Iterator[Page]:
    assistant.pause = 0.0
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    ready(page)
    yield page
    page.close()


def at_rest(page: Page) -> None:
    expect(page.locator("#cw-status")).to_contain_text("Answered")
    expect(page.locator("#cw-send")).to_be_visible()


def read_chips(page: Page) -> Locator:
    return page.get_by_label("Filters: From the question").locator(".cw-chip")


def set_chips(page: Page) -> Locator:
    return page.get_by_label("Filters: Set by you").locator(".cw-chip span")


def add(page: Page, **wanted: str) -> None:
    page.get_by_text("Add a filter").click()
    if outlet := wanted.pop("outlet", ""):
        page.get_by_label("Outlet", exact=True).select_option(outlet)
    for label, value in wanted.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Add", exact=True).click()


def test_what_was_read_shows_while_it_is_written_and_is_asked_again_without_what_is_removed(
    page: Page, assistant: Reciter
) -> None:
    assistant.pause = 0.2
    ask(page, QUESTION)
    expect(page.locator("#cw-status")).to_contain_text("...")
    expect(read_chips(page).locator("span")).to_have_text([LEDGER, MARCH])
    expect(page.locator("#cw-stop")).to_be_visible()
    page.fill("#cw-box textarea", "a draft")
    page.get_by_label(f"Remove filter {LEDGER}").click()
    expect(read_chips(page).locator("span")).to_have_text([f"{LEDGER} (not used)", MARCH])
    assistant.pause = 0.0
    at_rest(page)
    expect(page.locator(".cw-exchange")).to_have_count(1)
    expect(page.locator("#cw-box textarea")).to_have_value("a draft")
    expect(page.locator(".cw-within")).to_have_text("Asked with: “Ledger” not taken as a filter")
    assert assistant.scopes[-1] == Scope(ignored=frozenset({"outlet:ledger"}))
    assert assistant.heard[-1] == []


def test_a_removed_chip_is_used_again_by_keyboard_and_forgotten_with_the_next_question(
    page: Page, assistant: Reciter
) -> None:
    ask(page, QUESTION)
    at_rest(page)
    page.get_by_label(f"Remove filter {LEDGER}").press("Enter")
    again = page.get_by_label(f"Use filter {LEDGER} again")
    expect(again).to_be_focused()
    expect(page.locator(".cw-within")).to_be_visible()
    at_rest(page)
    again.press("Enter")
    expect(page.get_by_label(f"Remove filter {LEDGER}")).to_be_focused()
    expect(page.locator(".cw-within")).to_have_count(0)
    assert assistant.scopes[-1] == Scope()
    page.get_by_label(f"Remove filter {MARCH}").click()
    expect(page.locator(".cw-within")).to_be_visible()
    at_rest(page)
    ask(page, f"And {QUESTION}")
    expect(page.locator(".cw-exchange")).to_have_count(2)
    expect(page.get_by_label(f"Remove filter {MARCH}")).to_be_visible()
    assert assistant.scopes[-1] == Scope()


def test_a_chip_that_was_removed_stays_so_when_the_question_is_edited(page: Page, assistant: Reciter) -> None:
    ask(page, QUESTION)
    at_rest(page)
    page.get_by_label(f"Remove filter {LEDGER}").click()
    expect(page.locator(".cw-within")).to_be_visible()
    at_rest(page)
    page.click("#cw-edit")
    expect(page.locator("#cw-box textarea")).to_have_value(QUESTION)
    ask(page, f"{QUESTION} And who?")
    expect(page.locator("#cw-latest .cw-question")).to_have_text(f"{QUESTION} And who?")
    at_rest(page)
    expect(page.locator(".cw-exchange")).to_have_count(1)
    expect(read_chips(page).locator("span")).to_have_text([f"{LEDGER} (not used)", MARCH])
    assert assistant.scopes[-1] == Scope(ignored=frozenset({"outlet:ledger"}))


def test_filters_that_are_set_hold_for_what_follows_also_in_a_new_conversation_until_they_are_removed(
    page: Page, assistant: Reciter
) -> None:
    add(page, outlet="Harbor Ledger", Published_since="2026-03-01", As_of="2026-03-10")
    expected = [LEDGER, "Published since March 1, 2026", "As of March 10, 2026"]
    expect(set_chips(page)).to_have_text(expected)
    scope = Scope(Filter(("Harbor Ledger",), since="2026-03-01"), date(2026, 3, 10))
    for question in ("Who was saved?", "And who else?"):
        ask(page, question)
        at_rest(page)
        expect(page.locator("#cw-latest .cw-question")).to_have_text(question)
        assert assistant.scopes[-1] == scope
    expect(page.locator("#cw-latest .cw-within")).to_have_text(f"Asked with: {'; '.join(expected)}")
    page.click("#cw-clear")
    expect(page.locator(".cw-exchange")).to_have_count(0)
    expect(set_chips(page)).to_have_text(expected)
    page.get_by_label("Remove filter As of March 10, 2026").press("Enter")
    expect(set_chips(page)).to_have_text(expected[:2])
    ask(page, "Who was saved?")
    at_rest(page)
    assert assistant.scopes[-1] == Scope(scope.filter)


def test_a_filter_that_cannot_be_is_refused_in_words(page: Page) -> None:
    add(page)
    expect(page.get_by_role("alert").filter(has_text="Nothing is filled in")).to_be_visible()
    add(page, Author="Nobody <b>Known</b>")
    expect(page.get_by_role("alert").filter(has_text="No article is by Nobody <b>Known</b>")).to_be_visible()
    add(page, Published_since="2026-03-05", Published_until="2026-03-01")
    expect(page.get_by_role("alert").filter(has_text="No day is from March 5, 2026")).to_be_visible()
    expect(set_chips(page)).to_have_count(0)


def test_the_last_question_is_asked_again_with_a_filter_added_since(page: Page, assistant: Reciter) -> None:
    ask(page, "loosened: who was saved?")
    at_rest(page)
    expect(page.locator(".cw-loosened")).to_have_text(
        "Loosened: No article is by Ann Lee; searched without the author."
    )
    add(page, outlet="<i>Outlet</i>")
    expect(set_chips(page)).to_have_text(["Outlet: <i>Outlet</i>"])
    page.get_by_role("button", name="Ask the last question again").click()
    expect(page.locator(".cw-within")).to_have_text("Asked with: Outlet: <i>Outlet</i>")
    expect(page.locator(".cw-exchange")).to_have_count(1)
    assert assistant.scopes[-1] == Scope(Filter(("<i>Outlet</i>",)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_chips_and_the_form_fit_and_can_be_read(browser: Browser, url: str, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(url)
    ready(page)
    ask(page, QUESTION)
    at_rest(page)
    add(page, outlet="Harbor Ledger")
    expect(set_chips(page)).to_have_text([LEDGER])
    page.get_by_text("Add a filter").click()
    expect(page.get_by_label("As of", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    borders = page.locator(".cw-chip").evaluate_all("chips => chips.map((chip) => getComputedStyle(chip).borderStyle)")
    assert borders == ["dashed", "dashed", "solid"]
    page.close()

"""Editing, asking again and copying in a real browser, and the looks that a reader chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import ask_and_wait, at_rest, ready
from fake_assistant import Reciter, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    return Reciter()


@pytest.fixture(scope="module")
def url(assistant: Reciter) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url.rstrip("/"))
    page = context.new_page()
    page.goto(url)
    ready(page)
    yield page
    context.close()


def test_an_edited_question_takes_the_place_of_the_last_one(page: Page, assistant: Reciter) -> None:
    expect(page.locator("#cw-edit")).to_be_hidden()
    ask_and_wait(page, "Who won the World Cup?")
    ask_and_wait(page, "Who was saved?")
    page.click("#cw-edit")
    expect(page.locator("#cw-box textarea")).to_have_value("Who was saved?")
    expect(page.locator("#cw-box textarea")).to_be_focused()
    expect(page.locator("#cw-status")).to_contain_text("takes the place of the last answer")
    page.fill("#cw-box textarea", "And when?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#cw-latest")).to_contain_text("on a Tuesday")
    at_rest(page)
    assert page.locator(".cw-question").all_inner_texts() == ["Who won the World Cup?", "And when?"]
    assert [message["content"] for message in assistant.heard[-1]][:1] == ["Who won the World Cup?"]
    assert len(assistant.heard[-1]) == 2


def test_asking_again_gives_one_answer_in_place_of_the_last(page: Page, assistant: Reciter) -> None:
    ask_and_wait(page, "Who was saved?")
    heard = len(assistant.heard)
    page.click("#cw-retry")
    expect(page.locator("#cw-after")).to_be_hidden()
    expect(page.locator("#cw-after")).to_be_visible()
    assert len(assistant.heard) == heard + 1
    assert assistant.heard[-1] == []
    assert page.locator(".cw-question").all_inner_texts() == ["Who was saved?"]


def test_an_edit_that_fails_loses_no_answer_and_still_takes_its_place_afterwards(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.click("#cw-edit")
    expect(page.locator("#cw-box textarea")).to_have_value("Who was saved?")
    page.fill("#cw-box textarea", "  ")
    page.press("#cw-box textarea", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("The question is empty; ask something.")
    expect(page.locator("#cw-latest")).to_contain_text("eleven minutes")
    at_rest(page)
    page.wait_for_timeout(500)  # a second Enter right after the first is taken for a double one
    page.fill("#cw-box textarea", "And when?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#cw-latest")).to_contain_text("on a Tuesday")
    assert page.locator(".cw-question").all_inner_texts() == ["And when?"]


def test_what_is_typed_right_after_starting_anew_stands(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.fill("#cw-box textarea", "a draft")
    page.click("#cw-clear")
    expect(page.locator("#cw-box textarea")).to_have_value("")
    page.fill("#cw-box textarea", "Who won the World Cup?")
    expect(page.locator(".cw-exchange")).to_have_count(0)
    page.wait_for_timeout(500)
    expect(page.locator("#cw-box textarea")).to_have_value("Who won the World Cup?")


def test_an_answer_is_copied_with_its_marks_and_sources(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    copy = page.get_by_role("button", name="Copy")
    copy.click()
    expect(page.locator(".cw-said")).to_have_text("The answer is copied, with its sources.")
    expect(copy).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Who was saved?\n\nAll 41 people aboard were saved [1].")
    assert "[2] Harbor Ledger, March 4, 2026: Ferry sinks; all aboard saved" in copied
    assert "https://ledger.test/ferry" in copied
    assert "“The first boats came after eleven minutes”" in copied


def test_that_nothing_was_copied_is_said(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator(".cw-said")).to_contain_text("Not copied")
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_focused()


def test_looks_that_were_chosen_stay_for_the_next_visit(page: Page, url: str) -> None:
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Dark").check()
    expect(page.locator("body")).to_have_class("dark")
    page.goto(url)
    ready(page)
    expect(page.locator("body")).to_have_class("dark")
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label("Dark")).to_be_checked()
    page.get_by_label("Light").check()
    expect(page.locator("body")).not_to_have_class("dark")


def test_the_health_line_tells_model_articles_and_update(page: Page) -> None:
    expect(page.locator("#cw-health")).to_have_text(
        "Model reciter · 7 articles · index 5e1f0c9a · updated on 2026-03-05"
    )


def test_a_long_answer_is_shown_from_its_question_on(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    ask_and_wait(page, "A timeline of the wreck?")
    expect(page.get_by_text("A timeline of the wreck?").first).to_be_in_viewport(ratio=1)
    expect(page.locator("#cw-retry")).not_to_be_in_viewport()
    page.locator("#cw-retry").scroll_into_view_if_needed()
    ask_and_wait(page, "Another timeline?")
    expect(page.locator("#cw-latest .cw-question")).to_be_in_viewport(ratio=1)
    page.locator("#cw-chat").evaluate("chat => { chat.scrollTop = 0; }")
    ask_and_wait(page, "Who was saved?")
    expect(page.locator("#cw-latest .cw-question")).to_be_in_viewport(ratio=1)

"""What a reporter ran into who checks a quote: where the page stands, where the focus goes, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ask, ask_and_wait, at_rest, ready
from fake_assistant import Reciter, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
SIGHT = "(id) => document.getElementById(id).getBoundingClientRect().toJSON()"


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    return Reciter()


@pytest.fixture(scope="module")
def url(assistant: Reciter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kept: Path = tmp_path_factory.mktemp("conversations")
    with serving(assistant, examples=["Who was saved?"], conversations=kept) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    page.goto(url)
    ready(page)
    yield page
    page.close()


@pytest.fixture
def slow(assistant: Reciter) -> Iterator[Reciter]:
    assistant.pause = 0.4
    yield assistant
    assistant.pause = 0.0


def test_a_new_question_is_seen_by_who_read_an_earlier_answer(page: Page) -> None:
    for question in ("Who was saved?", "when, and who?", "How old is she?", "when, and why?", "Who won the World Cup?"):
        ask_and_wait(page, question)
    chat = page.locator("#cw-chat")
    chat.evaluate("(chat) => chat.scrollTo(0, 0)")
    expect(page.locator(".cw-question").last).not_to_be_in_viewport()
    ask_and_wait(page, "How old is the captain?")
    expect(page.locator(".cw-question").last).to_be_in_viewport()


def test_what_is_read_while_an_answer_grows_stays_in_sight(page: Page, slow: Reciter) -> None:
    slow.pause = 0.0
    for question in ("Who was saved?", "when, and who?", "Who won the World Cup?"):
        ask_and_wait(page, question)
    slow.pause = 0.1
    ask(page, "Who was saved again?")
    expect(page.locator("#cw-latest")).to_contain_text("All 41")
    page.locator("#cw-chat").evaluate("(chat) => chat.scrollTo(0, 0)")
    at_rest(page)
    expect(page.locator(".cw-question").first).to_be_in_viewport()


def test_the_focus_goes_from_button_to_button(page: Page, slow: Reciter) -> None:
    page.get_by_role("button", name="Who was saved?").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cw-stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#cw-send")).to_be_focused()
    slow.pause = 0.1
    page.locator("#cw-retry").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cw-stop")).to_be_focused()
    expect(page.locator("#cw-send")).to_be_focused()


def test_a_draft_keeps_the_focus_when_the_answer_is_there(page: Page, slow: Reciter) -> None:
    slow.pause = 0.1
    page.fill("#cw-box textarea", "Who was saved?")
    page.click("#cw-send")
    page.click("#cw-box textarea")
    at_rest(page)
    expect(page.locator("#cw-box textarea")).to_be_focused()


def test_a_conversation_that_is_opened_or_deleted_keeps_the_focus(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.get_by_role("tab", name="Conversations").click()
    page.locator("#cw-kept-list label").first.click()
    page.locator("#cw-kept-open").press("Enter")
    expect(page.locator("#cw-tab-ask-button")).to_be_focused()
    page.get_by_role("tab", name="Conversations").click()
    page.wait_for_timeout(1000)  # the tab is drawn anew when it is chosen
    page.locator("#cw-kept-delete").press("Enter")
    expect(page.locator("#cw-kept-undo")).to_be_focused()


def test_a_question_that_is_not_to_be_edited_after_all_keeps_its_answer(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.click("#cw-edit")
    expect(page.locator("#cw-edit")).to_have_text("Leave it as it is")
    page.click("#cw-edit")
    expect(page.locator("#cw-box textarea")).to_have_value("")
    expect(page.locator("#cw-edit")).to_have_text("Edit the question")
    expect(page.locator("#cw-status")).to_contain_text("Answered from")
    ask_and_wait(page, "Who won the World Cup?")
    assert page.locator(".cw-question").all_inner_texts() == ["Who was saved?", "Who won the World Cup?"]


def test_a_question_that_was_edited_can_be_edited_again(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.click("#cw-edit")
    expect(page.locator("#cw-edit")).to_have_text("Leave it as it is")
    page.fill("#cw-box textarea", "Who won the World Cup?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#cw-latest")).to_contain_text("No article mentions")
    at_rest(page)
    expect(page.locator("#cw-edit")).to_have_text("Edit the question")


def test_a_long_wait_tells_how_long(page: Page, slow: Reciter) -> None:
    ask(page, "Who was saved?")
    waited = "(line) => getComputedStyle(line).getPropertyValue('--cw-waited')"
    page.wait_for_function(f"() => ({waited})(document.getElementById('cw-status')).includes('3 s')")
    page.click("#cw-stop")
    expect(page.locator("#cw-status")).to_contain_text("Stopped")
    assert page.locator("#cw-status").evaluate(waited) == ""


def test_an_open_article_tells_its_title_at_the_place_of_the_words(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 400})
    ask_and_wait(page, "when, and who?")
    page.click("#source-1-2 .cw-open")
    reader = page.locator("#cw-reader")
    expect(reader.locator("mark")).to_be_in_viewport()
    expect(reader.locator(".cw-facts dt").first).not_to_be_in_viewport()
    expect(reader.get_by_role("heading", name="Ferry sinks; all aboard saved")).to_be_in_viewport()
    expect(reader).to_have_accessible_name("Ferry sinks; all aboard saved")
    page.keyboard.press("Escape")
    page.click("#source-1-1 .cw-open")
    expect(reader.get_by_role("heading")).to_have_count(1)


def test_the_ring_around_a_card_is_whole(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.locator("#mark-1-1").press("Enter")
    expect(page.locator("#source-1-1")).to_be_focused()
    card, panel = page.evaluate(SIGHT, "source-1-1"), page.evaluate(SIGHT, "cw-sources")
    assert card["left"] - panel["left"] >= 4
    assert panel["right"] - card["right"] >= 4


def test_the_buttons_beside_the_question_are_of_one_height(page: Page) -> None:
    assert page.evaluate(SIGHT, "cw-clear")["height"] == page.evaluate(SIGHT, "cw-send")["height"]


def test_cards_reach_as_far_as_the_head_of_the_page(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    assert page.evaluate(SIGHT, "source-1-1")["right"] == page.evaluate(SIGHT, "cw-health")["right"]

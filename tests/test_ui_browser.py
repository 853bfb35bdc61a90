"""The page in a real browser over the real server; only the assistant behind it recites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from browsing import ask, ask_and_wait, at_rest, ready
from fake_assistant import HOSTILE, INJECTED, Reciter, serving
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
    with serving(assistant, ["Who was saved?", "Who won the World Cup?"]) as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str, assistant: Reciter) -> Iterator[Page]:
    """A fresh page, which has to have asked no other host for anything by the end of the test."""
    assistant.pause = 0.0
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    ready(page)
    yield page
    context.close()
    assert {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))} == {"127.0.0.1"}


def test_a_clicked_mark_brings_its_card_into_view_with_the_cited_words(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    expect(page.locator("#cw-box textarea")).to_have_value("")
    page.click("#mark-1-2")
    card = page.locator("#source-1-2")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(card).to_have_class("cw-card cw-current")
    expect(card.locator("mark")).to_have_text("The first boats came after eleven minutes")
    expect(card).to_contain_text("Harbor Ledger March 4, 2026")


def test_a_mark_works_by_keyboard_and_the_card_leads_back(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    mark = page.get_by_label("Source 1: Harbor Ledger, March 4, 2026")
    mark.press("Enter")
    expect(page.locator("#source-1-1")).to_be_focused()
    page.locator("#source-1-1 .cw-back").press("Enter")
    expect(mark).to_be_focused()


def test_a_mark_of_an_earlier_answer_shows_that_answers_sources(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    ask_and_wait(page, "Who won the World Cup?")
    expect(page.locator("#cw-latest")).to_contain_text("Not in these articles")
    expect(page.locator("#source-1-1")).to_be_hidden()
    page.click("#mark-1-1")
    expect(page.locator("#source-1-1")).to_be_focused()
    expect(page.locator(".cw-turn:visible")).to_have_count(1)


def test_a_partly_supported_sentence_says_what_its_source_does_not(page: Page) -> None:
    ask_and_wait(page, "And when?")
    expect(page.get_by_label("Partly supported by source 2")).to_have_count(1)
    expect(page.locator(".cw-doubts")).to_contain_text("the source does not say: Tuesday")
    understood = page.locator(".cw-understood")
    expect(understood).not_to_have_attribute("open", "")
    understood.locator("summary").click()
    expect(understood).to_have_attribute("open", "")
    expect(understood).to_contain_text("When were the people aboard the Lady Ann saved?")


def test_a_sentence_that_comes_near_opens_its_card_which_leads_back(page: Page) -> None:
    ask_and_wait(page, "How old is she?")
    expect(page.locator("#cw-latest")).to_contain_text("What the articles do hold:")
    page.click("#mark-1-2")
    card = page.locator("#source-1-2")
    expect(card).to_be_focused()
    expect(card).to_contain_text("does not answer the question")
    card.locator(".cw-back").click()
    expect(page.locator("#mark-1-2")).to_be_focused()


def test_an_example_is_asked_by_a_click_and_earlier_turns_go_with_the_next_question(
    page: Page, assistant: Reciter
) -> None:
    page.get_by_role("button", name="Who won the World Cup?").click()
    expect(page.locator("#cw-latest")).to_contain_text("No article mentions the World Cup.")
    expect(page.locator("#cw-examples")).to_be_hidden()
    at_rest(page)
    ask_and_wait(page, "Who was saved?")
    assert assistant.heard[-1] == [
        {"role": "user", "content": "Who won the World Cup?"},
        {"role": "assistant", "content": "No article mentions the World Cup."},
    ]


def test_stop_closes_the_stream_and_keeps_what_was_written(page: Page, assistant: Reciter) -> None:
    assistant.pause = 0.2
    closed = assistant.closed
    ask(page, "Who was saved?")
    expect(page.locator("#cw-status")).to_have_text("Writing ...")
    page.fill("#cw-box textarea", "a draft")
    page.click("#cw-stop")
    expect(page.locator("#cw-status")).to_have_text("Stopped")
    expect(page.locator("#cw-latest")).to_contain_text("All 41")
    expect(page.locator("#cw-latest")).to_contain_text("Stopped before the answer was complete.")
    expect(page.locator("#cw-box textarea")).to_have_value("a draft")
    assert assistant.closed == closed + 1
    assistant.pause = 0.0
    ask_and_wait(page, "And now?")
    expect(page.locator("#cw-latest")).to_contain_text("eleven minutes")


def test_closing_the_page_closes_the_stream(browser: Browser, url: str, assistant: Reciter, page: Page) -> None:
    assistant.pause = 0.2
    closed = assistant.closed
    leaving = browser.new_page()
    leaving.goto(url)
    ready(leaving)
    ask(leaving, "Who was saved?")
    expect(leaving.locator("#cw-status")).to_have_text("Writing ...")
    leaving.close()
    for _ in range(50):
        if assistant.closed > closed:
            break
        page.wait_for_timeout(100)
    assert assistant.closed == closed + 1


@pytest.mark.parametrize("question", ["Who was saved?", "broken?"])
def test_clear_empties_the_conversation_the_sources_and_the_box(page: Page, assistant: Reciter, question: str) -> None:
    ask(page, question)
    expect(page.locator("#cw-latest")).to_contain_text("All 41")
    at_rest(page)
    page.click("#cw-clear")
    expect(page.locator(".cw-exchange, .cw-turn")).to_have_count(0)
    expect(page.locator("#cw-box textarea")).to_have_value("")
    expect(page.locator("#cw-status")).to_have_text("Ready")
    expect(page.locator("#cw-examples")).to_be_visible()


def test_clear_also_stops_a_running_answer(page: Page, assistant: Reciter) -> None:
    assistant.pause = 0.2
    closed = assistant.closed
    ask(page, "Who was saved?")
    expect(page.locator("#cw-status")).to_have_text("Writing ...")
    page.click("#cw-clear")
    page.wait_for_timeout(1500)
    expect(page.locator("#cw-status")).to_have_text("Ready")
    expect(page.locator("#cw-send")).to_be_visible()
    expect(page.locator(".cw-exchange")).to_have_count(0)
    assert assistant.closed == closed + 1


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("   ", "The question is empty; ask something."),
        ("broken?", "The model stopped answering; start it again."),
        ("fault?", "The answer broke off by a fault in citewire"),
    ],
)
def test_an_error_is_shown_as_one_and_keeps_the_question(page: Page, question: str, message: str) -> None:
    ask(page, question)
    expect(page.get_by_role("alert").filter(has_text=message)).to_be_visible()
    expect(page.locator("#cw-box textarea")).to_have_value(question)
    at_rest(page)


def test_shift_enter_writes_a_new_line_and_a_question_is_shown_with_it(page: Page) -> None:
    page.fill("#cw-box textarea", "Who")
    page.press("#cw-box textarea", "Shift+Enter")
    page.locator("#cw-box textarea").press_sequentially("was saved?")
    expect(page.locator("#cw-box textarea")).to_have_value("Who\nwas saved?")
    expect(page.locator(".cw-exchange")).to_have_count(0)
    page.press("#cw-box textarea", "Enter")
    expect(page.locator(".cw-question")).to_have_text("Who\nwas saved?", use_inner_text=True)


def test_hostile_words_stay_words(page: Page) -> None:
    question = "inject <img src=x onerror='window.hit=8'> ${window.hit=9} {{7*7}}"
    ask_and_wait(page, question)
    expect(page.locator(".cw-question")).to_have_text(question)
    expect(page.locator("#cw-latest p")).to_have_text(INJECTED.text)
    expect(page.locator("#source-1-1 mark")).to_have_text(HOSTILE.text)
    expect(page.locator("#source-1-1 h3")).to_have_text(HOSTILE.title or "")
    assert page.locator("#cw-chat img, #cw-sources img, #cw-chat script, #cw-sources script").count() == 0
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_sources_follow_and_nothing_is_wider_than_the_screen(
    browser: Browser, url: str, assistant: Reciter, scheme: Literal["light", "dark"]
) -> None:
    assistant.pause = 0.0
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(url)
    ready(page)
    ask_and_wait(page, "Who was saved? " + "w" * 300)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == (
        "dark" if scheme == "dark" else "normal"
    )
    button, sources = page.locator("#cw-send").bounding_box(), page.locator("#cw-sources").bounding_box()
    assert button is not None and sources is not None
    assert sources["y"] > button["y"] + button["height"]
    page.click("#mark-1-2")
    expect(page.locator("#source-1-2")).to_be_in_viewport()
    lightness = "(s => s.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0) / 3)"
    paper = page.evaluate(f"{lightness}(getComputedStyle(document.body).backgroundColor)")
    ink = page.evaluate(f"{lightness}(getComputedStyle(document.querySelector('.cw-exchange')).color)")
    assert paper - ink > 150 if scheme == "light" else ink - paper > 150
    page.close()

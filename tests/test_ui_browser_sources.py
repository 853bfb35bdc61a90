"""The sources in a real browser: cards, reports that differ, the plot of events, and articles in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from browsing import ask, ask_and_wait, ready
from fake_assistant import COPIES, FERRY, SAVED, Reciter, Shelf, cite, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]

LAST_WORDS = "At last the ferry was raised."
LONG = replace(
    FERRY,
    identity="long",
    text="\n\n".join([*(f"Paragraph {n} tells of what was said on that day." for n in range(6000)), LAST_WORDS]),
)
TALL = replace(FERRY, identity="tall", text=f"{'It rained all day. ' * 20}{LAST_WORDS} {'Then it was calm. ' * 20}")
ANSWERS = {
    "raised": replace(SAVED, text="Raised [1].", citations=(cite(1, LONG, LAST_WORDS),)),
    "tall": replace(SAVED, text=f"{'And so on. ' * 80}[1]", citations=(cite(1, TALL, LAST_WORDS),)),
}


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    shelf = Shelf()
    reciter = Reciter(replace(shelf, articles=(*shelf.articles, LONG, TALL)))
    reciter.answers = {**ANSWERS, **reciter.answers}
    return reciter


@pytest.fixture(scope="module")
def url(assistant: Reciter) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture(params=[1280])
def page(browser: Browser, url: str, assistant: Reciter, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page as wide as asked for, which has to have asked no other host for anything by the end of the test."""
    assistant.pause = 0.0
    context = browser.new_context(viewport={"width": request.param, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    ready(page)
    yield page
    context.close()
    assert {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))} == {"127.0.0.1"}


phone_and_wide = pytest.mark.parametrize("page", [390, 1600], indirect=True)


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@phone_and_wide
def test_an_article_opens_in_full_at_the_cited_words_and_leads_back(page: Page) -> None:
    ask_and_wait(page, "When was it raised?")
    button = page.locator("#source-1-1 .cw-open")
    started = page.evaluate("performance.now()")
    button.click()
    reader = page.locator("#cw-reader")
    words = reader.locator(".cw-reader-text mark")
    expect(words).to_have_text(LAST_WORDS)
    assert page.evaluate("performance.now()") - started < 2000
    expect(words).to_be_in_viewport()
    expect(reader.locator("h2")).to_have_text(FERRY.title or "")
    expect(reader).to_have_attribute("aria-label", FERRY.title or "")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(button).to_be_focused()


def test_a_copy_opens_from_the_card_and_from_the_article_and_there_is_a_way_back(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    copies = page.locator("#source-1-1 .cw-also")
    copies.locator("summary").press("Enter")
    copies.get_by_role("button", name="Lady Ann is lost").press("Enter")
    reader = page.get_by_role("dialog")
    expect(reader.locator("h2")).to_have_text("Lady Ann is lost")
    expect(reader.locator(".cw-facts")).to_contain_text(COPIES[2].outlet or "")
    expect(reader.locator(".cw-facts b")).to_have_count(0)
    reader.locator("summary").click()
    reader.get_by_role("button", name=FERRY.title).click()
    expect(reader.locator("h2")).to_have_text(FERRY.title or "")
    reader.get_by_role("button", name="Back").click()
    expect(reader.locator("h2")).to_have_text("Lady Ann is lost")
    expect(reader.get_by_role("button", name="Back")).to_be_hidden()
    reader.get_by_role("button", name="Close").click()
    expect(reader).to_be_hidden()


def test_anything_on_the_page_can_open_an_article_by_enter(page: Page) -> None:
    page.evaluate(
        """id => document.querySelector(".cw-head").insertAdjacentHTML(
            "beforeend", `<div tabindex="0" id="row" data-cw-open="${id}" data-cw-spans="0-12">Row</div>`)""",
        FERRY.id,
    )
    page.locator("#row").press("Enter")
    expect(page.locator("#cw-reader mark")).to_have_text("PORT MERIDEN")
    page.keyboard.press("Escape")
    expect(page.locator("#row")).to_be_focused()


def test_an_article_that_is_gone_is_told_as_an_error(page: Page) -> None:
    page.evaluate("""document.querySelector(".cw-head").innerHTML += '<button data-cw-open="gone">Gone</button>'""")
    page.get_by_role("button", name="Gone").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("There is no article gone")


@pytest.mark.parametrize(("page", "columns"), [(390, False), (1600, True)], indirect=["page"])
def test_reports_that_differ_stand_side_by_side_or_on_a_phone_below_each_other(page: Page, columns: bool) -> None:
    ask_and_wait(page, "Do they differ?")
    expect(page.locator(".cw-kind")).to_have_text("≠ Contradiction")
    (x1, y1), (x2, y2) = (middle(page, f".cw-accounts li:nth-child({place})") for place in (1, 2))
    assert (x2 > x1 and abs(y2 - y1) < 20) if columns else (y2 > y1 and abs(x2 - x1) < 5)


@phone_and_wide
def test_a_dot_of_the_timeline_leads_to_its_card(page: Page) -> None:
    ask_and_wait(page, "A timeline")
    expect(page.locator(".cw-plot circle[r='5']")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    plot = page.locator(".cw-plot svg").bounding_box()
    assert plot is not None
    for words in page.locator(".cw-event").all():
        box = words.bounding_box()
        assert box is not None
        assert plot["x"] <= box["x"] and box["x"] + box["width"] <= plot["x"] + plot["width"]
    page.locator(".cw-event-day").nth(1).click()
    expect(page.locator("#source-1-2")).to_be_focused()
    expect(page.locator("#source-1-2")).to_be_in_viewport()


def test_what_was_opened_and_chosen_stays_while_an_answer_grows(page: Page, assistant: Reciter) -> None:
    assistant.pause = 0.15
    ask(page, "Who was saved?")
    page.click("#mark-1-1")
    page.locator("#source-1-1 summary").click()
    expect(page.locator("#source-1-2")).to_have_count(0)
    expect(page.locator("#source-1-2")).to_be_visible()
    expect(page.locator("#source-1-1")).to_have_class("cw-card cw-current")
    expect(page.locator("#source-1-1 .cw-also")).to_have_attribute("open", "")
    expect(page.locator("#source-1-2 .cw-also")).not_to_have_attribute("open", "")


def test_the_sources_of_an_earlier_answer_stay_while_the_next_one_grows(page: Page, assistant: Reciter) -> None:
    ask_and_wait(page, "Who was saved?")
    assistant.pause = 0.15
    ask(page, "Who was saved then?")
    expect(page.locator("#mark-2-1")).to_be_visible()
    page.click("#mark-1-2")
    expect(page.locator("#source-2-2")).to_be_attached()
    expect(page.locator("#source-1-2")).to_be_visible()
    expect(page.locator(".cw-turn:visible")).to_have_count(1)
    assistant.pause = 0.0
    expect(page.locator(".cw-exchange[aria-busy]")).to_have_count(0)
    ask_and_wait(page, "And now?")
    expect(page.locator("#source-3-1")).to_be_visible()
    expect(page.locator(".cw-turn:visible")).to_have_count(1)


@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_a_mark_of_a_long_answer_shows_the_cited_words_and_the_card_leads_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    ask_and_wait(page, "tall")
    page.click("#mark-1-1")
    expect(page.locator("#source-1-1")).to_be_focused()
    expect(page.locator("#source-1-1 mark")).to_be_in_viewport()
    page.locator("#source-1-1 .cw-back").click()
    expect(page.locator("#mark-1-1")).to_be_focused()
    expect(page.locator("#mark-1-1")).to_be_in_viewport()

"""Conversations in a real browser: kept, reopened, named, deleted, downloaded, linked to and judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from browsing import ready
from fake_assistant import SAVED, Reciter, serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

from index.filters import Filter
from rag import Scope
from ui.conversations.store import Place, Store
from ui.page.keeping import AS_LAST_ASKED

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def assistant() -> Reciter:
    return Reciter()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "conversations"


@pytest.fixture(scope="module")
def url(assistant: Reciter, kept: Path) -> Iterator[str]:
    with serving(assistant, ["Who was saved?"], conversations=kept) as url:
        yield url


@pytest.fixture
def context(browser: Browser, kept: Path, assistant: Reciter) -> Iterator[BrowserContext]:
    """A fresh browser on an empty folder; it has to have asked no other host for anything by the end of the test."""
    assistant.pause = 0.0
    for file in kept.glob("*.json*"):
        file.unlink()
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    assert {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))} == {"127.0.0.1"}


def visit(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    ready(page)
    return page


@pytest.fixture
def page(context: BrowserContext, url: str) -> Page:
    return visit(context, url)


def ask(page: Page, question: str) -> None:
    asked = page.locator(".cw-exchange").count()
    page.fill("#cw-box textarea", question)
    page.press("#cw-box textarea", "Enter")
    expect(page.locator(".cw-exchange")).to_have_count(asked + 1)
    at_rest(page)


def at_rest(page: Page) -> None:
    expect(page.locator(".cw-exchange[aria-busy]")).to_have_count(0)
    expect(page.locator("#cw-send")).to_be_visible()
    expect(page.locator("#cw-status")).not_to_have_text("Writing ...")


def go(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()


def choose(page: Page, name: str) -> None:
    go(page, "Conversations")
    page.get_by_role("radio", name=name).check()
    expect(page.locator("#cw-kept-chosen")).to_be_visible()


def test_a_conversation_is_kept_and_reopens_with_the_same_marks_and_cards(context: BrowserContext, url: str) -> None:
    page = visit(context, url)
    for question in ("Who was saved?", "And when?", "How old is she?"):
        ask(page, question)
    shown = page.locator(".cw-exchange, .cw-card").all_inner_texts()
    page.close()
    page = visit(context, url)
    choose(page, "Who was saved?")
    expect(page.get_by_role("tab", name="Conversations")).to_have_count(1)
    expect(page.locator(".cw-kept-questions li")).to_have_count(3)
    page.click("#cw-kept-open")
    expect(page.locator(".cw-exchange")).to_have_count(3)
    assert page.locator(".cw-exchange, .cw-card").all_inner_texts() == shown
    page.click("#mark-2-2")
    expect(page.locator("#source-2-2")).to_be_focused()


def test_a_reopened_conversation_goes_on_and_clear_begins_another(page: Page, kept: Path, assistant: Reciter) -> None:
    ask(page, "Who was saved?")
    page.click("#cw-clear")
    expect(page.locator(".cw-exchange")).to_have_count(0)
    ask(page, "Who won the World Cup?")
    choose(page, "Who was saved?")
    page.click("#cw-kept-open")
    expect(page.locator(".cw-exchange")).to_have_count(1)
    ask(page, "And when?")
    assert [message["content"] for message in assistant.heard[-1]][0] == "Who was saved?"
    questions = [[a.question for a in one.answers] for one in Store(kept).listing().conversations.values()]
    assert questions == [["Who was saved?", "And when?"], ["Who won the World Cup?"]]


def test_a_reopened_conversation_goes_on_within_what_it_was_asked_within(
    page: Page, kept: Path, assistant: Reciter
) -> None:
    within = Scope(Filter(("Harbor Ledger",), since="2026-03-01"), date(2026, 3, 20))
    Store(kept).save(Place(), (replace(SAVED, question="Who was saved?", scope=within),))
    chips = page.get_by_label("Filters: Set by you").locator(".cw-chip span")
    page.get_by_text("Add a filter").click()
    page.get_by_label("Outlet", exact=True).select_option("Bay Post")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(chips).to_have_text(["Outlet: Bay Post"])
    choose(page, "Who was saved?")
    page.click("#cw-kept-open")
    expect(chips).to_have_text(["Outlet: Harbor Ledger", "Published since March 1, 2026", "As of March 20, 2026"])
    expect(page.get_by_role("status").filter(has_text=AS_LAST_ASKED)).to_be_visible()
    ask(page, "And when?")
    assert assistant.scopes[-1] == within
    expect(page.get_by_text(AS_LAST_ASKED)).to_have_count(0)
    asked = len(assistant.scopes)
    page.click("#cw-retry")
    expect(page.locator("#cw-after")).to_be_hidden()
    expect(page.locator("#cw-after")).to_be_visible()
    assert assistant.scopes[asked:] == [within]


def test_a_stopped_answer_is_kept_once_as_far_as_it_came(page: Page, kept: Path, assistant: Reciter) -> None:
    assistant.pause = 0.2
    page.fill("#cw-box textarea", "Who was saved?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#cw-latest")).to_contain_text("All 41")
    page.click("#cw-stop")
    expect(page.locator("#cw-status")).to_have_text("Stopped")
    (conversation,) = Store(kept).listing().conversations.values()
    assert not conversation.answers[0].done and "All 41" in conversation.answers[0].text
    expect(page.locator("#cw-verdict")).to_be_hidden()


@pytest.mark.parametrize("leave", ["clear", "close"])
def test_leaving_while_it_is_written_keeps_what_there_is(
    page: Page, kept: Path, assistant: Reciter, leave: str
) -> None:
    assistant.pause = 0.2
    page.fill("#cw-box textarea", "Who was saved?")
    page.press("#cw-box textarea", "Enter")
    expect(page.locator("#cw-latest")).to_contain_text("All 41")
    waiting = page.context.new_page()
    if leave == "clear":
        page.click("#cw-clear")
    else:
        page.close()
    for _ in range(50):
        if Store(kept).listing().conversations:
            break
        waiting.wait_for_timeout(100)
    (conversation,) = Store(kept).listing().conversations.values()
    assert "All 41" in conversation.answers[0].text


def test_naming_deleting_and_undoing(page: Page) -> None:
    ask(page, "Who was saved? <b>x</b>")
    choose(page, "Who was saved? <b>x</b>")
    page.fill("#cw-kept-name input, #cw-kept-name textarea", "The ferry")
    page.click("#cw-kept-rename")
    expect(page.locator("#cw-kept-status")).to_have_text("Renamed: The ferry")
    expect(page.get_by_role("radio", name="The ferry")).to_be_checked()
    page.click("#cw-kept-delete")
    expect(page.locator("#cw-kept-status")).to_have_text("Deleted: The ferry")
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.locator("#cw-kept-chosen")).to_be_hidden()
    page.click("#cw-kept-undo")
    expect(page.get_by_role("radio", name="The ferry")).to_be_checked()
    expect(page.locator("#cw-kept-undo")).to_be_hidden()


def test_deleting_the_conversation_at_hand_empties_the_ask_tab(page: Page) -> None:
    ask(page, "Who was saved?")
    choose(page, "Who was saved?")
    page.click("#cw-kept-delete")
    expect(page.locator("#cw-kept-status")).to_contain_text("Deleted")
    go(page, "Ask")
    expect(page.locator(".cw-exchange")).to_have_count(0)


def test_both_downloads_are_whole_files(context: BrowserContext, page: Page, tmp_path: Path) -> None:
    ask(page, "Who was saved?")
    choose(page, "Who was saved?")
    for label, ending in (("Markdown", ".md"), ("HTML", ".html")):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == f"who-was-saved{ending}"
        download.value.save_as(tmp_path / f"saved{ending}")
    assert "[^1]: “all 41 people aboard were saved”" in (tmp_path / "saved.md").read_text(encoding="utf-8")
    saved = context.new_page()
    saved.goto((tmp_path / "saved.html").as_uri())
    saved.locator("[role='doc-noteref']").first.click()
    expect(saved.locator("#note-1")).to_contain_text("all 41 people aboard were saved")


def test_a_link_asks_its_question_and_is_copied_for_a_follow_up_in_its_whole_form(
    context: BrowserContext, url: str, assistant: Reciter
) -> None:
    page = visit(context, f"{url}?q={quote('And when & how?', safe='')}")
    expect(page.locator(".cw-question")).to_have_text("And when & how?")
    at_rest(page)
    page.locator(".cw-link").click()
    expect(page.locator(".cw-said")).to_have_text("The link is copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{url}?q={quote('When were the people aboard the Lady Ann saved?', safe='')}"
    asked = len(assistant.heard)
    visit(context, url).wait_for_timeout(500)
    assert len(assistant.heard) == asked


def test_a_link_that_is_no_question_is_an_error_or_nothing(context: BrowserContext, url: str) -> None:
    page = visit(context, f"{url}?q=%20%20")
    expect(page.locator("#cw-status")).to_have_text("Ready")
    expect(page.locator("#cw-examples")).to_be_visible()


def test_a_verdict_and_a_comment_are_kept_shown_again_and_taken_back(page: Page, kept: Path) -> None:
    def lines() -> list[dict[str, object]]:
        return [json.loads(line) for line in (kept / "feedback.jsonl").read_text().splitlines()]

    ask(page, "Who was saved?")
    ask(page, "And when?")
    page.get_by_role("button", name="Wrong").click()
    expect(page.locator("#cw-say-wrong")).to_have_text("Wrong ✓")
    page.fill("#cw-comment textarea, #cw-comment input", "It was a Monday.")
    expect(page.locator("#cw-verdict-status")).to_contain_text("citewire eval --from-feedback")
    page.click("#cw-keep-comment")
    expect(page.locator("#cw-verdict-status")).to_have_text("The comment is kept, too.")
    last = lines()[-1]
    assert (last["question"], last["verdict"], last["comment"]) == ("And when?", "wrong", "It was a Monday.")
    assert [message["content"] for message in last["history"]][0] == "Who was saved?"  # type: ignore[attr-defined]
    page.reload()
    ready(page)
    choose(page, "Who was saved?")
    page.click("#cw-kept-open")
    expect(page.locator("#cw-say-wrong")).to_have_text("Wrong ✓")
    expect(page.locator("#cw-comment textarea, #cw-comment input")).to_have_value("It was a Monday.")
    page.click("#cw-say-wrong")
    expect(page.locator("#cw-say-wrong")).to_have_text("Wrong")
    expect(page.locator("#cw-verdict-status")).to_have_text("Taken back.")
    assert [line["verdict"] for line in lines()][-1] == ""
    assert len({line["id"] for line in lines()}) == 1
    ask(page, "Who won the World Cup?")
    expect(page.locator("#cw-verdict")).to_be_visible()
    expect(page.locator("#cw-remark")).to_be_hidden()

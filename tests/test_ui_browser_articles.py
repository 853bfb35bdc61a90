"""The tab of the articles in a real browser, over a real archive; only the embedder is a fake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from desktop import Desktop, opened, served
from fake_assistant import HOSTILE
from news import BUDGET, FERRY, write
from playwright.sync_api import Browser, expect

from index import Archive

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, str]]:
    with served(tmp_path_factory.mktemp("articles")) as site:
        yield site


@pytest.fixture
def desktop(browser: Browser, site: tuple[Archive, str], tmp_path: Path) -> Iterator[Desktop]:
    with opened(browser, *site, tmp_path) as desktop:
        yield desktop


def test_the_list_is_paged_sorted_and_searched(desktop: Desktop) -> None:
    page = desktop.page
    expect(page.locator(".cw-count")).to_have_text("1 to 50 of 62 articles")
    assert desktop.titles()[0] == FERRY["title"]  # the newest
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(".cw-count")).to_have_text("51 to 62 of 62 articles")
    assert desktop.titles()[-1] == BUDGET["title"]  # without a date
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    page.locator("#cw-articles-order input").click()
    page.get_by_role("option", name="By title").click()
    expect(page.locator(".cw-list tbody .cw-pick").first).to_have_text(str(BUDGET["title"]))
    desktop.search("ferry")
    expect(page.locator(".cw-list tbody .cw-pick").first).to_have_text(str(FERRY["title"]))
    expect(page.locator(".cw-count")).to_contain_text("that fit, out of 62")
    expect(page.locator("#cw-articles-order input")).to_have_value("Best match first")
    desktop.search("")
    expect(page.locator(".cw-count")).to_have_text("1 to 50 of 62 articles")


def test_an_article_opens_by_keyboard_with_its_facts_and_where_they_are_from(desktop: Desktop) -> None:
    page = desktop.page
    page.get_by_role("button", name=FERRY["title"]).press("Enter")
    article = page.get_by_label("Opened article")
    expect(article).to_be_focused()
    expect(article).to_contain_text("All 41 people aboard were saved.")
    article.locator("summary").click()
    expect(article.locator(".cw-known")).to_contain_text("March 4, 2026 from its record")
    expect(page.locator("tr[aria-current]")).to_contain_text(FERRY["title"])
    page.click("#cw-article-close")
    expect(article).to_be_hidden()
    expect(page.get_by_role("button", name=FERRY["title"])).to_be_focused()


def test_a_fact_is_corrected_and_the_correction_undone(desktop: Desktop) -> None:
    page = desktop.page
    desktop.open(FERRY["title"])
    page.get_by_role("button", name="Correct its facts").click()
    published, outlet = (page.locator(f"#cw-edit-{name} textarea") for name in ("published", "outlet"))
    expect(outlet).to_have_value("Harbor Ledger")
    published.fill("soon")
    page.click("#cw-article-save")
    expect(page.get_by_role("alert").filter(has_text='"soon" is no date')).to_be_visible()
    published.fill("5 March 2026")
    outlet.fill("Kestrel Post")
    page.click("#cw-article-save")
    expect(page.locator("#cw-articles-status")).to_have_text("Saved.")
    expect(page.locator("tbody tr").first).to_contain_text("Kestrel Post")
    expect(page.locator("#cw-article .cw-origin")).to_have_text("Kestrel Post, March 5, 2026")
    page.locator("#cw-article .cw-known summary").click()
    page.get_by_role("button", name="Undo the correction of outlet").click()
    expect(page.locator("#cw-article .cw-origin")).to_have_text("Harbor Ledger, March 5, 2026")
    (ferry,) = (entry for entry in desktop.archive.entries() if entry.url == FERRY["url"])
    assert (ferry.outlet, ferry.published) == ("Harbor Ledger", "2026-03-05")


def test_articles_are_removed_and_the_removal_undone(desktop: Desktop) -> None:
    page, before = desktop.page, list(desktop.archive.articles())
    page.get_by_role("button", name="Remove selected").click()
    expect(page.get_by_role("alert").filter(has_text="No article is selected; tick some first.")).to_be_visible()
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Remove selected").click()
    expect(page.locator("#cw-articles-status")).to_have_text("50 articles removed.")
    expect(page.locator(".cw-count")).to_have_text("12 articles")
    page.click("#cw-articles-undo")
    expect(page.locator("#cw-articles-status")).to_have_text("50 articles put back.")
    expect(page.locator("#cw-articles-undo")).to_be_hidden()
    assert list(desktop.archive.articles()) == before
    desktop.open(FERRY["title"])
    page.click("#cw-article-remove")
    expect(page.locator(".cw-count")).to_have_text("1 to 50 of 61 articles")
    expect(page.locator("#cw-article")).to_be_hidden()


def test_dates_stay_in_their_columns(desktop: Desktop) -> None:
    page = desktop.page
    expect(page.get_by_role("cell", name="November 28, 2025").first).to_be_attached()
    for width in (900, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        fits = "cells => cells.every((cell) => cell.scrollWidth <= cell.clientWidth)"
        assert page.locator(".cw-list tbody td:nth-child(n + 4)").evaluate_all(fits), width


def test_the_plot_tells_its_figures_to_everyone(desktop: Desktop) -> None:
    page = desktop.page
    page.get_by_role("button", name="Articles by outlet and week").click()
    bars = page.get_by_role("img", name="Bay Post: 60 in all, most in week of")
    expect(bars).to_be_visible()
    expect(page.locator(".cw-weeks")).to_contain_text("1 article is left out, for want of a date that tells the week.")
    page.get_by_text("The figures as a table").click()
    expect(page.get_by_role("row", name="week of March 2, 2026 0 1")).to_be_visible()
    desktop.search("Council passes budget")
    expect(page.locator(".cw-weeks")).to_contain_text("Of the articles that fit “Council passes budget”:")
    total = re.search(r"(\d+) articles that fit", page.locator(".cw-count").inner_text())
    assert total and int(total[1]) < 62
    shown = page.locator(".cw-weeks-name b").all_inner_texts()
    assert sum(map(int, shown)) == int(total[1]) - 1  # the budget's article has no date
    desktop.search("")
    expect(bars).to_be_visible()


def test_titles_have_the_most_room(desktop: Desktop) -> None:
    page = desktop.page
    for width in (900, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        share = "title => title.offsetWidth / title.closest('table').offsetWidth"
        assert page.locator(".cw-list thead th:nth-child(2)").evaluate(share) > 0.38, width


def test_hostile_words_stay_words(desktop: Desktop) -> None:
    page = desktop.page
    (ferry,) = (entry for entry in desktop.archive.entries() if entry.url == FERRY["url"])
    desktop.archive.correct(ferry.id, {"title": HOSTILE.title, "outlet": HOSTILE.outlet, "url": HOSTILE.url})
    bad = desktop.folder / "<img src=x onerror=window.hit=6>.txt"
    said = "The council heard that 5 < 6 & 7 > 2, and was told of <img src=x> and of <b>bold</b> moves."
    bad.write_text(f"Bad words\n\n{said}\n")
    desktop.drop(bad)
    expect(page.locator(".cw-count")).to_have_text("1 to 50 of 63 articles")
    desktop.open(HOSTILE.title or "")
    assert page.locator("#cw-article .cw-title a").count() == 0
    desktop.search("bad words")
    desktop.open("Bad words")
    expect(page.locator("#cw-article .cw-article")).to_contain_text(said)
    page.get_by_role("button", name="Articles by outlet and week").click()
    assert page.locator("#cw-articles img, #cw-articles script, #cw-articles-list b").count() == 0
    assert page.evaluate("window.hit") is None


def test_what_is_offered_to_ask_is_about_articles_that_are_there(desktop: Desktop) -> None:
    page, offered = desktop.page, desktop.page.locator(".cw-example:visible")
    names = (
        {**BUDGET, "url": f"https://elm.test/{n}", "title": f"Elm Harbor votes {n}", "published": "2026-03-05"}
        for n in range(2)
    )
    desktop.archive.update([write(desktop.folder / "elm.jsonl", *names)])  # as by the command line
    page.get_by_role("tab", name="Ask").click()
    expect(offered).to_have_text(["What is the latest on Elm Harbor?"])
    page.get_by_role("tab", name="Articles").click()
    desktop.search("Elm Harbor votes")
    desktop.open("Elm Harbor votes 0")
    page.click("#cw-article-remove")
    expect(page.locator("#cw-articles-status")).to_have_text("1 article removed.")
    page.get_by_role("tab", name="Ask").click()
    expect(offered).to_have_count(0)
    page.get_by_role("tab", name="Articles").click()
    page.click("#cw-articles-undo")
    expect(page.locator("#cw-articles-status")).to_have_text("1 article put back.")
    page.reload()
    expect(offered).to_have_text(["What is the latest on Elm Harbor?"])


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, desktop: Desktop) -> None:
    page = desktop.page
    page.set_viewport_size({"width": 390, "height": 844})
    desktop.open(FERRY["title"])
    expect(page.locator("#cw-article .cw-article")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390

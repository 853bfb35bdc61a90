"""The tab of the articles in a real browser, over a real archive; only the embedder is a fake."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from browsing import ready
from conftest import FakeEmbedder, FakeGenerator
from fake_assistant import HOSTILE, Reciter, serving
from news import BUDGET, FERRY, write
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from index import Archive
from rag import Assistant

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
MANY = [
    {
        "url": f"https://bay.test/{number}",
        "title": f"Harbor works, part {number:02}",
        "source": "Bay Post",
        "published": f"2025-11-{number % 28 + 1:02}",
        "text": f"On day {number} the harbor works went on as they had begun.",
    }
    for number in range(60)
]


@dataclass
class Desktop:
    """What a test has before it: the page, the archive behind it, and a folder with files to drop."""

    page: Page
    archive: Archive
    folder: Path

    def drop(self, *files: Path) -> None:
        self.page.set_input_files("#cw-articles-files input[type=file]", files)

    def titles(self) -> list[str]:
        return self.page.locator("#cw-articles-list tbody .cw-pick").all_inner_texts()

    def search(self, words: str) -> None:
        self.page.fill("#cw-articles-search textarea, #cw-articles-search input", words)
        self.page.press("#cw-articles-search textarea, #cw-articles-search input", "Enter")

    def open(self, title: str) -> None:
        self.page.get_by_role("button", name=title).first.click()
        expect(self.page.locator("#cw-article .cw-title")).to_have_text(title)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, str]]:
    folder = tmp_path_factory.mktemp("articles") / "index"
    with Archive(folder, FakeEmbedder()) as archive, serving(Reciter(), archive=archive) as url:
        yield archive, url


@pytest.fixture
def desktop(browser: Browser, served: tuple[Archive, str], tmp_path: Path) -> Iterator[Desktop]:
    """The tab over 62 articles, on a page that has to have asked no other host for anything by the end of the test."""
    archive, url = served
    archive.remove([entry.id for entry in archive.entries()])
    archive.update([write(tmp_path / "news.jsonl", FERRY, BUDGET, *MANY)])
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    ready(page)
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#cw-articles-list .cw-count")).to_contain_text("of 62 articles")
    yield Desktop(page, archive, tmp_path)
    context.close()
    assert {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))} == {"127.0.0.1"}


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


def test_dropped_files_are_indexed_kept_and_skipped_with_reasons(desktop: Desktop) -> None:
    page, folder = desktop.page, desktop.folder
    (folder / "harvest.txt").write_text("Harvest is late\n\nThe harvest of Port Meriden is two weeks late.\n")
    (folder / "song.mp3").write_bytes(b"ID3\0\0")
    (folder / "empty.txt").touch()
    desktop.drop(folder / "harvest.txt", folder / "song.mp3", folder / "empty.txt")
    progress = page.locator("#cw-articles-progress")
    expect(progress).to_contain_text("1 added, 0 changed, 0 unchanged")
    expect(progress).to_contain_text("song.mp3 is of a kind that citewire does not read")
    expect(progress).to_contain_text("empty.txt holds no text of an article")
    assert str(desktop.archive.folder) not in progress.inner_text()
    expect(page.locator(".cw-count")).to_have_text("1 to 50 of 63 articles")
    kept = desktop.archive.folder / "added"
    assert [path.name for path in kept.iterdir() if path.is_file()] == ["harvest.txt"]
    desktop.drop(folder / "harvest.txt")
    expect(progress).to_contain_text("0 added, 0 changed, 1 unchanged")
    desktop.search("harvest")
    desktop.open("Harvest is late")
    page.click("#cw-article-remove")
    expect(page.locator("#cw-articles-status")).to_have_text("1 article removed.")
    assert not (kept / "harvest.txt").exists()
    page.click("#cw-articles-undo")
    expect(page.locator("#cw-articles-status")).to_have_text("1 article put back.")
    assert (kept / "harvest.txt").read_text().startswith("Harvest is late")


def test_an_address_is_fetched_only_if_it_is_one_and_public(desktop: Desktop) -> None:
    page, progress = desktop.page, desktop.page.locator("#cw-articles-progress")
    page.get_by_label("Web addresses of pages or feeds").fill(str(desktop.folder / "news.jsonl"))
    page.click("#cw-articles-fetch")
    expect(progress.get_by_role("alert")).to_contain_text("is no web address")
    page.wait_for_timeout(500)  # in which the box would be emptied
    expect(page.get_by_label("Web addresses of pages or feeds")).to_have_value(str(desktop.folder / "news.jsonl"))
    page.get_by_label("Web addresses of pages or feeds").fill("http://127.0.0.1:9/a")
    page.click("#cw-articles-fetch")
    expect(progress).to_contain_text("127.0.0.1, which is not public")


def test_while_another_writes_this_is_said_and_reading_goes_on(desktop: Desktop) -> None:
    page = desktop.page
    (desktop.folder / "late.txt").write_text("Late\n\nThe harvest is late.\n")
    with desktop.archive._writing():
        desktop.drop(desktop.folder / "late.txt")
        message = "Another process is writing to the index"
        expect(page.locator("#cw-articles-progress").get_by_role("alert")).to_contain_text(message)
        desktop.open(FERRY["title"])
        page.click("#cw-article-remove")
        expect(page.locator("#cw-articles-status").get_by_role("alert")).to_contain_text(message)
    assert not (desktop.archive.folder / "added" / "late.txt").exists()


def test_stop_keeps_what_was_done(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    page = desktop.page
    embed = FakeEmbedder.embed_passages

    def embed_slowly(self: FakeEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
        time.sleep(1.0)
        return embed(self, texts)

    monkeypatch.setattr(FakeEmbedder, "embed_passages", embed_slowly)
    long = [{"url": f"https://long.test/{n}", "text": f"Part {n} says this. " * 600} for n in range(60)]
    desktop.drop(write(desktop.folder / "long.jsonl", *long))
    expect(page.locator("#cw-articles-progress progress")).to_be_visible()
    desktop.search("budget")  # reading goes on
    expect(page.locator(".cw-list tbody .cw-pick").first).to_have_text(str(BUDGET["title"]))
    page.click("#cw-articles-stop")
    expect(page.locator("#cw-articles-progress")).to_contain_text("Stopped; what was done is kept.")
    expect(page.locator("#cw-articles-files")).to_be_visible()
    assert 62 < desktop.archive.counts()[0] < 122


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


def test_nothing_is_added_to_the_samples(browser: Browser, served: tuple[Archive, str]) -> None:
    with serving(Reciter(), archive=served[0], is_sample=True) as url:
        page = browser.new_page()
        page.goto(url)
        ready(page)
        page.get_by_role("tab", name="Articles").click()
        page.get_by_role("button", name="Add articles").click()
        expect(page.locator("#cw-articles-add")).to_contain_text("nothing is added to them")
        expect(page.locator("#cw-articles-files")).to_be_hidden()
        page.close()


def test_articles_of_ones_own_take_the_place_of_the_samples(browser: Browser, tmp_path: Path) -> None:
    samples, own = Archive(tmp_path / "samples", FakeEmbedder()), Archive(tmp_path / "own", FakeEmbedder())
    write(tmp_path / "samples.jsonl", FERRY)
    samples.update([tmp_path / "samples.jsonl"])
    write(tmp_path / "mine.jsonl", BUDGET, *({**one, "title": f"Elm Harbor: {one['title']}"} for one in MANY[:3]))
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    assistant = Assistant(samples, FakeGenerator())
    with samples, own, serving(assistant, ["Who sank?"], archive=samples, is_sample=True, own=lambda: own) as url:
        page = browser.new_page()
        page.goto(url)
        ready(page)
        expect(page.locator(".cw-example")).to_have_text("Who sank?")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#cw-articles-list")).to_contain_text(FERRY["title"])
        expect(page.locator("#cw-articles-add")).to_contain_text("take the samples' place")
        page.set_input_files("#cw-articles-files input[type=file]", empty)
        expect(page.locator("#cw-articles-progress")).to_contain_text("1 skipped")
        expect(page.locator("#cw-articles-list")).to_contain_text(FERRY["title"])
        page.set_input_files("#cw-articles-files input[type=file]", tmp_path / "mine.jsonl")
        expect(page.locator("#cw-articles-list")).to_contain_text(BUDGET["title"])
        expect(page.locator("#cw-articles-list")).not_to_contain_text(FERRY["title"])
        expect(page.locator("#cw-articles-add")).not_to_contain_text("samples")
        expect(page.locator("#cw-health")).to_contain_text("4 articles")
        page.get_by_role("tab", name="Ask").click()
        expect(page.locator(".cw-example")).to_have_text("What is the latest on Elm Harbor?")
        page.reload()
        ready(page)
        expect(page.locator(".cw-example")).to_have_text("What is the latest on Elm Harbor?")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#cw-articles-add")).not_to_contain_text("samples")
        page.get_by_role("tab", name="Ask").click()
        page.fill("#cw-box textarea", f"What does {BUDGET['title']} say?")
        page.press("#cw-box textarea", "Enter")
        expect(page.locator("#cw-latest")).to_contain_text("Copy")
        assert samples.counts()[0] == 1 and own.counts()[0] == 4
        page.close()


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


def test_a_file_that_was_not_uploaded_is_not_read(desktop: Desktop, served: tuple[Archive, str]) -> None:
    (desktop.folder / "secret.txt").write_text("Secret\n\nThe vault lies under the quay of Port Meriden.\n")
    _, url = served
    (upload,) = (
        part["id"]
        for part in httpx2.get(f"{url}config").json()["dependencies"]
        if any(event == "upload" for _, event in part["targets"])
    )
    named = {"path": str(desktop.folder / "secret.txt"), "meta": {"_type": "gradio.FileData"}}
    asked = {"data": [[named], None, None], "fn_index": upload, "session_hash": "stranger"}
    assert httpx2.post(f"{url}gradio_api/queue/join", json=asked).status_code == 200
    with httpx2.stream("GET", f"{url}gradio_api/queue/data", params={"session_hash": "stranger"}) as answer:
        told = next(line for line in answer.iter_lines() if "process_completed" in line)
    assert '"success":false' in told
    assert len(desktop.archive.entries()) == 62

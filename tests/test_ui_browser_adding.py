"""Adding articles in a real browser, to a real archive; only the embedder is a fake."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2
import numpy as np
import pytest
from browsing import ready
from conftest import FakeEmbedder, FakeGenerator
from desktop import MANY, Desktop, opened, served, to_articles
from fake_assistant import Reciter, serving
from news import BUDGET, FERRY, write
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from index import Archive
from rag import Assistant

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
QUESTION = "#cw-articles-question"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, str]]:
    with served(tmp_path_factory.mktemp("articles")) as site:
        yield site


@pytest.fixture
def desktop(browser: Browser, site: tuple[Archive, str], tmp_path: Path) -> Iterator[Desktop]:
    with opened(browser, *site, tmp_path) as desktop:
        yield desktop


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


def test_a_newer_copy_of_a_file_takes_its_place_where_that_is_wanted(desktop: Desktop) -> None:
    page, question, story = desktop.page, desktop.page.locator(QUESTION), desktop.folder / "story.txt"
    story.write_text("The story\n\nIt was told 0 times.\n")
    desktop.drop(story)
    expect(page.locator("#cw-articles-progress")).to_contain_text("1 added, 0 changed, 0 unchanged")
    for number, (pressed, told) in enumerate(
        [
            ("Leave out", ""),
            ("Replace the earlier", "0 added, 1 changed, 0 unchanged"),
            ("Keep both", "story.txt is kept beside another file of that name."),
        ],
        1,
    ):
        story.write_text(f"The story\n\nIt was told {number} times.\n")
        desktop.drop(story)
        expect(question.get_by_role("alert")).to_contain_text("story.txt differs from the file of that name")
        expect(page.locator("#cw-articles-files")).to_be_hidden()
        page.get_by_role("button", name=pressed).press("Enter")
        expect(question).to_be_empty()
        expect(page.locator("#cw-articles-progress")).to_contain_text(told)
        expect(page.locator("#cw-articles-files")).to_be_visible()
        expect(page.locator("#cw-articles-fetch")).to_be_focused()
    stories = {article.text: article.id for article in desktop.archive.articles() if article.title == "The story"}
    assert list(stories) == ["It was told 2 times.", "It was told 3 times."]
    (version,) = desktop.archive.versions(stories["It was told 2 times."])
    assert version.article.text == "It was told 0 times."


def test_what_is_no_copy_is_added_before_it_is_asked(desktop: Desktop) -> None:
    page, folder = desktop.page, desktop.folder
    (folder / "story.txt").write_text("The tale\n\nIt was told once.\n")
    desktop.drop(folder / "story.txt")
    expect(page.locator("#cw-articles-progress")).to_contain_text("1 added")
    (folder / "story.txt").write_text("The tale\n\nIt was told twice.\n")
    (folder / "new.txt").write_text("Brand new\n\nIt is told for the first time.\n")
    desktop.drop(folder / "story.txt", folder / "new.txt")
    expect(page.locator(QUESTION)).to_contain_text("story.txt differs")
    expect(page.locator("#cw-articles-progress")).to_contain_text("1 added, 0 changed, 0 unchanged")
    assert desktop.archive.counts()[0] == 64


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


def test_while_another_writes_this_is_said_and_reading_goes_on(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.page.articles_waiting.PATIENCE_SECONDS", 1.0)
    page, status = desktop.page, desktop.page.locator("#cw-articles-status")
    (desktop.folder / "late.txt").write_text("Late\n\nThe harvest is late.\n")
    with desktop.archive._writing():
        desktop.drop(desktop.folder / "late.txt")
        progress = page.locator("#cw-articles-progress")
        expect(progress).to_have_text("Waiting: somebody else is adding articles ...")
        desktop.open(FERRY["title"])
        page.click("#cw-article-remove")
        expect(status).to_contain_text("Waiting for somebody else who is changing the articles ...")
        expect(status.get_by_role("alert")).to_have_text("Articles are being added; try again when that is done.")
    expect(progress).to_contain_text("1 added")
    page.click("#cw-article-remove")
    expect(status).to_have_text("1 article removed.")


def test_two_who_add_at_once_come_one_after_the_other(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    embed, go_on = FakeEmbedder.embed_passages, threading.Event()

    def embed_later(self: FakeEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
        go_on.wait(60)
        return embed(self, texts)

    monkeypatch.setattr(FakeEmbedder, "embed_passages", embed_later)
    for name in ("first", "second", "third"):
        (desktop.folder / f"{name}.txt").write_text(f"The {name} story\n\nIt came as the {name} of three.\n")
    other, gone = (to_articles(desktop.page.context.new_page(), desktop.page.url) for _ in range(2))
    desktop.drop(desktop.folder / "first.txt")
    expect(desktop.page.locator("#cw-articles-progress")).to_contain_text("Reading and indexing ... 1 read")
    gone.set_input_files("#cw-articles-files input[type=file]", desktop.folder / "third.txt")
    expect(gone.locator("#cw-articles-progress")).to_have_text("Waiting: somebody else is adding articles ...")
    other.set_input_files("#cw-articles-files input[type=file]", desktop.folder / "second.txt")
    expect(other.locator("#cw-articles-progress")).to_contain_text("Waiting: 2 others are adding articles")
    gone.close()
    expect(other.locator("#cw-articles-progress")).to_have_text("Waiting: somebody else is adding articles ...")
    expect(other.locator("#cw-articles-stop")).to_be_visible()
    go_on.set()
    for page in (desktop.page, other):
        expect(page.locator("#cw-articles-progress")).to_contain_text("1 added, 0 changed, 0 unchanged")
    expect(other.locator(".cw-count")).to_have_text("1 to 50 of 64 articles")


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


def test_nothing_is_added_to_the_samples(browser: Browser, site: tuple[Archive, str]) -> None:
    with serving(Reciter(), archive=site[0], is_sample=True) as url:
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


def test_a_file_that_was_not_uploaded_is_not_read(desktop: Desktop, site: tuple[Archive, str]) -> None:
    (desktop.folder / "secret.txt").write_text("Secret\n\nThe vault lies under the quay of Port Meriden.\n")
    _, url = site
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

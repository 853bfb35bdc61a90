"""The tab of the articles in a browser, over an archive that a test fills and looks into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from browsing import ready
from conftest import FakeEmbedder
from fake_assistant import Reciter, serving
from news import BUDGET, FERRY, write
from playwright.sync_api import Browser, Page, expect

from index import Archive

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


@contextmanager
def served(folder: Path) -> Iterator[tuple[Archive, str]]:
    """An archive in a folder of its own, and the address of the page over it."""
    with Archive(folder / "index", FakeEmbedder()) as archive, serving(Reciter(), archive=archive) as url:
        yield archive, url


@contextmanager
def opened(browser: Browser, archive: Archive, url: str, folder: Path) -> Iterator[Desktop]:
    """The tab over 62 articles, on a page that has to have asked no other host for anything by the end of the test."""
    archive.remove([entry.id for entry in archive.entries()])
    archive.update([write(folder / "news.jsonl", FERRY, BUDGET, *MANY)])
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield Desktop(to_articles(context.new_page(), url), archive, folder)
    context.close()
    assert {urlsplit(address).hostname for address in asked if address.startswith(("http", "ws"))} == {"127.0.0.1"}


def to_articles(page: Page, url: str) -> Page:
    """The page with its tab of the articles open, over those 62."""
    page.goto(url)
    ready(page)
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#cw-articles-list .cw-count")).to_contain_text("of 62 articles")
    return page

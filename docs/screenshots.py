"""Makes the pictures of the page in this folder, over the sample articles: python docs/screenshots.py ADDRESS

ADDRESS is where `citewire chat` serves the samples. Needs the `dev` extra and a Chromium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

DOCS = Path(__file__).parent
WIDE, PHONE = (1280, 800), (390, 844)


def ask(page: Page, *questions: str) -> None:
    for count, question in enumerate(questions, 1):
        page.fill("#cw-box textarea", question)
        page.press("#cw-box textarea", "Enter")
        expect(page.locator(".cw-exchange")).to_have_count(count)
        expect(page.locator(".cw-exchange[aria-busy]")).to_have_count(0)
        expect(page.locator("#cw-send")).to_be_visible()


def answer(page: Page) -> None:
    ask(page, "Why was the marsh fever trial paused?")
    page.click("#mark-1-1")


def accounts(page: Page) -> None:
    ask(page, "By how many votes did Tolland win?")


def timeline(page: Page) -> None:
    ask(page, "What happened when in the Veyra Cup theft?")
    page.evaluate("document.querySelector('#cw-chat').scrollTop = 0")


def reader(page: Page) -> None:
    ask(page, "What did Gareth Quillan say about the count?")
    page.get_by_role("button", name="Open the article").first.click()
    expect(page.locator("dialog")).to_be_visible()


def articles(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Articles by outlet and week").click()
    expect(page.locator(".cw-weeks-row").first).to_be_visible()


def phone(page: Page) -> None:
    ask(page, "How old is Gareth Quillan?")


VIEWS: tuple[tuple[Callable[[Page], None], tuple[int, int], Literal["light", "dark"]], ...] = (
    (answer, WIDE, "light"),
    (accounts, WIDE, "light"),
    (timeline, WIDE, "dark"),
    (reader, WIDE, "light"),
    (articles, WIDE, "light"),
    (phone, PHONE, "dark"),
)


def take(browser: Browser, address: str) -> None:
    for view, (width, height), scheme in VIEWS:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.goto(address)
        expect(page.locator(".cw-said")).to_have_count(1)
        view(page)
        page.wait_for_timeout(800)
        page.screenshot(path=DOCS / f"page-{view.__name__}.png")
        page.close()


if __name__ == "__main__":
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take(browser, sys.argv[1])
        browser.close()

"""Opening the page in a browser and asking on it, for all tests that do."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def ready(page: Page) -> None:
    """Wait until the page's own scripts have run, which they do once it listens to keys and clicks."""
    expect(page.locator("#cw-box textarea")).to_be_attached()
    expect(page.locator(".cw-said")).to_have_count(1)


def ask(page: Page, question: str) -> None:
    page.fill("#cw-box textarea", question)
    page.press("#cw-box textarea", "Enter")


def ask_and_wait(page: Page, question: str) -> None:
    asked = page.locator(".cw-exchange").count()
    ask(page, question)
    expect(page.locator(".cw-exchange")).to_have_count(asked + 1)
    at_rest(page)


def at_rest(page: Page) -> None:
    expect(page.locator(".cw-exchange[aria-busy]")).to_have_count(0)
    expect(page.locator("#cw-send")).to_be_visible()

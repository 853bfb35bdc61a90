"""Opening the page in a browser, for all tests that do."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def ready(page: Page) -> None:
    """Wait until the page's own scripts have run, which they do once it listens to keys and clicks."""
    expect(page.locator("#cw-box textarea")).to_be_attached()
    expect(page.locator(".cw-said")).to_have_count(1)

"""The settings, and the tabs, in a real browser, over a real assistant; only the embedder and the model are fakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import ready
from conftest import FakeGenerator
from fake_assistant import serving
from playwright.sync_api import Browser, expect

from index import Archive
from rag import Assistant

pytestmark = [
    pytest.mark.integration,
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
BEFORE_IT_IS_TOLD_ANYWAY_MS = 10_000


def test_the_health_line_follows_what_is_set_at_once(browser: Browser, archive: Archive, news: Path) -> None:
    with serving(Assistant(archive, FakeGenerator("Yes."))) as url:
        page = browser.new_page()
        page.goto(url)
        ready(page)
        expect(page.locator("#cw-health")).to_contain_text("0 articles")
        archive.update([news])
        page.get_by_role("tab", name="Settings").click()
        page.get_by_role("button", name="Use these").click()
        expect(page.locator("#cw-settings-status")).to_contain_text("From the next question on: fake.")
        expect(page.locator("#cw-health")).to_contain_text("2 articles", timeout=BEFORE_IT_IS_TOLD_ANYWAY_MS)
        page.close()


def test_on_a_phone_all_tabs_are_in_one_row(browser: Browser, archive: Archive, tmp_path: Path) -> None:
    with serving(Assistant(archive, FakeGenerator()), archive=archive, conversations=tmp_path / "kept") as url:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(url)
        ready(page)
        for name in ("Ask", "Articles", "Conversations", "Settings"):
            expect(page.get_by_role("tab", name=name)).to_be_in_viewport(ratio=1)
        page.close()

"""The settings, and the tabs, in a real browser, over a real assistant; only the embedder and the model are fakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import ready
from conftest import FakeGenerator
from fake_assistant import serving
from playwright.sync_api import Browser, Locator, Page, expect

from index import Archive
from rag import Assistant
from ui.page.choosing import Choice
from ui.settings import load_settings

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


def test_the_tab_shows_what_is_in_force_and_takes_back_nothing_that_another_set(
    browser: Browser, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where others can reach the page, and what is not in the list is refused."""
    monkeypatch.setattr("rag.models.generator.load_generator", lambda spec, key, say: FakeGenerator(name=spec))
    known = [Choice("second", 10**9, cached=True)]
    monkeypatch.setattr("ui.page.settings_tab.known_models", lambda: known)
    settings = load_settings({"model": "fake", "host": "0.0.0.0"}, {}, tmp_path / "none.toml")
    with serving(Assistant(archive, FakeGenerator("Yes.")), settings=settings) as url:
        first, second = browser.new_page(), browser.new_page()
        for page in (first, second):
            page.goto(url)
            ready(page)
            page.get_by_role("tab", name="Settings").click()
            expect(page.locator("#cw-model input")).to_have_value("fake")
        choose(first, "second (1.00 GB)")
        set_passages(first, 12)
        use(first, "second")
        # Another slider, on a page that still shows what was in force before.
        second.get_by_label("number input for Refuse below").fill("0.5")
        second.get_by_label("number input for Refuse below").press("Tab")
        use(second, "second")
        expect(second.locator("#cw-model input")).to_have_value("second (1.00 GB)")
        expect(passages(second)).to_have_value("12")
        # And what is fetched later is offered wherever the tab is come to.
        known.append(Choice("third", 2 * 10**9, cached=True))
        second.reload()
        ready(second)
        second.get_by_role("tab", name="Settings").click()
        expect(second.get_by_label("number input for Refuse below")).to_have_value("0.5")
        choose(second, "third (2.00 GB)")
        set_passages(second, 20)
        use(second, "third")
        first.get_by_role("tab", name="Ask").click()
        first.get_by_role("tab", name="Settings").click()
        expect(first.locator("#cw-model input")).to_have_value("third (2.00 GB)")
        expect(passages(first)).to_have_value("20")
        first.close()
        second.close()


def choose(page: Page, label: str) -> None:
    page.locator("#cw-model input").click()
    page.get_by_role("option", name=label).click()


def passages(page: Page) -> Locator:
    return page.get_by_label("number input for Passages searched for an answer")


def set_passages(page: Page, number: int) -> None:
    passages(page).fill(str(number))
    passages(page).press("Tab")


def use(page: Page, model: str) -> None:
    page.get_by_role("button", name="Use these").click()
    expect(page.locator("#cw-settings-status")).to_contain_text(f"From the next question on: {model}.")


def test_on_a_phone_all_tabs_are_in_one_row(browser: Browser, archive: Archive, tmp_path: Path) -> None:
    with serving(Assistant(archive, FakeGenerator()), archive=archive, conversations=tmp_path / "kept") as url:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(url)
        ready(page)
        for name in ("Ask", "Articles", "Conversations", "Settings"):
            expect(page.get_by_role("tab", name=name)).to_be_in_viewport(ratio=1)
        page.close()

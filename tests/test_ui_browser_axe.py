"""axe-core over every view of the page, light and dark: no fault of accessibility that it calls serious or worse."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from browsing import ask_and_wait, ready
from conftest import FakeEmbedder
from fake_assistant import Reciter, serving
from news import BUDGET, FERRY, write
from playwright.sync_api import Browser, Page, expect

from index import Archive

AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
GRAVE = ("serious", "critical")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; `make test` installs it where npm is"),
    # Gradio's queue uses what pandas 3 wants to be rid of.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("axe")
    with Archive(folder / "index", FakeEmbedder()) as archive:
        archive.update([write(folder / "news.jsonl", FERRY, BUDGET)])
        with serving(Reciter(), ["Who was saved?"], archive=archive, conversations=folder / "conversations") as url:
            yield url


def faults(page: Page) -> list[str]:
    """What axe finds, each with the first element that has it."""
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')}"
        for one in found
        if one["impact"] in GRAVE
    ]


def empty(page: Page) -> None:
    expect(page.locator("#cw-examples")).to_be_visible()


def answered(page: Page) -> None:
    ask_and_wait(page, "And when?")


def abstained(page: Page) -> None:
    ask_and_wait(page, "How old is she?")


def accounts(page: Page) -> None:
    ask_and_wait(page, "Do they differ?")


def timeline(page: Page) -> None:
    ask_and_wait(page, "A timeline of the rescue?")


def failed(page: Page) -> None:
    page.press("#cw-box textarea", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def reader(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.get_by_role("button", name="Open the article").first.click()
    expect(page.locator("dialog")).to_be_visible()


def filters(page: Page) -> None:
    page.get_by_text("Add a filter").click()
    expect(page.get_by_label("Published since")).to_be_visible()
    ask_and_wait(page, "What did the Ledger say in March?")


def judged(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.get_by_role("button", name="Wrong").click()
    expect(page.get_by_label("Comment")).to_be_visible()


def articles(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name=FERRY["title"]).click()
    expect(page.locator("#cw-article")).to_be_visible()
    page.get_by_role("button", name="Articles by outlet and week").click()
    page.get_by_role("button", name="Correct its facts").click()
    expect(page.locator("#cw-article-save")).to_be_visible()


def conversations(page: Page) -> None:
    ask_and_wait(page, "Who was saved?")
    page.get_by_role("tab", name="Conversations").click()
    page.get_by_role("radio", name="Who was saved?").first.check()
    expect(page.locator("#cw-kept-chosen")).to_be_visible()


def settings(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()
    expect(page.locator("#cw-settings")).to_be_visible()


VIEWS = (
    *(empty, answered, abstained, accounts, timeline, failed, reader, filters, judged),
    *(articles, conversations, settings),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_grave_fault(browser: Browser, url: str, scheme: Literal["light", "dark"]) -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256
    script = AXE.read_text(encoding="utf-8")

    def look(view: Callable[[Page], None]) -> list[str]:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
        page.goto(url)
        ready(page)
        view(page)
        page.evaluate(script)
        found = faults(page)
        if found:  # a colour halfway through a change is none
            page.wait_for_timeout(600)
            found = faults(page)
        page.close()
        return found

    assert {view.__name__: found for view in VIEWS if (found := look(view))} == {}


def test_a_grave_fault_would_be_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<main><img src="data:," width="9" height="9"><p style="color:#eee;background:#fff">faint</p></main>'
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert {found.split(":")[0] for found in faults(page)} >= {"image-alt", "color-contrast"}
    page.close()

"""axe-core over every view of the page, light and dark: no fault of accessibility that it calls serious or worse."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from browsing import ready
from fake_assistant import Reciter, serving
from playwright.sync_api import Browser, Page, expect
from test_ui_browser import ask_and_wait

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
def url() -> Iterator[str]:
    with serving(Reciter(), ["Who was saved?"]) as url:
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


def settings(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()
    expect(page.locator("#cw-settings")).to_be_visible()


VIEWS = (empty, answered, abstained, accounts, timeline, failed, reader, settings)


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

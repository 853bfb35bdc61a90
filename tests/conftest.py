"""Fakes for the two seams, and the places of real data."""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from news import BUDGET, FERRY, write
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect, sync_playwright

from index import Archive
from rag.models.generator import Message

if TYPE_CHECKING:
    from fake_cli import Cli

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class FakeEmbedder:
    """Unit vectors of hashed words, so that texts with words in common are near; it counts words as tokens."""

    def __init__(self, name: str = "fake", dimension: int = 32, max_tokens: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)


class FakeGenerator:
    """Replays the given pieces for every conversation, and keeps the conversations."""

    def __init__(self, *pieces: str, name: str = "fake", context_tokens: int = 4096) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self.pieces = pieces
        self.heard: list[Sequence[Message]] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        self.heard.append(messages)
        yield from self.pieces


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive over the fake embedder."""
    with Archive(tmp_path / "index", FakeEmbedder()) as archive:
        yield archive


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the data sets are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def seeds(shared_data: Path) -> Path:
    """The folder of the two real scraped pages."""
    return shared_data / "seeds"


def fake(archive: Archive) -> FakeEmbedder:
    assert isinstance(archive.embedder, FakeEmbedder)
    return archive.embedder


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A file of two articles, about a ferry and about a budget."""
    return write(tmp_path / "news.jsonl", FERRY, BUDGET)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser are tried again, twice at most: on a busy machine a click may come before a page is
    ready.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, or a skip in words where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the system's chromium package to try the page in a browser")
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The command line with fakes for the models, on the index in `folder`."""
    from fake_cli import fake_cli

    return fake_cli(tmp_path, monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def filled(cli: Cli, news: Path, folder: Path) -> Path:
    """The index in `folder` with the news in it."""
    assert cli("index", news)[0] == 0
    return folder

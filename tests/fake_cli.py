"""The command line with fakes for the two models, on an index and in folders of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder, FakeGenerator

from ui.cli import main

ROOT = Path(__file__).parents[1]
FERRY = (
    "Ferry sinks off Kell Point\nHarbor Ledger\nMarch 4, 2026\n\n"
    "The ferry Lady Ann sank off Kell Point on Tuesday. All 41 people aboard the ferry were saved."
)
BUDGET = {"url": "https://ledger.test/budget", "title": "Budget passes", "text": "The council passed the budget."}
SENTENCE = "All 41 people aboard the ferry were saved."
QUESTION = "How many people aboard the ferry were saved?"

Cli = Callable[..., tuple[int, str, str]]


def fake_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command on the index ``tmp_path / "index"``, and gives its exit code, stdout and stderr."""
    monkeypatch.setenv("CITEWIRE_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setenv("CITEWIRE_RERANKER", "none")
    monkeypatch.setattr("index.embedder.load_embedder", lambda spec, say: FakeEmbedder())
    monkeypatch.setattr("rag.models.generator.load_generator", lambda spec, key, say: FakeGenerator(SENTENCE))

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = main([str(arg) for arg in argv])
        return code, *capsys.readouterr()

    return run


def write_news(folder: Path) -> Path:
    """A folder with two articles."""
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "budget.jsonl").write_text(json.dumps(BUDGET) + "\n")
    return folder


WIRE = (
    "PORT ELLERY (AP) - The ferry Lady Ann sank off Kell Point on Tuesday night. All 41 people aboard the ferry were "
    "saved by fishing boats that had left the harbor an hour before. The captain said that water had come in through "
    "the bow door, which was found open by divers on Wednesday. The owners of the ferry had been warned twice about "
    "the door in the past year, a spokesman for the coast guard said. An inquiry into the sinking opens next week."
)


def write_wire(folder: Path, *more: Mapping[str, object]) -> Path:
    """A file of two copies of one story, the second with another number in a sentence, and of `more`."""
    stories = [
        {"url": "https://ledger.test/wire", "title": "Ferry sinks", "outlet": "Harbor Ledger", "text": WIRE},
        {
            "url": "https://post.test/wire",
            "title": "Ferry goes down",
            "outlet": "Bay Post",
            "text": WIRE.replace("an hour", "two hours"),
        },
    ]
    path = folder / "wire.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in (*stories, *more)))
    return path


def records(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def one_line(error: str) -> bool:
    return error.startswith("citewire: ") and error.count("\n") == 1

"""`citewire bench`: its figures as text and as JSON, and the folder it works in."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_cli import BUDGET, QUESTION

if TYPE_CHECKING:
    from fake_cli import Cli


def test_figures_come_as_text_and_as_json(cli: Cli, tmp_path: Path) -> None:
    code, out, _ = cli("bench", "kills", "--rounds", "1", "--articles", "8", "--work", tmp_path / "work")
    assert code == 0
    assert "faults after a kill" in out and "(at most 0: yes)" in out
    assert (tmp_path / "work" / "index" / "articles.sqlite").is_file()
    code, out, _ = cli("bench", "damage", "--rounds", "2", "--json")
    report = json.loads(out)
    assert code == 0 and report["holds"]
    assert {"name": "wrong", "value": 0, "unit": "", "least": None, "most": 0, "holds": True} in report["figures"]


def test_a_folder_with_something_in_it_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, said = cli("bench", "damage", "--work", tmp_path)
    assert code == 1 and "is not empty; give --work a new folder" in said
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_benchmark_must_be_named(cli: Cli) -> None:
    with pytest.raises(SystemExit):
        cli("bench")


def test_searches_are_timed_beside_another_program(cli: Cli, tmp_path: Path) -> None:
    query = {"query": QUESTION, "answer": "41", "question_type": "inference_query", "evidence_list": [{"fact": "41"}]}
    (tmp_path / "queries_dev.json").write_text(json.dumps([query, query]))
    (tmp_path / "corpus.json").write_text(json.dumps([BUDGET]))
    echo = shlex.join([sys.executable, "-uc", "import sys; [print() for line in sys.stdin]"])
    code, out, _ = cli("bench", "latency", "--data", tmp_path, "--queries", "1", "--beside", echo, "--json")
    report = json.loads(out)
    assert report["title"].startswith("1 questions, 1 chunks, beside")
    share = report["figures"][-1]
    assert share["name"] == "search / rival, p50" and share["most"] == 0.5
    assert not share["holds"] and code == 1  # an echo is faster than any search

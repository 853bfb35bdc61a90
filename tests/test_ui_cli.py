from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from fake_cli import BUDGET, ROOT, Cli, one_line, write_news

from index.archive import STORE_FILE
from rag import Answer
from ui import plain
from ui.cli import main


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


# Help and usage


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = "import sys; from ui.cli import main\ntry: main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    least = "import argparse, dataclasses, importlib.metadata, json, pathlib"  # without which no command can do
    fastest = dict.fromkeys((least, code), 10.0)
    for _ in range(3):
        for one in fastest:
            started = time.perf_counter()
            run = subprocess.run([sys.executable, "-c", one], cwd=ROOT, capture_output=True, text=True)
            fastest[one] = min(fastest[one], time.perf_counter() - started)
    assert run.returncode == 0 and "COMMAND" in run.stdout
    assert not {"torch", "faiss", "transformers", "gradio", "numpy", "openvino"} & set(run.stderr.split())
    assert fastest[code] < 4 * fastest[least]


@pytest.mark.parametrize(
    "command",
    [
        *("index", "search", "ask", "articles", "articles show", "articles set", "articles unset", "remove", "chat"),
        *("eval", "models", "models fetch", "doctor"),
    ],
)
def test_each_command_helps_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    (example,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Example: ")]
    assert f"citewire {command}" in example


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("citewire ")


@pytest.mark.parametrize(
    "argv",
    [
        *([], ["fly"], ["index"], ["ask"], ["ask", "Who?", "--batch", "-"], ["search", "Who?", "-k", "0"]),
        *(["index", "--chunk-tokens", "2"], ["articles", "--since", "yesterday"], ["articles", "--until", "2018-13"]),
        *(["articles", "set", "abc"], ["articles", "show"]),
        *(["chat", "--port", "70000"], ["eval"], ["eval", "compare", "a.json"], ["eval", "multihop-rag"]),
    ],
)
def test_wrong_usage_exits_with_2(cli: Cli, argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli(*argv)
    assert caught.value.code == 2


def test_module_runs_from_a_checkout() -> None:
    run = subprocess.run([sys.executable, "-m", "ui", "--version"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0 and run.stdout.startswith("citewire ")


# How it ends


def test_interrupted_indexing_says_so(cli: Cli, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeEmbedder, "embed_passages", interrupt)
    assert cli("index", news) == (130, "", "Interrupted; what was stored so far stands.\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["search", "Who?"],
        ["ask", "Who?"],
        ["articles"],
        ["articles", "show", "abc"],
        ["remove", "abc"],
        ["index", "--rebuild"],
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_without_an_index_it_is_said_how_to_make_one(cli: Cli, folder: Path, argv: list[str], exists: bool) -> None:
    if exists:
        folder.mkdir()
    code, out, err = cli(*argv)
    assert (code, out) == (1, "") and one_line(err)
    assert f"There is no index in {folder}; make one with `citewire index PATH...`." in err
    assert folder.exists() is exists and not (folder / STORE_FILE).exists()


def test_an_index_that_was_emptied_is_none_to_ask(cli: Cli, filled: Path) -> None:
    ids = [article["id"] for article in json.loads(cli("articles", "--json")[1])["articles"]]
    assert cli("remove", *ids)[0] == 0
    code, _, err = cli("search", "ferry")
    assert code == 1 and "There is no index" in err


def test_a_damaged_index_is_one_line(cli: Cli, filled: Path) -> None:
    (filled / STORE_FILE).write_bytes(b"not a database at all, and not a short text either" * 100)
    for argv in (["articles"], ["search", "ferry"], ["index", filled.parent / "news"]):
        code, out, err = cli(*argv)
        assert (code, out) == (1, "") and one_line(err) and "restore it" in err


def test_an_index_that_another_process_has_to_itself_is_busy_and_not_damaged(
    cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.database._BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(filled / STORE_FILE, isolation_level=None)) as database:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        code, out, err = cli("articles")
    assert (code, out) == (1, "") and one_line(err) and "wait for it to finish, then try again" in err
    assert cli("articles")[0] == 0


def test_an_index_that_cannot_be_made_is_one_line(cli: Cli, news: Path) -> None:
    code, _, err = cli("index", news, "--index", news / "ferry.txt" / "below")
    assert code == 1 and one_line(err)


# What is printed


def test_text_of_articles_reaches_no_terminal_raw(cli: Cli, tmp_path: Path) -> None:
    record = {**BUDGET, "title": "Red \x1b[31malert\x07", "text": "The council\x1b]0;title\x07 passed the budget."}
    (tmp_path / "hostile.jsonl").write_text(json.dumps(record))
    cli("index", tmp_path / "hostile.jsonl")
    shown = cli("articles")[1] + cli("search", "council budget")[1] + cli("ask", "What did the council pass?")[1]
    assert "alert" in shown and "passed the budget" in shown
    assert "\x1b" not in shown and "\x07" not in shown


def test_a_growing_answer_is_printed_once_it_will_stay() -> None:
    texts = ["", "A crew", "A crew of 9. [1]", "A crew of 9. [1] The cap"]
    answers = [Answer("Who?", text, answered=True, done=False) for text in texts]
    printed = ""
    for answer in answers:
        printed += plain.next_piece(printed, answer)
    assert printed == "A crew of 9. [1]"
    taken_back = Answer("Who?", "No article says.", answered=False)
    assert plain.next_piece(printed, taken_back) == "\nNo article says."


def test_a_reader_that_leaves_is_no_failure(filled: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "ui", "articles", "--index", str(filled)]
    run = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_may_lack_characters(cli: Cli, tmp_path: Path, folder: Path, encoding: str) -> None:
    (tmp_path / "snow.txt").write_text("Snow ☃ in Zürich\n\nIt snowed on “Tuesday” for 9 hours, the office said.")
    cli("index", tmp_path / "snow.txt")
    command = [sys.executable, "-m", "ui", "articles", "--index", str(folder)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
    assert run.returncode == 0 and b"Snow ?" in run.stdout


def test_settings_are_refused_in_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWIRE_PORT", "many")
    code, _, err = cli("articles")
    assert code == 1 and one_line(err) and "CITEWIRE_PORT" in err

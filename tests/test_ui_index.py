from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import threading
from contextlib import closing
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from fake_cli import BUDGET, ROOT, Cli, one_line, records, write_news

from index import Archive
from index.archive import STORE_FILE
from index.records import Skipped
from index.updating import Update
from ui.plain_update import SKIPPED_SHOWN, reason_counts, update_text
from ui.progress import FINISHING, finishing_first

ARTICLES = 60
# The command line with an embedder that takes its time and tells on stdout when it begins.
SLOW = """
import sys, time
sys.path.insert(0, "tests")
from conftest import FakeEmbedder
import index.embedder, index.updating
from ui.cli import main

class Slow(FakeEmbedder):
    def embed_passages(self, texts):
        print("embedding", flush=True)
        time.sleep(0.3)
        return super().embed_passages(texts)

index.embedder.load_embedder = lambda spec, say: Slow()
index.updating.BATCH_CHUNKS = 5
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.jsonl"
    lines = (json.dumps({"id": n, "title": f"Story {n}", "text": f"Event {n} took place."}) for n in range(ARTICLES))
    path.write_text("\n".join(lines))
    return path


def slow_index(*argv: str | Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SLOW, "index", *map(str, argv)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)


# Counting


def test_index_counts_what_it_stored_and_skipped(cli: Cli, news: Path) -> None:
    (news / "empty.txt").write_text("")
    code, out, _ = cli("index", news, "--json")
    (result,) = records(out)
    assert code == 0
    assert list(result) == [
        *("added", "changed", "unchanged", "skipped", "embedded", "articles", "chunks", "seconds", "stopped"),
        "reasons",
    ]
    assert (result["added"], result["articles"], result["chunks"], result["embedded"]) == (2, 2, 2, 2)
    assert [set(item) for item in result["skipped"]] == [{"path", "reason"}]
    assert "empty.txt" in result["skipped"][0]["path"]
    assert list(result["reasons"].values()) == [1]
    (again,) = records(cli("index", news, "--json")[1])
    assert (again["added"], again["changed"], again["unchanged"], again["embedded"]) == (0, 0, 2, 0)


def test_index_tells_people_what_was_skipped_and_why(cli: Cli, news: Path) -> None:
    (news / "empty.txt").write_text("")
    code, out, err = cli("index", news)
    assert (code, err) == (0, "")
    assert "2 added" in out and "1 skipped" in out and "empty.txt" in out


def test_skipped_files_are_counted_by_kind_and_the_first_are_listed() -> None:
    skipped = [Skipped(f"/n/{n}.txt", f"/n/{n}.txt ({n}.0 MB on disk) holds no text; leave it out.") for n in range(30)]
    skipped += [Skipped(f"/n/a.jsonl line {n}", "the line is not valid JSON; mend it.") for n in range(2)]
    assert reason_counts(skipped) == {"holds no text": 30, "the line is not valid JSON": 2}
    lines = update_text(Update(skipped=skipped)).splitlines()
    assert lines[1:4] == ["32 skipped:", "    30  holds no text", "     2  the line is not valid JSON"]
    assert len(lines) == 5 + SKIPPED_SHOWN + 1 and lines[-1].startswith("  and 12 more")


@pytest.mark.parametrize("content", ["folder", "unknown", "missing"])
def test_index_without_articles_is_one_line(cli: Cli, tmp_path: Path, folder: Path, content: str) -> None:
    path = tmp_path / "given"
    if content != "missing":
        path.mkdir()
    if content == "unknown":
        (path / "picture.png").write_bytes(b"\x89PNG")
    code, out, err = cli("index", path)
    assert (code, out) == (1, "") and one_line(err)
    assert content != "missing" or (str(path) in err and not folder.exists())


def test_index_of_nothing_readable_fails_and_still_says_why(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    code, out, err = cli("index", tmp_path / "binary.txt", "--json")
    (result,) = records(out)
    assert code == 1 and one_line(err)
    assert result["added"] == 0 and len(result["skipped"]) == 1


def test_a_file_without_a_byte_is_skipped(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    code, out, err = cli("index", tmp_path / "empty.txt")
    assert code == 1 and one_line(err) and "1 skipped" in out


def test_index_of_nothing_at_all_says_what_to_give(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli("index")
    assert caught.value.code == 2
    assert "give files, folders or URLs to index, or --rebuild" in capsys.readouterr().err


def test_fields_of_records_are_found_by_the_names_that_are_given(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_text(json.dumps({"story_body": "The ferry sank.", "when": "2026-03-04"}))
    assert cli("index", tmp_path / "odd.jsonl", "--map", "text=story_body,published=when")[0] == 0
    assert "2026-03-04" in cli("articles")[1]
    for wrong in ("text", "colour=red", ""):
        code, out, err = cli("index", tmp_path / "odd.jsonl", "--map", wrong)
        assert (code, out) == (1, "") and one_line(err)


def test_private_addresses_are_refused_unless_they_are_allowed(cli: Cli) -> None:
    refused, tried = (cli("index", "http://127.0.0.1:9/a", *flags, "--json") for flags in ([], ["--allow-private"]))
    reasons = [records(out)[0]["skipped"][0]["reason"] for _, out, _ in (refused, tried)]
    assert "--allow-private" in reasons[0] and "--allow-private" not in reasons[1]
    assert (refused[0], tried[0]) == (1, 1)


# Rebuilding


def chunk_count(folder: Path) -> int:
    with Archive(folder, FakeEmbedder()) as archive:
        return archive.counts()[1]


def test_rebuilding_takes_the_stored_articles_alone(cli: Cli, filled: Path, news: Path) -> None:
    for file in news.iterdir():
        file.unlink()
    code, out, err = cli("index", "--rebuild", "--json")
    (result,) = records(out)
    assert (code, err) == (0, "")
    assert list(result) == ["rebuilt", "embedded", "articles", "chunks", "seconds", "stopped"]
    assert (result["rebuilt"], result["embedded"], result["articles"]) == (2, 2, 2)
    assert "2 made anew" in cli("index", "--rebuild")[1]


def test_another_chunk_size_is_refused_without_a_rebuild_and_made_with_one(cli: Cli, tmp_path: Path) -> None:
    text = " ".join(f"The council met for the {n}th time and passed a budget by one vote." for n in range(20))
    (tmp_path / "long.txt").write_text(text)
    assert cli("index", tmp_path / "long.txt", "--chunk-tokens", "60")[0] == 0
    few = chunk_count(tmp_path / "index")
    code, _, err = cli("index", tmp_path / "long.txt", "--chunk-tokens", "20")
    assert code == 1 and one_line(err) and "--rebuild" in err
    assert cli("index", "--rebuild", "--chunk-tokens", "20")[0] == 0
    assert chunk_count(tmp_path / "index") > few
    assert cli("index", tmp_path / "long.txt")[1].startswith("0 added, 0 changed, 1 unchanged")


def test_rebuilding_with_paths_indexes_what_is_new_in_them_afterwards(cli: Cli, filled: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.jsonl"
    new.write_text(json.dumps({**BUDGET, "url": "https://ledger.test/new"}))
    (result,) = records(cli("index", new, "--rebuild", "--json")[1])
    assert (result["rebuilt"], result["added"], result["articles"]) == (2, 1, 3)
    code, out, _ = cli("index", new, "--rebuild")
    assert code == 0 and "3 made anew" in out and "1 unchanged" in out


def test_an_index_of_an_earlier_version_says_how_to_make_it_anew(cli: Cli, filled: Path, news: Path) -> None:
    with closing(sqlite3.connect(filled / STORE_FILE)) as database:
        database.execute("PRAGMA user_version = 1")
    for argv in (["articles"], ["articles", "show", "x"], ["remove", "x"], ["search", "ferry"], ["index", news]):
        code, out, err = cli(*argv)
        assert (code, out) == (1, "") and one_line(err) and "citewire index --rebuild" in err


def test_an_index_file_that_was_never_filled_is_none(cli: Cli, folder: Path) -> None:
    folder.mkdir()
    (folder / STORE_FILE).touch()
    code, _, err = cli("articles")
    assert code == 1 and one_line(err) and "There is no index" in err


# Ctrl-C


def test_the_first_interrupt_finishes_the_batch_and_the_next_run_goes_on(cli: Cli, many: Path, folder: Path) -> None:
    with slow_index(many) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline() == FINISHING
        assert process.poll() is None  # it is said at once, not at the end
        out, err = process.communicate(timeout=30)
    with Archive(folder, FakeEmbedder()) as archive:
        stand = archive.counts()[0]
    assert 0 < stand < ARTICLES
    assert process.returncode == 130
    assert f"{stand} added, 0 changed, 0 unchanged" in out
    assert err == f"Stopped: {stand} articles stand; run the same command again to go on.\n"
    assert cli("index", many)[1].startswith(f"{ARTICLES - stand} added, 0 changed, {stand} unchanged")


def test_the_second_interrupt_ends_at_once_and_the_next_run_completes(cli: Cli, many: Path) -> None:
    with slow_index(many) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "Interrupted; what was stored so far stands.\n")
    assert cli("index", many)[0] == 0
    assert len(cli("articles")[1].splitlines()) == ARTICLES


def test_an_interrupted_rebuild_says_that_the_old_state_stands(cli: Cli, many: Path) -> None:
    assert cli("index", many)[0] == 0
    with slow_index("--rebuild", "--chunk-tokens", "20", "--json") as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    (result,) = records("\n".join(line for line in out.splitlines() if line != "embedding"))
    assert process.returncode == 130 and result["stopped"] is True
    assert f"Stopped: {result['rebuilt']} of {ARTICLES} articles are made anew, and until all are" in err
    assert cli("search", "Event 7", "-k", "1")[0] == 0
    (again,) = records(cli("index", "--rebuild", "--chunk-tokens", "20", "--json")[1])
    assert (again["rebuilt"], again["embedded"]) == (ARTICLES, ARTICLES - result["rebuilt"])


def test_signals_are_left_alone_outside_the_main_thread_and_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    asked: list[bool] = []

    def elsewhere() -> None:
        with finishing_first() as stop:
            asked.append(stop())
            assert signal.getsignal(signal.SIGINT) is before

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert asked == [False]
    with finishing_first():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


# Progress


def test_a_terminal_sees_a_bar_and_a_pipe_does_not(many: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWIRE_INDEX", str(folder))
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with slow_index(many, stderr=slave) as process:
        os.close(slave)
        seen = b""
        while piece := read_terminal(master):
            seen += piece
        process.communicate(timeout=30)
    os.close(master)
    shown = seen.decode()
    assert "Indexing:" in shown and f"{ARTICLES} articles" in shown and "chunks/s" in shown and "left" in shown
    with slow_index("--rebuild") as process:
        assert process.communicate(timeout=30)[1] == ""


def read_terminal(master: int) -> bytes:
    try:
        return os.read(master, 4096)
    except OSError:  # how Linux tells that the other side has closed
        return b""

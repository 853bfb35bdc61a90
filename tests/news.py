"""Articles for the tests of the archive, and short ways to look into one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import Archive

TESTS = Path(__file__).parent

FERRY = {
    "url": "https://ledger.test/ferry",
    "title": "Ferry sinks off Kell Point",
    "text": "The ferry Lady Ann sank on Tuesday. All 41 people aboard were saved. Captain Oyelaran led the rescue.",
    "source": "Harbor Ledger",
    "published": "2026-03-04",
}
BUDGET = {
    "url": "https://ledger.test/budget",
    "title": "Council passes budget",
    "text": "The council passed the budget by one vote. Taxes will rise by two percent in April.",
}
ZOO = {
    "url": "https://ledger.test/zoo",
    "title": "Zoo",
    "text": "A quokka was born. The quokkafish was not. Zyzzyva! Xylograph.",
}


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def overwrite(path: Path, data: bytes) -> None:
    """Put other bytes in the place of a file. As a new one: whoever has cut off a file that is mapped is killed."""
    path.unlink()
    path.write_bytes(data)


def found(archive: Archive, question: str, k: int = 10) -> list[str]:
    return [passage.text for passage in archive.search(question, k)]


def holders(folder: Path, needle: bytes) -> list[str]:
    """The files in the folder and below it that hold the bytes, whatever the case of their letters."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [file.name for file in files if needle.lower() in file.read_bytes().lower()]


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite file of an index, past the store."""
    db = sqlite3.connect(folder / "articles.sqlite", isolation_level=None)
    try:
        yield db
    finally:
        db.close()


def sql(folder: Path, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with database(folder) as db:
        return db.execute(statement, values).fetchall()


def in_another_process(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_program(script), capture_output=True, text=True, timeout=120)


def started(script: str) -> subprocess.Popen[str]:
    """A process that reads what it is told on its standard input."""
    return subprocess.Popen(_program(script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _program(script: str) -> list[str]:
    head = (
        f"import sys; sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]\n"
        "from pathlib import Path\nfrom conftest import FakeEmbedder\nfrom index import Archive\n"
    )
    return [sys.executable, "-c", head + textwrap.dedent(script)]


def at_call(number: int, error: type[BaseException], call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, but the call of that number, counted from 1, raises."""
    calls = 0

    def interrupted(*values: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            raise error
        return call(*values, **named)

    return interrupted

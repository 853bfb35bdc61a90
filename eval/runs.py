"""Runs a suite question by question and keeps each row as it comes: an interrupted run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, TypeVar

from eval.report import Row, installed_version
from index.errors import InputError


class Item(Protocol):
    """A question of a suite: a frozen dataclass with an id."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Item)


def fingerprint(*facts: object) -> str:
    """A short key of a run, from its facts' reprs and citewire's version: rows of different runs must not be mixed.

    >>> fingerprint("suite", 1) == fingerprint("suite", 1), fingerprint("suite", 1) == fingerprint("suite", 2)
    (True, False)
    """
    return hashlib.sha256(repr((installed_version(), *facts)).encode()).hexdigest()[:16]


def resume(log: Path, key: str) -> dict[str, Row]:
    """The rows by id that an earlier run with the same key left in `log`; none without one.

    Rows with an error are left out, to be tried again; so is a line that an interrupt cut short. Raises InputError when
    the file belongs to another run or to something else.
    """
    try:
        head, *lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError(f"{log} cannot be read ({error.strerror}); name another file for --out.") from error
    if head and head != _head(key):
        raise InputError(f"{log} was left by a different run; remove it, or name another file for --out.")
    rows = [row for row in map(_row, lines) if row and not row.error]
    return {row.id: row for row in rows}


def run_rows(
    items: Sequence[T],
    row_of: Callable[[T], Row],
    *,
    key: str,
    log: Path | None = None,
    progress: bool = False,
) -> tuple[Row, ...]:
    """A row for each item, in order; each is on disk in `log` before the next begins.

    Items that a run with the same `key` left in `log` are not run again. The bar shows on terminals only.
    """
    from tqdm import tqdm

    rows = resume(log, key) if log else {}
    todo = [item for item in items if item.id not in rows]
    if log:
        _append(log, "" if log.exists() and log.stat().st_size else _head(key))
    bar = tqdm(todo, unit="question", total=len(items), initial=len(rows), disable=None if progress else True)
    for item in bar:
        rows[item.id] = row = row_of(item)
        if log:
            _append(log, json.dumps(asdict(row), ensure_ascii=False))
    return tuple(rows[item.id] for item in items)


def _head(key: str) -> str:
    return json.dumps({"run": key})


def _append(log: Path, line: str) -> None:
    # A blank line at the start of a resumed run closes the one that an interrupt may have cut short.
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise InputError(f"{log} cannot be written ({error.strerror}); name another file for --out.") from error


def _row(line: str) -> Row | None:
    try:
        return Row(**json.loads(line))
    except (ValueError, TypeError):
        return None

"""The truth is read through when something touched it, and only then."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import FakeEmbedder

from index import Archive, checked
from index.errors import IndexDamagedError
from index.store import Store

FILE = "articles.sqlite"


@pytest.fixture
def left(archive: Archive, news: Path) -> Path:
    """The folder of an index that was filled and closed."""
    archive.update([news])
    archive.close()
    return archive.folder


def test_an_index_is_as_citewire_left_it(left: Path) -> None:
    assert checked.is_as_left(left / FILE)
    with Archive(left, FakeEmbedder()) as archive:
        archive.search("ferry")
    assert checked.is_as_left(left / FILE)


def test_a_copy_is_read_through_once(left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(left, copy)
    read: list[Path] = []
    monkeypatch.setattr(Store, "verify", lambda store: read.append(store.path))
    for _ in range(2):
        Archive(copy, FakeEmbedder()).close()
    assert read == [copy / FILE]


def test_a_value_without_a_checksum_that_was_changed_is_seen(left: Path) -> None:
    """The page of an index of SQLite's, whose table says something else."""
    with sqlite3.connect(left / FILE) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'chunk_places'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    data = bytearray((left / FILE).read_bytes())
    data[page * size - 1] ^= 1  # the end of the page: the first row that it got
    (left / FILE).write_bytes(data)
    with pytest.raises(IndexDamagedError, match="cannot be used"):
        Archive(left, FakeEmbedder())


def test_a_large_file_is_left_to_the_doctor(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(left / FILE)
    assert not checked.is_as_left(left / FILE)
    monkeypatch.setattr(checked, "CHECKED_SIZE", 1000)
    assert checked.is_as_left(left / FILE)


def test_a_note_that_is_damaged_counts_for_nothing(left: Path) -> None:
    (left / "articles.checked").write_text("{")
    assert not checked.is_as_left(left / FILE)
    Archive(left, FakeEmbedder()).close()
    assert checked.is_as_left(left / FILE)

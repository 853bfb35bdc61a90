"""Words of removed articles that another process still reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from news import BUDGET, FERRY, ZOO, at_call, found, holders, sql, write

from index import Archive
from index.article import Article
from index.shredding import shred

WORD = b"Oyelaran"


@pytest.fixture
def filled(archive: Archive, news: Path) -> Archive:
    """An archive of three articles, the first of which holds the word."""
    archive.update([write(news, FERRY, BUDGET, ZOO)])
    return archive


@pytest.fixture
def other(filled: Archive) -> Iterator[Archive]:
    """The same archive in other hands."""
    with Archive(filled.folder, FakeEmbedder()) as other:
        yield other


def removed_while_read(archive: Archive, other: Archive) -> Iterator[Article]:
    """Somebody who still reads the state from which the article with the word was just removed."""
    reader = other.articles()
    next(reader)
    archive.remove([archive.entries()[0].id])
    return reader


def close(reader: Iterator[Article]) -> None:
    assert isinstance(reader, type(_ for _ in ()))
    reader.close()


def test_a_removal_does_not_wait_long_for_somebody_who_reads(
    filled: Archive, other: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.perf_counter()
    reader = removed_while_read(filled, other)
    assert time.perf_counter() - started < 15  # half of what SQLite would wait; it takes half a second
    assert holders(filled.folder, WORD) == ["articles.sqlite-wal"]
    assert "they leave it when the index is next searched, changed or closed after that" in caplog.text
    assert filled._store.db.execute("PRAGMA busy_timeout").fetchall() == [(30_000,)]
    close(reader)


AFTERWARDS: dict[str, Callable[[Archive, Archive], object]] = {
    "searched": lambda archive, other: archive.search("council"),
    "searched by another": lambda archive, other: other.search("council"),
    "changed": lambda archive, other: archive.correct(archive.entries()[0].id, {"title": "x"}),
    "changed by another": lambda archive, other: other.remove([]),
    "closed": lambda archive, other: archive.close(),
}


@pytest.mark.parametrize("use", AFTERWARDS.values(), ids=AFTERWARDS)
def test_removed_words_are_gone_once_the_index_is_used_after_that(
    filled: Archive, other: Archive, use: Callable[[Archive, Archive], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive.PATIENCE", 0)
    reader = removed_while_read(filled, other)
    assert len(found(filled, "council")) == len(found(other, "council")) == 2
    close(reader)
    assert holders(filled.folder, WORD) == ["articles.sqlite-wal"]
    use(filled, other)
    assert holders(filled.folder, WORD) == []
    assert sql(filled.folder, "SELECT * FROM meta WHERE key = 'shred'") == []


def test_a_removal_that_was_killed_before_the_log_was_emptied_is_made_good(
    filled: Archive, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("index.archive.shred", at_call(1, KeyboardInterrupt, print))
        with pytest.raises(KeyboardInterrupt):
            filled.remove([filled.entries()[0].id])
    assert holders(filled.folder, WORD) == ["articles.sqlite-wal"]
    assert len(found(other, "council")) == 2
    assert holders(filled.folder, WORD) == []


def test_what_another_has_removed_meanwhile_is_still_owed(
    filled: Archive, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive.PATIENCE", 0)
    close(removed_while_read(filled, other))

    def remove_too(statement: str) -> None:
        if "wal_checkpoint" in statement:
            sql(filled.folder, "UPDATE meta SET value = 'newer' WHERE key = 'shred'")

    filled._store.db.set_trace_callback(remove_too)
    assert shred(filled._store)
    assert sql(filled.folder, "SELECT value FROM meta WHERE key = 'shred'") == [("newer",)]


def test_where_nothing_can_be_written_it_is_searched_all_the_same(
    filled: Archive, other: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive.PATIENCE", 0)
    close(removed_while_read(filled, other))
    other._store.db.execute("PRAGMA query_only = ON")
    assert len(found(other, "council")) == 2
    assert sql(filled.folder, "SELECT count(*) FROM meta WHERE key = 'shred'") == [(1,)]


def test_an_archive_may_be_closed_twice(filled: Archive) -> None:
    filled.close()
    filled.close()

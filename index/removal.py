"""Articles that were taken out of an archive, kept whole, so that they can be put back as they were."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.errors import IndexMismatchError
from index.schema import seal
from index.store import Making, Store

Row = tuple[Any, ...]

_ARTICLE = "id, place, added, content_hash, facts, corrections, text, seal"
_VERSION = "id, replaced, facts, corrections, text, seal"
_CHUNK = "start, end, vector"


@dataclass(frozen=True)
class Shelved:
    """One article as its rows were: itself, its chunks with their vectors, its buckets, what it was before."""

    article: Row
    chunks: Sequence[Row]
    buckets: Sequence[Row]
    versions: Sequence[Row]


@dataclass(frozen=True)
class Removed:
    """Articles that `Archive.take_out` took out, for `Archive.put_back`. They live in memory alone."""

    making: Making
    articles: Sequence[Shelved] = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(str(shelved.article[0]) for shelved in self.articles)


def shelve(store: Store, ids: Collection[str]) -> Removed:
    """Those of the articles that are published, as they are. In a snapshot."""
    rows = store.db.execute(
        f"SELECT key, {_ARTICLE} FROM articles WHERE pending = 0 AND id IN (SELECT value FROM json_each(?))"
        " ORDER BY place",
        (json.dumps(list(ids)),),
    ).fetchall()
    return Removed(store.recorded_making(), [_shelved(store, key, row) for key, *row in rows])


def _shelved(store: Store, key: int, row: Sequence[Any]) -> Shelved:
    def rows(query: str, value: object) -> list[Row]:
        return store.db.execute(query, (value,)).fetchall()

    return Shelved(
        tuple(row),
        rows(f"SELECT {_CHUNK} FROM chunks WHERE article = ? ORDER BY id", key),
        rows("SELECT bucket FROM buckets WHERE article = ?", key),
        rows(f"SELECT {_VERSION} FROM versions WHERE id = ? ORDER BY key", row[0]),
    )


def unshelve(store: Store, removed: Removed) -> int:
    """Make the articles ready again, and tell how many; one that has been read anew meanwhile stands as it is.

    Nothing is embedded: the vectors are those of before. In a transaction of the one writer, who publishes then.
    Raises IndexMismatchError when the archive has been made anew in another way meanwhile.
    """
    if store.recorded_making() != removed.making:
        raise IndexMismatchError(
            f"The index {store.path.parent} has been rebuilt in another way since the articles were removed; "
            "index their files again."
        )
    known = {id for (id,) in store.db.execute("SELECT id FROM articles")}
    back = [shelved for shelved in removed.articles if shelved.article[0] not in known]
    for shelved in back:
        _unshelve(store, shelved)
    return len(back)


def _unshelve(store: Store, shelved: Shelved) -> None:
    db = store.db
    cursor = db.execute(
        f"INSERT INTO articles ({_ARTICLE}, pending, story, face) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 0, 1)",
        shelved.article,
    )
    key = int(cursor.lastrowid or 0)
    db.execute("UPDATE articles SET story = key WHERE key = ?", (key,))
    db.executemany("INSERT INTO buckets (article, bucket) VALUES (?, ?)", [(key, *row) for row in shelved.buckets])
    db.executemany(f"INSERT INTO versions ({_VERSION}) VALUES (?, ?, ?, ?, ?, ?)", shelved.versions)
    sealed = [(key, *row, seal(key, *row)) for row in shelved.chunks]
    db.executemany("INSERT INTO chunks (article, start, end, vector, seal) VALUES (?, ?, ?, ?, ?)", sealed)

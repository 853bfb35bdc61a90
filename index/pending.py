"""What an update writes: articles that stand ready beside the published ones, and the moment they take their place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.facts import NO_CORRECTIONS, facts_of
from index.schema import seal
from index.shredding import owe
from index.store import Store
from index.stories import neighbours, regroup
from index.vectors import Ids


@dataclass(frozen=True)
class Embedded:
    """An article ready to be stored: its chunks, their vectors as rows, and the buckets where its copies lie too."""

    article: Article
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]
    buckets: Sequence[int]


class Pending:
    """The unpublished side of a store. Only the one writer of an index has one; all but reading is in a transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def begin(self, unwanted: Collection[str] = ()) -> None:
        """Go on from what an interrupted update left; what was made in another way than now is dropped.

        So are the articles with the `unwanted` ids.
        """
        with self._store.transaction():
            self._db.execute(
                "DELETE FROM articles WHERE pending = 1 AND id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(unwanted)),),
            )
            if self._store.recorded_making("pending_") != self._store.making:
                self._db.execute("DELETE FROM articles WHERE pending = 1")
                self._store.set_making(self._store.making, "pending_")

    def stands(self, article: Article) -> bool:
        """Whether the article is there just so, published or ready to be, and nothing needs to be done for it."""
        hashes = self._hashes(article.id)
        return hashes.get(1, hashes.get(0)) == article.content_hash

    def is_ready(self, article: Article) -> bool:
        """Whether just this article is pending."""
        return self._hashes(article.id).get(1) == article.content_hash

    def is_published(self, article: Article) -> bool:
        """Whether an article of that identity is, in whatever form."""
        return 0 in self._hashes(article.id)

    def exists(self) -> bool:
        """Whether anything is pending."""
        return self._db.execute("SELECT 1 FROM articles WHERE pending = 1 LIMIT 1").fetchone() is not None

    def _hashes(self, id: str) -> dict[int, str]:
        return dict(self._db.execute("SELECT pending, content_hash FROM articles WHERE id = ?", (id,)).fetchall())

    def put(self, embedded: Embedded) -> None:
        """Make an article ready, in place of what was ready under its identity."""
        article = embedded.article
        key = self._put_article(article, embedded.buckets)
        self._put_chunks(
            (key, chunk.start, chunk.end, vector.tobytes())
            for chunk, vector in zip(embedded.chunks, embedded.vectors, strict=True)
        )

    def put_again(self, article: Article, corrections: Mapping[str, object] | None = None) -> bool:
        """Make an article ready whose text is published already, with the vectors of that; False if it is not.

        `corrections`, where given, take the place of what the user set before.
        """
        row = self._db.execute("SELECT key, text FROM articles WHERE id = ? AND pending = 0", (article.id,)).fetchone()
        if row is None or row[1] != article.text or self._store.recorded_making() != self._store.making:
            return False
        buckets = [bucket for (bucket,) in self._db.execute("SELECT bucket FROM buckets WHERE article = ?", row[:1])]
        key = self._put_article(article, buckets, corrections)
        chunks = self._db.execute("SELECT start, end, vector FROM chunks WHERE article = ? ORDER BY id", row[:1])
        self._put_chunks((key, *chunk) for chunk in chunks.fetchall())
        return True

    def _put_article(
        self, article: Article, buckets: Iterable[int], corrections: Mapping[str, object] | None = None
    ) -> int:
        known = self._db.execute("SELECT corrections FROM articles WHERE id = ? ORDER BY pending", (article.id,))
        kept = (known.fetchone() or (NO_CORRECTIONS,))[0] if corrections is None else json.dumps(dict(corrections))
        self._db.execute("DELETE FROM articles WHERE id = ? AND pending = 1", (article.id,))
        facts = facts_of(article)
        cursor = self._db.execute(
            "INSERT INTO articles"
            " (id, pending, place, added, content_hash, facts, corrections, text, seal, story, face)"
            " VALUES (?, 1, 0, ?, ?, ?, ?, ?, ?, 0, 1)",
            (
                *(article.id, datetime.now(UTC).isoformat(timespec="seconds"), article.content_hash),
                *(facts, kept, article.text, seal(article.id, facts, kept, article.text)),
            ),
        )
        key = int(cursor.lastrowid or 0)
        self._db.execute("UPDATE articles SET place = key, story = key WHERE key = ?", (key,))
        self._db.executemany(
            "INSERT OR IGNORE INTO buckets (bucket, article) VALUES (?, ?)", [(bucket, key) for bucket in buckets]
        )
        return key

    def _put_chunks(self, rows: Iterable[tuple[int, int, int, bytes]]) -> None:
        self._db.executemany(
            "INSERT INTO chunks (article, start, end, vector, seal) VALUES (?, ?, ?, ?, ?)",
            [(*row, seal(*row)) for row in rows],
        )

    def chunk_ids(self) -> Ids:
        """The ids of the chunks that are ready."""
        rows = self._db.execute(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.key = article WHERE pending = 1 ORDER BY 1"
        )
        return np.fromiter((id for (id,) in rows), dtype=np.int64)

    def leaving_chunk_ids(self, removed: Collection[str] = ()) -> Ids:
        """The ids of the published chunks that publishing will take away, with the articles `removed` gone too."""
        rows = self._db.execute(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.key = article WHERE pending = 0 AND"
            " (articles.id IN (SELECT id FROM articles WHERE pending = 1)"
            " OR articles.id IN (SELECT value FROM json_each(?))) ORDER BY 1",
            (json.dumps(list(removed)),),
        )
        return np.fromiter((id for (id,) in rows), dtype=np.int64)

    def publish(self, generation: str, removed: Collection[str] = ()) -> None:
        """Let all that is ready take its place, and all of the articles `removed` go. One transaction of its own."""
        gone = json.dumps(list(removed))
        replaced = "id IN (SELECT id FROM articles WHERE pending = 1)"
        leaving = f"pending = 0 AND ({replaced} OR id IN (SELECT value FROM json_each(?)))"
        with self._store.transaction():
            db = self._db
            left = [key for (key,) in db.execute(f"SELECT key FROM articles WHERE {leaving}", (gone,))]
            fresh = {key for (key,) in db.execute("SELECT key FROM articles WHERE pending = 1")}
            touched = neighbours(self._store, left) | fresh
            db.execute(
                "INSERT INTO versions (id, replaced, facts, corrections, text, seal)"
                " SELECT old.id, ?, old.facts, old.corrections, old.text, old.seal FROM articles AS old"
                " JOIN articles AS new ON new.id = old.id AND new.pending = 1"
                " WHERE old.pending = 0 AND new.content_hash <> old.content_hash",
                (datetime.now(UTC).isoformat(timespec="seconds"),),
            )
            db.execute(
                "UPDATE articles SET (place, added) = (SELECT old.place, old.added FROM articles AS old"
                " WHERE old.id = articles.id AND old.pending = 0)"
                " WHERE pending = 1 AND id IN (SELECT id FROM articles WHERE pending = 0)"
            )
            db.execute(f"DELETE FROM articles WHERE {leaving}", (gone,))
            db.execute("DELETE FROM versions WHERE id IN (SELECT value FROM json_each(?))", (gone,))
            db.execute("UPDATE articles SET pending = 0 WHERE pending = 1")
            regroup(self._store, touched)
            if removed:
                owe(self._store, generation)
            self._store.set_making(self._store.making)
            self._store.set_meta("generation", generation)
            self._store.set_meta("updated", datetime.now(UTC).isoformat(timespec="seconds"))

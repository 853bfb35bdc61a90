"""The truth: one SQLite file with articles, chunks, their vectors, and the full-text table over them."""

from __future__ import annotations

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.errors import CitewireError, IndexBusyError, IndexDamagedError, IndexMismatchError, InputError
from index.passage import Passage

SCHEMA_VERSION = 1
APPLICATION_ID = 0x63697465  # "cite"

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    title TEXT, outlet TEXT, authors TEXT NOT NULL, published TEXT, modified TEXT, url TEXT, path TEXT,
    origins TEXT NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    added TEXT NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article);
CREATE VIEW passages AS
    SELECT chunks.id, articles.key AS article, articles.heading,
           substr(articles.text, chunks.start + 1, chunks.end - chunks.start) AS body
    FROM chunks JOIN articles ON articles.key = chunks.article;
CREATE VIRTUAL TABLE full_text USING fts5 (
    heading, body, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

ARTICLE_FIELDS = "identity, text, title, outlet, authors, published, modified, url, path, origins"


class Store:
    """One open SQLite file. Every public call is a transaction or belongs to one; threads take turns."""

    def __init__(self, path: Path, embedder: str, dimension: int) -> None:
        self._path = path
        self._turn = threading.RLock()
        with self._refusing():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            with self._refusing():
                self._db.execute("PRAGMA foreign_keys = ON")
                self._db.execute("PRAGMA secure_delete = ON")
                self._prepare(embedder, dimension)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, embedder: str, dimension: int) -> None:
        with suppress(sqlite3.OperationalError):  # another process may be changing it at this moment
            self._db.execute("PRAGMA journal_mode = WAL")
        if self._version() == 0:
            with self.transaction():
                if self._version() == 0:  # another process may have been first
                    for statement in SCHEMA.split(";"):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                    self._set_meta(embedder=embedder, dimension=str(dimension))
        if self._version() > SCHEMA_VERSION:
            raise IndexMismatchError(
                f"The index {self._path.parent} was made by a newer version of citewire; "
                "update citewire, or index into another folder with --index."
            )
        made_by = self.meta("embedder")
        if made_by != embedder:
            raise IndexMismatchError(
                f"The index {self._path.parent} was made with the embedder {made_by}, not {embedder}; "
                f"give --embedder {made_by}, or index into another folder with --index."
            )
        if self.meta("dimension") != str(dimension):
            raise IndexMismatchError(
                f"The index {self._path.parent} was made when the embedder {embedder} had {self.meta('dimension')} "
                f"dimensions, not {dimension}; index into another folder with --index."
            )

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside stands together or not at all, and the generation moves on."""
        with self._turn, self._refusing():
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._set_meta(generation=uuid.uuid4().hex)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one generation, whatever another process writes meanwhile."""
        with self._turn, self._refusing():
            try:
                self._db.execute("BEGIN")
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("COMMIT")

    def meta(self, key: str) -> str | None:
        with self._turn, self._refusing():
            row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    @property
    def generation(self) -> str:
        """Names the state of the whole file; it changes with every transaction that writes."""
        return self.meta("generation") or ""

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        with self.snapshot():
            row = self._db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)").fetchone()
        return int(row[0]), int(row[1])

    def content_hash(self, article_id: str) -> str | None:
        with self._turn, self._refusing():
            row = self._db.execute("SELECT content_hash FROM articles WHERE id = ?", (article_id,)).fetchone()
        return str(row[0]) if row else None

    def put(self, article: Article, chunks: Sequence[Chunk], vectors: NDArray[np.float32]) -> None:
        """Store an article with its chunks, in place of what stood under its identity. Inside a transaction."""
        self.delete(article.id)
        cursor = self._db.execute(
            "INSERT INTO articles (id, identity, content_hash, title, outlet, authors, published, modified, url, path,"
            " origins, heading, text, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(article.id, article.identity, article.content_hash, article.title, article.outlet),
                *(json.dumps(article.authors), article.published, article.modified, article.url, article.path),
                *(json.dumps(dict(article.origins)), article.heading, article.text),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
        key = cursor.lastrowid
        self._db.executemany(
            "INSERT INTO chunks (article, start, end, vector) VALUES (?, ?, ?, ?)",
            [(key, chunk.start, chunk.end, vector.tobytes()) for chunk, vector in zip(chunks, vectors, strict=True)],
        )
        self._db.execute(
            "INSERT INTO full_text (rowid, heading, body) SELECT id, heading, body FROM passages WHERE article = ?",
            (key,),
        )

    def delete(self, article_id: str) -> bool:
        """Whether there was such an article; it is gone with its chunks and words. Inside a transaction."""
        row = self._db.execute("SELECT key FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        self._db.execute(
            "INSERT INTO full_text (full_text, rowid, heading, body)"
            " SELECT 'delete', id, heading, body FROM passages WHERE article = ?",
            row,
        )
        self._db.execute("DELETE FROM articles WHERE key = ?", row)
        return True

    def shred(self) -> None:
        """Leave no word of a deleted article in the files.

        The full-text table keeps deleted words until its segments are merged, SQLite keeps them in its log.
        """
        with self.transaction():
            self._db.execute("INSERT INTO full_text (full_text) VALUES ('optimize')")
        with self._turn, self._refusing():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def article(self, article_id: str) -> Article | None:
        with self.snapshot():
            row = self._db.execute(f"SELECT {ARTICLE_FIELDS} FROM articles WHERE id = ?", (article_id,)).fetchone()
        return _article(row) if row else None

    def articles(self) -> list[Article]:
        """Every article, in the order in which they were stored."""
        with self.snapshot():
            rows = self._db.execute(f"SELECT {ARTICLE_FIELDS} FROM articles ORDER BY key").fetchall()
        return [_article(row) for row in rows]

    def vectors(self, dimension: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids of all chunks, and their vectors as rows."""
        rows = self._db.execute("SELECT id, vector FROM chunks ORDER BY id").fetchall()
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32).reshape(-1, dimension)
        return ids, vectors

    def match(self, words: Iterable[str], limit: int) -> dict[int, float]:
        """BM25 of the chunks that hold any of the words, best first; SQLite's sign is turned so that more is better."""
        query = " OR ".join(map(_phrase, words))
        if not query:
            return {}
        rows = self._db.execute(
            "SELECT rowid, -bm25(full_text) AS score FROM full_text WHERE full_text MATCH ?"
            " ORDER BY score DESC LIMIT ?",
            (query, limit),
        )
        return {int(row[0]): float(row[1]) for row in rows}

    def holds(self, words: Iterable[str]) -> bool:
        """Whether any one chunk, with its heading, holds all of the words."""
        query = " AND ".join(map(_phrase, words))
        if not query:
            return True
        row = self._db.execute("SELECT 1 FROM full_text WHERE full_text MATCH ? LIMIT 1", (query,)).fetchone()
        return row is not None

    def passages(self, scores: dict[int, float]) -> list[Passage]:
        """The passages of the given chunks with their scores, in the given order."""
        marks = ", ".join("?" * len(scores))
        rows = self._db.execute(
            "SELECT chunks.id, articles.id, title, outlet, published, url, start, end,"
            " substr(text, start + 1, end - start) FROM chunks JOIN articles ON articles.key = chunks.article"
            f" WHERE chunks.id IN ({marks})",
            list(scores),
        )
        found = {
            chunk: Passage(article, title, outlet, published, url, start, end, text, scores[chunk])
            for chunk, article, title, outlet, published, url, start, end, text in rows
        }
        return [found[chunk] for chunk in scores if chunk in found]

    def _set_meta(self, **values: str) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", list(values.items()))

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turns what SQLite refuses into the error that says what to do."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.DatabaseError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.DatabaseError) -> CitewireError:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return IndexBusyError(
                f"Another process is writing to the index {self._path.parent}; wait for it to finish, then try again."
            )
        if name.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
            return InputError(
                f"The index file {self._path} cannot be read or written ({error}); "
                "check its permissions and the free space on its disk."
            )
        return IndexDamagedError(
            f"The index file {self._path} cannot be used ({error}); "
            "restore it from a copy, or delete its folder and index the articles again."
        )


def _phrase(word: str) -> str:
    """A word as a phrase of FTS5's query language, in which it is no operator whatever it holds."""
    return '"' + word.replace('"', '""') + '"'


def _article(row: Sequence[str | None]) -> Article:
    identity, text, title, outlet, authors, published, modified, url, path, origins = row
    return Article(
        identity=identity or "",
        text=text or "",
        title=title,
        outlet=outlet,
        authors=tuple(json.loads(authors or "[]")),
        published=published,
        modified=modified,
        url=url,
        path=path,
        origins=json.loads(origins or "{}"),
    )

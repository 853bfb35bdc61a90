"""The truth: one SQLite file with the articles, their chunks and vectors, and what a user set right."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.article import Article
from index.database import connect, damaged, refusing
from index.errors import IndexMismatchError
from index.facts import COLUMNS, Version, article_as_read, article_of
from index.migrate import carry_over
from index.passage import Copy, Passage, passage_of

CHUNK_TOKENS = 256
_PAGE = 500
# Holds the indexes of places of a million chunks: a search looks up hundreds of chunks all over them.
_CACHE_KIB = 32_768
# What stands for the embedder of articles from an older version, which have no vectors yet.
_CARRIED_OVER = "none"
# The place that a query leaves for a list of values, given as one JSON array: SQLite bounds the number of parameters.
_LIST = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Making:
    """How the chunks and vectors of an index were made; those made in different ways never meet.

    `chunk_tokens` 0 asks for chunks of the size that the index has, or of CHUNK_TOKENS in a new one.
    """

    embedder: str
    dimension: int
    chunk_tokens: int = 0


class Place(NamedTuple):
    """Whose chunk it is: its article, and the story that this is a copy of."""

    article: int
    story: int
    is_face: bool


class Store:
    """One open SQLite file. Every public call is a transaction or belongs to one; threads take turns.

    Readers see published articles only. `db` is for those modules that write to it or read what only they know of.
    """

    def __init__(self, path: Path, making: Making, rebuild: bool = False) -> None:
        """Open the file, made when there is none. `rebuild` lets it be of another making, or of an older version.

        Raises IndexMismatchError, IndexDamagedError, IndexBusyError.
        """
        self.path = path
        self.making = making
        self._turn = threading.RLock()
        with refusing(path):
            self.db = connect(path)
        try:
            with refusing(path):
                self.db.execute("PRAGMA foreign_keys = ON")
                self.db.execute("PRAGMA secure_delete = ON")
                self.db.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
                self._prepare(rebuild)
        except BaseException:
            self.db.close()
            raise

    def _prepare(self, rebuild: bool) -> None:
        with suppress(sqlite3.OperationalError):  # another process may be changing it at this moment
            self.db.execute("PRAGMA journal_mode = WAL")
        if schema.version(self.db) == 0:
            with self.transaction():
                if schema.version(self.db) == 0:  # another process may have been first
                    schema.create(self.db)
                    self.set_making(replace(self.making, chunk_tokens=self.making.chunk_tokens or CHUNK_TOKENS))
                    self.set_meta("generation", "empty")
        if schema.version(self.db) > schema.VERSION:
            raise IndexMismatchError(
                f"The index {self.path.parent} was made by a newer version of citewire; "
                "update citewire, or index into another folder with --index."
            )
        if rebuild:
            with self.transaction():
                if schema.version(self.db) < schema.VERSION:
                    carry_over(self.db)
                    self.set_making(Making(_CARRIED_OVER, 0, CHUNK_TOKENS))
                    self.set_meta("generation", "carried over")
        if schema.version(self.db) == schema.VERSION and not self.making.chunk_tokens:
            self.making = replace(self.making, chunk_tokens=self.recorded_making().chunk_tokens)
        if not rebuild:
            self._check_opened()

    def _check_opened(self) -> None:
        where, rebuild = f"The index {self.path.parent} was made", "run `citewire index --rebuild`"
        made = Making(_CARRIED_OVER, 0) if schema.version(self.db) < schema.VERSION else self.recorded_making()
        if made.embedder == _CARRIED_OVER:
            raise IndexMismatchError(f"{where} by an earlier version of citewire; {rebuild}, which keeps its articles.")
        if made.embedder != self.making.embedder:
            raise IndexMismatchError(
                f"{where} with the embedder {made.embedder}, not {self.making.embedder}; give --embedder "
                f"{made.embedder}, or {rebuild}, which embeds its articles anew."
            )
        if made != self.making:
            raise IndexMismatchError(
                f"{where} with vectors of {made.dimension} dimensions for chunks of {made.chunk_tokens} tokens, not "
                f"{self.making.dimension} and {self.making.chunk_tokens}; {rebuild}, which embeds its articles anew."
            )

    def check_making(self) -> None:
        """Raises IndexMismatchError when somebody has rebuilt the index in another way since it was opened."""
        made = self.recorded_making()
        if made != self.making:
            raise IndexMismatchError(
                f"The index {self.path.parent} has been rebuilt while it was open, with the embedder {made.embedder} "
                f"for chunks of {made.chunk_tokens} tokens; start citewire anew."
            )

    def close(self) -> bool:
        """Whether anything was written since it was opened; nothing more happens when it is closed already."""
        try:
            has_written = self.db.total_changes > 0
        except sqlite3.ProgrammingError:
            return False
        self.db.close()
        return has_written

    @contextmanager
    def turn(self) -> Iterator[None]:
        """No other thread uses `db` meanwhile, and what SQLite refuses there is told as everywhere."""
        with self._turn, refusing(self.path):
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside stands together or not at all."""
        with self.turn():
            try:
                self.db.execute("BEGIN IMMEDIATE")
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one generation, whatever another process publishes meanwhile."""
        with self.turn():
            if self.db.in_transaction:  # inside another one
                yield
                return
            try:
                self.db.execute("BEGIN")
                yield
            finally:
                if self.db.in_transaction:
                    self.db.execute("COMMIT")

    def meta(self, key: str) -> str | None:
        with self.snapshot():
            row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Inside a transaction."""
        self.db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))

    def recorded_making(self, prefix: str = "") -> Making:
        """How what is published was made, or, with the prefix ``pending_``, what is pending."""
        embedder, *numbers = (self.meta(f"{prefix}{name}") or "" for name in ("embedder", "dimension", "chunk_tokens"))
        return Making(embedder, *(int(number) if number.isdecimal() else 0 for number in numbers))

    def set_making(self, making: Making, prefix: str = "") -> None:
        """Inside a transaction."""
        for name in ("embedder", "dimension", "chunk_tokens"):
            self.set_meta(f"{prefix}{name}", str(getattr(making, name)))

    @property
    def generation(self) -> str:
        """Names what is published; it changes whenever that does."""
        return self.meta("generation") or ""

    def is_newest(self) -> bool:
        """Whether nothing has been published since this snapshot began."""
        with refusing(self.path), closing(connect(self.path)) as db:
            newest = db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return bool(newest == (self.generation,))

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        with self.snapshot():
            (articles,) = self.db.execute("SELECT count(*) FROM articles WHERE pending = 0").fetchone()
            (chunks,) = self.db.execute(
                "SELECT count(*) FROM chunks JOIN articles ON articles.key = chunks.article WHERE pending = 0"
            ).fetchone()
        return int(articles), int(chunks)

    def article(self, id: str) -> Article | None:
        """The published article of that id, as the user corrected it."""
        with self.snapshot():
            row = self.db.execute(f"SELECT {COLUMNS} FROM articles WHERE id = ? AND pending = 0", (id,)).fetchone()
        return article_of(*row) if row else None

    def article_as_read(self, id: str) -> tuple[Article, dict[str, object]] | None:
        """The published article of that id without the user's corrections, and those."""
        with self.snapshot():
            row = self.db.execute(f"SELECT {COLUMNS} FROM articles WHERE id = ? AND pending = 0", (id,)).fetchone()
        return (article_as_read(*row), json.loads(row[2])) if row else None

    def articles(self) -> Iterator[Article]:
        """Every published article of one state, in the order in which they were first stored.

        On a connection of its own, so that the store can be used, and published to, while they are gone through.
        """
        last = -1
        with refusing(self.path), closing(connect(self.path)) as db:
            for place, *row in db.execute(f"SELECT place, {COLUMNS} FROM articles WHERE pending = 0 ORDER BY place"):
                self._check_order(last, place)
                last = place
                yield article_of(*row)

    def articles_as_read(self) -> Iterator[Article]:
        """Every published article without the user's corrections, a page at a time: for the writer alone."""
        last = -1
        while True:
            with self.snapshot():
                rows = self.db.execute(
                    f"SELECT place, {COLUMNS} FROM articles WHERE pending = 0 AND place > ? ORDER BY place LIMIT ?",
                    (last, _PAGE),
                ).fetchall()
            if not rows:
                return
            self._check_order(last, rows[-1][0])
            last = rows[-1][0]
            yield from (article_as_read(*row[1:]) for row in rows)

    def _check_order(self, last: int, place: object) -> None:
        """Of a damaged file the same articles might come round for ever."""
        if not isinstance(place, int) or place <= last:
            raise damaged(self.path, "the places of articles are out of order")

    def articles_by_key(self, keys: Iterable[int]) -> dict[int, Article]:
        with self.snapshot():
            rows = self.db.execute(
                f"SELECT key, {COLUMNS} FROM articles WHERE key IN {_LIST}", (json.dumps(list(keys)),)
            ).fetchall()
        return {row[0]: article_of(*row[1:]) for row in rows}

    def texts(self, keys: Iterable[int]) -> dict[int, str]:
        rows = self.db.execute(f"SELECT key, text FROM articles WHERE key IN {_LIST}", (json.dumps(list(keys)),))
        return dict(rows.fetchall())

    def versions(self, id: str) -> list[Version]:
        """What the article was before, oldest first."""
        with self.snapshot():
            rows = self.db.execute(
                f"SELECT replaced, {COLUMNS} FROM versions WHERE id = ? ORDER BY key", (id,)
            ).fetchall()
        return [Version(article_of(*row[1:]), row[0]) for row in rows]

    def story(self, id: str) -> list[Article]:
        """The articles that are copies of one story with the one of that id, itself included, its face first."""
        with self.snapshot():
            rows = self.db.execute(
                f"SELECT {COLUMNS} FROM articles WHERE pending = 0 AND story ="
                " (SELECT story FROM articles WHERE id = ? AND pending = 0) ORDER BY face DESC, place",
                (id,),
            ).fetchall()
        return [article_of(*row) for row in rows]

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[Copy, ...]]:
        """For each of the articles that has copies the other articles of its story, its face first."""
        columns = ", ".join(f"other.{column}" for column in COLUMNS.split(", "))
        with self.snapshot():
            rows = self.db.execute(
                f"SELECT known.id, {columns} FROM articles AS known JOIN articles AS other"
                " ON other.story = known.story AND other.key <> known.key"
                f" WHERE known.pending = 0 AND other.pending = 0 AND known.id IN {_LIST}"
                " ORDER BY other.face DESC, other.place",
                (json.dumps(list(ids)),),
            ).fetchall()
        found: dict[str, tuple[Copy, ...]] = {}
        for id, *row in rows:
            other = article_of(*row)
            copy = Copy(other.id, other.outlet, other.published, other.url)
            found[id] = (*found.get(id, ()), copy)
        return found

    def count_stories(self) -> int:
        """How many stories several articles print."""
        query = "SELECT count(*) FROM (SELECT 1 FROM articles WHERE pending = 0 GROUP BY story HAVING count(*) > 1)"
        with self.snapshot():
            (stories,) = self.db.execute(query).fetchone()
        return int(stories)

    def verify(self) -> None:
        """Read every row and compare it with its seal, every index with its table. Raises IndexDamagedError."""
        with self.snapshot():
            (verdict,) = self.db.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise damaged(self.path, str(verdict).splitlines()[0])
        for _ in self.articles():
            pass
        with self.snapshot():
            ids = self.chunk_ids()
            for first in range(0, len(ids), _PAGE):
                self.vectors(ids[first : first + _PAGE])

    def chunk_ids(self) -> NDArray[np.int64]:
        """The ids of all published chunks, ascending."""
        rows = self.db.execute(
            "SELECT chunks.id FROM chunks JOIN articles ON articles.key = article WHERE pending = 0 ORDER BY 1"
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def vectors(self, ids: Iterable[int]) -> NDArray[np.float32]:
        """The vectors of the given chunks, shape (len(ids), dimension). Raises IndexDamagedError."""
        wanted = [int(id) for id in ids]
        rows = self.db.execute(
            f"SELECT id, article, start, end, vector, seal FROM chunks WHERE id IN {_LIST}",
            (json.dumps(wanted),),
        )
        found = {}
        for id, *parts, sealed in rows:
            if schema.seal(*parts) != sealed:
                raise damaged(self.path, f"chunk {id} is not what was stored")
            found[id] = parts[3]
        if len(found) < len(wanted):
            raise damaged(self.path, "chunks are missing")
        data = b"".join(found[id] for id in wanted)
        return np.frombuffer(data, dtype=np.float32).reshape(len(wanted), -1 if wanted else self.making.dimension)

    def places(self, ids: Iterable[int]) -> dict[int, Place]:
        """Whose the given chunks are; those that are not published are left out."""
        rows = self.db.execute(
            "SELECT chunks.id, key, story, face FROM chunks INDEXED BY chunk_places"
            " JOIN articles INDEXED BY article_places ON articles.key = article"
            f" WHERE pending = 0 AND chunks.id IN {_LIST}",
            (json.dumps([int(id) for id in ids]),),
        )
        return {id: Place(key, story, bool(face)) for id, key, story, face in rows}

    def words(self, ids: Iterable[int]) -> Iterator[tuple[int, str, str]]:
        """The id, the article's heading and the text of each of the given chunks."""
        rows = self.db.execute(
            f"SELECT id, article, start, end FROM chunks WHERE id IN {_LIST} ORDER BY article, id",
            (json.dumps([int(id) for id in ids]),),
        ).fetchall()
        articles: dict[int, Article] = {}
        for id, key, start, end in rows:
            if key not in articles:
                articles = self.articles_by_key([key])
            yield id, articles[key].heading, articles[key].text[start:end]

    def passages(self, scores: Mapping[int, float]) -> tuple[list[Passage], dict[str, Article]]:
        """The passages of the given published chunks with their scores, in that order, and their articles by id."""
        rows = self.db.execute(
            f"SELECT id, article, start, end, vector, seal FROM chunks WHERE id IN {_LIST}", (json.dumps(list(scores)),)
        ).fetchall()
        articles = self.articles_by_key({row[1] for row in rows})
        found = {}
        for id, *parts, sealed in rows:
            if schema.seal(*parts) != sealed:
                raise damaged(self.path, f"chunk {id} is not what was stored")
            found[id] = (articles[parts[0]], parts[1], parts[2])
        passages = [passage_of(*found[id], score) for id, score in scores.items() if id in found]
        return passages, {article.id: article for article in articles.values()}

"""A large archive out of a real one: its own articles, then variations on them, until there are enough chunks."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.archive import STORE_FILE
from index.article import Article, Chunk
from index.copies import buckets
from index.derived import derive, open_derived, tidy
from index.embedder import Vectors
from index.errors import InputError
from index.facts import COLUMNS, article_as_read
from index.pending import Embedded, Pending
from index.store import Making, Store

# Of the words of a variation this share comes from another article, and so far, as a length, each vector is moved.
SWAPPED = 0.35
NOISE = 0.5
ARTICLES_A_TRANSACTION = 200
ARTICLES_A_GENERATION = 2000
_MAKERS = 2  # processes
_BATCH = 8192


@dataclass(frozen=True)
class Growth:
    """How long the parts of the work took, in seconds, and the bytes that lie on the disk."""

    storing: float
    deriving: float
    store_bytes: int
    derived_bytes: int


def recorded_making(folder: Path) -> Making:
    """How the archive in `folder` was made. Raises InputError when there is none."""
    path = folder / STORE_FILE
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            facts = dict(database.execute("SELECT key, value FROM meta").fetchall())
        return Making(facts["embedder"], int(facts["dimension"]), int(facts["chunk_tokens"]))
    except (sqlite3.Error, KeyError, ValueError) as error:
        raise InputError(
            f"There is no index of this version of citewire in {folder}; give one with --index."
        ) from error


def grow(source: Path, folder: Path, chunks: int) -> Growth:
    """Fill the archive in `folder` from that in `source` until it has so many chunks, and derive what searches it.

    Articles that stand from an earlier run are kept, and the work goes on after them: the article of each number is
    always the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / STORE_FILE, recorded_making(source))
    try:
        started = time.perf_counter()
        _store_all(source, store, chunks)
        stored = time.perf_counter()
        with store.snapshot():
            if open_derived(folder, store.generation) is None:
                tidy(folder, derive(store, folder).generation)
            derived = time.perf_counter()
    finally:
        store.close()
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    in_store = sizes[folder / STORE_FILE]
    return Growth(stored - started, derived - stored, in_store, sum(sizes.values()) - in_store)


def _store_all(source: Path, store: Store, chunks: int) -> None:
    pending = Pending(store)
    pending.begin()
    numbers, stored = store.counts()
    fresh = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(_MAKERS, fresh, _open_source, (source,)) as pool,
        tqdm(desc="Storing", total=chunks, initial=stored, unit=" chunks", mininterval=1, disable=None) as bar,
    ):
        # The next batches are made while one is written.
        making: deque[Future[list[Embedded]]] = deque()
        ahead = numbers
        while stored < chunks:
            while len(making) <= _MAKERS:
                making.append(pool.submit(grown_articles, range(ahead, ahead + ARTICLES_A_TRANSACTION)))
                ahead += ARTICLES_A_TRANSACTION
            numbers += ARTICLES_A_TRANSACTION
            with store.transaction():
                for article in making.popleft().result():
                    article = _cut(article, chunks - stored)
                    pending.put(article)
                    stored += len(article.chunks)
                    bar.update(len(article.chunks))
                    if stored == chunks:
                        break
            if stored == chunks or numbers % ARTICLES_A_GENERATION == 0:
                pending.publish(uuid.uuid4().hex)
        pool.shutdown(cancel_futures=True)


def _cut(embedded: Embedded, chunks: int) -> Embedded:
    return replace(embedded, chunks=embedded.chunks[:chunks], vectors=embedded.vectors[:chunks])


@dataclass(frozen=True)
class _Source:
    """What a process that makes articles reads from."""

    store: Store
    keys: Sequence[int]


_source: _Source


def _open_source(folder: Path) -> None:
    global _source
    store = Store(folder / STORE_FILE, recorded_making(folder))
    _source = _Source(store, _keys(store))


def _keys(store: Store) -> list[int]:
    """The keys of the published articles. Raises InputError when there are none."""
    keys = [key for (key,) in store.db.execute("SELECT key FROM articles WHERE pending = 0 ORDER BY key")]
    if not keys:
        raise InputError("The index holds no articles to grow from; give one that does with --index.")
    return keys


def grown_articles(numbers: range) -> list[Embedded]:
    """The articles of those numbers. In a process of the pool."""
    return [grown_article(number) for number in numbers]


def grown_article(number: int) -> Embedded:
    """The article of that number: one of the source's own, above their number a variation."""
    origin, keys = _source.store, _source.keys
    article, spans, vectors = _read(origin, keys[number % len(keys)])
    if number >= len(keys):
        chance = np.random.default_rng(number)
        other, _, _ = _read(origin, keys[int(chance.integers(len(keys)))])
        text, spans = varied(article.text, spans, other.text.split(), chance)
        article = replace(article, text=text, title=other.title)
        vectors = moved(vectors, chance)
    return Embedded(replace(article, identity=f"grown/{number}", url=None), spans, vectors, buckets(article.text))


def _read(origin: Store, key: int) -> tuple[Article, list[Chunk], Vectors]:
    row = origin.db.execute(f"SELECT {COLUMNS} FROM articles WHERE key = ?", (key,)).fetchone()
    rows = origin.db.execute("SELECT start, end, vector FROM chunks WHERE article = ? ORDER BY id", (key,)).fetchall()
    vectors = np.frombuffer(b"".join(vector for *_, vector in rows), dtype=np.float32)
    spans = [Chunk(start, end) for start, end, _ in rows]
    return article_as_read(*row), spans, vectors.reshape(len(rows), origin.making.dimension)


def varied(
    text: str, chunks: Sequence[Chunk], words: Sequence[str], chance: np.random.Generator
) -> tuple[str, list[Chunk]]:
    """The text with some of each chunk's words changed for others, and where its chunks lie then.

    >>> text, chunks = varied("One two. Three four.", [Chunk(0, 8), Chunk(9, 20)], ["ferry"], np.random.default_rng(0))
    >>> text, [text[chunk.start : chunk.end] for chunk in chunks]
    ('One ferry ferry ferry', ['One ferry', 'ferry ferry'])
    """
    parts: list[str] = []
    spans: list[Chunk] = []
    end = length = 0
    for chunk in chunks:
        own = text[chunk.start : chunk.end].split(" ")
        swapped = (chance.random(len(own)) < SWAPPED) & bool(words)
        drawn = chance.integers(max(1, len(words)), size=len(own))
        body = " ".join(words[at] if swap else word for word, swap, at in zip(own, swapped, drawn, strict=True))
        gap = text[end : chunk.start]
        parts += [gap, body]
        spans.append(Chunk(length + len(gap), length + len(gap) + len(body)))
        end, length = chunk.end, length + len(gap) + len(body)
    return "".join(parts), spans


def moved(vectors: Vectors, chance: np.random.Generator) -> Vectors:
    """Unit vectors near the given ones: each plus NOISE in a random direction.

    >>> near = moved(np.eye(3, 384, dtype=np.float32), np.random.default_rng(0))
    >>> bool(np.allclose((near**2).sum(axis=1), 1)), [round(float(near[row, row]), 1) for row in range(3)]
    (True, [0.9, 0.9, 0.9])
    """
    noise = chance.standard_normal(vectors.shape, dtype=np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    near = vectors + noise
    result: NDArray[np.float32] = near / np.linalg.norm(near, axis=1, keepdims=True)
    return result


def export_vectors(folder: Path, vectors: Path, ids: Path) -> None:
    """Write the vectors of an archive's chunks, by ascending ids, as plain float32, and the ids as a NumPy file."""
    store = Store(folder / STORE_FILE, recorded_making(folder))
    try:
        part = vectors.with_suffix(".part")
        with store.snapshot(), part.open("wb") as file:
            chunk_ids = store.chunk_ids()
            for batch in tqdm(list(_batches(chunk_ids)), "Vectors", unit=" batches", mininterval=1, disable=None):
                file.write(store.vectors(batch).tobytes())
        np.save(ids, chunk_ids)
        part.replace(vectors)
    finally:
        store.close()


def _batches(ids: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))

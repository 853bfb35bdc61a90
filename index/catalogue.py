"""Who published what and when: the facts by which articles are chosen, and whose each chunk is, for one generation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.facts import NO_CORRECTIONS
from index.filters import Filter, dated_by, published_within
from index.store import Place, Store
from index.vectors import Ids

ArticleKeys = NDArray[np.int64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The published articles' keys, ascending, with their facts in the same order, and the chunks' ids likewise.

    `rows` tells for each chunk which of the articles it is of.
    """

    generation: str
    keys: ArticleKeys
    outlets: tuple[tuple[str, ...], ...]
    authors: tuple[tuple[str, ...], ...]
    published: tuple[str | None, ...]
    stories: ArticleKeys
    faces: NDArray[np.bool_]
    chunks: Ids
    rows: Rows

    @cached_property
    def by_outlet(self) -> Mapping[str, Rows]:
        """The rows of each outlet's articles, by its name and by its site."""
        return _rows(enumerate(self.outlets))

    @cached_property
    def by_author(self) -> Mapping[str, Rows]:
        return _rows(enumerate(self.authors))

    @cached_property
    def by_day(self) -> Mapping[str, Rows]:
        """The rows of the articles of each day, as exact as it is known: there are far fewer days than articles."""
        return _rows((row, (day[:10],)) for row, day in enumerate(self.published) if day)

    @cached_property
    def newest(self) -> str | None:
        """The last day on which an article was published, as far as days with a year are known."""
        return max((day[:10] for day in self.published if day and not day.startswith("--")), default=None)

    def fits(self, wanted: Filter) -> NDArray[np.bool_]:
        """Which of the articles the filter lets through, in the order of their keys."""
        fitting = np.ones(len(self.keys), dtype=bool)
        if wanted.outlets:
            fitting &= self._any(self.by_outlet, wanted.outlets)
        if wanted.authors:
            fitting &= self._any(self.by_author, wanted.authors)
        if wanted.since or wanted.until:
            days = (day for day in self.by_day if published_within(day, wanted.since, wanted.until))
            fitting &= self._any(self.by_day, days)
        if wanted.as_of:
            fitting &= self._any(self.by_day, (day for day in self.by_day if dated_by(day, wanted.as_of, self.newest)))
        return fitting

    def _any(self, rows: Mapping[str, Rows], names: Iterable[str]) -> NDArray[np.bool_]:
        """Which articles are of any of the names."""
        held = np.zeros(len(self.keys), dtype=bool)
        for name in names:
            if name in rows:
                held[rows[name]] = True
        return held

    def select(self, wanted: Filter) -> ArticleKeys:
        """The keys of the articles that the filter lets through."""
        return self.keys[self.fits(wanted)]

    def chunks_of(self, wanted: Filter) -> Ids:
        """The ids of the chunks of those articles, ascending."""
        return self.chunks[self.fits(wanted)[self.rows]]

    def rows_of(self, chunks: Ids) -> Rows:
        """Which of the articles each of the published chunks is of."""
        return self.rows[np.searchsorted(self.chunks, chunks)]

    def is_published(self, chunks: Ids) -> NDArray[np.bool_]:
        """Which of the chunks are."""
        if not len(self.chunks):
            return np.zeros(len(chunks), dtype=bool)
        at = np.minimum(np.searchsorted(self.chunks, chunks), len(self.chunks) - 1)
        published: NDArray[np.bool_] = self.chunks[at] == chunks
        return published

    def places(self, chunks: Ids) -> dict[int, Place]:
        """Whose the published chunks are."""
        rows = self.rows_of(chunks)
        facts = zip(self.keys[rows].tolist(), self.stories[rows].tolist(), self.faces[rows].tolist(), strict=True)
        return dict(zip(chunks.tolist(), map(Place._make, facts), strict=True))


def read_catalogue(store: Store) -> Catalogue:
    """The catalogue of what is published. In a snapshot."""
    rows = store.db.execute(
        "SELECT key, facts, corrections, story, face FROM articles WHERE pending = 0 ORDER BY key"
    ).fetchall()
    facts = [facts_row(row[1], row[2]) for row in rows]
    chunks = store.db.execute(
        "SELECT chunks.id, article FROM chunks INDEXED BY chunk_places"
        " JOIN articles INDEXED BY article_places ON articles.key = article WHERE pending = 0 ORDER BY chunks.id"
    ).fetchall()
    pairs = np.array(chunks, dtype=np.int64).reshape(-1, 2)
    keys = np.array([row[0] for row in rows], dtype=np.int64)
    return Catalogue(
        generation=store.generation,
        keys=keys,
        outlets=tuple(outlets for outlets, _, _ in facts),
        authors=tuple(authors for _, authors, _ in facts),
        published=tuple(published for _, _, published in facts),
        stories=np.array([row[3] for row in rows], dtype=np.int64),
        faces=np.array([row[4] for row in rows], dtype=bool),
        chunks=pairs[:, 0].copy(),
        rows=np.searchsorted(keys, pairs[:, 1]),
    )


def facts_row(facts: str, corrections: str) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """Outlet and site, authors, and day of publication out of an article's facts, as the user corrected them.

    >>> facts_row('{"outlet": "AP", "url": "https://www.ledger.example/a", "authors": ["Ann Lee"]}', "{}")
    (('AP', 'ledger.example'), ('Ann Lee',), None)
    """
    values = json.loads(facts)
    if corrections != NO_CORRECTIONS:
        values |= json.loads(corrections)
    names = (values.get("outlet"), site(values.get("url")))
    return tuple(filter(None, names)), tuple(values.get("authors") or ()), values.get("published") or None


def site(url: str | None) -> str:
    """The host of a web page, by which its outlet is known, too.

    >>> site("https://www.ledger.example/2026/ferry"), site(None)
    ('ledger.example', '')
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # an article may claim any address
        return ""
    return host.removeprefix("www.")


def _rows(named: Iterable[tuple[int, tuple[str, ...]]]) -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for row, names in named:
        for name in names:
            found.setdefault(name, []).append(row)
    return {name: np.array(rows, dtype=np.int64) for name, rows in found.items()}

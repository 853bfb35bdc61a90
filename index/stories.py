"""Stories: the articles that print the same text gathered under one face, kept up to date as articles come and go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from index.copies import Wording, are_copies, components, face
from index.store import Store

# Words of articles that are held while they are compared; at some 250 bytes a word that is 125 MB at most.
MOST_WORDS = 500_000


def regroup(store: Store, touched: Iterable[int]) -> None:
    """Find the stories of the `touched` articles (keys) anew: those that came, and the neighbours of those that went.

    All articles that hang together with one of these through copies are looked at, for one that comes may join two
    stories, and one that goes may part them. The stories are the same in whatever order the articles came.
    In a transaction.
    """
    alike = _Alike(store)
    todo = set(touched)
    seen: set[int] = set()
    pairs: list[tuple[int, int]] = []
    while todo:
        key = min(todo)
        seen.add(key)
        copies = [other for other in _candidates(store, key) if alike(key, other)]
        pairs += [(key, other) for other in copies]
        todo = (todo | set(copies)) - seen
    keys = _by_id(store, seen)
    rank = {key: number for number, key in enumerate(keys)}
    ranked = [(rank[one], rank[other]) for one, other in pairs]
    for members in components(ranked, range(len(keys)), lambda one, other: alike(keys[one], keys[other])):
        _write(store, sorted(keys[member] for member in members))


def neighbours(store: Store, keys: Iterable[int]) -> set[int]:
    """The published articles that share a bucket with one of those, themselves left out."""
    gone = set(keys)
    return {other for key in gone for other in _candidates(store, key)} - gone


class _Alike:
    """Whether two articles, by their keys, are copies; each pair is compared once, and each text read seldom."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[int, int], bool] = {}
        self._wordings: dict[int, Wording] = {}
        self._held = 0

    def __call__(self, one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            self._known[pair] = are_copies(self._wording(one), self._wording(other))
        return self._known[pair]

    def _wording(self, key: int) -> Wording:
        if key not in self._wordings:
            wording = Wording(self._store.texts([key])[key])
            self._held += len(wording.words)
            if self._held > MOST_WORDS:
                self._wordings.clear()
                self._held = len(wording.words)
            self._wordings[key] = wording
        return self._wordings[key]


def _candidates(store: Store, key: int) -> list[int]:
    """The published articles that share a bucket with the one of that key."""
    rows = store.db.execute(
        "SELECT DISTINCT theirs.article FROM buckets AS ours JOIN buckets AS theirs USING (bucket)"
        " JOIN articles ON articles.key = theirs.article"
        " WHERE ours.article = ? AND theirs.article <> ? AND pending = 0 ORDER BY 1",
        (key, key),
    )
    return [other for (other,) in rows]


def _by_id(store: Store, keys: Collection[int]) -> list[int]:
    """The keys in the order of their articles' ids, which is the same in every archive."""
    rows = store.db.execute(
        "SELECT key FROM articles WHERE key IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(list(keys)),)
    )
    return [key for (key,) in rows]


def _write(store: Store, members: Sequence[int]) -> None:
    """The story of these articles, in ascending order, is known by the first of their keys."""
    front = members[0]
    if len(members) > 1:
        articles = store.articles_by_key(members)
        front = members[face([articles[key] for key in members])]
    store.db.executemany(
        "UPDATE articles SET story = ?, face = ? WHERE key = ?",
        [(members[0], int(key == front), key) for key in members],
    )

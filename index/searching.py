"""A search in one state of the archive: for each slot candidates by words and by meaning, fused, lifted, folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from index.catalogue import Catalogue
from index.derived import Derived
from index.embedder import Vectors
from index.filters import Filter
from index.folding import fold
from index.fusion import Ranking, fuse
from index.slots import Request, Slot
from index.store import Store
from index.vectors import Ids

CANDIDATES = 400
# So many of the nearest are scored anew from their true vectors, where the index of vectors is a rough one. Of the
# others a rough score, .001 off, does: no chunk of them is found but for its words.
RESCORED = 100

# Where fewer of a slot's preferred chunks than this came among the candidates, they are searched by themselves, unless
# there are so many of them that they would have come if they were any good.
FEW = 50
MANY = 5_000

# Copies of one story are looked for among so many times the chunks that are wanted.
DEEP = 8

Scores = dict[int, float]


@dataclass(frozen=True)
class Weights:
    """What counts for how much. Words count for more than meaning: news is asked for by names, which they meet exactly.

    The others are in standard deviations of the fused score. `sentence` is for words that stand in one sentence (see
    `index.together`); the lifts are for a slot's outlet (or author) and its day, enough that another outlet's chunk
    comes first only where the named one has next to nothing on the matter.
    """

    dense: float = 0.6
    lexical: float = 1.0
    sentence: float = 0.7
    name_lift: float = 4.0
    day_lift: float = 2.0


@dataclass(frozen=True)
class Candidates:
    """What a question found: chunks by cosine, and by BM25 for its own words and for those of each slot."""

    dense: Ranking
    whole: Ranking
    slots: tuple[Ranking, ...]


class Searching:
    """Searches one generation: what is derived from the truth, its catalogue, and the truth for what they lack."""

    def __init__(self, store: Store, derived: Derived, catalogue: Catalogue, weights: Weights) -> None:
        self._store = store
        self._derived = derived
        self._catalogue = catalogue
        self._weights = weights

    def find(self, request: Request, vector: Vectors, depth: int) -> list[Scores]:
        """The `depth` best chunks of each slot with their scores, best first, one article for each story.

        `vector` is that of the request's text, shape (dimension,). A slot is searched by its own words beside the
        question's words and vector: a vector of its own takes time to make, and found nothing more. Scores are in
        standard deviations from the mean candidate's, lifts included.
        """
        within = self._chunks_of(request.within) if request.within else None
        found = self._candidates(request, vector, within)
        if not request.slots:
            return [self._folded(self._fused(found.dense, found.whole), depth)]
        ranked = []
        for number, (slot, own) in enumerate(zip(request.slots, found.slots, strict=True)):
            rankings: tuple[Ranking, ...] = (found.dense, found.whole, own)
            left_out = self._left_out(slot, rankings, within)
            if len(left_out):
                more = self._candidates(request, vector, left_out)
                added = (more.dense, more.whole, more.slots[number])
                rankings = tuple(old.joined(new.scores) for old, new in zip(rankings, added, strict=True))
            ranked.append(self._folded(self._lifted(slot, self._fused(*rankings)), depth))
        return ranked

    def _candidates(self, request: Request, vector: Vectors, within: Ids | None) -> Candidates:
        only = None if within is None else within.tolist()
        with ThreadPoolExecutor(1) as beside:  # both let go of Python's lock
            nearest = beside.submit(self._derived.vectors.search, vector, CANDIDATES, within)
            matches = [self._published(self._derived.words.match(words, CANDIDATES, only)) for words in request.words]
            dense = self._published(nearest.result())
        if not self._derived.vectors.exact:
            dense = self._rescored(vector, dense)
        # Fewer than were asked for are all that hold any of the words: the others score nothing.
        whole, *own = [
            Ranking.of(match if len(match) == CANDIDATES else dict.fromkeys(dense, 0.0) | match) for match in matches
        ]
        return Candidates(Ranking.of(dense), whole, tuple(own))

    def _published(self, scores: Scores) -> Scores:
        """Files may hold more than is published (yet, or any more)."""
        ids = _ids(scores)
        known = self._catalogue.is_published(ids)
        return scores if known.all() else {id: scores[id] for id in ids[known].tolist()}

    def _rescored(self, vector: Vectors, scores: Scores) -> Scores:
        best = list(scores)[:RESCORED]
        return scores | dict(zip(best, (self._store.vectors(best) @ vector).tolist(), strict=True))

    def _left_out(self, slot: Slot, found: Sequence[Ranking], within: Ids | None) -> Ids:
        """The slot's preferred chunks, if hardly any of them came among the candidates."""
        chosen = self._chunks_of(slot.prefer) if slot.prefer else _ids(())
        chosen = chosen if within is None else np.intersect1d(chosen, within)
        came = np.isin(chosen, _ids({id for ranking in found[1:] for id in ranking.scores}))
        return chosen if came.sum() < min(FEW, len(chosen)) and len(chosen) <= MANY else chosen[:0]

    def _lifted(self, slot: Slot, scores: Scores) -> Scores:
        if not slot.prefer:
            return scores
        ids, prefer = _ids(scores), slot.prefer
        lifted = np.fromiter(scores.values(), dtype=float, count=len(scores))
        owners = self._catalogue.owners_of(ids)
        named, days = Filter(prefer.outlets, prefer.authors), Filter(since=prefer.since, until=prefer.until)
        for wanted, height in ((named, self._weights.name_lift), (days, self._weights.day_lift)):
            if wanted:
                lifted += height * np.isin(owners, self._catalogue.select(wanted))
        return dict(zip(ids.tolist(), lifted.tolist(), strict=True))

    def _fused(self, dense: Ranking, *lexical: Ranking) -> Scores:
        return fuse([dense, *lexical], [self._weights.dense, *[self._weights.lexical] * len(lexical)])

    def _chunks_of(self, wanted: Filter) -> Ids:
        return self._catalogue.chunks_of(self._catalogue.select(wanted))

    def _folded(self, scores: Scores, depth: int) -> Scores:
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        for first in (DEEP * depth, len(ranked)):  # seldom are so many copies of others that all have to be looked at
            best = dict(ranked[:first])
            folded = fold(best, self._catalogue.places(_ids(best)), depth)
            if len(folded) == depth:
                break
        return folded


def _ids(chunks: Iterable[int]) -> Ids:
    return np.array(list(chunks), dtype=np.int64)

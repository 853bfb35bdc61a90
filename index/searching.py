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

Scores = dict[int, float]


@dataclass(frozen=True)
class Weights:
    """What counts for how much. Words count for more than meaning: news is asked for by names, which they meet exactly.

    The lifts are what a slot's outlet (or author) and its day lift a chunk by, in standard deviations of the fused
    score: enough that another outlet's chunk comes first only where the named one has next to nothing on the matter.
    """

    dense: float = 0.6
    lexical: float = 1.0
    name_lift: float = 4.0
    day_lift: float = 2.0


@dataclass(frozen=True)
class Probe:
    """One text to search for: its vector, shape (dimension,), and the words that are looked up."""

    vector: Vectors
    words: Sequence[str]


@dataclass(frozen=True)
class Candidates:
    """What a probe found: chunks by cosine and by BM25."""

    dense: Ranking
    lexical: Ranking

    def joined(self, more: Candidates) -> Candidates:
        return Candidates(self.dense.joined(more.dense.scores), self.lexical.joined(more.lexical.scores))


class Searching:
    """Searches one generation: what is derived from the truth, its catalogue, and the truth for what they lack."""

    def __init__(self, store: Store, derived: Derived, catalogue: Catalogue, weights: Weights) -> None:
        self._store = store
        self._derived = derived
        self._catalogue = catalogue
        self._weights = weights

    def find(self, request: Request, vectors: Vectors, depth: int) -> list[Scores]:
        """The `depth` best chunks of each slot with their scores, best first, one article for each story.

        `vectors` are those of the request's own text and of its slots' texts, in this order. Scores are in standard
        deviations from the mean candidate's, lifts included.
        """
        probes = [Probe(vector, words) for vector, words in zip(vectors, request.words, strict=True)]
        within = self._chunks_of(request.within) if request.within else None
        found = self._candidates(probes, within)
        if not request.slots:
            return [self._folded(self._fused(found), depth)]
        whole, *own = found
        ranked = []
        for slot, probe, candidates in zip(request.slots, probes[1:], own, strict=True):
            pair = [whole, candidates]
            left_out = self._left_out(slot, pair, within)
            if len(left_out):
                more = self._candidates([probes[0], probe], left_out)
                pair = [before.joined(after) for before, after in zip(pair, more, strict=True)]
            ranked.append(self._folded(self._lifted(slot, self._fused(pair)), depth))
        return ranked

    def _candidates(self, probes: Sequence[Probe], within: Ids | None) -> list[Candidates]:
        matrix = np.stack([probe.vector for probe in probes])
        only = None if within is None else within.tolist()
        with ThreadPoolExecutor(1) as beside:  # both let go of Python's lock
            nearest = beside.submit(self._derived.vectors.search_all, matrix, CANDIDATES, within)
            matches = [self._published(self._derived.words.match(probe.words, CANDIDATES, only)) for probe in probes]
            dense = [self._published(scores) for scores in nearest.result()]
        if not self._derived.vectors.exact:
            dense = [self._rescored(probe, scores) for probe, scores in zip(probes, dense, strict=True)]
        # Fewer than were asked for are all that hold any of the words: the others score nothing.
        return [
            Candidates(
                Ranking.of(near), Ranking.of(match if len(match) == CANDIDATES else dict.fromkeys(near, 0.0) | match)
            )
            for near, match in zip(dense, matches, strict=True)
        ]

    def _published(self, scores: Scores) -> Scores:
        """Files may hold more than is published (yet, or any more)."""
        ids = _ids(scores)
        known = self._catalogue.is_published(ids)
        return scores if known.all() else {id: scores[id] for id in ids[known].tolist()}

    def _rescored(self, probe: Probe, scores: Scores) -> Scores:
        best = list(scores)[:RESCORED]
        return scores | dict(zip(best, (self._store.vectors(best) @ probe.vector).tolist(), strict=True))

    def _left_out(self, slot: Slot, found: Sequence[Candidates], within: Ids | None) -> Ids:
        """The slot's preferred chunks, if hardly any of them came among the candidates."""
        chosen = self._chunks_of(slot.prefer) if slot.prefer else _ids(())
        chosen = chosen if within is None else np.intersect1d(chosen, within)
        came = np.isin(chosen, _ids({id for candidates in found for id in candidates.lexical.scores}))
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

    def _fused(self, found: Sequence[Candidates]) -> Scores:
        rankings = [ranking for candidates in found for ranking in (candidates.dense, candidates.lexical)]
        return fuse(rankings, [self._weights.dense, self._weights.lexical] * len(found))

    def _chunks_of(self, wanted: Filter) -> Ids:
        return self._catalogue.chunks_of(self._catalogue.select(wanted))

    def _folded(self, scores: Scores, depth: int) -> Scores:
        ranked = dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
        return fold(ranked, self._catalogue.places(_ids(ranked)), depth)


def _ids(chunks: Iterable[int]) -> Ids:
    return np.array(list(chunks), dtype=np.int64)

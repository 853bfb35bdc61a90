"""A search in one state of the archive: for each slot candidates by words and by meaning, fused, lifted, folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np

from index.catalogue import Catalogue
from index.derived import Derived
from index.embedder import Vectors
from index.filters import Filter
from index.folding import fold
from index.fusion import Ranking, Scores, fuse
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


class Searching:
    """Searches one generation: what is derived from the truth, its catalogue, and the truth for what they lack."""

    def __init__(
        self, store: Store, derived: Derived, catalogue: Catalogue, weights: Weights, beside: Executor
    ) -> None:
        """What is submitted to `beside` must run in the order in which it was."""
        self._store = store
        self._derived = derived
        self._catalogue = catalogue
        self._weights = weights
        self._beside = beside

    def find(self, request: Request, vector: Future[Vectors], depth: int) -> list[dict[int, float]]:
        """The `depth` best chunks of each slot with their scores, best first, one article for each story.

        `vector` is to be that of the request's text, shape (dimension,), made by `beside`: all words are looked up
        meanwhile. A slot is searched by its own words beside the question's words and vector: a vector of its own takes
        time to make, and found nothing more. Scores are in standard deviations from the mean candidate's, lifts
        included.
        """
        within = self._catalogue.chunks_of(request.within) if request.within else None
        nearest = self._beside.submit(lambda: self._nearest(vector.result(), within))
        whole, *own = (self._match(words, within) for words in request.words)
        left_out = [
            self._left_out(slot, (whole, match), within) for slot, match in zip(request.slots, own, strict=True)
        ]
        again = [
            [self._match(words, chosen) for words in (request.own_words, slot.words)] if len(chosen) else []
            for slot, chosen in zip(request.slots, left_out, strict=True)
        ]
        dense, of_all, *of_slots = _rankings(self._trusted(nearest.result(), vector.result()), whole, *own)
        if not request.slots:
            return [self._folded(*self._fused([dense, of_all]), depth)]
        ranked = []
        for slot, of_slot, chosen, more in zip(request.slots, of_slots, left_out, again, strict=True):
            rankings = [dense, of_all, of_slot]
            if len(chosen):
                added = _rankings(self._trusted(self._nearest(vector.result(), chosen), vector.result()), *more)
                rankings = [old.joined(new) for old, new in zip(rankings, added, strict=True)]
            chunks, scores = self._fused(rankings)
            ranked.append(self._folded(chunks, self._lifted(slot, chunks, scores), depth))
        return ranked

    def _nearest(self, vector: Vectors, within: Ids | None) -> dict[int, float]:
        return self._derived.vectors.search(vector, CANDIDATES, within)

    def _match(self, words: Sequence[str], within: Ids | None) -> dict[int, float]:
        only = None if within is None else within.tolist()
        return self._published(self._derived.words.match(words, CANDIDATES, only))

    def _trusted(self, nearest: dict[int, float], vector: Vectors) -> dict[int, float]:
        """What is published of the nearest, the best of them scored anew where the scores are rough."""
        scores = self._published(nearest)
        if self._derived.vectors.exact:
            return scores
        best = list(scores)[:RESCORED]
        return scores | dict(zip(best, (self._store.vectors(best) @ vector).tolist(), strict=True))

    def _published(self, scores: dict[int, float]) -> dict[int, float]:
        """Files may hold more than is published (yet, or any more)."""
        ids = np.fromiter(scores, dtype=np.int64, count=len(scores))
        known = self._catalogue.is_published(ids)
        return scores if known.all() else {id: scores[id] for id in ids[known].tolist()}

    def _left_out(self, slot: Slot, matches: Sequence[Mapping[int, float]], within: Ids | None) -> Ids:
        """The slot's preferred chunks, if hardly any of them came among those that hold its or the request's words."""
        nothing = np.zeros(0, dtype=np.int64)
        if not slot.prefer:
            return nothing
        chosen = self._catalogue.chunks_of(slot.prefer)
        chosen = chosen if within is None else np.intersect1d(chosen, within, assume_unique=True)
        if not 0 < len(chosen) <= MANY:
            return nothing
        candidates = [np.fromiter(match, dtype=np.int64, count=len(match)) for match in matches]
        came = np.isin(chosen, np.concatenate(candidates))
        return chosen if came.sum() < min(FEW, len(chosen)) else nothing

    def _lifted(self, slot: Slot, chunks: Ids, scores: Scores) -> Scores:
        rows, prefer = self._catalogue.rows_of(chunks), slot.prefer
        named, days = Filter(prefer.outlets, prefer.authors), Filter(since=prefer.since, until=prefer.until)
        for wanted, height in ((named, self._weights.name_lift), (days, self._weights.day_lift)):
            if wanted:
                scores = scores + height * self._catalogue.fits(wanted)[rows]
        return scores

    def _fused(self, rankings: Sequence[Ranking]) -> tuple[Ids, Scores]:
        return fuse(rankings, [self._weights.dense, *[self._weights.lexical] * (len(rankings) - 1)])

    def _folded(self, chunks: Ids, scores: Scores, depth: int) -> dict[int, float]:
        ranked = np.argsort(-scores, kind="stable")  # of chunks that score alike the lower number comes first
        for first in (DEEP * depth, len(ranked)):  # seldom are so many copies of others that all have to be looked at
            best = ranked[:first]
            places = self._catalogue.places(chunks[best])
            folded = fold(dict(zip(places, scores[best].tolist(), strict=True)), places, depth)
            if len(folded) == depth:
                break
        return folded


def _rankings(dense: dict[int, float], *matches: dict[int, float]) -> list[Ranking]:
    """The rankings by meaning and by words. Fewer than were asked for are all that hold any of the words: the others
    score nothing."""
    lexical = (match if len(match) == CANDIDATES else dict.fromkeys(dense, 0.0) | match for match in matches)
    return [Ranking.of(dense), *map(Ranking.of, lexical)]

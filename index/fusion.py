"""Joining dense and full-text rankings into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranking:
    """The best chunks of one way of searching, ascending, with their scores, and what makes these comparable.

    `mean` and `spread` (the standard deviation) are those of the ranking's own best. A chunk that it lacks was not
    among them: it is taken to score the `floor`, the lowest of them.
    """

    chunks: Ids
    scores: Scores
    mean: float
    spread: float
    floor: float

    @classmethod
    def of(cls, scores: Mapping[int, float]) -> Ranking:
        """
        >>> ranking = Ranking.of({2: 0.5, 1: 0.75, 3: 0.25})
        >>> ranking.chunks.tolist(), ranking.scores.tolist(), ranking.mean, ranking.floor
        ([1, 2, 3], [0.75, 0.5, 0.25], 0.5, 0.25)
        """
        chunks, values = _ascending(
            np.fromiter(scores.keys(), dtype=np.int64, count=len(scores)),
            np.fromiter(scores.values(), dtype=np.float64, count=len(scores)),
        )
        if not len(values):
            return cls(chunks, values, 0.0, 0.0, 0.0)
        # The mean of equal numbers need not equal them to the last bit.
        spread = float(values.std()) if np.ptp(values) else 0.0
        return cls(chunks, values, float(values.mean()), spread, float(values.min()))

    def joined(self, more: Ranking) -> Ranking:
        """With chunks that were searched for by themselves, which did not come among the best.

        However far behind it was, the best of them scores the floor, as what is lacking does, the others less.

        >>> joined = Ranking.of({1: 0.9, 2: 0.5}).joined(Ranking.of({1: 0.9, 3: 0.25, 4: 0.0}))
        >>> joined.chunks.tolist(), joined.scores.tolist()
        ([1, 2, 3, 4], [0.9, 0.5, 0.5, 0.25])
        """
        is_new = ~np.isin(more.chunks, self.chunks)
        new = more.scores[is_new]
        behind = max(0.0, self.floor - float(new.max(initial=-np.inf))) if len(new) else 0.0
        chunks, scores = _ascending(
            np.concatenate([self.chunks, more.chunks[is_new]]), np.concatenate([self.scores, new + behind])
        )
        return replace(self, chunks=chunks, scores=scores)

    def standardised(self, chunks: Ids) -> Scores:
        """The z-scores of the chunks, which are ascending and hold all of the ranking's."""
        if not self.spread:
            return np.zeros(len(chunks))
        scores = np.full(len(chunks), self.floor)
        scores[np.searchsorted(chunks, self.chunks)] = self.scores
        standard: Scores = (scores - self.mean) / self.spread
        return standard


def fuse(rankings: Sequence[Ranking], weights: Sequence[float]) -> tuple[Ids, Scores]:
    """The chunks of several rankings, ascending, with the mean of their z-scores; `weights` say how much each counts.

    Standardising keeps how far apart the scores are, which ranks alone throw away (Wu, Crestani & Bi, "Evaluating Score
    Normalization Methods in Data Fusion", AIRS 2006). A ranking that holds nothing, or has no weight, is as if it were
    not there.

    >>> chunks, scores = fuse([Ranking.of({1: 0.9, 2: 0.5, 3: 0.1}), Ranking.of({2: 7.0, 4: 3.0})], [1, 1])
    >>> dict(zip(chunks.tolist(), scores.round(2).tolist()))
    {1: 0.11, 2: 0.5, 3: -1.11, 4: -1.11}
    """
    weighed = [
        (ranking, weight) for ranking, weight in zip(rankings, weights, strict=True) if len(ranking.chunks) and weight
    ]
    if not weighed:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    chunks = np.unique(np.concatenate([ranking.chunks for ranking, _ in weighed]))
    total = np.zeros(len(chunks))
    for ranking, weight in weighed:
        total += weight * ranking.standardised(chunks)
    return chunks, total / sum(weight for _, weight in weighed)


def _ascending(chunks: Ids, scores: Scores) -> tuple[Ids, Scores]:
    order = np.argsort(chunks)
    return chunks[order], scores[order]

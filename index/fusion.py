"""Joining dense and full-text rankings into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Ranking:
    """The best chunks of one way of searching with their scores, and what makes these comparable with another's.

    `mean` and `spread` (the standard deviation) are those of the ranking's own best. A chunk that it lacks was not
    among them: it is taken to score the `floor`, the lowest of them.
    """

    scores: Mapping[int, float]
    mean: float
    spread: float
    floor: float

    @classmethod
    def of(cls, scores: Mapping[int, float]) -> Ranking:
        """
        >>> Ranking.of({1: 0.9, 2: 0.5, 3: 0.1})
        Ranking(scores={1: 0.9, 2: 0.5, 3: 0.1}, mean=0.5, spread=0.32659863237109044, floor=0.1)
        """
        values = np.fromiter(scores.values(), dtype=float, count=len(scores))
        if not len(values):
            return cls(scores, 0.0, 0.0, 0.0)
        # The mean of equal numbers need not equal them to the last bit.
        spread = float(values.std()) if np.ptp(values) else 0.0
        return cls(scores, float(values.mean()), spread, float(values.min()))

    def joined(self, more: Mapping[int, float]) -> Ranking:
        """With chunks that were searched for by themselves, which did not come among the best.

        However far behind it was, the best of them scores the floor, as what is lacking does, the others less.

        >>> Ranking.of({1: 0.9, 2: 0.5}).joined({1: 0.9, 3: 0.25, 4: 0.0}).scores
        {1: 0.9, 2: 0.5, 3: 0.5, 4: 0.25}
        """
        new = {chunk: score for chunk, score in more.items() if chunk not in self.scores}
        behind = max(0.0, self.floor - max(new.values(), default=self.floor))
        return replace(self, scores={**self.scores, **{chunk: score + behind for chunk, score in new.items()}})

    def standardised(self, chunks: Ids) -> NDArray[np.float64]:
        """The z-scores of the chunks, which are ascending and hold all of the ranking's."""
        if not self.spread:
            return np.zeros(len(chunks))
        scores = np.full(len(chunks), self.floor)
        held = np.fromiter(self.scores, dtype=np.int64, count=len(self.scores))
        scores[np.searchsorted(chunks, held)] = np.fromiter(self.scores.values(), dtype=float, count=len(self.scores))
        standard: NDArray[np.float64] = (scores - self.mean) / self.spread
        return standard


def fuse(rankings: Sequence[Ranking], weights: Sequence[float]) -> dict[int, float]:
    """The mean of each chunk's z-scores over several rankings, best first; `weights` say how much each ranking counts.

    Standardising keeps how far apart the scores are, which ranks alone throw away (Wu, Crestani & Bi, "Evaluating Score
    Normalization Methods in Data Fusion", AIRS 2006). A ranking that holds nothing, or has no weight, is as if it were
    not there.

    >>> rankings = [Ranking.of({1: 0.9, 2: 0.5, 3: 0.1}), Ranking.of({2: 7.0, 4: 3.0})]
    >>> {chunk: round(score, 2) for chunk, score in fuse(rankings, [1, 1]).items()}
    {2: 0.5, 1: 0.11, 3: -1.11, 4: -1.11}
    """
    weighed = [
        (ranking, weight) for ranking, weight in zip(rankings, weights, strict=True) if ranking.scores and weight
    ]
    chunks = np.array(sorted({chunk for ranking, _ in weighed for chunk in ranking.scores}), dtype=np.int64)
    total = np.zeros(len(chunks))
    for ranking, weight in weighed:
        total += weight * ranking.standardised(chunks)
    total /= sum(weight for _, weight in weighed) or 1.0
    order = np.lexsort((chunks, -total))
    return dict(zip(chunks[order].tolist(), total[order].tolist(), strict=True))

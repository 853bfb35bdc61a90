"""Joining the dense and the full-text ranking into one."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum, sqrt


def fuse(*rankings: Mapping[int, float]) -> dict[int, float]:
    """The mean of each chunk's z-scores over several rankings, best first.

    A chunk that a ranking lacks is given that ranking's lowest score: it was not among its best. Standardising keeps
    how far apart the scores are, which ranks alone throw away (Wu, Crestani & Bi, "Evaluating Score Normalization
    Methods in Data Fusion", AIRS 2006).

    >>> fused = fuse({1: 0.9, 2: 0.5, 3: 0.1}, {2: 7.0, 4: 3.0})
    >>> {chunk: round(score, 2) for chunk, score in fused.items()}
    {2: 1.02, 1: 0.47, 3: -0.74, 4: -0.74}
    """
    rankings = tuple(ranking for ranking in rankings if ranking)
    chunks = {chunk for ranking in rankings for chunk in ranking}
    total = dict.fromkeys(chunks, 0.0)
    for ranking in rankings:
        floor = min(ranking.values())
        scores = {chunk: ranking.get(chunk, floor) for chunk in chunks}
        mean = fsum(scores.values()) / len(scores)
        spread = sqrt(fsum((score - mean) ** 2 for score in scores.values()) / len(scores))
        for chunk, score in scores.items():
            total[chunk] += (score - mean) / spread / len(rankings) if spread else 0.0
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

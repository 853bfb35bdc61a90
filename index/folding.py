"""One article for a story: of the copies that a search finds, the face is kept unless another fits better."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from index.store import Place

# In standard deviations of the fused score. Copies of one passage score nearly alike; one that has the words in which
# a question differs from the face scores more.
CLEARLY = 0.1


def fold(scores: Mapping[int, float], places: Mapping[int, Place], k: int) -> dict[int, float]:
    """The `k` best chunks, best first, with the chunks of one article only of each story.

    >>> places = {1: Place(10, 7, False), 2: Place(11, 7, True), 3: Place(12, 8, True)}
    >>> fold({1: 0.9, 2: 0.88, 3: 0.5}, places, 10)
    {2: 0.88, 3: 0.5}
    """
    best: dict[int, float] = {}
    chosen: dict[int, int] = {}
    for chunk, score in scores.items():
        place = places[chunk]
        nearly_best = score >= best.setdefault(place.story, score) - CLEARLY
        if place.story not in chosen or (place.is_face and nearly_best):
            chosen[place.story] = place.article
    kept = {chunk: score for chunk, score in scores.items() if chosen[places[chunk].story] == places[chunk].article}
    return dict(islice(kept.items(), k))

from __future__ import annotations

import pytest

from index.folding import CLEARLY, fold
from index.store import Place

PLACES = {
    **{1: Place(10, 7, False), 2: Place(11, 7, True), 3: Place(11, 7, True), 4: Place(10, 7, False)},
    **{5: Place(12, 8, True), 6: Place(13, 9, False), 7: Place(14, 9, False)},
}


@pytest.mark.parametrize(
    ("scores", "kept"),
    [
        ({1: 0.9, 2: 0.9 - CLEARLY / 2, 3: 0.2, 4: 0.1}, [2, 3]),
        ({1: 0.9, 2: 0.9 - 2 * CLEARLY, 3: 0.2, 4: 0.1}, [1, 4]),
        ({2: 0.9, 1: 0.9, 4: 0.8}, [2]),
        ({1: 0.9, 5: 0.8, 4: 0.7}, [1, 5, 4]),
        ({6: 0.5, 7: 0.5}, [6]),
        ({}, []),
    ],
    ids=["the face is nearly as good", "a copy is clearly better", "the face is best", "no face", "two copies", "none"],
)
def test_of_a_story_the_chunks_of_one_article_are_kept_in_their_order(
    scores: dict[int, float], kept: list[int]
) -> None:
    assert fold(scores, PLACES, 10) == {chunk: scores[chunk] for chunk in kept}


@pytest.mark.parametrize("k", range(4))
def test_k_counts_what_is_kept(k: int) -> None:
    scores = {1: 0.9, 2: 0.89, 4: 0.8, 5: 0.7, 7: 0.6}
    assert list(fold(scores, PLACES, k)) == [2, 5, 7][:k]

from __future__ import annotations

import doctest
import importlib
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import Ranking, fuse

SCORES = st.dictionaries(st.integers(0, 20), st.floats(-100, 100), max_size=12)
WEIGHT = st.floats(0, 3)


def fused(*scores: dict[int, float], weights: tuple[float, ...] = ()) -> dict[int, float]:
    return best_first([Ranking.of(each) for each in scores], weights or [1.0] * len(scores))


def best_first(rankings: list[Ranking], weights: Sequence[float]) -> dict[int, float]:
    chunks, scores = fuse(rankings, weights)
    assert chunks.tolist() == sorted(chunks.tolist())
    return dict(sorted(zip(chunks.tolist(), scores.tolist(), strict=True), key=lambda item: (-item[1], item[0])))


@pytest.mark.parametrize(
    "module", ["article", "chunks", "filters", "fusion", "folding", "sentences", "slots", "together", "words"]
)
def test_the_worked_examples_of_the_pure_modules_hold(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"index.{module}"))
    assert tried.attempted > 0
    assert tried.failed == 0


def test_one_ranking_keeps_its_order() -> None:
    assert list(fused({5: 0.9, 3: 0.4, 8: 0.1})) == [5, 3, 8]


def test_a_chunk_that_both_rankings_find_beats_those_that_one_finds() -> None:
    assert next(iter(fused({1: 0.9, 2: 0.85, 3: 0.1}, {4: 12.0, 2: 11.0, 5: 1.0}))) == 2


def test_the_units_of_a_ranking_do_not_matter() -> None:
    dense, lexical = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 7.0, 4: 3.0}
    scaled = fused(dense, {chunk: 1000 * score + 5 for chunk, score in lexical.items()})
    assert scaled == pytest.approx(fused(dense, lexical))


def test_equal_scores_tell_nothing_and_ties_stand_by_number() -> None:
    assert fused({7: 0.5, 2: 0.5}, {}) == {2: 0.0, 7: 0.0}
    assert list(fused({9: 1.0, 4: 1.0, 6: 2.0})) == [6, 4, 9]


@pytest.mark.parametrize("rankings", [(), ({},), ({}, {})])
def test_nothing_found_is_nothing_fused(rankings: tuple[dict[int, float], ...]) -> None:
    assert fused(*rankings) == {}


def test_the_heavier_ranking_decides() -> None:
    dense, lexical = {1: 0.9, 2: 0.1}, {2: 7.0, 1: 3.0}
    assert fused(dense, lexical, weights=(1.0, 0.5)) == pytest.approx({1: 1 / 3, 2: -1 / 3})
    assert fused(dense, lexical, weights=(0.5, 1.0)) == pytest.approx({2: 1 / 3, 1: -1 / 3})


def test_a_ranking_of_no_weight_is_as_if_it_were_not_there() -> None:
    dense, lexical = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 7.0, 4: 3.0}
    assert fused(dense, lexical, weights=(0.6, 0.0)) == pytest.approx(fused(dense))
    assert fused(dense, lexical, weights=(0.0, 0.0)) == {}


def test_only_the_proportion_of_the_weights_counts() -> None:
    dense, lexical = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 7.0, 4: 3.0}
    assert fused(dense, lexical, weights=(0.6, 1.0)) == pytest.approx(fused(dense, lexical, weights=(6.0, 10.0)))


def test_every_ranking_has_its_weight() -> None:
    with pytest.raises(ValueError):
        fused({1: 0.9}, {2: 0.1}, weights=(1.0,))


def test_what_a_ranking_lacks_scores_its_lowest() -> None:
    both = fused({1: 0.9, 4: 0.1}, {1: 7.0, 2: 5.0, 3: 3.0})
    # 3 and 4 are each the lowest of one ranking and lacking in the other.
    assert both[3] == both[4] == pytest.approx((-1 - math.sqrt(1.5)) / 2)
    assert list(both) == [1, 2, 3, 4]


def test_joined_chunks_change_neither_mean_nor_spread_nor_floor() -> None:
    ranking = Ranking.of({1: 0.9, 2: 0.5, 3: 0.1})
    joined = ranking.joined(Ranking.of({7: 0.1, 2: 0.4}))
    assert dict(zip(joined.chunks, joined.scores, strict=True)) == {1: 0.9, 2: 0.5, 3: 0.1, 7: 0.1}
    assert (joined.mean, joined.spread, joined.floor) == (ranking.mean, ranking.spread, ranking.floor)
    before, after = best_first([ranking], [1.0]), best_first([joined], [1.0])
    assert {chunk: after[chunk] for chunk in before} == before
    assert list(after) == [1, 2, 3, 7]


def test_joining_nothing_new_changes_nothing() -> None:
    ranking = Ranking.of({1: 0.9, 2: 0.5})
    for more in ({}, {2: 0.7}):
        joined = ranking.joined(Ranking.of(more))
        assert (joined.chunks.tolist(), joined.scores.tolist()) == ([1, 2], [0.9, 0.5])


@given(SCORES)
def test_the_standard_scores_of_a_ranking_have_mean_0_and_spread_1(scores: dict[int, float]) -> None:
    ranking = Ranking.of(scores)
    standard = ranking.standardised(np.array(sorted(scores), dtype=np.int64))
    if ranking.spread > 1e-6:
        assert standard.mean() == pytest.approx(0, abs=1e-6)
        assert standard.std() == pytest.approx(1, abs=1e-6)


@given(SCORES, SCORES, WEIGHT, WEIGHT)
def test_fusing_keeps_every_chunk_once_whatever_comes_first(
    one: dict[int, float], other: dict[int, float], weight: float, other_weight: float
) -> None:
    both = fused(one, other, weights=(weight, other_weight))
    assert set(both) == {
        chunk for scores, counts in ((one, weight), (other, other_weight)) if counts for chunk in scores
    }
    assert all(math.isfinite(score) for score in both.values())
    assert fused(other, one, weights=(other_weight, weight)) == pytest.approx(both)

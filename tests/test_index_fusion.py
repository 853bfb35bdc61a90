from __future__ import annotations

import doctest
import importlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import fuse

RANKING = st.dictionaries(st.integers(0, 20), st.floats(-100, 100), max_size=12)


@pytest.mark.parametrize("module", ["article", "chunks", "fusion", "sentences", "words"])
def test_the_worked_examples_of_the_pure_modules_hold(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"index.{module}"))
    assert tried.attempted > 0
    assert tried.failed == 0


def test_one_ranking_keeps_its_order() -> None:
    assert list(fuse({5: 0.9, 3: 0.4, 8: 0.1})) == [5, 3, 8]


def test_a_chunk_that_both_rankings_find_beats_those_that_one_finds() -> None:
    assert next(iter(fuse({1: 0.9, 2: 0.85, 3: 0.1}, {4: 12.0, 2: 11.0, 5: 1.0}))) == 2


def test_the_units_of_a_ranking_do_not_matter() -> None:
    dense, lexical = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 7.0, 4: 3.0}
    scaled = fuse(dense, {chunk: 1000 * score + 5 for chunk, score in lexical.items()})
    assert scaled == pytest.approx(fuse(dense, lexical))


def test_equal_scores_tell_nothing_and_ties_stand_by_number() -> None:
    assert fuse({7: 0.5, 2: 0.5}, {}) == {2: 0.0, 7: 0.0}


@pytest.mark.parametrize("rankings", [(), ({},), ({}, {})])
def test_nothing_found_is_nothing_fused(rankings: tuple[dict[int, float], ...]) -> None:
    assert fuse(*rankings) == {}


@given(RANKING, RANKING)
def test_fusing_keeps_every_chunk_once_best_first_whatever_comes_first(
    one: dict[int, float], other: dict[int, float]
) -> None:
    fused = fuse(one, other)
    assert set(fused) == set(one) | set(other)
    assert list(fused.values()) == sorted(fused.values(), reverse=True)
    assert all(math.isfinite(score) for score in fused.values())
    assert fuse(other, one) == pytest.approx(fused)

from __future__ import annotations

import doctest
import math
import random

import pytest

from eval import comparison, metrics, multihop, questions, report, runs
from eval.metrics import (
    abstention,
    all_evidence_at,
    average_precision,
    bootstrap_interval,
    contains_answer,
    exact_match,
    hits_at,
    percentile,
    plain_words,
    recall_at,
    reciprocal_rank,
    squad_normalise,
    token_f1,
    token_recall,
)


@pytest.mark.parametrize("module", [comparison, metrics, multihop, questions, report, runs])
def test_worked_examples_hold(module):
    assert doctest.testmod(module).failed == 0


def test_retrieval_metrics_of_a_list_worked_by_hand():
    relevant = [[], ["a"], [], ["a", "b"], ["c"]]
    gold = ["a", "b", "c", "d"]
    assert hits_at(relevant, 1) == 0 and hits_at(relevant, 2) == 1
    assert reciprocal_rank(relevant, 10) == 1 / 2
    assert average_precision(relevant, gold, 10) == pytest.approx((1 / 2 + 1 / 4 + 1 / 5) / 4)
    assert recall_at(relevant, gold, 10) == 3 / 4 and recall_at(relevant, gold, 4) == 2 / 4
    assert all_evidence_at(relevant, gold, 10) == 0 and all_evidence_at(relevant, ["a", "b"], 4) == 1


def test_nothing_retrieved_scores_zero():
    assert (hits_at([], 10), reciprocal_rank([], 10), average_precision([], ["a"], 10)) == (0, 0, 0)
    assert (recall_at([], ["a"], 10), all_evidence_at([], ["a"], 10)) == (0, 0)


def test_average_precision_divides_by_k_when_more_facts_than_k():
    assert average_precision([["a"], ["b"]], ["a", "b", "c"], k=2) == pytest.approx((1 + 1 / 2) / 2)


def test_nothing_beyond_k_counts():
    relevant = [[], [], ["a"]]
    assert (hits_at(relevant, 2), reciprocal_rank(relevant, 2), recall_at(relevant, ["a"], 2)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("He arrived last October [1].", "last october"),
        ("About 69 percent said so.", "69%"),
        ("About 69% said so.", "69 percent"),
        ("It cost $1,500 in all.", "1500"),
        ("Huntsman’s post is in Moscow", "Huntsman"),
        ("the U.S.'s envoy", "U.S."),
        ("an envoy of the US", "U.S."),
        ("The 41-year-old left.", "41"),
        ("said “no resets, no redos” twice", "no resets, no redos"),
        ("signing of the accord", "the signing of accord"),
        ("in Sao Tome", "São Tomé"),
        ("Paris/London", "London"),
        ("It begins at 10:30.", "10:30"),
    ],
)
def test_an_accepted_answer_is_recognised(text, answer):
    assert contains_answer(text, ["something else", answer])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("born in 1941", "41"),
        ("up 3.5 points", "3"),
        ("up 3.5 points", "5"),
        ("1,500 people", "500"),
        ("at 10:30", "30"),
        ("the 41st day", "41"),
        ("He can not", "cannot"),
        ("a Russian paper", "Russia"),
        ("five million dollars", "$5 million"),
        ("anything", "the"),
        ("anything", "?!"),
        ("", "x"),
    ],
)
def test_no_answer_is_found_inside_other_words(text, answer):
    assert not contains_answer(text, [answer])


def test_no_accepted_answer_is_never_contained():
    assert not contains_answer("anything", [])


def test_plain_words_keeps_single_letters_apart_from_abbreviations():
    assert plain_words("Plan B. The J.B. Smith data.base") == ["plan", "b", "jb", "smith", "data", "base"]


def test_squad_scores_follow_the_public_rules():
    assert squad_normalise("An  apple, a day!") == "apple day"
    assert exact_match("Apple day", ["an apple", "The apple day."]) == 1
    assert exact_match("apple", ["pear"]) == 0
    assert exact_match("", []) == 1 and exact_match("apple", []) == 0
    assert token_f1("", []) == 1 and token_f1("apple", []) == 0 and token_f1("", ["apple"]) == 0
    assert token_f1("red red apple", ["red apple apple"]) == pytest.approx(2 / 3)
    assert token_f1("green pear", ["red apple", "pear"]) == pytest.approx(2 / 3)


def test_recall_of_words_forgives_what_stands_beside_them():
    assert token_recall("The pump burned red coal.", ["the red coal", "peat"]) == 1
    assert token_recall("It burned coal.", ["red coal"]) == 0.5
    assert token_recall("coal", ["coal coal"]) == 0.5
    assert token_recall("the", ["the", "coal"]) == 0  # an answer of nothing but articles has no words
    assert token_recall("", ["coal"]) == token_recall("coal", []) == 0


def test_abstention_tells_the_four_cases_apart():
    assert abstention(refused=True, answerable=True) == {"answerable_refused": 1, "abstention_precision": 0}
    assert abstention(refused=False, answerable=True) == {"answerable_refused": 0}
    assert abstention(refused=True, answerable=False) == {"unanswerable_refused": 1, "abstention_precision": 1}
    assert abstention(refused=False, answerable=False) == {"unanswerable_refused": 0}


def test_percentiles_lie_between_neighbours():
    assert percentile([10.0], 95) == 10
    assert percentile(list(range(101)), 95) == 95
    assert percentile([1.0, 2.0], 95) == pytest.approx(1.95)


def test_bootstrap_interval_is_seeded_and_as_wide_as_the_normal_one():
    values = [float(random.Random(n).random() < 0.7) for n in range(400)]
    mean = sum(values) / len(values)
    half = 1.96 * math.sqrt(mean * (1 - mean) / len(values))
    low, high = bootstrap_interval(values)
    assert (low, high) == bootstrap_interval(values) != bootstrap_interval(values, seed=1)
    assert low == pytest.approx(mean - half, abs=0.01) and high == pytest.approx(mean + half, abs=0.01)

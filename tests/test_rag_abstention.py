from __future__ import annotations

from collections.abc import Sequence

import pytest

from index import Article
from rag.abstention import NOTHING_FITS, is_refusal, why_not
from rag.asking.question import read_question
from rag.evidence import Evidence
from rag.limits import DEFAULT_LIMITS


def piece(text: str, score: float = 2.0, title: str | None = None) -> Evidence:
    return Evidence(Article(text, text, title=title), 0, len(text), text, "", score)


def reason(asked: str, *evidence: Evidence, known: Sequence[str] = ("huntsman", "putin", "russia")) -> str | None:
    return why_not(read_question(asked), evidence, lambda words: all(word.lower() in known for word in words))


def test_a_name_that_stands_nowhere_is_told() -> None:
    assert reason("What did Merkel say?", piece("Huntsman spoke.")) == "The articles do not mention Merkel."


def test_titles_and_days_need_not_stand_in_an_article() -> None:
    assert reason("What did Mr Huntsman say?", piece("Huntsman spoke.")) is None
    assert reason("What did Huntsman say on Monday?", piece("Huntsman spoke.")) is None


def test_evidence_that_does_not_fit_is_told() -> None:
    for asked, told in (("Who won?", "The articles do not say who won."), ("The winner?", NOTHING_FITS)):
        assert reason(asked, piece("It rained.", score=DEFAULT_LIMITS.least_score - 0.01)) == told
        assert reason(asked) == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("How old is Huntsman?", "The articles do not say how old Huntsman is."),
        ("How many spoke?", "The articles do not say how many spoke."),
        ("When did they speak?", "The articles do not say when they spoke."),
        ("At what age did I say Huntsman spoke?", "The articles found give no age for Huntsman."),
        ("How many of you spoke?", "The articles found give no number."),
        ("When, and where, did they speak?", "The articles found give no date or time."),
        ("What share of us spoke?", "The articles found give no share or percentage."),
    ],
)
def test_a_missing_kind_of_answer_is_told_in_the_question_s_words_or_by_its_kind(asked: str, told: str) -> None:
    assert reason(asked, piece("Huntsman spoke of peace.")) == told


def test_an_age_has_to_stand_by_the_name() -> None:
    assert reason("How old is Huntsman?", piece("Huntsman, 58, spoke.")) is None
    assert reason("How old is Huntsman?", piece("Huntsman met an officer who, after all, was Ivan Petrov, 58, there."))


@pytest.mark.parametrize(
    "sentence",
    [
        "The evidence does not mention his age.",
        "There is no information about the World Cup.",
        "I cannot determine that.",
        "The articles don't say.",
        "It is not clear from the evidence.",
    ],
)
def test_a_refusal_is_known(sentence: str) -> None:
    assert is_refusal(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He did not resign.",
        "There were no injuries, the State Department said.",
        "No United States citizens were aboard.",
        "Huntsman said there would be no resets.",
    ],
)
def test_news_with_a_no_in_it_is_no_refusal(sentence: str) -> None:
    assert not is_refusal(sentence)


def test_an_unknown_name_of_an_earlier_question_does_not_refuse_the_next_one() -> None:
    asked = "And when was the contract signed?"
    question = read_question(asked, f"Who won the World Cup, {asked.lower()}")
    evidence = [piece("Huntsman signed the contract on Monday.")]
    assert why_not(question, evidence, lambda words: "World" not in words) is None

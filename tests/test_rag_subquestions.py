from __future__ import annotations

import pytest

from rag.subquestions import subquestions


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What did the captain say stopped working, and which part did the investigators later blame?",
            ["What did the captain say stopped working?", "Which part did the investigators later blame?"],
        ),
        ("Who won the cup? And when was it stolen?", ["Who won the cup?", "When was the cup stolen?"]),
        (
            "How many voted in May, and how many in June?",
            ["How many voted in May?", "How many voted in June?"],
        ),
        (
            "What was the water level in April compared to in May?",
            ["What was the water level in April?", "What was the water level in May?"],
        ),
    ],
)
def test_two_things_are_asked_one_by_one(question: str, parts: list[str]) -> None:
    assert subquestions(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who won the cup?",
        "What did the mayor and the minister say?",
        "Who said what, and when?",
        "When and where did the ferry sink?",
        "What happened to the captain and his crew?",
    ],
)
def test_one_thing_stays_one_question(question: str) -> None:
    assert subquestions(question) == [question]


def test_four_things_are_too_many_to_part() -> None:
    question = "What sank there, and who sank it, and why did it sink, and when did it sink?"
    assert subquestions(question) == [question]

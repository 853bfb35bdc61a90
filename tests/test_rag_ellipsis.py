from __future__ import annotations

import pytest

from rag.asking.ellipsis import bare, filled, joined

LEVEL = "How full was Lake Ostrow in February?"
VOTES = "How many votes did Ines Tolland get in Elm?"


@pytest.mark.parametrize(
    ("question", "last", "whole"),
    [
        ("And in April?", LEVEL, "How full was Lake Ostrow in April?"),
        ("April?", LEVEL, "How full was Lake Ostrow in April?"),
        ("In 2019?", "Who ran the ferry?", "Who ran the ferry in 2019?"),
        ("And last year?", "Who ran the ferry?", "Who ran the ferry last year?"),
        ("What about Lake Arden?", LEVEL, "How full was Lake Arden in February?"),
        ("And Gareth Quillan?", VOTES, "How many votes did Gareth Quillan get in Elm?"),
        ("And in Dunmarrow?", VOTES, "How many votes did Ines Tolland get in Dunmarrow?"),
        ("How about those under 40?", "How many people over 60 fell ill?", "How many people under 40 fell ill?"),
        ("And for the captain?", "What was the fine for Ann?", "What was the fine for the captain?"),
        ("The crew?", "Who hurt the captain?", "Who hurt the captain, and what about the crew?"),
        ("For how long?", "Was the trial paused?", "For how long was the trial paused?"),
        ("Why?", "When did the strike begin?", "Why did the strike begin?"),
        ("When?", "Who won the cup?", "Who won the cup, and when?"),
        ("Who else?", "Who won the cup?", "Who won the cup, and who else?"),
    ],
)
def test_what_is_left_out_is_filled_in(question: str, last: str, whole: str) -> None:
    assert filled(question, last) == whole


@pytest.mark.parametrize(
    "question",
    [
        *("Who won the cup?", "Is it full?", "Tell me more.", "Thanks!", "?", "And?", "He left."),
        *("Timeline of the strike", "And a short timeline of the cup theft?", "The latest on the talks?"),
    ],
)
def test_what_is_whole_or_no_question_is_not_filled_in(question: str) -> None:
    assert filled(question, LEVEL) is None


def test_two_questions_become_one() -> None:
    assert joined("Who won?", "But Ann was there?") == "Who won, and Ann was there?"
    assert joined("Who won?", "And did Ann win?") == "Who won, and did Ann win?"
    assert bare("Okay, so what about Ann?!") == "what about Ann"

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import MAX_QUESTION
from rag.asking.followup import TURNS, standalone
from rag.asking.gender import Gender
from rag.models.generator import Message

HUNTSMAN = ("What is Huntsman's post?", "Jon Huntsman is the ambassador to Russia. [1]")
FERRY = ("When was the Lady Ann built?", "The Lady Ann was built in 1994 by Kell Motors. [1]")
RIVALS = ("Who stood for mayor?", "Ruth Vane and Piet Orlo stood for mayor. [1]")
VOTE = ("Did the union accept the pay offer in May?", "The Harbor Union voted against it. [1]")
POLL = ("How many Russians fear the United States?", "According to a poll, 69 percent fear it. [1]")
LAW = ("What law did Congress pass?", "Congress passed the Sanctions Act. [1]")


def history(*said: str) -> list[Message]:
    return [{"role": "assistant" if n % 2 else "user", "content": text} for n, text in enumerate(said)]


def told(name: str) -> Gender | None:
    genders: dict[str, Gender] = {"Ruth Vane": "she", "Piet Orlo": "he"}
    return genders.get(name)


@pytest.mark.parametrize(
    ("said", "question", "alone"),
    [
        (HUNTSMAN, "When did he take it up?", "When did Jon Huntsman take his post up?"),
        (HUNTSMAN, "Who spoke to him?", "Who spoke to Jon Huntsman?"),
        (HUNTSMAN, "And his wife?", "What is Huntsman's post, and what about his wife?"),
        (RIVALS, "How old is she?", "How old is Ruth Vane?"),
        (RIVALS, "Who voted for him?", "Who voted for Piet Orlo?"),
        (RIVALS, "Where do they live?", "Where do Ruth Vane and Piet Orlo live?"),
        (FERRY, "Who owns it?", "Who owns the Lady Ann?"),
        (FERRY, "How many of its crew swam?", "How many of the Lady Ann's crew swam?"),
        (FERRY, "Who paid for that?", "Who paid for the Lady Ann?"),
        (VOTE, "When did they meet?", "When did the Harbor Union meet?"),
        (VOTE, "How many members do they have?", "How many members does the Harbor Union have?"),
        (VOTE, "And in June?", "Did the union accept the pay offer in June?"),
        (VOTE, "Why not?", "Why did the union not accept the pay offer in May?"),
        (VOTE, "When?", "When did the union accept the pay offer in May?"),
        (VOTE, "What about the bonus?", "Did the union accept the pay offer in May, and what about the bonus?"),
        (VOTE, "How high was the offer?", "How high was the pay offer?"),
        (FERRY, "How long did that journey last?", "When was the Lady Ann built, and how long did that journey last?"),
        (FERRY, "Was anyone hurt?", "When was the Lady Ann built, and was anyone hurt?"),
        (POLL, "Who carried out that poll?", f"{POLL[0][:-1]}, and who carried out that poll?"),
        (POLL, "And Ukraine?", "How many Russians fear Ukraine?"),
        (POLL, "How many of those are men?", "How many of the Russians that fear the United States are men?"),
        (LAW, "Who signed it?", "Who signed the law that Congress passed?"),
        (HUNTSMAN, "Where was he governor before that?", "Where was Jon Huntsman governor before that?"),
        (HUNTSMAN, "Who was his predecessor there?", "Who was Jon Huntsman's predecessor there?"),
        (RIVALS, "What did Vane say about that?", "Who stood for mayor, and what did Vane say about that?"),
        (RIVALS, "Which one won?", "Who stood for mayor, and which one won?"),
        (FERRY, "Tell me more.", "Tell me more about the Lady Ann."),
    ],
)
def test_what_a_question_points_at_or_leaves_out_is_put_in(said: tuple[str, str], question: str, alone: str) -> None:
    assert standalone(question, history(*said), told) == alone


@pytest.mark.parametrize(
    "question",
    [
        "Who won the cup?",
        "What is photosynthesis?",
        "Is it true that the council met?",
        "How long does it take to reach Kell Point?",
        "Are there sharks in the bay?",
        "What did Ann Corbray say when she left?",
        "How did the museum lose its roof?",
        "Which of the boats that were sold came back?",
        "Did the mayor say that he would resign?",
        "What will happen this year in Elm?",
    ],
)
def test_a_question_of_its_own_brings_nothing_along(question: str) -> None:
    assert standalone(question, history(*FERRY)) == question
    assert standalone(question, history()) == question


@pytest.mark.parametrize("question", ["谁赢了？", "Кто выиграл кубок?", "And?"])
def test_what_these_rules_know_nothing_of_is_left_alone(question: str) -> None:
    assert standalone(question, history(*FERRY)) == question


@pytest.mark.parametrize("said", ["", "?", "And"])
def test_a_turn_that_asks_nothing_is_passed_over(said: str) -> None:
    assert standalone("And when?", history(said, "Ask me something.")) == "And when?"


def test_what_was_asked_before_last_is_not_forgotten() -> None:
    asked = history(*HUNTSMAN, "How old is he?", "The articles do not say how old Jon Huntsman is.")
    assert standalone("When did he arrive?", asked) == "When did Jon Huntsman arrive?"
    assert standalone("When did he arrive?", history(*HUNTSMAN, *FERRY)) == "When did Jon Huntsman arrive?"


def test_a_question_is_joined_to_one_question_only() -> None:
    asked = history(*FERRY, "Was anyone hurt?", "Nobody was.")
    assert standalone("And where?", asked) == "Where was the Lady Ann built?"
    assert standalone("Was anyone saved?", asked) == "When was the Lady Ann built, and was anyone saved?"


def test_only_the_last_turns_count() -> None:
    asked = history(*HUNTSMAN, *("What is photosynthesis?", "The articles do not say.") * TURNS)
    assert "Huntsman" not in standalone("How old is he?", asked)


def test_a_question_without_an_answer_can_still_be_pointed_at() -> None:
    assert standalone("Who owns it?", history(FERRY[0])) == "Who owns the Lady Ann?"
    assert standalone("Who owns it?", history(FERRY[0])[:1] * 2) == "Who owns the Lady Ann?"


def test_marks_of_an_answer_are_no_part_of_a_name() -> None:
    assert standalone("How old is he?", history("Who won?", "It was Jon Hunt [1].")) == "How old is Jon Hunt?"


@given(st.text(max_size=MAX_QUESTION), st.lists(st.text(max_size=5000), max_size=4))
def test_a_question_never_gets_too_long_and_stays_where_nothing_was_said(asked: str, said: list[str]) -> None:
    assert len(standalone(asked, history(*said))) <= MAX_QUESTION
    assert standalone(asked, ()) == " ".join(asked.split())


def test_a_very_long_turn_is_read_in_no_time() -> None:
    asked = history("Who is he? " * 10_000, "Jon Hunt and Ann Lee met. " * 10_000)
    assert len(standalone("When did he go?", asked)) <= MAX_QUESTION

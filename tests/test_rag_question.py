from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import MAX_QUESTION
from rag.question import can_answer, read_question, standalone


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("How old is Huntsman?", ("Huntsman",)),
        ("Who won the World Cup?", ("World Cup",)),
        ("What did Angela Merkel's office say?", ("Angela Merkel",)),
        ("Huntsman spoke where?", ("Huntsman",)),
        ("When was CAATSA signed?", ("CAATSA",)),
        ("When did he leave for Russia? Was Trump there?", ("Russia", "Trump")),
        ("what was signed", ()),
        ('Who said "No Resets, no redos"?', ()),
        ("Tell me of the Bank of England.", ("Bank of England",)),
    ],
)
def test_names_are_read(asked: str, names: tuple[str, ...]) -> None:
    assert read_question(asked).names == names


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("How old is Huntsman?", "age"),
        ("What share of Russians think so?", "share"),
        ("How many people were aboard?", "number"),
        ("When was it signed?", "date"),
        ("In what year did she leave?", "date"),
        ("Who signed it when he arrived?", None),
        ("What is the Kremlin report?", None),
    ],
)
def test_the_kind_of_the_answer_is_read(asked: str, kind: str | None) -> None:
    assert read_question(asked).kind == kind


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", "It was signed in August 2017.", True),
        ("date", "It was signed by both.", False),
        ("age", "Bastian Orre, 58, resigned.", True),
        ("age", "He waited for 58 days.", False),
        ("share", "69 percent of Russians", True),
        ("share", "nearly a third of them", True),
        ("share", "69 Russians", False),
        ("number", "Two men were hurt.", True),
        ("number", "Men were hurt.", False),
        (None, "", True),
    ],
)
def test_what_can_answer_a_kind_is_told(kind: str | None, text: str, expected: bool) -> None:
    assert can_answer(kind, text) is expected


def test_quoted_words_are_read_in_any_style_of_quotes() -> None:
    assert read_question("Who said “no resets, no redos”?").quoted == ("no resets, no redos",)
    assert read_question('Who said "no resets, no redos"?').quoted == ("no resets, no redos",)


@pytest.mark.parametrize("follow_up", ["When did he go?", "And when?", "Why?", "What was their answer?"])
def test_a_follow_up_is_read_behind_the_question_before_it(follow_up: str) -> None:
    question = read_question(follow_up, ["Who is Jon Huntsman?"])
    assert question.asked == follow_up
    assert question.text == f"Who is Jon Huntsman? {follow_up}"
    assert "Jon Huntsman" in question.names


def test_a_question_that_stands_by_itself_is_read_alone() -> None:
    assert read_question("Who won the ferry contract?", ["Who is Jon Huntsman?"]).names == ()


def test_only_the_last_question_is_put_before_a_follow_up() -> None:
    assert standalone("When did he go?", ["Who is Trump?", "Who is Huntsman?"]) == "Who is Huntsman? When did he go?"


def test_a_follow_up_to_a_very_long_question_can_still_be_asked() -> None:
    assert len(standalone("When did he go?", ["Who is he? " * 10_000])) == MAX_QUESTION


@given(st.text(min_size=1, max_size=MAX_QUESTION), st.lists(st.text(max_size=50_000), max_size=3))
def test_a_question_with_what_was_asked_before_is_never_too_long(asked: str, earlier: list[str]) -> None:
    question = read_question(asked, earlier)
    assert len(question.text) <= MAX_QUESTION
    assert question.text.endswith(question.asked)


def test_a_newspaper_called_the_age_asks_for_no_age() -> None:
    assert read_question("What did The Age report on the ferry?").kind is None
    assert read_question("What is the age of the captain?").kind == "age"


def test_a_name_is_neither_what_leads_a_question_in_nor_the_end_of_a_number() -> None:
    assert read_question("Considering Ann Lee's plan, who won?").names == ("Ann Lee",)
    assert read_question("Between May and June, is 6PPD or a 64MB card new, at 10T22?").names == ("May", "June")

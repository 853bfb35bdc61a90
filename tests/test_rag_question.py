from __future__ import annotations

import pytest

from rag.asking.question import can_answer, read_question


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
        ("How long did the strike last?", "length"),
        ("How long ago was that?", None),
        ("How much money did it raise?", "money"),
        ("How much does a household pay?", "money"),
        ("What is the monthly wage of a technician?", "money"),
        ("How much water is left?", None),
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
        ("age", "Quillan of the Progress List, 58,989.", False),
        ("length", "It lasted forty-six days.", True),
        ("length", "The bridge is 1,200 meters long.", True),
        ("length", "It has been closed since March.", True),
        ("length", "It began at 6 a.m. with 2,300 workers.", False),
        ("money", "They pay 35 crowns a month.", True),
        ("money", "It cost $4.2 million.", True),
        ("money", "It raised three million euros.", True),
        ("money", "It collected 2,900 surcharges.", False),
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


@pytest.mark.parametrize(
    ("asked", "text", "kind"),
    [
        ("And Huntsman?", "How old is Huntsman?", "age"),
        ("And when?", "Who won the cup, and when?", "date"),
        # How many there were is not asked again.
        ("And who led them?", "How many men left, and who led them?", None),
    ],
)
def test_a_question_is_read_as_it_stands_by_itself(asked: str, text: str, kind: str | None) -> None:
    question = read_question(asked, text)
    assert (question.asked, question.text, question.kind) == (asked, text, kind)


def test_a_question_that_nothing_stands_before_is_read_as_it_is() -> None:
    question = read_question("Who  won the ferry contract?")
    assert question.text == question.asked == "Who won the ferry contract?"


def test_a_newspaper_called_the_age_asks_for_no_age() -> None:
    assert read_question("What did The Age report on the ferry?").kind is None
    assert read_question("What is the age of the captain?").kind == "age"


def test_a_name_is_neither_what_leads_a_question_in_nor_the_end_of_a_number() -> None:
    assert read_question("Considering Ann Lee's plan, who won?").names == ("Ann Lee",)
    assert read_question("Between May and June, is 6PPD or a 64MB card new, at 10T22?").names == ("May", "June")

from __future__ import annotations

import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.asking.outlets
from rag.asking.outlets import known_authors, known_outlets, named_outlets, read_authors, read_outlets, short_names

OUTLETS = [
    *(
        "The Verge",
        "Wired",
        "Fortune",
        "TechCrunch",
        "The Age",
        "USA TODAY",
        "usatoday.com",
        "Live Science: Top Stories",
    ),
    *("The Roar | Sports Writers Blog", "CBSSports.com", "Science", "9to5 Garden", "harbor-ledger.co.uk", "L'Équipe"),
]
AUTHORS = ["Ann Lee", "Bo van Dyk", "Staff", "Zoë O'Hara"]
PIECES = st.sampled_from(
    [
        *OUTLETS,
        *AUTHORS,
        "the",
        "The",
        "by",
        "wrote",
        "'s",
        ".",
        " ",
        "wired",
        "usatoday",
        "İ",
        "ß",
        "\u0301",
        "🚢",
        "\0",
    ]
)


def outlets(question: str) -> list[tuple[str, tuple[str, ...]]]:
    found = read_outlets(question, known_outlets(OUTLETS))
    assert all(0 <= mention.start < mention.end <= len(question) for mention in found)
    return [(question[mention.start : mention.end], mention.names) for mention in found]


def authors(question: str) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (question[found.start : found.end], found.names) for found in read_authors(question, known_authors(AUTHORS))
    ]


def test_the_worked_examples_hold() -> None:
    tried = doctest.testmod(rag.asking.outlets)
    assert tried.attempted > 0
    assert tried.failed == 0


# Outlets


@pytest.mark.parametrize(
    ("question", "called", "names"),
    [
        ("What did The Verge find wrong with the tablet?", "The Verge", ("The Verge",)),
        ("What did the Verge find wrong with the tablet?", "the Verge", ("The Verge",)),
        ("Is the tablet, as Verge reporters say, too heavy?", "Verge", ("The Verge",)),
        ("Did THE VERGE like it?", "THE VERGE", ("The Verge",)),
        ("What is new in Live Science's piece on comets?", "Live Science", ("Live Science: Top Stories",)),
        ("Who leads the table in The Roar?", "The Roar", ("The Roar | Sports Writers Blog",)),
        ("Who was traded, says CBSSports.com?", "CBSSports.com", ("CBSSports.com",)),
        ("Who was traded, says CBSSports?", "CBSSports", ("CBSSports.com",)),
        ("Who was traded, says CBS Sports?", "CBS Sports", ("CBSSports.com",)),
        ("What did Tech Crunch say of the merger?", "Tech Crunch", ("TechCrunch",)),
        ("Which roses does 9to5 Garden advise?", "9to5 Garden", ("9to5 Garden",)),
        ("Did the Harbor Ledger name the captain?", "Harbor Ledger", ("harbor-ledger.co.uk",)),
        ("Did harbor-ledger.co.uk name the captain?", "harbor-ledger.co.uk", ("harbor-ledger.co.uk",)),
        ("Who won, according to L'Équipe?", "L'Équipe", ("L'Équipe",)),
        ('Did "Wired" and others test it?', "Wired", ("Wired",)),
    ],
)
def test_an_outlet_is_named_in_full_or_by_a_short_form(question: str, called: str, names: tuple[str, ...]) -> None:
    found = outlets(question)
    assert [name for _, name in found] == [names]
    assert found[0][0].removeprefix("the ") == called.removeprefix("the ")


@pytest.mark.parametrize("called", ["USA TODAY", "USA Today", "UsaToday", "USA Today's", "usatoday.com"])
def test_usa_today_and_its_site_are_the_same(called: str) -> None:
    question = f"How many homes were lost, as {called} counted them?"
    ((at, names),) = outlets(question)
    assert at in called
    assert set(names) <= {"USA TODAY", "usatoday.com"}
    assert "usatoday.com" in names


@pytest.mark.parametrize(
    "question",
    [
        "How did he lose the fortune that he made?",
        "Why was the house wired up on the verge of winter?",
        "Who was found Unwired in the Fortuneteller's tent?",
        "What did Wiredness mean at the age of six?",
        "Is science at fault?",
        "Where did the roar come from?",
        "Did usa today win?",
        "",
        "?!",
    ],
)
def test_common_words_and_parts_of_words_are_no_outlets(question: str) -> None:
    assert outlets(question) == []


def test_several_outlets_come_in_the_order_of_the_question_and_the_longest_name_wins() -> None:
    question = "Do Live Science, Science and The Verge agree with Fortune?"
    called = [name for name, _ in outlets(question)]
    assert called == ["Live Science", "Science", "The Verge", "Fortune"]


def test_no_outlet_is_a_day_of_the_calendar_or_a_single_letter() -> None:
    assert (
        read_outlets("Who won on March 5, 2024, and why did X buy it?", known_outlets(["March 5, 2024", "X", "2024"]))
        == []
    )


def test_without_outlets_none_is_named() -> None:
    assert read_outlets("What did The Verge say?", {}) == []


# Authors


@pytest.mark.parametrize(
    "question",
    [
        "What did the column by [Ann Lee] say about the port?",
        "Which port does [Ann Lee]'s article name?",
        "Which port does [Ann Lee]’s column name?",
        "Why is the port closed, [Ann Lee] wrote?",
        "What has [Zoë O'Hara] reported from the hills?",
        "Is the report by [Bo van Dyk] true?",
    ],
)
def test_an_author_is_named_as_the_one_who_wrote(question: str) -> None:
    start, end = question.index("["), question.index("]") - 1
    bare = question.replace("[", "").replace("]", "")
    assert [(name.start, name.end) for name in read_authors(bare, known_authors(AUTHORS))] == [(start, end)]


@pytest.mark.parametrize(
    "question",
    [
        "How old is Ann Lee?",
        "Did the mayor meet Ann Lee nearby on Monday?",
        "Was the fire reported by Staff of the hotel?",
        "What did Annabel Lee write?",
        "What was written by Ann?",
        "Was it by ann lee?",
    ],
)
def test_a_person_who_is_only_written_about_is_no_author(question: str) -> None:
    assert authors(question) == []


# Names that a user types


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("the verge", ("The Verge",)),
        ("VERGE", ("The Verge",)),
        ("usa today", ("USA TODAY", "usatoday.com")),
        ("usatoday.com", ("usatoday.com",)),
        ("live science", ("Live Science: Top Stories",)),
        ("Live Science: Top Stories", ("Live Science: Top Stories",)),
        ("verg", ()),
        ("", ()),
        ("?", ()),
    ],
)
def test_a_typed_name_counts_whatever_its_case(typed: str, names: tuple[str, ...]) -> None:
    assert named_outlets(typed, OUTLETS) == names


@pytest.mark.parametrize(
    ("outlet", "names"),
    [
        ("The Verge", {"The Verge", "Verge"}),
        ("Elm Echo – News from Elm", {"Elm Echo – News from Elm", "Elm Echo"}),
        ("Kell Post-Gazette", {"Kell Post-Gazette"}),
        ("news.elm.example", {"news.elm.example"}),
        ("X", set()),
        ("2024", set()),
    ],
)
def test_short_names_are_what_an_outlet_is_called(outlet: str, names: set[str]) -> None:
    assert short_names(outlet) == names


# Whatever is asked


@given(st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=6))
def test_mentions_never_overlap_and_name_what_there_is(question: str, known: list[str]) -> None:
    for found, all_of in (
        (read_outlets(question, known_outlets(known)), known),
        (read_authors(question, known_authors(known)), known),
    ):
        ends = [0, *(end for name in found for end in (name.start, name.end)), len(question)]
        assert ends == sorted(ends)
        assert all(name.names and set(name.names) <= set(all_of) for name in found)


@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_can_be_read_for_any_names(question: str, known: list[str]) -> None:
    for found in (*read_outlets(question, known_outlets(known)), *read_authors(question, known_authors(known))):
        assert 0 <= found.start < found.end <= len(question)
    assert set(named_outlets(question, known)) <= set(known)


@pytest.mark.parametrize("piece", ["Wired ", "the ", "by  ", "a", " ", "by Ann Lee wrote ", "The.", "İ "])
def test_a_long_question_is_read_at_once(piece: str) -> None:
    question = (piece * 4000)[:4000]
    known = [f"Outlet {number}" for number in range(500)] + OUTLETS
    start = time.perf_counter()
    read_outlets(question, known_outlets(known))
    read_authors(question, known_authors(AUTHORS))
    assert time.perf_counter() - start < 1

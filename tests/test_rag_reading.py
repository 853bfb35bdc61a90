from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.filters import EVERYTHING, Filter
from index.slots import Slot
from rag.asking.reading import MOST_SLOTS, Reading, read

AS_OF = date(2024, 3, 6)
OUTLETS = [
    "The Verge",
    "Wired",
    "Fortune",
    "TechCrunch",
    "USA TODAY",
    "usatoday.com",
    "Live Science: Top Stories",
    "Sunday Times",
]
AUTHORS = ["Ann Lee", "Bo Day"]
PIECES = st.sampled_from(
    [
        *("The Verge", "Wired", "Sunday Times", "USA TODAY", "today", "by ", "Ann Lee", " wrote ", "and ", "but "),
        *("a later article from the ", ", ", "; ", ". ", "? ", " while ", "last Sunday", "in October 2023", "since "),
        *("between ", "2023-10-07", "the ", "report ", "ferry ", "sank ", "harbor ", "budget ", "mayor ", "'s ", "“"),
        *("İ", "🚢", "\0"),
    ]
)


def catalogue(outlets: list[str], authors: list[str], published: str = "2024-02-29") -> Catalogue:
    """Of one article for each outlet, all by the authors."""
    keys = np.arange(len(outlets), dtype=np.int64)
    names = tuple((outlet,) for outlet in outlets)
    count = len(outlets)
    faces = np.ones(count, dtype=bool)
    return Catalogue("1", keys, names, (tuple(authors),) * count, (published,) * count, keys, faces, keys, keys)


KNOWN = catalogue(OUTLETS, AUTHORS)


def reading(question: str) -> Reading:
    return read(question, KNOWN, AS_OF)


def preferred(question: str) -> list[Filter]:
    return [slot.prefer for slot in reading(question).slots]


def words(slot: Slot) -> set[str]:
    return set(slot.words)


# Without names


@pytest.mark.parametrize(
    "question",
    [
        "Who led the rescue of the ferry's passengers?",
        "Why did the council of Elm raise taxes on boats and bicycles",
        "What, then, sank?",
        "Ferry?",
        "?",
        "What did U.S. officials and Gov. Ada Roe say about the bridge over the Kell?",
    ],
)
def test_a_plain_question_has_no_slots(question: str) -> None:
    found = reading(question)
    assert (found.slots, found.outlets, found.authors, found.days) == ((), (), (), ())
    assert (found.request.text, found.request.slots, found.request.within) == (question, (), EVERYTHING)


def test_a_question_of_three_clauses_asks_for_three_things() -> None:
    question = (
        "Which ferry ran aground near Kell Point, who led the rescue of its passengers, "
        "and what did the harbor master tell the council afterwards?"
    )
    slots = reading(question).slots
    assert [slot.prefer for slot in slots] == [EVERYTHING] * 3
    assert [slot.text for slot in slots] == [
        "Which ferry ran aground near Kell Point,",
        "who led the rescue of its passengers,",
        "and what did the harbor master tell the council afterwards?",
    ]
    assert words(slots[1]) == {"led", "rescue", "passengers"}


def test_a_clause_that_asks_for_nothing_by_itself_is_no_slot() -> None:
    assert reading("According to reports, which ferry ran aground near Kell Point?").slots == ()


# Outlets


def test_two_outlets_are_two_slots_with_theirs() -> None:
    question = (
        "Does The Verge's review praise the tablet's loud speakers, "
        "while the Wired article on tablets complains about heavy batteries?"
    )
    found = reading(question)
    assert found.outlets == ("The Verge", "Wired")
    assert preferred(question) == [Filter(("The Verge",)), Filter(("Wired",))]
    tablet, batteries = found.slots
    assert {"review", "praise", "speakers"} <= words(tablet) and "batteries" not in words(tablet)
    assert {"complains", "batteries"} <= words(batteries) and "speakers" not in words(batteries)
    assert "Verge" not in tablet.text and "Wired" not in batteries.text


def test_outlets_in_a_row_are_each_asked_for_the_whole() -> None:
    question = "What do TechCrunch and Fortune agree on about the merger of the two banks?"
    assert preferred(question) == [Filter(("TechCrunch",)), Filter(("Fortune",))]
    assert all({"merger", "two", "banks"} <= words(slot) for slot in reading(question).slots)


def test_a_later_article_from_another_outlet_begins_a_slot() -> None:
    question = (
        "Did the report from Wired about the chip factory name its owner and a later article from the Verge deny it?"
    )
    wired, verge = reading(question).slots
    assert (wired.prefer, verge.prefer) == (Filter(("Wired",)), Filter(("The Verge",)))
    assert {"chip", "factory"} <= words(wired)
    assert "deny" in words(verge)


def test_an_outlet_named_at_the_end_is_that_of_the_whole_question() -> None:
    question = "Which comet comes nearest to the Earth in June, according to Live Science?"
    (slot,) = reading(question).slots
    assert slot.prefer.outlets == ("Live Science: Top Stories",)
    assert {"comet", "nearest", "earth"} <= words(slot)


def test_usa_today_is_no_day_and_means_its_site_too() -> None:
    found = reading("How many homes did the flood destroy, as USA Today counted them?")
    assert found.days == ()
    assert set(found.outlets) == {"USA TODAY", "usatoday.com"}
    (slot,) = found.slots
    assert set(slot.prefer.outlets) == set(found.outlets)


@pytest.mark.parametrize(
    "question",
    ["How did the banker lose his fortune at sea?", "Why was the old house wired up on the verge of winter?"],
)
def test_a_common_word_is_no_outlet(question: str) -> None:
    assert reading(question) == Reading(question, (), (), (), ())


# Authors and days


def test_an_author_is_preferred_and_a_person_is_not() -> None:
    question = "What does the column by Ann Lee say about the mayor's plan, and how old is Bo Day?"
    found = reading(question)
    assert found.authors == ("Ann Lee",)
    assert all(slot.prefer == Filter(authors=("Ann Lee",)) for slot in found.slots)
    assert len(found.slots) >= 1


def test_what_somebody_wrote_is_preferred() -> None:
    assert reading("Which harbors close for the winter storms, Bo Day wrote?").authors == ("Bo Day",)


def test_a_day_is_preferred_by_the_slot_that_names_it() -> None:
    question = (
        "What did Wired report about the strike at the port on October 7, 2023, "
        "and what did The Verge report about new cranes there?"
    )
    wired, verge = preferred(question)
    assert wired == Filter(("Wired",), since="2023-10-07", until="2023-10-07")
    assert verge == Filter(("The Verge",))


def test_a_day_alone_makes_a_slot() -> None:
    found = reading("Which bridge over the Kell was closed in November 2023?")
    assert [slot.prefer for slot in found.slots] == [Filter(since="2023-11-01", until="2023-11-30")]
    assert [(day.since, day.until) for day in found.days] == [("2023-11-01", "2023-11-30")]
    assert "2023" not in found.slots[0].text


def test_of_several_days_the_shortest_time_is_preferred() -> None:
    (wanted,) = preferred("Which boats have sunk since 2021 near Kell Point, and which one sank in May 2022")[:1]
    assert (wanted.since, wanted.until) == ("2022-05-01", "2022-05-31")


def test_days_without_a_year_end_with_the_newest_article() -> None:
    old = catalogue(OUTLETS, AUTHORS, "2018-06-30")
    (slot,) = read("Which boats sank near Kell Point in May?", old, AS_OF).slots
    assert slot.prefer == Filter(since="2018-05-01", until="2018-05-31")


def test_names_and_days_that_overlap_take_no_word_with_them() -> None:
    (slot,) = reading("Which cats were praised last Sunday Times or not for running wildly?").slots
    assert slot.words == ("cats", "praised", "running", "wildly")


# Offsets and limits


def test_days_are_places_of_the_question() -> None:
    question = "  Since 2023-10-07,  what has   The Verge said of it — 🚢 — and in November 2023?"
    found = reading(question)
    assert [question[day.start : day.end] for day in found.days] == ["Since 2023-10-07", "November 2023"]
    assert found.text == found.request.text == question


def test_no_question_has_more_than_so_many_slots() -> None:
    clauses = [f"which boat number {number} sank near harbor {number}" for number in range(20)]
    assert len(reading(", ".join(clauses)).slots) == MOST_SLOTS
    assert (
        len(reading(" ".join(f"What did Wired say about the boat {number}?" for number in range(20))).slots)
        == MOST_SLOTS
    )


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_can_be_read(question: str) -> None:
    found = reading(question)
    assert found == reading(question)
    assert len(found.slots) <= MOST_SLOTS
    assert set(found.outlets) <= set(OUTLETS) and set(found.authors) <= set(AUTHORS)
    assert len(found.slots) != 1 or found.slots[0].prefer
    assert all(question[day.start : day.end].strip() for day in found.days)
    # A slot is made of the question's own letters, and of all of them but the names and days.
    assert all(set(slot.text) <= set(question) | {" "} for slot in found.slots)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "x",
            " ",
            ", ",
            "Wired, ",
            "and Wired ",
            "by Ann Lee, ",
            "in May 2021, ",
            " while",
            "which boat sank there, ",
        ),
        *(" and the report from", "U.S. ", "last Sunday Times ", "The Verge and a later article from the "),
    ],
)
def test_a_long_question_is_read_at_once(piece: str) -> None:
    start = time.perf_counter()
    reading((piece * 4000)[:4000])
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize("lead", ["", " and", " and the report"])
def test_long_stretches_of_blanks_are_read_at_once(lead: str) -> None:
    start = time.perf_counter()
    reading(f"{lead}{' ' * 3400}{'Wired ' * 60}"[:4000])
    assert time.perf_counter() - start < 3

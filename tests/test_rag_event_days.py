from __future__ import annotations

import time

import pytest
from samples import sample

from rag.reports.dateline import past_dateline
from rag.reports.event_days import event_day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("The Marine Accident Board opened its inquiry", "2026-03-06"),
        ("Police divers and a dog named Biscuit found", "2026-03-29"),
        ("The cup, a work of the ninth century, was stolen", "2026-02-21"),
        ("Lorrimer Motors said on Friday that it would halt", "2026-03-27"),
        ("The daily water limit in Dunmarrow, Castra Vale", "2026-06-05"),
        ("Krohne, a retired labor judge, was named", "2026-04-07"),
    ],
)
def test_the_day_is_that_of_what_happened(words: str, day: str) -> None:
    item = past_dateline(sample(words))
    assert event_day(item.text, item.article.published) == day


@pytest.mark.parametrize(
    "words",
    [
        "A hearing before the Administrative Court in Castra Vale is set for May 12.",
        "Dunmarrow votes on May 10.",
        "The gallery will stay closed until at least March 8.",
        "The family of Tomas Reyl will bury him on Monday",
        "It is insured for 4.2 million crowns.",
    ],
)
def test_what_is_still_to_come_or_has_no_day_gives_none(words: str) -> None:
    item = sample(words)
    assert event_day(item.text, item.article.published) is None


def test_around_the_turn_of_the_year_the_nearest_date_counts() -> None:
    assert event_day("The bridge fell on December 20.", "2026-01-05") == "2025-12-20"
    assert event_day("The bridge reopens on January 20.", "2025-12-28") is None
    assert event_day("The bridge fell on February 29.", "2026-03-01") is None


def test_a_long_sentence_without_a_clause_takes_no_time() -> None:
    started = time.perf_counter()
    assert event_day(f"{'seats ' * 5000}were counted on May 3.", "2026-05-04") == "2026-05-03"
    assert time.perf_counter() - started < 1


def test_without_a_day_of_printing_only_a_whole_date_is_known() -> None:
    assert event_day("It sank on Tuesday, March 3.", None) is None
    assert event_day("It sank on March 3, 2026.", None) == "2026-03-03"


def test_a_dateline_is_no_part_of_what_is_quoted() -> None:
    item = past_dateline(sample("A passenger ferry with 171 people aboard"))
    assert item.text.startswith("A passenger ferry") and item.article.text[item.start : item.end] == item.text
    plain = sample("It is insured for 4.2 million crowns.")
    assert past_dateline(plain) == plain

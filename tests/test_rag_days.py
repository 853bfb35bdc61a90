from __future__ import annotations

import doctest
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.asking.days
from rag.asking.days import read_days

AS_OF = date(2024, 3, 6)  # a Wednesday
WORDS = (
    "since after before between and from to until by in of on the early mid- late end last this past ago today "
    "yesterday May March october Oct. Sept Monday Sunday summer winter week months year 3 12 30 31st 29 2000 2024, two "
    "a 2023-02-30 2024-02-29 - – , ? ſeptember mıd 0 999 people"
).split()


def read(question: str, newest: str | None = None) -> list[tuple[str, str | None, str | None]]:
    return [(question[days.start : days.end], days.since, days.until) for days in read_days(question, AS_OF, newest)]


def test_the_worked_examples_hold() -> None:
    tried = doctest.testmod(rag.asking.days)
    assert tried.attempted > 0
    assert tried.failed == 0


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Who spoke on [October 12, 2023]?", "2023-10-12"),
        ("Who spoke on [Monday, October 9, 2023] at 18:00?", "2023-10-09"),
        ("What did the AP say on [Oct. 12]?", "2023-10-12"),
        ("What did the AP say on [12 October 2023]?", "2023-10-12"),
        ("What happened on [October 12th]?", "2023-10-12"),
        ("What happened on the [12th of October]?", "2023-10-12"),
        ("What happened in the [October 7] attacks?", "2023-10-07"),
        ("Was it [2023-10-12]?", "2023-10-12"),
        ("Was it [Sept. 12, 2023]. Or not?", "2023-09-12"),
        ("Who left on [Sept. 3]?", "2023-09-03"),
        ("Who left on [March 6]?", "2024-03-06"),
        ("Who left on [March 7]?", "2023-03-07"),
        ("Who left on [May 5]?", "2023-05-05"),
        ("Who was born on [February 29]?", "2024-02-29"),
        ("What happened [today]?", "2024-03-06"),
        ("[Yesterday], who won?", "2024-03-05"),
        ("And the [day before yesterday]?", "2024-03-04"),
        ("Who met [three days ago]?", "2024-03-03"),
        ("Who met on [Monday]?", "2024-03-04"),
        ("Who met on [Wednesday]?", "2024-02-28"),
        ("Who met [last Thursday]?", "2024-02-29"),
        ("What does the article from [October 7] say?", "2023-10-07"),
    ],
)
def test_a_day_is_read(question: str, day: str) -> None:
    named = question[question.index("[") + 1 : question.index("]")]
    assert read(question.replace("[", "").replace("]", "")) == [(named, day, day)]


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("in [October 2023]", "2023-10-01", "2023-10-31"),
        ("in [october]", "2023-10-01", "2023-10-31"),
        ("In [October], 3 people", "2023-10-01", "2023-10-31"),
        ("in [May]. Or", "2023-05-01", "2023-05-31"),
        ("in [April]. Or", "2023-04-01", "2023-04-30"),
        ("in [Apr. 2022]", "2022-04-01", "2022-04-30"),
        ("in [March]", "2024-03-01", "2024-03-31"),
        ("[last March]", "2023-03-01", "2023-03-31"),
        ("[this March]", "2024-03-01", "2024-03-31"),
        ("in [early October 2023]", "2023-10-01", "2023-10-10"),
        ("in [mid-October]", "2023-10-11", "2023-10-20"),
        ("in [late October 2023]", "2023-10-21", "2023-10-31"),
        ("in [late May]", "2023-05-21", "2023-05-31"),
        ("in [early 2023]", "2023-01-01", "2023-04-30"),
        ("in [2019]", "2019-01-01", "2019-12-31"),
        ("the election of [2016] that", "2016-01-01", "2016-12-31"),
        ("the [year 2019]", "2019-01-01", "2019-12-31"),
        ("in [summer 2022]", "2022-06-01", "2022-08-31"),
        ("in the [autumn of 2024]", "2024-09-01", "2024-11-30"),
        ("in [winter 2023]", "2023-12-01", "2024-02-29"),
        ("[this week]", "2024-03-04", "2024-03-10"),
        ("[last week]", "2024-02-26", "2024-03-03"),
        ("[last month]", "2024-02-01", "2024-02-29"),
        ("[last year]'s", "2023-01-01", "2023-12-31"),
        ("the [past week]", "2024-02-28", "2024-03-06"),
        ("the [last 10 days]", "2024-02-25", "2024-03-06"),
        ("the [past three months]", "2023-12-06", "2024-03-06"),
        ("[a week ago]", "2024-02-26", "2024-03-03"),
        ("[two months ago]", "2024-01-01", "2024-01-31"),
        ("[5 years ago]", "2019-01-01", "2019-12-31"),
        ("the last week of [October 2023]", "2023-10-01", "2023-10-31"),
        ("[since October 12]", "2023-10-12", None),
        ("[Since last Monday]", "2024-03-04", None),
        ("[since the summer of 2022]", "2022-06-01", None),
        ("[after October 7]", "2023-10-08", None),
        ("[after 2020]", "2021-01-01", None),
        ("[before October 2023]", None, "2023-09-30"),
        ("[until March 3]", None, "2024-03-03"),
        ("[by 2023]", None, "2023-12-31"),
        ("[by the end of 2023]", None, "2023-12-31"),
        ("[before the end of April 2022]", None, "2022-04-30"),
        ("[after the start of April 2022]", "2022-04-01", None),
        ("[between October 6 and October 8, 2022]", "2022-10-06", "2022-10-08"),
        ("[between October 6 and 8, 2022]", "2022-10-06", "2022-10-08"),
        ("[between 2019 and 2021]", "2019-01-01", "2021-12-31"),
        ("[between December and January]", "2023-12-01", "2024-01-31"),
        ("[from March to May]", "2023-03-01", "2023-05-31"),
        ("[from December 30, 2021 to January 3]", "2021-12-30", "2022-01-03"),
        ("[from October 7 to today]", "2023-10-07", "2024-03-06"),
        ("on [October 6 and 7]", "2023-10-06", "2023-10-07"),
        ("on [October 6-8, 2023]", "2023-10-06", "2023-10-08"),
        ("on [6–8 October 2023]", "2023-10-06", "2023-10-08"),
    ],
)
def test_a_period_is_read(question: str, since: str | None, until: str | None) -> None:
    named = question[question.index("[") + 1 : question.index("]")]
    asked = f"What was said {question.replace('[', '').replace(']', '')}?"
    assert read(asked) == [(named, since, until)]


@pytest.mark.parametrize(
    "question",
    [
        "May I ask who may have won?",
        "Who led the March on Washington?",
        "Do they march 12 miles?",
        "What happened after May resigned?",
        "Who sits in May's cabinet?",
        "What is between May and Corbyn?",
        "What did articles by April Jones say?",
        "Who met on Sat or Sun 12?",
        "What happened on February 30?",
        "What happened on 31 June 2023?",
        "What happened on Monday, 2023-02-30?",
        "What happened on October 8-6, 2023?",
        "What happened at 18:00?",
        "Who saw a crowd of 2000 people?",
        "Did May 5,000 people or May 5 percent agree?",
        "Who wore it in the 1990s or since the 2023-24 season?",
        "What is the 2023 budget?",
        "What did USA Today report?",
        "What are the holidays?",
        "",
    ],
)
def test_what_names_no_day_is_passed_over(question: str) -> None:
    assert read(question) == []


def test_several_days_stand_in_order() -> None:
    assert read("Did the AP on October 7 and the BBC since last week say so, as in 2019?") == [
        ("October 7", "2023-10-07", "2023-10-07"),
        ("since last week", "2024-02-26", None),
        ("2019", "2019-01-01", "2019-12-31"),
    ]


def test_a_day_takes_the_year_of_the_one_it_is_named_with() -> None:
    assert read("in October and November 2019") == [
        ("October", "2019-10-01", "2019-10-31"),
        ("November 2019", "2019-11-01", "2019-11-30"),
    ]


@pytest.mark.parametrize(
    ("newest", "since"),
    [
        (None, "2023-10-07"),
        ("2018-10-07", "2018-10-07"),
        ("2018-10-06T23:00:00", "2017-10-07"),
        ("2018-10", "2018-10-07"),
        ("2018", "2018-10-07"),
        ("2030-01-01", "2023-10-07"),
        ("--01-29", "2023-10-07"),
        ("2018-13-40", "2023-10-07"),
    ],
)
def test_a_day_without_a_year_is_not_after_the_newest_article(newest: str | None, since: str) -> None:
    assert read("since October 7", newest) == [("since October 7", since, None)]


def test_relative_days_are_counted_from_the_day_of_asking() -> None:
    assert read("yesterday", newest="2018-01-31") == [("yesterday", "2024-03-05", "2024-03-05")]


def test_days_before_the_calendar_begins_are_passed_over() -> None:
    assert read_days("yesterday, 2 weeks ago, 12 months ago", date(1, 1, 1)) == []


@given(
    st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.none() | st.dates().map(date.isoformat),
)
def test_offsets_are_in_range_and_periods_run_forwards(text: str, as_of: date, newest: str | None) -> None:
    at = 0
    for days in read_days(text, as_of, newest):
        assert at <= days.start < days.end <= len(text)
        at = days.end
        assert text[days.start : days.end].strip() == text[days.start : days.end]
        known = [date.fromisoformat(day) for day in (days.since, days.until) if day]
        assert known and known == sorted(known)


@pytest.mark.parametrize(
    "piece", ["between October and ", "from 1 October ", "October" + " " * 9, "1 ", "in ", "9", "October 6-", "the "]
)
def test_the_longest_question_is_read_in_no_time(piece: str) -> None:
    began = time.process_time()
    read_days((piece * 4_000)[:4_000], AS_OF)
    assert time.process_time() - began < 1.0

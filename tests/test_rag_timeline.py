from __future__ import annotations

from dataclasses import replace

import pytest
from samples import sample

from rag.reports.timeline import asks_timeline, find_events, topic

STOLEN = sample("Thieves came through a skylight of the Ellery Museum")
ARRESTED = sample("Police in Port Ellery have arrested a man and a woman")
FOUND = sample("Police divers and a dog named Biscuit found", score=0.9)
JAILED = sample("sentenced Piet Lodane to five years and six months")
EXPLAINED = sample("The Veyra Cup stands 19 centimeters high")
WORDS = ["veyra", "cup"]


@pytest.mark.parametrize(
    ("question", "order", "about"),
    [
        ("What happened when in the museum theft?", "oldest", "museum theft"),
        ("Give me a short timeline of the ferry accident.", "oldest", "ferry accident"),
        ("Timeline of the strike", "oldest", "strike"),
        ("How did the vaccine trial develop over time?", "oldest", "vaccine trial"),
        ("How has the strike at Tarrow unfolded since March?", "oldest", "strike at Tarrow"),
        ("What has happened since the Veyra Cup was stolen?", "oldest", "Veyra Cup was stolen"),
        ("What has happened with the chip strike since March 20?", "oldest", "chip strike"),
        ("What happened since Monday in the Skellin strike?", "oldest", "Skellin strike"),
        ("What's the latest on the Grey Heron?", "newest", "Grey Heron"),
        ("Latest news about Mayor Tolland", "newest", "Mayor Tolland"),
    ],
)
def test_questions_over_time_are_told_with_their_topic(question: str, order: str, about: str) -> None:
    assert (asks_timeline(question), topic(question)) == (order, about)


@pytest.mark.parametrize(
    "question",
    [
        "When did the strike end?",
        "What was the latest offer in the strike?",
        "What happened to the captain?",
        "What did the minister say about the timeline of the pipeline?",
        "How did Bellwood defend the people who had made the error?",
        "How did the effectiveness figure for MFV-3 move between the interim look and the final count?",
        "What is the latest date for the report?",
    ],
)
def test_other_questions_are_not(question: str) -> None:
    assert asks_timeline(question) is None
    assert topic(question) == question


def test_events_come_oldest_first_and_what_has_no_day_last() -> None:
    events = find_events([JAILED, EXPLAINED, FOUND, STOLEN, ARRESTED], WORDS)
    assert [event.day for event in events] == ["2026-02-22", "2026-03-14", "2026-03-29", "--06-03", None]
    assert [event.label for event in events][1:] == [
        "Reported March 14, 2026",
        "March 29, 2026",
        "June 3",
        "No date printed",
    ]


def test_the_latest_come_first_where_they_are_asked_for() -> None:
    events = find_events([STOLEN, EXPLAINED, JAILED, FOUND], WORDS, "newest")
    assert [event.day for event in events] == ["--06-03", "2026-03-29", "2026-02-22", None]


def test_a_day_without_a_year_has_no_place_among_several_years() -> None:
    old = replace(STOLEN, article=replace(STOLEN.article, identity="old", published="2019-02-23"))
    events = find_events([old, FOUND, JAILED], WORDS)
    assert [event.day for event in events] == ["2019-02-17", "2026-03-29", "--06-03"]


def test_another_story_of_another_year_does_not_take_a_day_its_place() -> None:
    strike = sample("Production at the Tarrow Microworks chip plant stopped", score=0.4)
    old = replace(strike, article=replace(strike.article, published="2019-02-17"))
    assert [event.day for event in find_events([FOUND, JAILED, old], WORDS, "newest")] == ["--06-03", "2026-03-29"]


def test_copies_of_a_story_are_one_event() -> None:
    first = sample("the returning officer said on Tuesday after a recount")
    copy = sample("the returning officer announced on Tuesday after a recount")
    assert len(find_events([first, copy], ["recount"])) == 1


def test_an_article_tells_of_an_earlier_day_too() -> None:
    reminder = sample("The cup, a work of the ninth century, was stolen", score=0.9)
    events = find_events([ARRESTED, reminder], WORDS)
    assert [(event.day, event.own) for event in events] == [("2026-02-21", True), ("2026-03-14", False)]


def test_articles_about_something_else_are_left_out() -> None:
    strike = sample("Production at the Tarrow Microworks chip plant stopped", score=0.4)
    assert [event.evidence.article.id for event in find_events([STOLEN, strike], WORDS)] == [STOLEN.article.id]


def test_an_article_that_prints_no_more_than_its_month_is_placed_by_it() -> None:
    month = replace(ARRESTED, article=replace(ARRESTED.article, identity="month", published="2026-03"))
    assert [event.day for event in find_events([FOUND, month, STOLEN], WORDS)] == [
        "2026-02-22",
        "2026-03",
        "2026-03-29",
    ]


def test_a_leap_day_that_prints_no_year_is_no_day_of_another() -> None:
    leap = replace(ARRESTED, article=replace(ARRESTED.article, published="--02-29"))
    named = replace(leap, start=500, end=541, text="The cup was stolen on February 21, 2026.", score=0.9)
    days = [event.day for event in find_events([STOLEN, leap, named], WORDS)]
    assert days == ["2026-02-21", "2026-02-22", "--02-29"]


def test_nothing_is_made_of_nothing() -> None:
    assert find_events([], WORDS) == []

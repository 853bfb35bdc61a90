from __future__ import annotations

import pytest

from rag.claims import Day, counted, days, figures, normal, quotes, resolved, stands_among


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("69 percent", "69%"),
        ("69 per cent", "69 %"),
        ("1,200", "1200"),
        ("two million", "2m"),
        ("2,000,000", "2 million"),
        ("1.5bn", "1.5 billion"),
        ("a dozen", "twelve"),
        ("two hundred and fifty thousand", "250,000"),
        ("Two hundred and twelve", "212"),
        ("twenty-one", "21"),
        ("the ninth century", "the 9th century"),
        ("a 41-year-old man", "aged 41"),
        ("Reyl, 41, died", "Reyl was 41 years old"),
        ("between 60 and 69 percent", "60% and 69%"),
    ],
)
def test_figures_are_alike_however_they_are_written(one: str, other: str) -> None:
    assert figures(one) == figures(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("69 percent", "69 people"),
        ("1,200", "1,300"),
        ("two", "2 million"),
        ("7 weeks old", "7 weeks"),
        ("6.5", "65"),
        ("the ninth", "nine"),
    ],
)
def test_other_figures_are_told_apart(one: str, other: str) -> None:
    assert not figures(one) <= figures(other)


def test_two_numbers_with_an_and_between_are_two() -> None:
    assert figures("between two and eight degrees") == {"2", "8"}


def test_days_are_no_numbers() -> None:
    assert figures("On March 22, 2026, and on 3 May") == frozenset()


@pytest.mark.parametrize("text", ["Jan. 31, 2018", "31 January 2018", "January 31st, 2018", "the 31st of Jan. 2018"])
def test_dates_are_alike_however_they_are_written(text: str) -> None:
    assert days(text) == {Day(1, 31, 2018)}


def test_days_of_one_month_are_each_a_day() -> None:
    assert days("on May 3, 4 and 5") == {Day(5, 3), Day(5, 4), Day(5, 5)}
    assert days("March 3-5") == {Day(3, 3), Day(3, 5)}


@pytest.mark.parametrize("text", ["He may come", "Theresa May said", "They march on", "the marches"])
def test_a_word_like_a_month_is_no_month(text: str) -> None:
    assert days(text) == frozenset()


def test_a_weekday_is_the_day_that_the_articles_date_makes_it() -> None:
    held = resolved(days("on Tuesday evening"), "2026-03-04")
    assert stands_among(Day(3, 3, 2026), held) and stands_among(Day(3, 3), held)
    assert not stands_among(Day(3, 4), held)
    assert resolved(days("on Tuesday"), None) == days("on Tuesday")


def test_a_year_is_the_articles_where_a_date_has_none() -> None:
    assert stands_among(Day(2, 22, 2026), resolved(days("on February 22"), "2026-03-04"))
    assert not stands_among(Day(2, 22, 2025), resolved(days("on February 22"), "2026-03-04"))


@pytest.mark.parametrize("published", ["--03-04", "2026-03", "2026-02-31", "", None])
def test_a_date_that_is_not_whole_adds_no_day(published: str | None) -> None:
    assert not stands_among(Day(3, 3, 2026), resolved(days("on Tuesday"), published))


def test_a_date_that_no_calendar_has_stands_for_itself() -> None:
    assert stands_among(Day(2, 31), days("February 31, 2026"))
    assert not stands_among(Day(weekday=1), days("February 31, 2026"))


def test_initials_are_closed_up() -> None:
    assert normal("The U. S. envoy of the U.N. left") == "The US envoy of the UN left"


def test_a_number_comes_with_what_stands_around_it() -> None:
    assert counted("It is 38 meters long") == (("38", "It is ", " meters long"),)


def test_quotes_are_alike_in_every_style() -> None:
    assert quotes("“No resets, no\n redos,” he said") == quotes('"No resets, no redos"')

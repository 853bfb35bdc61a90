from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import EVERYTHING, Filter, published_within

DAYS = st.dates(date(1995, 1, 1), date(2030, 12, 31))
RANGES = st.tuples(DAYS, DAYS).map(sorted)
ENDS = st.one_of(st.none(), DAYS.map(date.isoformat))
FILTERS = st.builds(Filter, st.sampled_from([(), ("AP",)]), st.sampled_from([(), ("Ann Lee",)]), since=ENDS, until=ENDS)


# Whether a filter restricts anything


@pytest.mark.parametrize(
    "one",
    [Filter(("AP",)), Filter(authors=("Ann Lee",)), Filter(since="2024-01-01"), Filter(until="2024-01-01")],
)
def test_whatever_is_set_makes_a_filter(one: Filter) -> None:
    assert one


def test_an_empty_filter_is_none() -> None:
    assert not Filter()
    assert not EVERYTHING


# Loosening


def test_a_filter_loses_its_days_then_its_authors_then_its_outlets() -> None:
    strict = Filter(("AP", "Wired"), ("Ann Lee",), "2024-01-01", "2024-01-31")
    assert strict.looser() == [Filter(("AP", "Wired"), ("Ann Lee",)), Filter(("AP", "Wired")), Filter()]


@pytest.mark.parametrize(
    "one", [Filter(("AP",)), Filter(authors=("Ann Lee",)), Filter(since="2024-01-01"), Filter(until="2024-01-01")]
)
def test_of_a_filter_of_one_thing_nothing_is_left(one: Filter) -> None:
    assert one.looser() == [Filter()]


def test_nothing_is_looser_than_everything() -> None:
    assert EVERYTHING.looser() == []


@given(FILTERS)
def test_every_step_is_another_and_the_last_lets_everything_through(strict: Filter) -> None:
    steps = [strict, *strict.looser()]
    assert len(set(steps)) == len(steps)
    assert steps[-1] == EVERYTHING


# Days


@pytest.mark.parametrize(
    ("published", "since", "until", "within"),
    [
        ("2024-03-15", "2024-03-15", "2024-03-15", True),
        ("2024-03-14", "2024-03-15", None, False),
        ("2024-03-16", None, "2024-03-15", False),
        ("2024-03-15T23:59:00+00:00", "2024-03-15", "2024-03-15", True),
        ("2024-03", "2024-03-31", None, True),
        ("2024-03", "2024-04-01", None, False),
        ("2024-03", None, "2024-03-01", True),
        ("2024-03", None, "2024-02-29", False),
        ("2024", "2024-12-31", None, True),
        ("2024", None, "2024-01-01", True),
        ("2024", "2025-01-01", None, False),
        ("2024", None, "2023-12-31", False),
        ("2024-03-15", None, None, True),
        (None, None, None, False),
        ("", None, "2024-01-01", False),
    ],
)
def test_a_day_as_exact_as_it_is_known_may_lie_in_the_range(
    published: str | None, since: str | None, until: str | None, within: bool
) -> None:
    assert published_within(published, since, until) is within


@pytest.mark.parametrize(
    ("published", "since", "until", "within"),
    [
        ("--01-29", "2018-01-29", "2018-01-29", True),
        ("--01-29", "2018-01-30", "2018-12-31", False),
        ("--01-29", "2018-01-30", "2019-01-29", True),
        ("--12-24", "2017-12-01", "2018-02-01", True),
        ("--06-15", "2017-12-01", "2018-02-01", False),
        ("--06-15", "2017-12-01", "2019-02-01", True),
        ("--06-15", "2018-07-01", None, True),
        ("--06-15", None, "2018-05-01", True),
    ],
    ids=lambda value: str(value),
)
def test_a_day_without_a_year_fits_a_range_that_holds_it_in_any(
    published: str, since: str | None, until: str | None, within: bool
) -> None:
    assert published_within(published, since, until) is within


@given(DAYS, ENDS, ENDS)
def test_an_exact_day_is_within_when_it_is_not_before_or_after(day: date, since: str | None, until: str | None) -> None:
    iso = day.isoformat()
    assert published_within(iso, since, until) == ((since or iso) <= iso <= (until or iso))


@given(DAYS, ENDS, ENDS, st.sampled_from([4, 7]))
def test_a_month_or_year_is_within_wherever_one_of_its_days_is(
    day: date, since: str | None, until: str | None, length: int
) -> None:
    if published_within(day.isoformat(), since, until):
        assert published_within(day.isoformat()[:length], since, until)


@given(RANGES, st.integers(0, 364))
def test_a_day_without_a_year_is_within_when_some_day_of_the_range_is_that_one(ends: list[date], number: int) -> None:
    first, last = ends
    month_and_day = (date(2023, 1, 1) + timedelta(number)).isoformat()[5:]
    held = any(first.isoformat() <= f"{year}-{month_and_day}" <= last.isoformat() for year in range(1995, 2031))
    assert published_within(f"--{month_and_day}", first.isoformat(), last.isoformat()) == held

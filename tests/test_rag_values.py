from __future__ import annotations

import pytest

from rag.reports.values import at_odds, dates_at_odds, dates_in, figures_in, same_value


def odds(one: str, other: str) -> bool:
    return at_odds(figures_in(one, one), figures_in(other, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Police said 14 people were hurt.", "The hospital treated 17 hurt people."),
        ("Tolland leads by 212 votes.", "Tolland won by 187 votes."),
        ("It stands at 38 percent of capacity.", "It has climbed to 34% of capacity."),
        ("The firm lost $4 million.", "The firm lost $5.5 million."),
        ("It is 38 meters long.", "It is 41 metres long."),
    ],
)
def test_other_figures_of_one_thing_are_at_odds(one: str, other: str) -> None:
    assert odds(one, other) and odds(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Police said 14 people were hurt.", "The trial lasted 17 days."),
        ("It stands at 38 percent of capacity.", "They use 63 percent of the water."),
        ("They work ten hours a day.", "They worked for six weeks."),
        ("About 400 people came.", "Police counted 380 people."),
        ("The loss was $4.2 million.", "The loss was $4,230,000."),
        ("Some 2 million voters came.", "In all 2.1 million voters came."),
        ("She left at 6:40 p.m.", "She left at 7:10 p.m."),
    ],
)
def test_figures_that_can_both_be_right_are_not(one: str, other: str) -> None:
    assert not odds(one, other)


def test_only_the_figures_of_the_span_count() -> None:
    (figure,) = figures_in("A ferry with 171 people aboard crashed, injuring 14 people.", "14")
    assert figure.value == 14 and "injur" in figure.unit


def test_a_number_cut_by_its_surroundings_has_no_torn_words() -> None:
    (figure,) = figures_in("The commission heard 41 representatives of neighborhoodassociations yesterday.", "41")
    assert "representativ" in figure.unit
    assert not any(root.startswith("neigh") for root in figure.unit)


def test_a_rough_figure_meets_only_what_is_near() -> None:
    (about,) = figures_in("About 400 people came.", "400")
    (far,) = figures_in("The police counted 520 people.", "520")
    assert not same_value(about, far)


def test_the_number_of_a_version_is_no_figure() -> None:
    assert figures_in("Version 1.2.3 came out on Tuesday.", "1.2.3") == ()


def test_weekdays_are_no_dates_to_differ_on() -> None:
    assert not dates_at_odds(dates_in("on Sunday"), dates_in("on February 21"))
    assert dates_at_odds(dates_in("by November"), dates_in("in January"))

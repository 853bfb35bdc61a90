from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from fake_assistant import EVENTS
from hypothesis import given, settings
from hypothesis import strategies as st
from tags import Tags

from rag.answer import Sentence
from ui.page.render import exchange_html
from ui.page.timeline import AXIS, MOST_TICKS, PHONE, ROW, WIDE, placed, ticks, timeline_svg


def event(day: str | None, text: str = "“It sank.”", number: int = 1) -> Sentence:
    return Sentence(text, "supported", (number,), label=day or "No date printed", day=day)


def across(svg: str) -> list[float]:
    """Where the dots of the events lie, in percent of the width."""
    return [float(x) for x in re.findall(r'<circle cx="([\d.]+)%" cy="\d+" r="5">', svg)]


def test_dots_lie_as_far_apart_as_their_days() -> None:
    svg = timeline_svg([event("2026-03-01"), event("2026-03-02"), event("2026-03-11")], 1)
    first, second, third = across(svg)
    assert (first, third) == (2.0, 98.0)
    assert (second - first) * 10 == pytest.approx(third - first, abs=0.1)


def test_each_event_has_its_own_row_and_leads_to_its_card() -> None:
    svg = timeline_svg([event("2026-03-01", number=3), event("2026-03-01", number=1), event("2026-03-11")], 4)
    assert re.findall(r'href="(.*?)"', svg) == ["#source-4-3", "#source-4-1", "#source-4-1"]
    rows = [int(y) for y in re.findall(r'cy="(\d+)" r="5"', svg)]
    assert rows == [AXIS + ROW * row for row in (1, 2, 3)]


def test_the_plot_is_for_the_eye_alone_and_nothing_in_it_takes_the_keyboard() -> None:
    elements = Tags(timeline_svg([event("2026-03-01"), event("2026-03-11")], 1)).elements
    assert next(attributes for tag, attributes in elements if tag == "svg")["aria-hidden"] == "true"
    assert {attributes["tabindex"] for tag, attributes in elements if tag == "a"} == {"-1"}


def test_the_list_below_the_plot_holds_every_event() -> None:
    markup = exchange_html(EVENTS, 1)
    tags = Tags(markup)
    assert [tag for tag, _ in tags.elements].count("li") == 3
    assert len(across(markup)) == 2
    assert "1 without a whole date is in the list only." in tags.text
    assert markup.index("<svg") < markup.index("<ol")


@pytest.mark.parametrize(
    "days", [[], [None, None], ["2026-03-04"], ["2026-03-04", "2026-03-04"], ["2026-03", "2026"], ["2026-02-30", "x"]]
)
def test_without_two_days_there_is_no_plot(days: list[str | None]) -> None:
    assert timeline_svg([event(day) for day in days], 1) == ""


def test_days_without_a_year_are_of_the_only_one_that_is_named_or_of_none() -> None:
    assert [str(day) for day, _ in placed([event("--12-30"), event("2025-12-31")])] == ["2025-12-30", "2025-12-31"]
    assert [str(day) for day, _ in placed([event("--12-30"), event("2025-12-31"), event("2026-01-01")])] == [
        "2025-12-31",
        "2026-01-01",
    ]
    yearless = timeline_svg([event("--01-30"), event("--11-29")], 1)
    assert len(across(yearless)) == 2
    assert "2000" not in Tags(yearless).text


def test_years_are_named_where_there_are_several() -> None:
    assert "Mar 4, 2025" in Tags(timeline_svg([event("2025-03-04"), event("2026-03-05")], 1)).text
    assert "Mar 4 " in Tags(timeline_svg([event("2026-03-04"), event("2026-03-05")], 1)).text


def test_long_words_are_cut_and_hostile_ones_stay_words() -> None:
    svg = timeline_svg([event("2026-03-04", "<script>window.hit=1</script> " * 20), event("2026-03-05", "<b>x</b>")], 1)
    tags = Tags(svg)
    assert {tag for tag, _ in tags.elements} <= {"div", "svg", "line", "a", "circle", "text", "tspan", "title"}
    assert "<b>x</b>" in tags.text
    shown = [html.unescape(words) for words in re.findall(r'cw-(?:short|long)">(.*?)</tspan>', svg)]
    assert [len(words) <= limit for words, limit in zip(shown, (PHONE, WIDE) * 2, strict=True)] == [True] * 4
    assert shown[1].endswith("...")


def test_an_event_in_the_middle_with_a_long_day_and_mark_leaves_room_for_no_word() -> None:
    middle = event("2025-01-14", "The wreck was found by divers.", number=10)
    tags = Tags(timeline_svg([event("2024-01-10"), middle, event("2026-01-15")], 1))
    assert "Jan 14, 2025 [10] ..." in tags.text


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@settings(deadline=None)
@given(DAYS, st.integers(1, 40_000))
def test_ticks_are_few_and_lie_within_the_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = ticks(first, last)
    assert 1 <= len(found) <= MOST_TICKS
    assert all(first <= day <= last for day, _ in found)
    assert len({name for _, name in found}) == len(found)

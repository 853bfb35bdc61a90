"""A plot of events on an axis of days. It is for the eye: the list below it says the same to everybody."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count, takewhile

from index.article import MONTHS
from rag.answer import Sentence
from ui.page.escaping import escape

# Of the plot's width in percent: where the first and the last day lie.
FIRST, LAST = 2.0, 98.0
# In pixels: the axis below its ticks' names, the rows of events below it.
AXIS, ROW = 20, 26
MOST_TICKS = 4
PHONE, WIDE = 38, 64
"""Characters of a line for which the width of a phone, and of a column on a wide screen, has room."""
MORE = "..."


def timeline_svg(sentences: Sequence[Sentence], turn: int) -> str:
    """Events as dots above the days on which they were, each with its day, its mark and its first words.

    Positions are shares of the width, so that the same plot fits a phone and a wide column. Events whose day is not
    whole are left to the list; with less than two days there is nothing to plot.

    >>> timeline_svg([Sentence("It sank.", "supported", (1,), label="March 4", day="2026-03-04")], 1)
    ''
    """
    events = placed(sentences)
    days = [day for day, _ in events]
    if len(set(days)) < 2:
        return ""
    first, last = min(days), max(days)

    def across(day: date) -> float:
        return round(FIRST + (LAST - FIRST) * (day - first).days / (last - first).days, 2)

    one_year = first.year == last.year
    below = "".join(
        _event_svg(day, sentence, turn, across(day), AXIS + ROW * row, one_year)
        for row, (day, sentence) in enumerate(events, 1)
    )
    stems = "".join(_stem_svg(across(day), AXIS + ROW * row) for row, (day, _) in enumerate(events, 1))
    above = "".join(_tick_svg(name, across(day)) for day, name in ticks(first, last))
    height = AXIS + ROW * len(events) + ROW // 2
    axis = f'<line class="cw-axis" x1="0" x2="100%" y1="{AXIS}" y2="{AXIS}"></line>'
    missing = len([sentence for sentence in sentences if sentence.label]) - len(events)
    note = f'<p class="cw-note">{_left_out(missing)}</p>' if missing else ""
    # Its links are for the pointer: the keyboard has the same ones in the list.
    return (
        f'<div class="cw-plot"><svg width="100%" height="{height}" aria-hidden="true" focusable="false">'
        f"{axis}{above}{stems}{below}</svg>{note}</div>"
    )


def placed(sentences: Sequence[Sentence]) -> list[tuple[date, Sentence]]:
    """The events that have a whole day, in the order in which they are listed.

    Days without a year are of the one year that the others name, or, where none names one, of any.

    >>> days = [Sentence("x", "supported", (1,), label="x", day=day) for day in ("2026-03-04", "--03-05", "2026", None)]
    >>> [str(day) for day, _ in placed(days)]
    ['2026-03-04', '2026-03-05']
    """
    from rag.reports.event_days import in_year, only_year, whole_day

    days = [sentence.day for sentence in sentences]
    yearless = all(day.startswith("--") for day in days if day)
    year = LEAP_YEAR if yearless else only_year(days)
    found = [(whole_day(in_year(sentence.day, year)), sentence) for sentence in sentences if sentence.label]
    return [(day, sentence) for day, sentence in found if day is not None]


LEAP_YEAR = 2000
"""Stands for a year that nobody names: it has all days."""


def ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Round days between two days, at most MOST_TICKS of them, with their names.

    >>> ticks(date(2026, 3, 1), date(2026, 3, 4))[0], len(ticks(date(2026, 1, 20), date(2026, 12, 30)))
    ((datetime.date(2026, 3, 1), 'Mar 1'), 3)
    >>> ticks(date(2019, 5, 1), date(2022, 5, 1))
    [(datetime.date(2020, 1, 1), '2020'), (datetime.date(2021, 1, 1), '2021'), (datetime.date(2022, 1, 1), '2022')]
    """
    for step in (1, 2, 7, 14):
        steps = (last - first).days // step
        if steps < MOST_TICKS:
            days = (first + timedelta(days=step * number) for number in range(steps + 1))
            return [(day, short_day(day)) for day in days]
    all_months = _months(first, last)
    for step in (1, 2, 3, 6):
        months = [month for month in all_months if (month.month - 1) % step == 0]
        if len(months) <= MOST_TICKS:
            return [(month, _month_name(month, with_year=first.year != last.year)) for month in months]
    years = range(first.year + 1, last.year + 1)
    step = next(step for step in count(1) if len([year for year in years if year % step == 0]) <= MOST_TICKS)
    return [(date(year, 1, 1), str(year)) for year in years if year % step == 0]


def short_day(day: date, with_year: bool = False) -> str:
    """A day in few letters.

    >>> short_day(date(2026, 3, 4)), short_day(date(2026, 3, 4), with_year=True)
    ('Mar 4', 'Mar 4, 2026')
    """
    short = f"{MONTHS[day.month - 1][:3]} {day.day}"
    return f"{short}, {day.year}" if with_year else short


def _month_name(month: date, with_year: bool) -> str:
    return MONTHS[month.month - 1][:3] + (f" {month.year}" if with_year else "")


def _months(first: date, last: date) -> list[date]:
    """The first days of the months between two days."""
    months = (date(first.year + month // 12, month % 12 + 1, 1) for month in count(first.month - 1))
    return [month for month in takewhile(lambda month: month <= last, months) if month >= first]


def _event_svg(day: date, sentence: Sentence, turn: int, x: float, y: int, one_year: bool) -> str:
    name = short_day(day, with_year=not one_year)
    mark = f"[{sentence.citations[0]}]" if sentence.citations else ""
    words = sentence.text.strip("“”")
    side, away, share = ("start", 10, 1 - x / 100) if x < 50 else ("end", -10, x / 100)
    taken = len(f"{name} {mark} ")
    short, long = (_shortened(words, int(width * share) - taken) for width in (PHONE, WIDE))
    label = (
        f'<text class="cw-event" x="{x}%" y="{y}" dx="{away}" dy="4" text-anchor="{side}">'
        f'<tspan class="cw-event-day">{escape(name)}</tspan> <tspan class="cw-event-mark">{escape(mark)}</tspan> '
        f'<tspan class="cw-short">{escape(short)}</tspan><tspan class="cw-long">{escape(long)}</tspan></text>'
    )
    dot = f'<circle cx="{x}%" cy="{y}" r="5"></circle>'
    if not sentence.citations:
        return f"{label}{dot}"
    target = f"#source-{turn}-{sentence.citations[0]}"
    return f'<a class="cw-dot" href="{target}" tabindex="-1">{label}{dot}<title>{escape(words)}</title></a>'


def _shortened(words: str, room: int) -> str:
    """As many of the words as there is room for, but at least the sign that there are some."""
    return textwrap.shorten(words, max(room, len(MORE)), placeholder=MORE)


def _stem_svg(x: float, y: int) -> str:
    """The line from the axis down to an event; all of them lie below the events' words and dots."""
    return (
        f'<line class="cw-stem" x1="{x}%" x2="{x}%" y1="{AXIS}" y2="{y}"></line>'
        f'<circle class="cw-on-axis" cx="{x}%" cy="{AXIS}" r="3"></circle>'
    )


def _tick_svg(name: str, x: float) -> str:
    side = "start" if x < 10 else "end" if x > 90 else "middle"
    return (
        f'<line class="cw-axis" x1="{x}%" x2="{x}%" y1="{AXIS - 4}" y2="{AXIS}"></line>'
        f'<text class="cw-tick" x="{x}%" y="{AXIS - 8}" text-anchor="{side}">{escape(name)}</text>'
    )


def _left_out(number: int) -> str:
    return f"{number} without a whole date {'is' if number == 1 else 'are'} in the list only."

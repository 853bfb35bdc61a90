"""On which day happened what a sentence of an article tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from rag.claims import Day, dated

# What is still to come, and what only marks where a time begins or ends, is no day on which something happened.
_AHEAD = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were|be) (?:to|due|set|planned|expected|scheduled)|due|planned|expected|"
    r"hopes?|hoped|expects?|plans?|scheduled|unless)\b|\b(?:from|until|till|by|before|next|since|for)(?: at least)? ?$",
    re.IGNORECASE,
)
_BEFORE_CLAUSE = re.compile(r".*(?:[,;:.—–]\s|\b(?:after|because|when|while|who|which|and|but)\b)", re.DOTALL)


def event_day(sentence: str, published: str | None) -> str | None:
    """The ISO day that a sentence names for what happened, counted from the day on which its article was published.

    The first day that is named counts, of those that were not still to come. A weekday is the last one up to that day,
    a date without a year the nearest. None where the sentence names no such day.

    >>> event_day("The limit will rise on June 15, the authority decided on Friday.", "2026-06-05")
    '2026-06-05'
    >>> event_day("He entered the leak in the log on February 22.", "2026-03-18")
    '2026-02-22'
    >>> event_day("A hearing is set for May 12.", "2026-04-08"), event_day("The city votes on May 10.", "2026-04-27")
    (None, None)
    """
    printed = whole_day(published)
    for before, day in dated(sentence):
        earlier = _BEFORE_CLAUSE.match(before)
        if _AHEAD.search(before[earlier.end() :] if earlier else before):
            continue
        found = _resolved(day, printed)
        if found and (printed is None or found <= printed):
            return found.isoformat()
    return None


def only_year(published: Iterable[str | None]) -> int | None:
    """The one year of all days of publication that tell a year; None where there are several, or none.

    >>> only_year(["2026-03-04", "--03-05", None]), only_year(["2025-12-31", "2026-01-01"])
    (2026, None)
    """
    years = {(day or "")[:4] for day in published}
    known = [int(year) for year in years if year.isdigit()]
    return known[0] if len(known) == 1 else None


def in_year(published: str | None, year: int | None) -> str | None:
    """The day on which an article was published; one that prints no year was in the given one.

    >>> in_year("--03-04", 2026), in_year("--03-04", None), in_year("2025-03-04T10:00", 2026)
    ('2026-03-04', None, '2025-03-04')
    """
    if published and published.startswith("--"):
        return f"{year}-{published[2:7]}" if year else None
    return published and published[:10]


def whole_day(day: str | None) -> date | None:
    """An ISO day as a date; None for one that is not whole, or that no calendar has.

    >>> whole_day("2026-03-04T10:00"), whole_day("2026-03"), whole_day("2026-02-29")
    (datetime.date(2026, 3, 4), None, None)
    """
    try:
        return date.fromisoformat((day or "")[:10])
    except ValueError:
        return None


def _resolved(day: Day, printed: date | None) -> date | None:
    """The last such weekday up to the day of printing, or the nearest such date; without that day, one with a year."""
    if day.weekday is not None:
        return printed - timedelta(days=(printed.weekday() - day.weekday) % 7) if printed else None
    if not (day.month and day.day):
        return None
    if day.year or printed is None:
        return _of(day.year, day.month, day.day) if day.year else None
    found = [one for year in (-1, 0, 1) if (one := _of(printed.year + year, day.month, day.day))]
    return min(found, key=lambda one: abs(one - printed), default=None)


def _of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

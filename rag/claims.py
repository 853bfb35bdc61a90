"""What of a sentence must stand in its source: figures, dates, names and quoted words, each in one normal form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from index.article import MONTHS
from rag.asking.question import QUOTED
from rag.evidence import plain

# How many characters around a number tell what it counts.
BEFORE, BEHIND = 15, 35

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_VALUES = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "mn": 10**6, "mln": 10**6}
_SCALES |= {"billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12}
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ORDINAL_VALUES = {"second": "2"} | {word: str(number) for number, word in enumerate(_ORDINALS, start=3)}

_UNIT = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL)}))?|{'|'.join(_SMALL)})\b"
_SCALE = "hundred|thousand|million|billion|trillion|dozen"
# A number in digits, with a magnitude behind it; or a run of spelled ones. "5m" is five million, "5 m" is a length.
_FIGURE = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?P<rest>(?:[.:]\d+)*)"
    rf"(?:(?:(?P<letter>k|mn?|mln|bn?|tn)\b)|[ -](?P<scale>{_SCALE}|bn|mn|mln)\b|(?P<ordinal>st|nd|rd|th)\b)?"
    rf"|\b(?P<spelled>(?:{_UNIT}|an?(?=[ -](?:{_SCALE})\b))(?:[ -](?:{_SCALE})\b(?:[ -](?:and )?{_UNIT})?)*)\b"
    rf"|\b(?P<place>{'|'.join(_ORDINAL_VALUES)})\b(?! (?:to|thought)\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|pct\b)", re.IGNORECASE)
_RANGE_TO_PERCENT = re.compile(
    r"(?<!-)\b(\d+(?:\.\d+)?) ?(?:to|and|or|-|–) ?(?=\d+(?:\.\d+)?(?: ?%| percent| per cent))"
)
_AGE = re.compile(
    r"\baged? (?:of )?(\d{1,3})\b|\b(\d{1,3})[- ](?:year|month|week|day)s?[- ]olds?\b|(?<=[^\d\s],) ?(\d{1,3})(?=[,.])"
)

_MONTH_NUMBERS = {month[:3].lower(): number for number, month in enumerate(MONTHS, start=1)}
_MONTH = "|".join([*MONTHS, *(rf"{month[:3]}\b\.?" for month in MONTHS), r"Sept\b\.?"])
_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAYS = rf"{_DAY}(?:(?:, | ?[-–] ?| and | or | to ){_DAY}(?!\d))*"
_BEFORE_MAY = "in|of|by|since|until|last|next|this|early|late|mid|from|after|before|during|through|to"
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH}) (?P<days>{_DAYS})(?!\d|[.:,]\d)(?:,? (?P<year>{_YEAR})\b)?"
    rf"|\b(?:the )?(?P<days2>{_DAYS}) (?:of )?(?P<month2>{_MONTH})(?:,? (?P<year2>{_YEAR})\b)?"
    rf"|\b(?P<iso>{_YEAR}-(?:0\d|1[0-2])-[0-3]\d)\b"
    rf"|\b(?P<month3>{_MONTH}),? (?:of )?(?P<year3>{_YEAR})\b"
    rf"|\b(?:{_BEFORE_MAY})[ -](?P<month4>May)\b(?! [A-Z])"
    rf"|\b(?P<month5>(?!May\b|Mar\b|Jun\b)(?:{_MONTH}))(?=\W|$)"
)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b")


@dataclass(frozen=True)
class Day:
    """A date as far as it is given: month 1 to 12, day of the month, year; or nothing but a weekday, 0 for Monday."""

    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None


def normal(text: str) -> str:
    """The text with plain apostrophes, spaces and hyphens, and with initials closed up: U.S. and U. S. are US.

    >>> normal("The U. S.’s envoy")
    "The US's envoy"
    """
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").replace("‐", "-").replace("‑", "-")
    return re.sub(r"\b(?:[A-Z]\. ?){2,}", lambda run: re.sub(r"[. ]", "", run[0]) + " " * (run[0][-1] == " "), text)


@lru_cache(maxsize=1024)
def figures(text: str) -> frozenset[str]:
    """The numbers of a text but for those of dates; a percentage and an age count once more as what they are.

    >>> sorted(figures("On Feb. 22 some 1,200 of two million, or 69 percent"))
    ['1200', '2000000', '69', '69%']
    >>> figures("two million") == figures("2m") == figures("2,000,000"), sorted(figures("Reyl, 41, won 5-4"))
    (True, ['4', '41', '5', 'age 41'])
    """
    bare = _without_dates(text)
    ages = {f"age {next(filter(None, match.groups()))}" for match in _AGE.finditer(bare)}
    return frozenset(ages.union(value for value, _, _ in counted(text)))


@lru_cache(maxsize=1024)
def counted(text: str) -> tuple[tuple[str, str, str], ...]:
    """Each number of a text with what stands right before and behind it.

    >>> counted("It is 38 meters long")
    (('38', 'It is ', ' meters long'),)
    """
    bare = _without_dates(text)
    found = []
    for match in _FIGURE.finditer(bare):
        if (value := _value(match)) is not None:
            around = bare[max(0, match.start() - BEFORE) : match.start()], bare[match.end() : match.end() + BEHIND]
            found.append((value, *around))
            if _PERCENT.match(bare, match.end()):
                found.append((f"{value}%", *around))
    return tuple(found)


def _without_dates(text: str) -> str:
    return _RANGE_TO_PERCENT.sub(r"\1% to ", _DATE.sub(" , ", normal(text)))


def _years(match: re.Match[str]) -> str:
    return match["year"] or match["year2"] or match["year3"] or ""


def _value(match: re.Match[str]) -> str | None:
    """A number as its digits; None for the word "one", which is often no number."""
    if match["place"]:
        return f"{_ORDINAL_VALUES[match['place'].lower()]}th"
    if spelled := match["spelled"]:
        return None if spelled.lower() == "one" else str(_spelled(spelled))
    if match["ordinal"]:
        return f"{match['digits']}th"
    number = match["digits"].replace(",", "") + match["rest"]
    scale = match["scale"] or match["letter"]
    if ":" in number or number.count(".") > 1:
        return number
    scaled = float(number) * (_SCALES[scale.lower()] if scale else 1)
    return str(int(scaled)) if scaled == int(scaled) else f"{scaled:.10g}"


def _spelled(run: str) -> int:
    total = part = 0
    for word in re.split(r"[ -]", run.lower()):
        if word in _VALUES:
            part += _VALUES[word]
        elif word in ("hundred", "dozen"):
            part = max(part, 1) * _SCALES[word]
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
    return total + part


@lru_cache(maxsize=1024)
def days(text: str) -> frozenset[Day]:
    """The dates and weekdays of a text.

    >>> days("Jan. 31, 2018") == days("31 January 2018") == days("2018-01-31") == {Day(1, 31, 2018)}
    True
    >>> sorted(day.day for day in days("on May 3 and 4")), days("He may march on Monday") == {Day(weekday=0)}
    ([3, 4], True)
    """
    return frozenset(day for _, day in dated(text))


@lru_cache(maxsize=1024)
def dated(text: str) -> tuple[tuple[str, Day], ...]:
    """The dates and weekdays of a text in the order in which they stand, each with the text before it.

    >>> dated("He left on Monday")
    (('He left on ', Day(month=None, day=None, year=None, weekday=0)),)
    """
    bare = normal(text)
    found = [(match.start(), Day(weekday=WEEKDAYS.index(match[1]))) for match in _WEEKDAY.finditer(bare)]
    for match in _DATE.finditer(bare):
        if match["iso"]:
            year, month, day = map(int, match["iso"].split("-"))
            found.append((match.start(), Day(month, day, year)))
            continue
        name = next(filter(None, (match[f"month{n}"] for n in ("", "2", "3", "4", "5"))))
        for number in re.findall(r"\d+", match["days"] or match["days2"] or "") or [None]:
            day_of = Day(_MONTH_NUMBERS[name[:3].lower()], number and int(number), int(_years(match) or 0) or None)
            found.append((match.start(), day_of))
    return tuple((bare[:start], day) for start, day in sorted(found, key=lambda one: one[0]))


def resolved(found: Set[Day], published: str | None) -> frozenset[Day]:
    """The days with what an article's date adds: the year of a date, and the dates that a weekday can mean.

    >>> Day(3, 3, 2026, 1) in resolved({Day(weekday=1)}, "2026-03-04")
    True
    """
    known = re.fullmatch(r"(\d{4}|-)-(\d\d)-(\d\d).*", published or "")
    if not known:
        return frozenset(found)
    year = int(known[1]) if known[1] != "-" else None
    added = {Day(day.month, day.day, year) for day in found if day.month and not day.year}
    if year:
        try:
            printed = date(year, int(known[2]), int(known[3]))
        except ValueError:
            return frozenset(found | added)
        named = {day.weekday for day in found}
        near = (printed + timedelta(days=shift) for shift in range(-7, 8))
        added |= {Day(one.month, one.day, one.year, one.weekday()) for one in near if one.weekday() in named}
    return frozenset(found | added)


def stands_among(day: Day, held: Set[Day]) -> bool:
    """Whether a date is one of those held, as far as it is given; a year that the source leaves open agrees with none.

    >>> stands_among(Day(3, 3), {Day(3, 3, 2026)}), stands_among(Day(3, 3, 2025), {Day(3, 3, 2026)})
    (True, False)
    """
    if day.weekday is not None:
        return any(day.weekday == _weekday(one) for one in held)
    return any(day.month == one.month and day.day in (None, one.day) and day.year in (None, one.year) for one in held)


def _weekday(day: Day) -> int | None:
    if day.weekday is not None or not (day.year and day.month and day.day):
        return day.weekday
    try:
        return date(day.year, day.month, day.day).weekday()
    except ValueError:
        return None


def quotes(text: str) -> tuple[str, ...]:
    """The quoted words of a text, plain.

    >>> quotes("She said: “No resets,  no redos.”")
    ('no resets no redos',)
    """
    return tuple(filter(None, (plain(quote) for quote in QUOTED.findall(text))))

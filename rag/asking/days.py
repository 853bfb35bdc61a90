"""The days that a question names, read without a language model: "since October 12", "last week", "summer 2022"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.article import MONTHS

_DAY = timedelta(days=1)
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_THIRDS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}

# Every repetition is bounded and every form is tried once a word, so that reading takes linear time.
_GAP = r"\s{1,3}"
_names = (rf"{name[:3]}{'t?' if name[:3] == 'Sep' else ''}(?:{name[3:]})?" for name in MONTHS)
_ANY_CASE = "|".join(name for name in _names if name[:2] != "Ma")
_MONTH = rf"(?P<month>(?ai:{_ANY_CASE})|May|Mar(?:ch)?)(?!\w)(?:(?<!May)(?<=\b\w{{3}})\.|(?<=Sept)\.)?"
_WEEKDAY = rf"(?P<weekday>(?ai:{'|'.join(_WEEKDAYS)}))\b"
# "2000 people" is no year and "May 5 percent" no day; "2023-24" is a season of sport.
_NO_COUNT = (
    rf"(?![\w%]|[.:]\d|,\d{{3}}\b)(?!{_GAP}(?:per\s?cent|[mb]illion|thousand|people|men|women|children|dead|deaths|"
    r"troops|civilians|hostages|jobs|votes|dollars|euros|miles|years|months|weeks|days|hours|minutes|GMT)\b)"
)
_YEAR = rf"(?P<year>(?:1[5-9]|20)\d\d)(?!-\d\d\b){_NO_COUNT}"
_OF_YEAR = rf"(?:,\s{{0,3}}|{_GAP})(?:of{_GAP})?{_YEAR}"
_NTH = rf"(?:st|nd|rd|th)?{_NO_COUNT}"
_AND_NTH = rf"(?:\s?[-–—]\s?|{_GAP}(?:and|or|to|through|until){_GAP}(?:the{_GAP})?)(?P<last>[0-3]?\d){_NTH}"
_DAYS = rf"(?P<day>[0-3]?\d){_NTH}(?:{_AND_NTH})?"
_THIRD = rf"(?P<third>(?ai:early|mid|late|(?:start|beginning|middle|end)(?={_GAP}of\b)))(?:{_GAP}of)?[\s-]{{1,3}}"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)\b"
_ON = rf"(?:{_WEEKDAY},?{_GAP}(?:the{_GAP})?)?"
_UNIT = r"(?P<unit>day|week|month|year)s?\b"
_COUNT = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(_COUNTS[1:])}){_GAP}"
_NO_DAY = rf"(?!{_GAP}\d)"

_FORMS = [
    re.compile(form)
    for form in (
        rf"{_ON}(?P<year>(?:1[5-9]|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])",
        rf"{_ON}{_MONTH}{_GAP}(?:the{_GAP})?{_DAYS}(?:{_OF_YEAR})?",
        rf"{_ON}{_DAYS}{_GAP}(?:of{_GAP})?{_MONTH}(?:{_OF_YEAR})?",
        rf"(?:{_THIRD})?(?:the{_GAP})?(?:{_MONTH}|{_SEASON}){_OF_YEAR}",
        rf"(?:{_THIRD}|year{_GAP}(?:of{_GAP})?){_YEAR}",
        rf"(?:{_THIRD}|(?P<which>(?ai:last|this)){_GAP}){_MONTH}{_NO_DAY}",
        rf"(?P<which>(?ai:last)){_GAP}{_WEEKDAY}",
        rf"(?P<which>(?ai:last|this)){_GAP}(?P<unit>week|month|year)\b(?!{_GAP}of\b)",
        rf"(?P<past>(?ai:last|past)){_GAP}{_COUNT}{_UNIT}(?!{_GAP}of\b)",
        rf"(?P<past>(?ai:past)){_GAP}(?P<unit>week|month|year)\b",
        rf"(?ai:{_COUNT}){_UNIT}{_GAP}ago\b",
        # With a capital, the newspaper: USA Today.
        r"(?P<near>\AToday|today|[Yy]esterday|day before yesterday)\b",
    )
]
# What is only a day behind certain words: "in May" is, "after May resigned" and "by April Jones" are not.
_NO_NAME = rf"(?!{_GAP}(?:on{_GAP})?[A-Z])"
_SURE = [re.compile(form) for form in (rf"{_MONTH}{_NO_DAY}(?!['’]s)", _YEAR, _WEEKDAY)]
_OF = [re.compile(form) for form in (rf"{_MONTH}{_NO_DAY}(?!['’]s){_NO_NAME}", _YEAR, _WEEKDAY + _NO_NAME)]
_UNSURE = [re.compile(form) for form in (rf"(?!Ma){_MONTH}{_NO_DAY}{_NO_NAME}", _YEAR, _WEEKDAY + _NO_NAME)]
_BEHIND = {
    **dict.fromkeys("in during throughout since until till between to".split(), _SURE),
    **dict.fromkeys("by after before from".split(), _UNSURE),
    "of": _OF,
    "on": [re.compile(_WEEKDAY)],
}
_LEAD = re.compile(rf"(?ai:({'|'.join(_BEHIND)}){_GAP}(the{_GAP})?)")
_JOINT = re.compile(rf"(?:\s{{0,2}}[-–—]\s{{0,2}}|{_GAP}(?:to|through|until|till){_GAP})(?:the{_GAP})?")
_AND = re.compile(rf"{_GAP}and{_GAP}(?:(?:in|on){_GAP})?(?:the{_GAP})?")
_WORD = re.compile(r"(?<![\w$£€])(?<!\d[.,:/-])\w")


@dataclass(frozen=True)
class Days:
    """Where a question names days, ``question[start:end]``, and which: ISO days, inclusive, None where it is open."""

    start: int
    end: int
    since: str | None
    until: str | None


@dataclass(frozen=True)
class _Period:
    """The days from `first` to `last`, named up to `end`; false if the calendar has no such day.

    `dated` tells that no year was left to guess, `ranged` that both ends were named.
    """

    end: int
    first: date = date.max
    last: date = date.min
    dated: bool = True
    ranged: bool = False

    def __bool__(self) -> bool:
        return self.first <= self.last


def read_days(text: str, as_of: date, newest: str | None = None) -> list[Days]:
    """The days that the text names, in order, not overlapping; what is no day of the calendar is passed over.

    Relative days are counted from `as_of`; weeks begin on Monday. A day or month without a year is the latest that is
    after neither `as_of` nor `newest`, the ISO day of the newest article. Time is linear in the length of the text.

    >>> [(days.since, days.until) for days in read_days("What did she say since Oct. 12?", date(2024, 3, 1))]
    [('2023-10-12', None)]
    >>> read_days("Who won on October 6 and 7, and last week?", date(2024, 3, 1), newest="2020-01-31")[0]
    Days(start=11, end=26, since='2019-10-06', until='2019-10-07')
    """
    return list(_read(text, as_of, _limit(as_of, newest)))


def _read(text: str, as_of: date, limit: date) -> Iterator[Days]:
    at = 0
    while word := _WORD.search(text, at):
        start = begin = word.start()
        lead, after = "", ""
        if match := _LEAD.match(text, start):
            begin, lead = match.end(), match[1].lower()
            # "since the 2023 election" names an election.
            after = "" if match[2] else lead
            # Before the end of a month is until its end, and after its start is since.
            if lead == "before" and text.startswith("end ", begin):
                lead = "until"
            elif lead == "after" and text.startswith(("start ", "beginning "), begin):
                lead = "since"
        period = _joined(text, begin, lead, after, as_of, limit)
        if period is None and lead != "between":
            period = _period(text, begin, after, as_of, limit)
        at = start + 1 if period is None else period.end
        if period:
            belongs = lead in ("since", "after", "before", "until", "till", "by")
            belongs = belongs or (lead in ("between", "from") and period.ranged)
            yield Days(start if belongs else begin, period.end, *_reach(lead, period.first, period.last))


def _reach(lead: str, first: date, last: date) -> tuple[str | None, str | None]:
    """What the leading word makes of a period.

    >>> _reach("before", date(2023, 10, 1), date(2023, 10, 31)), _reach("after", date(2023, 10, 7), date(2023, 10, 7))
    ((None, '2023-09-30'), ('2023-10-08', None))
    """
    if lead in ("since", "after"):
        return (first if lead == "since" else last + _DAY).isoformat(), None
    if lead in ("before", "until", "till", "by"):
        return None, (first - _DAY if lead == "before" else last).isoformat()
    return first.isoformat(), last.isoformat()


def _joined(text: str, at: int, lead: str, after: str, as_of: date, limit: date) -> _Period | None:
    """Two periods as one: from X to Y, between X and Y. A year that one of them lacks is the other's."""
    opens = lead in ("between", "from")
    after = "to" if opens and after else after
    one = _period(text, at, after, as_of, limit)
    if not one or not (opens or lead in ("in", "during", "on", "")):
        return None
    pair = (_AND if lead == "between" else _JOINT).match(text, one.end)
    joint = pair or _AND.match(text, one.end)
    other = joint and _period(text, joint.end(), "to", as_of, limit)
    if other and not one.dated and (pair or other.dated):
        one = _period(text, at, after, as_of, other.last)
    elif joint and other and pair and not other.dated:
        other = _period(text, joint.end(), "to", as_of, one.first + 364 * _DAY)
    if pair and one and other and one.first <= other.last:
        return _Period(other.end, one.first, other.last, ranged=True)
    return one if one and (one.ranged or not opens) else None


def _period(text: str, at: int, lead: str, as_of: date, limit: date) -> _Period | None:
    """The period that is named right at `at`, behind the leading word."""
    forms = (*_FORMS, *_BEHIND.get(lead, ()))
    match = next((match for form in forms if (match := form.match(text, at))), None)
    if not match:
        return None
    said = {name: value.lower() for name, value in match.groupdict().items() if value}
    try:
        calendar = said.keys() & {"month", "season", "year"}
        first, last = _calendar(said, as_of, limit) if calendar else _relative(said, as_of)
    except (ValueError, OverflowError):
        return _Period(match.end())
    return _Period(match.end(), first, last, not calendar or bool(said.keys() & {"year", "which"}), "last" in said)


def _calendar(said: dict[str, str], as_of: date, limit: date) -> tuple[date, date]:
    """The first and the last day of a part of the calendar. Raises ValueError when there is no such day.

    >>> _calendar({"third": "mid", "month": "oct", "year": "2023"}, date(2024, 3, 1), date(2024, 3, 1))
    (datetime.date(2023, 10, 11), datetime.date(2023, 10, 20))
    """
    if "year" in said:
        return _of_year(said, int(said["year"]))
    if "which" in said:
        first, last = _of_year(said, as_of.year)
        return (first, last) if said["which"] == "this" or last < as_of else _of_year(said, as_of.year - 1)
    # Leap days are up to eight years apart.
    for year in range(limit.year, limit.year - 9, -1):
        try:
            first, last = _of_year(said, year)
        except ValueError:
            continue
        if first <= limit:
            return first, last
    raise ValueError("no year has this day")


def _of_year(said: dict[str, str], year: int) -> tuple[date, date]:
    if "season" in said:
        first, last = _months(year, _SEASONS[said["season"]], 3)
    elif "month" not in said:
        return _months(year, 1 + 4 * _THIRDS[said["third"]], 4) if "third" in said else _months(year, 1, 12)
    else:
        month = said["month"]
        number = int(month) if month.isdigit() else [name[:3].lower() for name in MONTHS].index(month[:3]) + 1
        first, last = _months(year, number, 1)
    if "day" in said:
        first, last = first.replace(day=int(said["day"])), first.replace(day=int(said.get("last", said["day"])))
        if first > last:
            raise ValueError("the range runs backwards")
    if "third" in said:
        third, which = ((last - first).days + 1) // 3, _THIRDS[said["third"]]
        first, last = first + which * third * _DAY, last if which == 2 else first + ((which + 1) * third - 1) * _DAY
    return first, last


def _relative(said: dict[str, str], as_of: date) -> tuple[date, date]:
    """The days that are counted from another: a week ago is any day of that week, the past week are seven days.

    >>> _relative({"which": "last", "unit": "month"}, date(2024, 3, 31))
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    if "near" in said:
        return (day := as_of - ["today", "yesterday", "day before yesterday"].index(said["near"]) * _DAY), day
    if "weekday" in said:
        back = (as_of.weekday() - _WEEKDAYS.index(said["weekday"]) - 1) % 7 + 1
        return as_of - back * _DAY, as_of - back * _DAY
    unit, count = said["unit"], said.get("count", "zero" if said.get("which") == "this" else "one")
    number = int(count) if count.isdigit() else 1 if count in ("a", "an") else _COUNTS.index(count)
    if unit in ("day", "week"):
        day = as_of - number * (7 if unit == "week" else 1) * _DAY
    else:
        months = as_of.year * 12 + as_of.month - 1 - number * (12 if unit == "year" else 1)
        first, last = _months(months // 12, months % 12 + 1, 1)
        day = first.replace(day=min(as_of.day, last.day))
    if "past" in said:
        return day, as_of
    if unit == "week":
        return (monday := day - day.weekday() * _DAY), monday + 6 * _DAY
    return (day, day) if unit == "day" else _months(day.year, 1, 12) if unit == "year" else (first, last)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of `count` months.

    >>> _months(2023, 12, 3)
    (datetime.date(2023, 12, 1), datetime.date(2024, 2, 29))
    """
    end = year * 12 + month - 1 + count
    return date(year, month, 1), date(end // 12, end % 12 + 1, 1) - _DAY


def _limit(as_of: date, newest: str | None) -> date:
    """The last day that a day without a year can be; a newest day that tells no year does not bound it."""
    try:
        year, *rest = [int(part) for part in (newest or "")[:10].split("-")]
        day = date(year, *rest) if len(rest) == 2 else _months(year, rest[0] if rest else 1, 1 if rest else 12)[1]
    except ValueError:
        return as_of
    return min(as_of, day)

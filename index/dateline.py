"""What stands above an article's first sentence: its date, its byline, its dateline. Dates are read, never guessed."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.article import MONTHS

_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?\b"
_DATE_TEXT = rf"(?:{_MONTH} {_DAY}(?:,? \d{{4}}\b)?|{_DAY} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?|{_MONTH} \d{{4}}\b)"
_DATE = re.compile(_DATE_TEXT, re.IGNORECASE)
_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d)(?:\2(\d\d))?(?![\d])")
_CLOCK = r"(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?)"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
_UPDATED = re.compile(r"(?:last )?(?:updated|modified|edited)\b", re.IGNORECASE)
# All that may stand on a date's line beside the date.
_DATE_LINE_REST = re.compile(
    rf"{_WEEKDAY}|{_CLOCK}|\b(?:first |last )?(?:published|posted|updated|modified|edited|created|date)\b"
    r"|\b(?:[A-Z]{1,2}[SD]?T|UTC|GMT|CES?T|on|at)\b|[\s,.:;|•·/–—-]+",
    re.IGNORECASE,
)

_WORD = r"[A-ZÀ-ÖØ-Þ][\w.'’-]*"
_CAPITALS = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+"
_WIRES = (
    r"(?:AP|AFP|UPI|CNN(?: Business)?|BBC|TASS|PTI|ANI|IANS|Reuters|REUTERS|Bloomberg|Xinhua|Interfax|Kyodo|Yonhap)"
)
_REGION = rf"(?:, (?!{_MONTH})[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){{0,3}})?"
_DATELINE = re.compile(
    rf"(?:(?P<place>{_WORD}(?:[ /]{_WORD}){{0,4}}{_REGION}),? ?)?(?P<date>{_DATE_TEXT})?[.,]? ?"
    r"(?:\((?P<wire>[A-Z][^()/]{1,30})\)|/(?P<slashed>[^/]{2,30})/\.?)? ?(?P<dash>(?:—|–|--?)(?= |$))?"
)
# Scraped pages often leave the agency's line alone and without its brackets: "New York CNN Business —".
_WIRE_LINE = re.compile(rf"(?:(?P<place>{_WORD}(?: {_WORD}){{0,4}}?{_REGION}) )?\(?(?P<wire>{_WIRES})\)? [—–-]")
_NOT_PLACES = frozenset(("UPDATE", "UPDATED", "BREAKING", "EXCLUSIVE", "OPINION", "WATCH", "ANALYSIS", "LIVE"))

_PERSON = rf"{_WORD}(?: (?:{_WORD}|de|da|la|le|van|von|der|den|al|bin|ibn|el)){{1,4}}"
_BYLINE = re.compile(
    rf"(?:Story |Words |Written |Reported )?[Bb][Yy]:? (?P<people>{_PERSON}(?:(?:, | and |, and | & ){_PERSON})*)"
    r"(?P<rest>(?: ?[,|•·–—-] ?.*)?)"
)
_LONGEST_BYLINE = 160
# Bars part what one line tells: the outlet or the day may stand before the names, as well as after.
_BARS = re.compile(r"\s*[|•·]\s*")
_BEFORE_BYLINE = re.compile(r"\s*[|•·]\s*(?=[Bb][Yy]:? )")
_NAME_BREAK = re.compile(r"\s*(?:;|&|\||,?\s+and\s+|,(?!\s*(?:Jr|Sr|II|III|IV|MD|PhD)\b))\s*")
_ROLE = re.compile(
    r"\b(?:writers?|reporters?|correspondents?|editors?|contributors?|staff|columnist|journalist|critic)\b",
    re.IGNORECASE,
)
_OUTLET_WORD = re.compile(
    r"^The |\b(?:Press|Times|News|Post|Journal|Ledger|Herald|Tribune|Wire|Today|TODAY|Daily|Gazette|Globe|Guardian|"
    r"Observer|Magazine|Radio|TV|Network|Service|Agency|Media|Chronicle|Mail|Telegraph|Review|Standard|Reuters|Bloomberg|Staff)\b"
)
_TOP_PARAGRAPHS = 6
_PROSE_WORDS = 25


@dataclass(frozen=True)
class Dateline:
    """What a dateline says; `text[start:end]` is the dateline itself, empty where the text has none."""

    place: str | None = None
    date: str | None = None
    outlet: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Byline:
    """Who wrote it, and for whom, where the line says so."""

    authors: tuple[str, ...]
    outlet: str | None = None
    date: str | None = None


def iso_date(text: str) -> str | None:
    """The first date that `text` prints, as ISO; without a year ``--MM-DD``; None where there is none or it cannot be.

    Of a time stamp the day as printed is taken, in the zone it was printed for.

    >>> [iso_date(text) for text in ("2023-11-27 08:45:59Z", "Fri, 04 Jan 2019 10:00 GMT", "Jan. 31", "Feb 30, 2020")]
    ['2023-11-27', '2019-01-04', '--01-31', None]
    """
    if iso := _ISO.match(text.strip()):
        year, _, month, day = iso.groups()
        if day is None and not iso[2]:
            return None
        return _checked(int(year), int(month), int(day) if day else None)
    if not (found := _DATE.search(text)):
        return None
    month = next(i for i, name in enumerate(MONTHS, 1) if re.search(rf"\b{name[:3]}", found[0], re.IGNORECASE))
    numbers = [int(number) for number in re.findall(r"\d+", found[0])]
    year = next((number for number in numbers if number > 31), None)
    return _checked(year, month, next((number for number in numbers if number <= 31), None))


def _checked(year: int | None, month: int, day: int | None) -> str | None:
    """The ISO form of a date that exists, within the years that newspapers have existed."""
    try:
        date = datetime.date(2000 if year is None else year, month, 1 if day is None else day)
    except ValueError:
        return None
    if not 1600 <= date.year <= 2200 or (year is None and day is None):
        return None
    return f"--{date:%m-%d}" if year is None else f"{date:%Y-%m}" if day is None else date.isoformat()


def read_date_line(line: str) -> tuple[str | None, str | None]:
    """(published, modified) from a line that holds dates and nothing else.

    >>> read_date_line("May 20, 2020 Updated Aug. 18, 2020, 9:29 a.m. ET"), read_date_line("On May 20, 2020 he left.")
    (('2020-05-20', '2020-08-18'), (None, None))
    """
    if len(line) > 120 or _DATE_LINE_REST.sub("", re.sub(r"\d{4}-\d\d-\d\d", "", _DATE.sub("", line))):
        return None, None
    first, *updates = _UPDATED.split(line)
    published, modified = iso_date(_from_date(first)), iso_date(_from_date(updates[-1])) if updates else None
    return published, modified


def _from_date(line: str) -> str:
    return line[start.start() :] if (start := re.search(r"\d{4}-\d\d-\d\d", line)) else line


def read_dateline(text: str) -> Dateline:
    """The dateline at the head of `text`, searched in its first paragraphs up to the first one of prose.

    >>> read_dateline("Ferry sinks\\n\\nPORT ELLERY, March 4, 2026. /NORTH WIRE/. A ferry sank.")
    Dateline(place='PORT ELLERY', date='2026-03-04', outlet='NORTH WIRE', start=13, end=54)
    """
    start = 0
    top = text.split("\n\n", _TOP_PARAGRAPHS)
    for paragraph in top[: head_length(top) + 1]:
        if found := _match_dateline(paragraph, start):
            return found
        start += len(paragraph) + 2
    return Dateline()


def head_length(paragraphs: Sequence[str]) -> int:
    """How many paragraphs stand above the article's own words: those before its first long one, six at most.

    >>> head_length(["Ferry sinks", "By Jane Doe", "A ferry sank. " * 10, "March 4, 2026"])
    2
    """
    short = itertools.takewhile(lambda paragraph: len(paragraph.split()) <= _PROSE_WORDS, paragraphs[:_TOP_PARAGRAPHS])
    return sum(1 for _ in short)


def _match_dateline(paragraph: str, start: int) -> Dateline | None:
    published, _ = read_date_line(paragraph)
    if published:
        return Dateline(date=published, start=start, end=start + len(paragraph))
    if whole := _WIRE_LINE.fullmatch(paragraph[:160]):
        return Dateline(whole["place"], None, whole["wire"], start, start + len(paragraph))
    if not (match := _DATELINE.match(paragraph[:160])):
        return None
    place, date, wire, slashed, dash = match.group("place", "date", "wire", "slashed", "dash")
    # What a sentence could also open with is no dateline: it needs a mark that ends it, and a place in capitals or an
    # agency that is known as one.
    known = wire is not None and (wire.isupper() or re.fullmatch(_WIRES, wire) is not None)
    capitals = place is not None and re.fullmatch(rf"{_CAPITALS}(?:[ /]{_CAPITALS})*(?:, .*)?", place) is not None
    ended = slashed or dash or (known and place is None)
    named = slashed or known or (place and (date or capitals and place not in _NOT_PLACES))
    if not ended or not named:
        return None
    return Dateline(place, iso_date(date) if date else None, wire or slashed, start, start + len(match[0].rstrip()))


def read_byline(line: str) -> Byline | None:
    """A whole line "By ..." as names, outlet and date; None where the line is no byline.

    >>> read_byline("By Jane Doe and John Roe, The Harbor Ledger")
    Byline(authors=('Jane Doe', 'John Roe'), outlet='The Harbor Ledger', date=None)
    >>> read_byline("The Harbor Ledger | By Jane Doe | Published 2026-03-04")
    Byline(authors=('Jane Doe',), outlet='The Harbor Ledger', date='2026-03-04')
    >>> read_byline("By the time he arrived, it was over.")
    """
    before, *after = _BEFORE_BYLINE.split(line, maxsplit=1)
    if after and len(line) <= _LONGEST_BYLINE and not _BYLINE.match(line):
        found = read_byline(after[0])
        parts = _BARS.split(before)
        return found and replace(
            found,
            outlet=next(filter(_OUTLET_WORD.search, parts), None) or found.outlet,
            date=next(filter(None, (read_date_line(part)[0] for part in parts)), None) or found.date,
        )
    if len(line) > _LONGEST_BYLINE or line.endswith((".", "?", "!")) or not (match := _BYLINE.fullmatch(line)):
        return None
    parts = [*_NAME_BREAK.split(match["people"])]
    rest = [part.strip() for part in re.split(r"[|•·–—]|, ", match["rest"])]
    names = tuple(part for part in parts if not _OUTLET_WORD.search(part) and not _ROLE.search(part))
    outlets = [part for part in (*parts, *rest) if _OUTLET_WORD.search(part) and not _ROLE.search(part)]
    dates = (read_date_line(part)[0] for part in _BARS.split(match["rest"]))
    date = next(filter(None, dates), None) or iso_date(match["rest"])
    return Byline(names, outlets[0] if outlets else None, date) if names else None


def split_names(text: str) -> tuple[str, ...]:
    """The names in a list printed as one string.

    >>> split_names("By Jane Doe, Martin King, Jr. and Li Wei")
    ('Jane Doe', 'Martin King, Jr.', 'Li Wei')
    """
    names = _NAME_BREAK.split(re.sub(r"^\s*by:?\s+", "", text, flags=re.IGNORECASE).strip())
    good = (name.strip(" .,") + ("." if name.rstrip().endswith("r.") else "") for name in names)
    return tuple(
        dict.fromkeys(name for name in good if name and "@" not in name and "://" not in name and len(name) < 80)
    )

"""The day of publication as a page's readers saw it: what the page states, set right by what it prints.

Pages state their date as a moment, mostly in Greenwich time, and print it by the clock of their own place. In the
evening of America the two name different days; the printed one is the article's.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from index.dateline import iso_date

_CLOCK = re.compile(r"(?<![\d:+-])(\d{1,2})[:.](\d\d)(?::(\d\d))?(?:\.\d+)?(?!\d)\s*(?:([ap])\.?m\b)?", re.IGNORECASE)
_ISO_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T @](?=\d\d:)")
_IN_UTC = re.compile(r"(?:Z|[+-]00:?00|GMT(?:\+0000.*)?|UTC)\s*$", re.IGNORECASE)
_PRINTED = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?[a-z]{3,9}\.?,? \d{4}"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|(?:19|20)\d\d([/.-])\d\d\1\d\d)(?!\d)",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"updated|modified|edited|revised|corrected|aktualisiert|actualizado|mis à jour", re.IGNORECASE)
_PUBLISHED = re.compile(rf"\b(?:by|first|date|publi\w+|posted|written|created|{_CHANGED.pattern})\b", re.IGNORECASE)
_HALF_DAY = re.compile(r"\b[ap]\.m\.\s*$", re.IGNORECASE)
_LEADING_WORDS = 4
# No place's clock is further from Greenwich.
_WEST, _EAST = datetime.timedelta(hours=-12), datetime.timedelta(hours=14)
_ZONE_STEP = datetime.timedelta(minutes=30)
_CLOCK_REACH = 30
_LINE_LENGTH = 250
_REACH_BACK, _REACH_ON = 80, 12
_OPENING = 25
_INLINE = frozenset("a abbr b em i small span strong time u font cite".split())
_APART = frozenset("blockquote aside footer nav figure script style noscript template button form select".split())


def moment(text: str) -> datetime.datetime | None:
    """The day and the clock that `text` shows, whatever its zone; None without either.

    >>> moment("2019-11-19T04:58:46Z"), moment("Nov. 18, 2019 8:58 pm PT")
    (datetime.datetime(2019, 11, 19, 4, 58, 46), datetime.datetime(2019, 11, 18, 20, 58))
    """
    day = iso_date(text)
    if day is None or len(day) != 10:
        return None
    stamp = _ISO_STAMP.search(text)
    clock = _CLOCK.search(text, stamp.end() if stamp else 0)
    if clock is None:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(hour, minute, second))


def zone_of(stated: Sequence[datetime.datetime], shown: Iterable[datetime.datetime]) -> datetime.timedelta:
    """How far the clock of a page's place is from the one it states its moments by; nothing where none agree.

    A printed clock agrees with a stated one if it shows the same minute in another zone of the world.

    >>> from datetime import datetime as at
    >>> str(zone_of([at(2019, 11, 19, 4, 58, 46)], [at(2019, 11, 18, 20, 58)]))
    '-1 day, 16:00:00'
    >>> zone_of([at(2019, 11, 19, 4, 58)], [at(2019, 11, 18, 20, 57)])
    datetime.timedelta(0)
    """
    for local in shown:
        for moment in stated:
            # A printed clock has no seconds; a stamp that has them must have the same ones.
            gap = local - (moment if local.second else moment.replace(second=0))
            if _WEST <= gap <= _EAST and gap % _ZONE_STEP == datetime.timedelta(0):
                return gap
    return datetime.timedelta(0)


def page_dates(
    published: str, modified: str, stamps: Sequence[str], tree: Any, text: str
) -> tuple[str | None, str | None]:
    """(published, modified) as ISO dates; where the page states no day of publication, the one that it prints.

    `published` and `modified` are what the page states in its head, empty where it does not; `stamps` are further
    times there; `tree` is the parsed page and `text` its article, which tells where on the page to look.
    """
    zones = [list(_printed(lines)) for lines in _head_lines(tree, text)]
    printed = list(itertools.chain(*zones))
    if not iso_date(published):
        days = next((days for zone in zones if (days := {day for day, _, changed in zone if not changed})), set())
        # Two days printed side by side may belong to two stories: then the page does not say.
        return days.pop() if len(days) == 1 else None, iso_date(modified)
    stated = [found for found in map(moment, (published, modified)) if found]
    shown = [clock for _, clock, _ in printed if clock]
    if _IN_UTC.search(published):
        local = (moment(stamp) for stamp in stamps if not _IN_UTC.search(stamp))
        shown += [found for found in local if found and found.second]
    zone = zone_of(stated, shown)
    days = {day for day, _, _ in printed} | {clock.date().isoformat() for clock in shown}
    day = _local(published, zone, days)
    # Printed without a clock, or with another, the day before is still Greenwich's evening elsewhere; a day after
    # may be one of a change.
    if day and len(day) == 10 and day not in days:
        eve = (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
        day = eve if any(eve == other and not changed for other, _, changed in zones[0]) else day
    return day, _local(modified, zone, days)


def _local(stamp: str, zone: datetime.timedelta, shown: Collection[str]) -> str | None:
    """The day of a stated moment by the page's own clock. A moment that names another zone than Greenwich has the
    right day already, unless the page shows that it has not."""
    at = moment(stamp)
    local = (at + zone).date().isoformat() if at else None
    return local if local and (local in shown or _IN_UTC.search(stamp)) else iso_date(stamp)


def _printed(lines: Sequence[str]) -> Iterable[tuple[str, datetime.datetime | None, bool]]:
    """The full dates in `lines`: the day, day and clock where there is one, and whether it is one of a change."""
    text = "\n".join(lines)
    before = 0
    for found in _PRINTED.finditer(text):
        day = iso_date(found[0].replace("/", "-").replace(". ", " "))
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()], text[found.end() :].partition("\n")[0]
        if day and len(day) == 10 and not _is_prose(*line):
            after = text[found.end() : found.end() + _CLOCK_REACH]
            # An address or a list of dates behind this one has clocks of its own.
            after = after[: next((other.start() for other in _PRINTED.finditer(after)), None)]
            front = text[max(before, found.start() - _CLOCK_REACH) : found.start()]
            clock = moment(f"{day} {after}") or moment(f"{day} {front}")
            yield day, clock, bool(_CHANGED.search(front))
        before = found.end()


def _is_prose(before: str, after: str) -> bool:
    """Whether a date stands in a sentence: words lead up to it that name no publishing, or a full stop ends it.

    >>> _is_prose("Tickets went on sale on ", ""), _is_prose("By Jane Doe | Published on Monday, ", " at 11 a.m.")
    (True, False)
    """
    ended = after.rstrip().endswith((".", "!", "?")) and not _HALF_DAY.search(after)
    return ended or (len(before.split()) > _LEADING_WORDS and not _PUBLISHED.search(before))


def _head_lines(tree: Any, text: str) -> list[list[str]]:
    """The short pieces of text about the article's head: from its heading to its first words and a little on, then
    those above the heading."""
    nodes = [(node, _holder(node)) for node in tree.xpath("//body//text()[normalize-space()]")]
    nodes = [(" ".join(node.split()), holder) for node, holder in nodes if not _is_apart(holder)]
    opening = next((line[:_OPENING] for line in text.split("\n") if len(line) > 2 * _OPENING), None)
    start = next((at for at, (line, _) in enumerate(nodes) if opening and opening in line), None)
    headings = [at for at, (_, holder) in enumerate(nodes) if any(outer.tag == "h1" for outer in _chain(holder))]
    if start is None:
        start = headings[0] + 2 * _REACH_ON if headings else 0
    heading = max((at for at in headings if at < start), default=start)
    heading = max(heading, start - _REACH_BACK)
    return [
        [line for line, holder in near if len(line) <= _LINE_LENGTH and len(_block(holder)) <= _LINE_LENGTH]
        for near in (nodes[heading : start + _REACH_ON], nodes[max(0, heading - _REACH_ON) : heading])
    ]


def _holder(node: Any) -> Any:
    parent = node.getparent()
    return parent.getparent() if node.is_tail else parent


def _chain(element: Any) -> Iterable[Any]:
    return itertools.chain((element,), element.iterancestors()) if element is not None else ()


def _is_apart(element: Any) -> bool:
    return any(
        outer.tag in _APART or any(name.startswith("comment") for name in outer.get("class", "").lower().split())
        for outer in _chain(element)
    )


def _block(element: Any) -> str:
    """The text of the paragraph that an element stands in."""
    around = next((outer for outer in _chain(element) if outer.tag not in _INLINE), element)
    return " ".join("".join(around.itertext()).split()) if around.tag in ("p", "li", "h1", "h2") else ""

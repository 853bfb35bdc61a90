"""How a question was read, as text for people and as JSON for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.article import spoken_date
from index.filters import Filter
from ui.plain import line

if TYPE_CHECKING:
    from rag.asking.days import Days
    from rag.asking.reading import Reading

NOTHING_RECOGNISED = "No outlet, author or day was recognised in the question."
AS_A_WHOLE = "searched as a whole"


def reading_text(reading: Reading) -> str:
    """The outlets, authors and days that were recognised, and a line for each thing that was looked for.

    >>> from rag.asking.days import Days
    >>> from rag.asking.reading import Reading
    >>> from index.slots import Slot
    >>> prefer = Filter(("Harbor Ledger",), (), "2026-03-04", "2026-03-04")
    >>> slots = (Slot("What sank off Kell Point?", ("sank", "kell", "point"), prefer),)
    >>> question = "What sank off Kell Point on March 4, by the Harbor Ledger?"
    >>> days = (Days(28, 35, "2026-03-04", "2026-03-04"),)
    >>> print(reading_text(Reading(question, ("Harbor Ledger",), (), days, slots)))
    outlets: Harbor Ledger
    days: “March 4” (March 4, 2026)
    looked for: What sank off Kell Point? | preferred: Harbor Ledger, March 4, 2026
    """
    named = (("outlets", reading.outlets), ("authors", reading.authors))
    lines = [f"{what}: {', '.join(names)}" for what, names in named if names]
    if reading.days:
        lines.append(f"days: {', '.join(_days_text(reading.text, days) for days in reading.days)}")
    lines = lines or [NOTHING_RECOGNISED]
    for slot in reading.slots:
        preferred = f" | preferred: {filter_text(slot.prefer)}" if slot.prefer else ""
        lines.append(f"looked for: {slot.text}{preferred}")
    if not reading.slots:
        lines.append(AS_A_WHOLE)
    return "\n".join(map(line, lines))


def reading_json(reading: Reading) -> dict[str, object]:
    """What `reading_text` tells, with the keys that scripts rely on; days are ISO, None where a range is open."""
    return {
        "outlets": list(reading.outlets),
        "authors": list(reading.authors),
        "days": [
            {"text": reading.text[days.start : days.end], "since": days.since, "until": days.until}
            for days in reading.days
        ],
        "slots": [{"text": slot.text, "prefer": _filter_json(slot.prefer)} for slot in reading.slots],
    }


def filter_text(wanted: Filter) -> str:
    """What a filter wants, in words.

    >>> filter_text(Filter(("AP", "Bay Post"), ("Ann Lee",), since="2024-03-01"))
    'AP or Bay Post, Ann Lee, since March 1, 2024'
    """
    parts = (" or ".join(wanted.outlets), " or ".join(wanted.authors), days_text(wanted.since, wanted.until))
    return ", ".join(part for part in parts if part)


def days_text(since: str | None, until: str | None) -> str:
    """A range of days in words.

    >>> days_text("2024-03-01", "2024-03-01"), days_text("2024-03-01", "2024-03-31"), days_text(None, "2024-03-31")
    ('March 1, 2024', 'March 1, 2024 to March 31, 2024', 'until March 31, 2024')
    """
    first, last = spoken_date(since), spoken_date(until)
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"since {first}" if first else f"until {last}" if last else ""


def _days_text(question: str, days: Days) -> str:
    return f"“{question[days.start : days.end]}” ({days_text(days.since, days.until)})"


def _filter_json(wanted: Filter) -> dict[str, object]:
    return {
        "outlets": list(wanted.outlets),
        "authors": list(wanted.authors),
        "since": wanted.since,
        "until": wanted.until,
    }

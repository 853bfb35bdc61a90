"""What reports give for the very thing asked, a figure with its unit or a date, and whether two of them are at odds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.words import content_words
from rag.claims import BEFORE, BEHIND, counted, days
from rag.polarity import root

# What is no more than about a number is met by one that is this near to it.
ROUGHLY = 0.15
# How many words on either side of a number tell what it counts.
UNIT_WORDS = 2
_ROUGH = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|over|under|more than|fewer than|less than|at least|"
    r"up to|at most|close to|just)\s*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[.,;:!?()—–\"“”]|\b(?:and|but|while|after|when|who|which|that)\b")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|pct\b)(?: of (?:the |its |their |all |a )?(?P<of>\w+))?")
# What is measured is told by its measure alone: ten hours of work and six weeks of work are not of one kind.
_MEASURED = re.compile(
    r"\W?(second|minute|hour|day|week|month|year|met(?:er|re)|kilomet(?:er|re)|centimet(?:er|re)|mile|f[eo]{2}t|inch|acre|"
    r"hectare|ton|tonne|kilogram|gram|pound|lit(?:er|re)|gallon|degree|crown|dollar|euro|cent|yen|ruble|rupee)(?:e?s)?\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[$£€¥](?=\s?$)")


@dataclass(frozen=True)
class Figure:
    """A figure of a sentence: its value, and the roots of what it counts; `rough` where it is only about that much."""

    value: float
    unit: frozenset[str]
    rough: bool = False


def figures_in(text: str, span: str) -> tuple[Figure, ...]:
    """The figures of a sentence that stand in a span of it too, each once, with what they count.

    >>> (injured,) = figures_in("They put the number of injured at 14, two of them badly.", "14")
    >>> (level,) = figures_in("The lake stands at 38 percent of capacity.", "38 percent")
    >>> injured.value, sorted(injured.unit), level.value, sorted(level.unit)
    (14.0, ['injur'], 38.0, ['%', 'of capacity'])
    """
    wanted = {value for value, _, _ in counted(span)}
    found: dict[float, Figure] = {}
    for value, before, behind in counted(text):
        if value in wanted and re.fullmatch(r"\d+(?:\.\d+)?%?", value):
            number = float(value.rstrip("%"))
            found.setdefault(number, Figure(number, _unit(before, behind), bool(_ROUGH.search(before))))
    return tuple(found.values())


def _unit(before: str, behind: str) -> frozenset[str]:
    """What is counted, by the words right around the number."""
    # `counted` may have cut a word at either end.
    before = before.partition(" ")[2] if len(before) == BEFORE else before
    behind = behind.rpartition(" ")[0] if len(behind) == BEHIND else behind
    if match := _PERCENT.match(behind):
        return frozenset({"%", f"of {root(match['of'].lower())}"} if match["of"] else {"%"})
    if match := _MONEY.search(before):
        return frozenset({match[0]})
    if match := _MEASURED.match(behind):
        return frozenset({match[1].lower().replace("tre", "ter").replace("feet", "foot")})
    after = content_words(_BREAK.split(behind)[0])[:UNIT_WORDS]
    first = content_words(_BREAK.split(before)[-1])[-UNIT_WORDS:]
    return frozenset(map(root, after + first))


def same_unit(one: Figure, other: Figure) -> bool:
    """Whether two figures count the same, as far as the words around them tell; shares have to be of the same.

    >>> same_unit(Figure(2, frozenset({"%", "of case"})), Figure(3, frozenset({"%", "of capacity"})))
    False
    """
    if "%" in one.unit and "%" in other.unit:
        return len(one.unit | other.unit) < 3
    return bool(one.unit & other.unit)


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures can both be right: equal, the one rounded, or one of them only about so much.

    >>> exact, rounded = Figure(4_230_000, frozenset()), Figure(4_200_000, frozenset())
    >>> same_value(exact, rounded), same_value(Figure(14, frozenset()), Figure(17, frozenset()))
    (True, False)
    """
    low, high = sorted((one.value, other.value))
    if low == high or ((one.rough or other.rough) and high - low <= ROUGHLY * high):
        return True
    digits = min(_digits(low), _digits(high))
    return max(_digits(low), _digits(high)) > digits and f"{low:.{digits}g}" == f"{high:.{digits}g}"


def _digits(value: float) -> int:
    """How many digits a number has that are no zeros at its end."""
    return max(len(f"{value:.10g}".replace(".", "").strip("0")), 1)


def at_odds(one: Sequence[Figure], other: Sequence[Figure]) -> bool:
    """Whether two reports' figures are of the same things, and none of the one is among the other's."""
    pairs = [(a, b) for a in one for b in other]
    return any(same_unit(a, b) for a, b in pairs) and not any(same_value(a, b) for a, b in pairs)


def dates_in(text: str) -> frozenset[tuple[int, int | None]]:
    """The months of a text with the days of the month, where they are given; weekdays and years alone tell too little.

    >>> sorted(dates_in("It opens on May 3, a Sunday, in 2026.")), dates_in("on Tuesday")
    ([(5, 3)], frozenset())
    """
    return frozenset((day.month, day.day) for day in days(text) if day.month)


def dates_at_odds(one: frozenset[tuple[int, int | None]], other: frozenset[tuple[int, int | None]]) -> bool:
    """Whether two reports give dates of which none can be the other.

    >>> dates_at_odds(dates_in("in May"), dates_in("May 3")), dates_at_odds(dates_in("May 3"), dates_in("May 4"))
    (False, True)
    """
    return bool(one and other) and not any(
        month == its_month and (day is None or its_day is None or day == its_day)
        for month, day in one
        for its_month, its_day in other
    )

"""What a question says of its evidence: which outlets, authors and days, and how many different things it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from index.catalogue import Catalogue
from index.filters import Filter
from index.slots import Request, Slot
from index.words import content_words
from rag.asking.days import Days, read_days
from rag.asking.outlets import Known, Mention, known_authors, known_outlets, read_authors, read_outlets
from rag.asking.scope import Hint, HintKind
from rag.reports.holding import read_unheld

# A question has few parts; of one that has more, the rest is searched for as a whole.
MOST_SLOTS = 6
# A part with fewer words than this asks for nothing by itself: "as reported by ...".
LEAST_WORDS = 3

# Words that are about reports, not about what is reported.
_REPORTING = frozenset(
    """according article articles claim claims covered coverage describe described describes discuss discussed discusses
    highlighted information mention mentioned mentions news publication published report reported reportedly reporting
    reports source sources stories story suggest suggested suggests""".split()
)

# Not behind "U.S.", "St." or "Gov.". No stretch of blanks is tried from anywhere but its start.
_CLAUSE_END = re.compile(
    r"[,;]\s+|(?<=[?!])\s+|(?<=\.)(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)\s+|"
    r"(?<!\s)\s+(?=(?:while|whereas|whilst|but)\b)"
)
# What leads to the next outlet: "and a later article from the ...".
_LEADING_TO = re.compile(
    r"(?<!\s)\s+(?=(?:and|or|than|before|after|with|compared to|in contrast to)\s+"
    r"(?:(?:a|an|another|article|by|from|in|later|one|report|second|subsequent|that|the)\s+){0,4}[\"'“‘«]?$)"
)
_LONGEST_LEAD = 80  # characters


@dataclass(frozen=True)
class Reading:
    """A question as a news reader reads it. `request` is what is searched for.

    `unheld` are the outlets that it names as ones, and that have no article in the archive. `hints` tell in whose words
    the outlets, authors and days were read, and which of them were ignored.
    """

    text: str
    outlets: tuple[str, ...]
    authors: tuple[str, ...]
    days: tuple[Days, ...]
    slots: tuple[Slot, ...]
    unheld: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def request(self) -> Request:
        return Request(self.text, tuple(content_words(self.text)), self.slots)


@dataclass(frozen=True)
class _Mentions:
    outlets: Sequence[Mention]
    authors: Sequence[Mention]
    days: Sequence[Days]

    @property
    def spans(self) -> list[tuple[int, int]]:
        names = [(name.start, name.end) for name in (*self.outlets, *self.authors)]
        return names + [(days.start, days.end) for days in self.days]

    def within(self, start: int, end: int) -> _Mentions:
        """Those that begin there."""
        return _Mentions(
            [found for found in self.outlets if start <= found.start < end],
            [found for found in self.authors if start <= found.start < end],
            [found for found in self.days if start <= found.start < end],
        )

    def hints(self, question: str, ignored: Collection[str]) -> list[Hint]:
        """What is mentioned, each thing once, in the order of kinds and of the question."""
        found = [Hint("outlet", question[at.start : at.end], at.names) for at in self.outlets]
        found += [Hint("author", question[at.start : at.end], at.names) for at in self.authors]
        found += [Hint("days", question[at.start : at.end], (), at.since, at.until) for at in self.days]
        by_key = {hint.key: hint for hint in reversed(found)}
        return [replace(hint, ignored=key in ignored) for key, hint in reversed(by_key.items())]

    def heard(self, question: str, ignored: Collection[str]) -> _Mentions:
        """The mentions but for those whose hints are ignored."""

        def is_heard(kind: HintKind, at: Mention | Days) -> bool:
            return Hint(kind, question[at.start : at.end]).key not in ignored

        return _Mentions(
            [found for found in self.outlets if is_heard("outlet", found)],
            [found for found in self.authors if is_heard("author", found)],
            [found for found in self.days if is_heard("days", found)],
        )

    @property
    def filter(self) -> Filter:
        outlets = dict.fromkeys(name for mention in self.outlets for name in mention.names)
        authors = dict.fromkeys(name for mention in self.authors for name in mention.names)
        days = min(self.days, key=_length, default=None)  # "in November" tells more than "since 2021" beside it
        since, until = (days.since, days.until) if days else (None, None)
        return Filter(tuple(outlets), tuple(authors), since, until)


def _length(days: Days) -> int:
    first, last = (
        date.fromisoformat(day or end) for day, end in ((days.since, "0001-01-01"), (days.until, "9999-12-31"))
    )
    return (last - first).days


def read(question: str, catalogue: Catalogue, as_of: date, ignored: Collection[str] = ()) -> Reading:
    """What `question` says of its evidence, with the outlets and authors of the catalogue; relative to `as_of`.

    What the hints with the `ignored` keys say of it is taken for words like any others.
    """
    outlets, authors = _known(catalogue)
    mentions = _Mentions(
        read_outlets(question, outlets),
        read_authors(question, authors),
        read_days(question, as_of, catalogue.newest),
    )
    hints = tuple(mentions.hints(question, ignored))
    unheld = tuple(read_unheld(question, mentions.spans, outlets))
    heard = mentions.heard(question, ignored) if ignored else mentions
    whole = heard.filter
    slots = tuple(_slots(question, heard))[:MOST_SLOTS]
    return Reading(question, whole.outlets, whole.authors, tuple(heard.days), slots, unheld, hints)


@lru_cache(maxsize=1)
def _known(catalogue: Catalogue) -> tuple[Known, Known]:
    return known_outlets(catalogue.by_outlet), known_authors(catalogue.by_author)


def _slots(question: str, mentions: _Mentions) -> list[Slot]:
    clauses = _clauses(question, mentions)
    groups = _groups(clauses, mentions)
    slots: list[Slot] = []
    for group in groups:
        if len(slots) >= MOST_SLOTS:
            break
        prefer = mentions.within(group[0][0], group[-1][1]).filter
        parts = [slot for start, end in group if (slot := _slot(question, start, end, mentions)) is not None]
        if len(parts) < 2:
            joined = _slot(question, group[0][0], group[-1][1], mentions)
            parts = [joined] if joined else []
        if not parts and prefer:  # "... and TechCrunch": the question as a whole, in another place
            parts = [_slot(question, 0, len(question), mentions) or Slot(question, tuple(content_words(question)))]
        slots.extend(replace(part, prefer=prefer) for part in parts)
    return slots if len(slots) > 1 or any(slot.prefer for slot in slots) else []


def _clauses(question: str, mentions: _Mentions) -> list[tuple[int, int]]:
    """The stretches of a question between its commas and conjunctions; names and dates are not cut."""
    cuts = {match.end() for match in _CLAUSE_END.finditer(question)}
    for outlet in mentions.outlets:
        leading = list(_LEADING_TO.finditer(question, max(0, outlet.start - _LONGEST_LEAD), outlet.start))
        cuts |= {match.end() for match in leading[-1:]}
    whole = sorted(cut for cut in cuts if not any(start < cut < end for start, end in mentions.spans))
    bounds = [0, *whole, len(question)]
    return [(start, end) for start, end in zip(bounds, bounds[1:], strict=False) if start < end]


def _groups(clauses: Sequence[tuple[int, int]], mentions: _Mentions) -> list[list[tuple[int, int]]]:
    """The clauses that belong to one outlet, or pair of them: from where it is named to where the next one is."""
    groups: list[list[tuple[int, int]]] = []
    for start, end in clauses:
        names = mentions.within(start, end)
        if groups and ((names.outlets or names.authors) and _has_name(groups[-1], mentions)):
            groups.append([(start, end)])
        elif groups:
            groups[-1].append((start, end))
        else:
            groups = [[(start, end)]]
    return groups


def _has_name(group: Sequence[tuple[int, int]], mentions: _Mentions) -> bool:
    names = mentions.within(group[0][0], group[-1][1])
    return bool(names.outlets or names.authors)


def _slot(question: str, start: int, end: int, mentions: _Mentions) -> Slot | None:
    """What is left of a part of the question without the names and dates that tell where it stands."""
    pieces, at = [], start
    for first, last in sorted(mentions.spans):  # which may overlap: "last Sunday Times"
        if start <= first and last <= end:
            pieces.append(question[at:first])
            at = max(at, last)
    text = " ".join([*pieces, question[at:end]])
    words = tuple(word for word in content_words(text) if word not in _REPORTING)
    return Slot(" ".join(text.split()), words) if len(words) >= LEAST_WORDS else None

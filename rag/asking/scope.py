"""What a question is asked within: what the person set, and what of the question's own words is not to be heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.article import spoken_date
from index.errors import InputError
from index.filters import EVERYTHING, Filter

HintKind = Literal["outlet", "author", "days"]


@dataclass(frozen=True)
class Hint:
    """Something that a question says of where its answer stands, in its own words, `said`.

    `names` are those that the archive has for the outlets or authors, `since` and `until` the ISO days, inclusive.
    What is `ignored` was searched for as any other words.
    """

    kind: HintKind
    said: str
    names: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    ignored: bool = False

    @property
    def key(self) -> str:
        """What names the hint whenever the question is read.

        >>> Hint("days", "last  Week", since="2026-03-09", until="2026-03-15").key
        'days:last week'
        """
        return f"{self.kind}:{' '.join(self.said.lower().split())}"


@dataclass(frozen=True)
class Scope:
    """What articles a question may look at, the day it is asked as of, and the keys of the hints that are `ignored`.

    As of a day, only articles that are dated that day or earlier are looked at, and "yesterday" in the question is the
    day before it. Raises InputError when no day can be in the scope.
    """

    filter: Filter = EVERYTHING
    as_of: date | None = None
    ignored: frozenset[str] = frozenset()

    @property
    def within(self) -> Filter:
        """The filter with the day as a part of it."""
        return replace(self.filter, as_of=self.as_of.isoformat()) if self.as_of else self.filter

    def __post_init__(self) -> None:
        since, until = self.filter.since, self.filter.until
        if since and until and since > until:
            raise InputError(f"No day is from {spoken_date(since)} to {spoken_date(until)}; change one of the two.")
        if since and self.as_of and since > self.as_of.isoformat():
            known = spoken_date(self.as_of.isoformat())
            raise InputError(
                f"Nothing published since {spoken_date(since)} was known on {known}; change one of the two."
            )

    def __bool__(self) -> bool:
        return bool(self.filter or self.as_of or self.ignored)


EVERYWHERE = Scope()


def filters_record(scope: Scope) -> dict[str, object]:
    """The filters that a question was asked within, as JSON has them; days are ISO, None where nothing is set.

    >>> filters_record(Scope(as_of=date(2026, 3, 1)))
    {'outlets': [], 'authors': [], 'since': None, 'until': None, 'as_of': '2026-03-01'}
    """
    wanted = scope.filter
    return {
        "outlets": list(wanted.outlets),
        "authors": list(wanted.authors),
        "since": wanted.since,
        "until": wanted.until,
        "as_of": scope.as_of.isoformat() if scope.as_of else None,
    }


def scope_of(within: Filter | Scope) -> Scope:
    """A filter as a scope; a scope as it is."""
    return within if isinstance(within, Scope) else Scope(within)

"""What happens to the filters of the page when a person adds, removes and ignores some. No widget is known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from index.catalogue import Catalogue
from index.errors import InputError
from rag import Scope
from rag.asking.scope import Hint
from rag.retriever import resolve
from ui.within import AS_OF

MOST_AUTHORS = 2_000
"""How many authors are offered by name; the others can be typed."""


def narrowed(scope: Scope, wanted: Mapping[str, str], catalogue: Catalogue) -> Scope:
    """The scope with the filters of a form: outlet, author, since, until and as_of, blank where nothing is wanted.

    Raises InputError where nothing at all is wanted, or what is wanted cannot be met.
    """
    given = {name: value.strip() for name, value in wanted.items() if value.strip()}
    if not given:
        raise InputError("Nothing is filled in; choose an outlet, an author or a day.")
    days = {name: _day(given[name]) for name in ("since", "until", "as_of") if name in given}
    outlets = _with(scope.filter.outlets, given.get("outlet"))
    authors = _with(scope.filter.authors, given.get("author"))
    range = {name: day.isoformat() for name, day in days.items() if name != "as_of"}
    new = Scope(
        replace(scope.filter, outlets=outlets, authors=authors, **range),
        days.get("as_of", scope.as_of),
        scope.ignored,
    )
    resolve(new.filter, catalogue)
    return new


def widened(scope: Scope, key: str) -> Scope:
    """The scope without the filter of a chip.

    >>> from index.filters import Filter
    >>> widened(Scope(Filter(("AP", "Bay Post"), since="2026-03-01")), "outlet:AP").filter.outlets
    ('Bay Post',)
    """
    wanted = scope.filter
    if key == AS_OF:
        return replace(scope, as_of=None)
    return replace(
        scope,
        filter=replace(
            wanted,
            outlets=tuple(name for name in wanted.outlets if key != f"outlet:{name}"),
            authors=tuple(name for name in wanted.authors if key != f"author:{name}"),
            since=None if key == "since" else wanted.since,
            until=None if key == "until" else wanted.until,
        ),
    )


def toggled(read: Sequence[Hint], key: str) -> frozenset[str]:
    """The keys to ignore when a question is asked again: those ignored so far, with the `key` added or taken out.

    >>> sorted(toggled([Hint("outlet", "AP"), Hint("author", "Ann Lee", ignored=True)], "outlet:ap"))
    ['author:ann lee', 'outlet:ap']
    """
    known = {hint.key for hint in read}
    return frozenset(hint.key for hint in read if hint.ignored) ^ ({key} & known)


def choices(catalogue: Catalogue) -> dict[str, list[str]]:
    """The outlets and authors that there are to choose from; an outlet without a name by its site."""
    outlets = {names[0] for names in catalogue.outlets if names}
    authors = {author: len(rows) for author, rows in catalogue.by_author.items()}
    most = sorted(authors, key=lambda author: -authors[author])[:MOST_AUTHORS]
    return {"outlets": _by_name(outlets), "authors": _by_name(most)}


def _by_name(names: Iterable[str]) -> list[str]:
    return sorted(names, key=str.casefold)


def _with(names: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, name))) if name else names


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text[:40]} is no day; write it as 2018-03-20.") from None

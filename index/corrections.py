"""What a user may set of an article by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.article import FACTS
from index.dateline import iso_date, split_names
from index.errors import InputError

_DATES = ("published", "modified")
_NO_YEAR = re.compile(r"--(\d\d-\d\d)")


def parse_corrections(words: Iterable[str]) -> dict[str, str]:
    """The facts in words like ``published=2018-03-20``; an empty value says that the article has none.

    Raises InputError.

    >>> parse_corrections(["published=2018-03-20", "outlet="])
    {'published': '2018-03-20', 'outlet': ''}
    """
    pairs = [word.partition("=") for word in words]
    for name, sign, _ in pairs:
        if not sign:
            raise InputError(f'"{name}" sets nothing; write FIELD=VALUE, for example published=2018-03-20.')
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def checked(name: str, value: str | None) -> object:
    """The value to store for a fact: names as a list, dates in ISO form. Raises InputError.

    >>> checked("published", "March 20, 2018"), checked("authors", "Jane Doe and Li Wei"), checked("title", " A ")
    ('2018-03-20', ['Jane Doe', 'Li Wei'], 'A')
    """
    if name not in FACTS:
        raise InputError(f'An article has no field "{name}"; set one of {", ".join(FACTS)}.')
    if value is None:
        return None
    value = " ".join(value.split())
    if name == "authors":
        return list(split_names(value)) if value else []
    if name in _DATES and value:
        day = _NO_YEAR.fullmatch(value)
        date = value if day and iso_date(f"2000-{day[1]}") else iso_date(value)
        if date is None:
            raise InputError(f'"{value}" is no date; write it as 2018-03-20, 2018-03 or, without a year, --03-20.')
        return date
    return value

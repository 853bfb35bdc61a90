"""What a list of articles shows: their facts without their texts, read in one go."""

from __future__ import annotations

import json
from dataclasses import dataclass

from index.facts import NO_CORRECTIONS
from index.store import Store


@dataclass(frozen=True)
class Entry:
    """A published article without its text, as the user corrected it; `added` is when it was first stored (ISO, UTC).

    The other fields are those of `index.Article`.
    """

    id: str
    added: str
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    url: str | None = None
    path: str | None = None


def read_entries(store: Store) -> tuple[Entry, ...]:
    """All published articles, in the order in which they were first stored. In a snapshot."""
    # No column behind the text is asked for: SQLite would have to go through the text to get there.
    rows = store.db.execute("SELECT id, added, facts, corrections FROM articles WHERE pending = 0 ORDER BY place")
    return tuple(entry(*row) for row in rows)


def entry(id: str, added: str, facts: str, corrections: str) -> Entry:
    """The entry of a row.

    >>> found = entry("a", "2026-03-05T08:00:00+00:00", '{"title": "Ferry sinks", "outlet": "AP"}', '{"outlet": ""}')
    >>> found.title, found.outlet, found.authors
    ('Ferry sinks', None, ())
    """
    values = json.loads(facts)
    if corrections != NO_CORRECTIONS:
        values |= json.loads(corrections)
    known = {name: values.get(name) or None for name in ("title", "outlet", "published", "url", "path")}
    return Entry(id, added, authors=tuple(values.get("authors") or ()), **known)

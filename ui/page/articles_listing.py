"""Which articles a list shows, in which order, a page of them at a time. No widget is known here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from index import Passage
from index.listing import Entry

Order = Literal["best", "newest", "oldest", "added", "title", "outlet"]

ORDERS: Mapping[Order, str] = {
    "best": "Best match first",
    "newest": "Newest first",
    "oldest": "Oldest first",
    "added": "Last added first",
    "title": "By title",
    "outlet": "By outlet",
}
PAGE = 50
FOUND = 50
"""How many passages a search looks at, beside the articles that hold its words in their headings."""


class Searched(Protocol):
    """The part of an archive that is listed."""

    def entries(self) -> tuple[Entry, ...]: ...

    def search(self, question: str, k: int = 10) -> list[Passage]: ...


@dataclass(frozen=True)
class Browsing:
    """What a person asked the list for; pages are counted from 1. `order` "best" is for a search alone."""

    words: str = ""
    order: Order = "newest"
    page: int = 1


@dataclass(frozen=True)
class Listing:
    """One page of a list: its entries, and how many articles there are in the list and in the archive.

    `found` are all the articles of the list, for what is told of them together.
    """

    entries: Sequence[Entry]
    total: int
    whole: int
    page: int = 1
    words: str = ""
    found: Sequence[Entry] = ()

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / PAGE))

    @property
    def first(self) -> int:
        """The number of the first entry shown, counted from 1."""
        return (self.page - 1) * PAGE + 1


def listed(archive: Searched, browsing: Browsing) -> Listing:
    """The page that was asked for, or the last one when there are fewer by now. Raises InputError as searches do."""
    entries = archive.entries()
    words = browsing.words.strip()
    chosen = _ordered(found(archive, entries, words) if words else entries, browsing.order)
    page = max(1, min(browsing.page, math.ceil(len(chosen) / PAGE)))
    return Listing(chosen[(page - 1) * PAGE : page * PAGE], len(chosen), len(entries), page, words, chosen)


def searching(browsing: Browsing, words: str) -> Browsing:
    """The list for other words: a new search is shown best first, and without words the newest come first again.

    >>> searching(Browsing(order="title", page=3), "ferry")
    Browsing(words='ferry', order='best', page=1)
    >>> searching(Browsing("ferry", "best"), " ")
    Browsing(words='', order='newest', page=1)
    """
    words = words.strip()
    if words:
        return Browsing(words, browsing.order if words == browsing.words else "best")
    return Browsing("", "newest" if browsing.order == "best" else browsing.order)


def found(archive: Searched, entries: Sequence[Entry], words: str) -> list[Entry]:
    """The articles of a search, best first: those with all of its words in their headings, then those by their text.

    Each part is in the order of the archive's own search, which goes by words and by meaning; copies follow the article
    that stands for their story.
    """
    ranks: dict[str, int] = {}
    for passage in archive.search(words, FOUND):
        for id in (passage.article_id, *(copy.article_id for copy in passage.copies)):
            ranks.setdefault(id, len(ranks))
    wanted = words.casefold().split()
    named = [entry for entry in entries if names_all(entry, wanted)]
    known = {entry.id for entry in named}
    others = [entry for entry in entries if entry.id in ranks and entry.id not in known]
    return [*sorted(named, key=lambda e: ranks.get(e.id, len(ranks))), *sorted(others, key=lambda e: ranks[e.id])]


def names_all(entry: Entry, words: Sequence[str]) -> bool:
    """Whether title, outlet and authors hold all of the words (in lower case), each wherever it is.

    >>> names_all(Entry("a", "", title="Ferry sinks", outlet="Harbor Ledger"), ["ledger", "ferry"])
    True
    """
    heading = " ".join(filter(None, (entry.title, entry.outlet, *entry.authors))).casefold()
    return all(word in heading for word in words)


def _ordered(entries: Sequence[Entry], order: Order) -> Sequence[Entry]:
    keys: Mapping[Order, tuple[Callable[[Entry], str], bool]] = {
        "newest": (_dated, True),
        "oldest": (_dated, False),
        "added": (lambda entry: entry.added, True),
        "title": (lambda entry: (entry.title or "").casefold(), False),
        "outlet": (lambda entry: (entry.outlet or "").casefold(), False),
    }
    if order not in keys:
        return entries
    key, is_falling = keys[order]
    known = sorted((entry for entry in entries if key(entry)), key=key, reverse=is_falling)
    return [*known, *(entry for entry in entries if not key(entry))]


def _dated(entry: Entry) -> str:
    """The date if it says the year: without one it cannot be put in order, and comes last."""
    return "" if not entry.published or entry.published.startswith("--") else entry.published

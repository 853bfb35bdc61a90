"""What is indexed: an article with the origin of each of its facts, and the chunks it is cut into."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

# What an article may state of itself, and a user may correct.
FACTS = ("title", "outlet", "authors", "published", "modified", "section", "language", "url")

MONTHS = ("January February March April May June July August September October November December").split()


@dataclass(frozen=True)
class Article:
    """One news article: clean text and what is known about it.

    `text` is the article's body without page furniture; every offset in citewire counts characters of it.
    `published` and `modified` are ISO dates: ``2018-01-29``, ``2018-01`` or, where the article prints no year,
    ``--01-29``. None means that the article does not say; no date is ever made up.
    `section` and `language` are as the article's page or record states them; `captions` are the words under its
    pictures, with their credits. `origins` names, for each field that is set, where it was read: "meta", "json-ld",
    "page", "heading", "byline", "dateline", "caption", "record", "front matter", "properties", "feed", "address",
    "file name", or "user" for what was set by hand.
    """

    identity: str
    text: str
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    path: str | None = None
    captions: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """A short stable key made from the identity.

        >>> Article(identity="https://example.org/a", text="x").id
        'b5b10dd0429e'
        """
        return hashlib.sha256(self.identity.encode()).hexdigest()[:12]

    @property
    def content_hash(self) -> str:
        """Tells whether the article changed: a hash over its text, its facts and where they come from."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def heading(self) -> str:
        """Title, outlet and spoken date in a line: what a chunk's words are searched under.

        >>> Article("a", "x", title="Ferry sinks", outlet="Harbor Ledger", published="2026-03-04").heading
        'Ferry sinks | Harbor Ledger | March 4, 2026'
        """
        parts = (self.title, self.outlet, spoken_date(self.published))
        return " | ".join(part for part in parts if part)


@dataclass(frozen=True)
class Chunk:
    """A run of whole sentences: ``article.text[start:end]`` is exactly its text."""

    start: int
    end: int


def spoken_date(iso: str | None) -> str | None:
    """An ISO date as a newspaper prints it.

    >>> spoken_date("2018-01-29"), spoken_date("--01-29"), spoken_date("2018-01"), spoken_date(None)
    ('January 29, 2018', 'January 29', 'January 2018', None)
    """
    if not iso:
        return None
    if iso.startswith("--"):
        return f"{MONTHS[int(iso[2:4]) - 1]} {int(iso[5:7])}"
    year, *rest = iso[:10].split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{month} {int(rest[1])}, {year}" if len(rest) > 1 else f"{month} {year}"

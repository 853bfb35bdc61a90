"""The tables of the truth, and what is done when a file holds those of another version."""

from __future__ import annotations

import sqlite3
import zlib

VERSION = 2
APPLICATION_ID = 0x63697465  # "cite"

# An article that an update has read stands beside its earlier self as `pending` until all of the update is there, and
# then takes its place in one transaction. Chunks keep their ids for good: what is derived from them is known by them.
# The indexes of places hold all that a search asks of its hundreds of candidates, so that it reads no text or vector
# of them: twenty times as fast.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    pending INTEGER NOT NULL,
    place INTEGER NOT NULL,
    added TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    facts TEXT NOT NULL,
    corrections TEXT NOT NULL,
    text TEXT NOT NULL,
    seal INTEGER NOT NULL,
    story INTEGER NOT NULL,
    face INTEGER NOT NULL,
    UNIQUE (id, pending)
);
CREATE INDEX articles_by_place ON articles (place);
CREATE INDEX articles_by_story ON articles (story);
CREATE INDEX article_places ON articles (key, pending, story, face);
CREATE TABLE versions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    replaced TEXT NOT NULL,
    facts TEXT NOT NULL,
    corrections TEXT NOT NULL,
    text TEXT NOT NULL,
    seal INTEGER NOT NULL
);
CREATE INDEX versions_of_article ON versions (id);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL,
    seal INTEGER NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article);
CREATE INDEX chunk_places ON chunks (id, article);
CREATE TABLE buckets (
    bucket INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (bucket, article)
) WITHOUT ROWID;
CREATE INDEX buckets_of_article ON buckets (article);
"""


def version(db: sqlite3.Connection) -> int:
    """0 of an empty file, else the version of its tables."""
    (number,) = db.execute("PRAGMA user_version").fetchone()
    return int(number)


def create(db: sqlite3.Connection) -> None:
    """Lay out an empty file. Inside a transaction."""
    for statement in TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def seal(*parts: str | bytes | int) -> int:
    """A checksum that goes into a row with its parts: SQLite itself does not notice when a bit of a page flips.

    >>> seal("ferry", 41), seal("ferry", 42)
    (2107369431, 1454814228)
    """
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part if isinstance(part, bytes) else str(part).encode(), checksum)
        checksum = zlib.crc32(b"\0", checksum)
    return checksum

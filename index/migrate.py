"""Bringing the articles of an index by an earlier version of citewire into today's tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index import schema
from index.facts import NO_CORRECTIONS, article_as_read

_FIRST_VERSION = """
SELECT id, added, json_object(
    'identity', identity, 'title', title, 'outlet', outlet, 'authors', json(authors), 'published', published,
    'modified', modified, 'url', url, 'path', path, 'origins', json(origins)
), text FROM articles ORDER BY key
"""

# What the first version derived from its tables.
_FIRST_FILES = ("vectors.faiss", "vectors.json")


def carry_over(db: sqlite3.Connection) -> None:
    """Keep the articles and lay out the tables anew; chunks and vectors are to be made again. In a transaction."""
    rows = db.execute(_FIRST_VERSION).fetchall()
    db.execute("DROP TABLE full_text")
    db.execute("DROP VIEW passages")
    for table in ("chunks", "articles", "meta"):
        db.execute(f"DROP TABLE {table}")
    schema.create(db)
    for place, (id, added, facts, text) in enumerate(rows, 1):
        sealed = schema.seal(id, facts, NO_CORRECTIONS, text)
        content_hash = article_as_read(id, facts, NO_CORRECTIONS, text, sealed).content_hash
        db.execute(
            "INSERT INTO articles"
            " (id, pending, place, added, content_hash, facts, corrections, text, seal, story, face)"
            " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (id, place, added, content_hash, facts, NO_CORRECTIONS, text, sealed, place),
        )


def discard_files(folder: Path) -> None:
    """Delete what earlier versions derived: nothing reads it, and it would outlast the articles that it is of."""
    for name in _FIRST_FILES:
        (folder / name).unlink(missing_ok=True)

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, at_call, found, holders, sql, write

from index import Archive
from index.article import Article
from index.errors import IndexDamagedError, IndexMismatchError

# As the first version laid its tables out.
FIRST_VERSION = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    title TEXT, outlet TEXT, authors TEXT NOT NULL, published TEXT, modified TEXT, url TEXT, path TEXT,
    origins TEXT NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    added TEXT NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article);
CREATE VIEW passages AS
    SELECT chunks.id, articles.key AS article, articles.heading,
           substr(articles.text, chunks.start + 1, chunks.end - chunks.start) AS body
    FROM chunks JOIN articles ON articles.key = chunks.article;
CREATE VIRTUAL TABLE full_text USING fts5 (
    heading, body, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
INSERT INTO meta VALUES ('embedder', 'fake'), ('dimension', '32'), ('generation', 'abc');
PRAGMA application_id = 1667855461;
PRAGMA user_version = 1;
"""
FERRY_ARTICLE = Article(
    identity=FERRY["url"],
    text=FERRY["text"],
    title=FERRY["title"],
    outlet="Harbor Ledger",
    authors=("Émile Zaïd", "Ann Roe"),
    published="2026-03-04",
    modified="2026-03-05",
    url=FERRY["url"],
    path="/articles/ferry.txt",
    origins={"title": "record", "published": "dateline"},
)
BUDGET_ARTICLE = Article(identity="bare", text=BUDGET["text"])
OLD_VECTOR = bytes(range(128))


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """The folder of an index as the first version left it."""
    folder = tmp_path / "index"
    folder.mkdir()
    db = sqlite3.connect(folder / "articles.sqlite")
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(FIRST_VERSION)
    for key, article in ((3, FERRY_ARTICLE), (8, BUDGET_ARTICLE)):
        db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(key, article.id, article.identity, "hash", article.title, article.outlet),
                *(json.dumps(article.authors), article.published, article.modified, article.url, article.path),
                *(json.dumps(dict(article.origins)), article.heading, article.text, "2026-03-06T07:08:09+00:00"),
            ),
        )
        row = (key, len(article.text), OLD_VECTOR)
        cursor = db.execute("INSERT INTO chunks (article, start, end, vector) VALUES (?, 0, ?, ?)", row)
        values = (cursor.lastrowid, article.heading, article.text)
        db.execute("INSERT INTO full_text (rowid, heading, body) VALUES (?, ?, ?)", values)
    db.commit()
    db.close()
    (folder / "vectors.faiss").write_bytes(OLD_VECTOR * 2)
    (folder / "vectors.json").write_text("{}")
    return folder


def test_an_index_of_the_first_version_is_refused_by_name_and_left_as_it_is(first_version: Path) -> None:
    said = r"made by an earlier version of citewire; run `citewire index --rebuild`, which keeps its articles\.$"
    for embedder in (FakeEmbedder(), FakeEmbedder("other", 8)):
        with pytest.raises(IndexMismatchError, match=said):
            Archive(first_version, embedder)
    assert sql(first_version, "PRAGMA user_version") == [(1,)]
    assert sql(first_version, "SELECT count(*) FROM full_text WHERE full_text MATCH 'rescue'") == [(1,)]


@pytest.mark.parametrize("embedder", [FakeEmbedder(), FakeEmbedder("other", 8)], ids=["same", "another"])
def test_a_rebuild_carries_the_articles_over(first_version: Path, embedder: FakeEmbedder) -> None:
    with Archive(first_version, embedder, rebuild=True) as archive:
        update = archive.rebuild()
        assert (update.articles, update.chunks, update.embedded) == (2, 2, 2)
    with Archive(first_version, embedder) as archive:
        assert list(archive.articles()) == [FERRY_ARTICLE, BUDGET_ARTICLE]
        assert found(archive, "Captain Oyelaran rescue")[0] == FERRY["text"]
        assert archive.versions(FERRY_ARTICLE.id) == []
    assert sql(first_version, "SELECT DISTINCT added FROM articles") == [("2026-03-06T07:08:09+00:00",)]
    assert sql(first_version, "PRAGMA integrity_check") == [("ok",)]


def test_nothing_is_left_of_the_old_vectors_and_words(first_version: Path) -> None:
    with Archive(first_version, FakeEmbedder(), rebuild=True) as archive:
        archive.rebuild()
        assert not {"vectors.faiss", "vectors.json"} & {path.name for path in first_version.iterdir()}
        assert holders(first_version, b"Oyelaran")
        archive.remove([FERRY_ARTICLE.id])
        assert holders(first_version, b"Oyelaran") == holders(first_version, b"oyelaran") == []
        assert holders(first_version, OLD_VECTOR) == []


def test_an_interrupted_rebuild_goes_on_and_says_so_until_then(
    first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.updating.BATCH_CHUNKS", 1)
    with Archive(first_version, FakeEmbedder(), rebuild=True) as archive, monkeypatch.context() as patch:
        patch.setattr(
            archive.embedder, "embed_passages", at_call(2, KeyboardInterrupt, archive.embedder.embed_passages)
        )
        with pytest.raises(KeyboardInterrupt):
            archive.rebuild()
    with pytest.raises(IndexMismatchError, match=r"run `citewire index --rebuild`") as refusal:
        Archive(first_version, FakeEmbedder())
    assert "none" not in str(refusal.value)
    with Archive(first_version, FakeEmbedder(), rebuild=True) as archive:
        assert archive.rebuild().unchanged == 1
        assert len(fake(archive).embedded) == 1
        assert list(archive.articles()) == [FERRY_ARTICLE, BUDGET_ARTICLE]


def test_the_next_update_embeds_nothing_that_was_carried_over(first_version: Path, tmp_path: Path) -> None:
    with Archive(first_version, FakeEmbedder(), rebuild=True) as archive:
        archive.rebuild()
        update = archive.update([write(tmp_path / "news.jsonl", FERRY)])
        assert (update.changed, update.embedded) == (1, 0)  # its path and origins are others
        assert len(archive.versions(FERRY_ARTICLE.id)) == 1


def test_a_carrying_over_that_fails_leaves_the_old_index(first_version: Path) -> None:
    with sqlite3.connect(first_version / "articles.sqlite") as db:
        db.execute("UPDATE articles SET authors = 'not json' WHERE key = 8")
    db.close()
    with pytest.raises(IndexDamagedError, match="cannot be used"):
        Archive(first_version, FakeEmbedder(), rebuild=True)
    assert sql(first_version, "PRAGMA user_version") == [(1,)]
    assert sql(first_version, "SELECT count(*) FROM articles") == [(2,)]

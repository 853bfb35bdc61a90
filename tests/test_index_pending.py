from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.article import Article, Chunk
from index.pending import Embedded, Pending
from index.store import Making, Store

FERRY = Article("ferry", "The ferry sank.", title="Ferry sinks", outlet="Harbor Ledger")
BUDGET = Article("budget", "The budget passed.")
RAISED = replace(FERRY, text="The ferry was raised.")
DATED = replace(FERRY, published="2026-03-04")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "articles.sqlite", Making("fake", 4))
    yield store
    store.close()


@pytest.fixture
def pending(store: Store) -> Pending:
    pending = Pending(store)
    pending.begin()
    return pending


def embedded(article: Article, first: float = 1.0) -> Embedded:
    return Embedded(article, [Chunk(0, len(article.text))], np.full((1, 4), first, dtype=np.float32), [7, 8])


def put(store: Store, *articles: Article) -> None:
    with store.transaction():
        for article in articles:
            Pending(store).put(embedded(article))


def test_what_is_pending_is_unseen_until_all_of_it_is_published(store: Store, pending: Pending) -> None:
    put(store, FERRY)
    pending.publish("first")
    put(store, RAISED, BUDGET)
    assert (list(store.articles()), store.counts(), store.generation) == ([FERRY], (1, 1), "first")
    assert (pending.stands(RAISED), pending.is_ready(RAISED), pending.is_published(BUDGET)) == (True, True, False)
    assert not pending.stands(FERRY)  # its place is taken
    (new, newer), (old,) = pending.chunk_ids().tolist(), pending.leaving_chunk_ids().tolist()
    assert store.chunk_ids().tolist() == [old]
    assert list(store.places([old, new, newer])) == [old]
    pending.publish("second")
    assert (list(store.articles()), store.counts(), store.generation) == ([RAISED, BUDGET], (2, 2), "second")
    assert store.chunk_ids().tolist() == [new, newer]
    assert not pending.exists()


def test_an_earlier_form_is_kept_with_the_time_when_it_was_replaced(store: Store, pending: Pending) -> None:
    for article in (FERRY, RAISED, DATED):
        put(store, article)
        pending.publish("next")
    versions = store.versions(FERRY.id)
    assert [version.article for version in versions] == [FERRY, RAISED]
    assert all(version.replaced.endswith("+00:00") for version in versions)
    put(store, DATED)
    pending.publish("the same again")
    assert len(store.versions(FERRY.id)) == 2


def test_an_article_keeps_the_day_on_which_it_was_added_and_its_place(store: Store, pending: Pending) -> None:
    put(store, FERRY, BUDGET)
    pending.publish("first")
    store.db.execute("UPDATE articles SET added = '2020-01-01'")
    put(store, RAISED)
    pending.publish("second")
    assert list(store.articles()) == [RAISED, BUDGET]
    assert store.db.execute("SELECT DISTINCT added FROM articles").fetchall() == [("2020-01-01",)]


def test_what_is_put_twice_is_ready_once(store: Store, pending: Pending) -> None:
    put(store, FERRY)
    put(store, RAISED)
    assert len(pending.chunk_ids()) == 1
    pending.publish("only the last")
    assert (list(store.articles()), store.versions(FERRY.id)) == ([RAISED], [])


def test_facts_change_without_new_vectors(store: Store, pending: Pending) -> None:
    put(store, FERRY)
    pending.publish("first")
    with store.transaction():
        assert pending.put_again(DATED)
        assert not pending.put_again(RAISED)
        assert not pending.put_again(BUDGET)
    pending.publish("second")
    assert list(store.articles()) == [DATED]
    assert store.vectors(store.chunk_ids()).tolist() == [[1, 1, 1, 1]]
    assert store.db.execute("SELECT bucket FROM buckets ORDER BY 1").fetchall() == [(7,), (8,)]


def test_corrections_outlast_what_is_read_later(store: Store, pending: Pending) -> None:
    put(store, FERRY)
    pending.publish("first")
    with store.transaction():
        pending.put_again(FERRY, {"outlet": "AP"})
    put(store, BUDGET)
    pending.publish("second")
    put(store, RAISED)
    pending.publish("third")
    article = store.article(FERRY.id)
    assert article == replace(RAISED, outlet="AP", origins={"outlet": "user"})
    assert store.article_as_read(FERRY.id) == (RAISED, {"outlet": "AP"})
    assert store.versions(FERRY.id)[0].article.outlet == "AP"


def test_what_was_removed_is_in_no_table_whether_published_earlier_or_pending(store: Store, pending: Pending) -> None:
    put(store, FERRY, BUDGET)
    pending.publish("first")
    put(store, RAISED)
    pending.publish("second")
    put(store, replace(FERRY, text="The ferry sails again."))
    pending.begin([FERRY.id])
    assert len(pending.leaving_chunk_ids([FERRY.id])) == 1
    pending.publish("third", [FERRY.id])
    assert (list(store.articles()), store.versions(FERRY.id), store.counts()) == ([BUDGET], [], (1, 1))
    rows = [store.db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("articles", "chunks", "buckets")]
    assert rows == [(1,), (1,), (2,)]


def test_what_was_made_ready_in_another_way_is_dropped_at_the_next_beginning(
    store: Store, pending: Pending, tmp_path: Path
) -> None:
    put(store, FERRY)
    pending.begin()
    assert pending.is_ready(FERRY)
    other = Store(tmp_path / "articles.sqlite", Making("other", 8), rebuild=True)
    Pending(other).begin()
    assert not pending.is_ready(FERRY)
    assert not pending.exists()
    other.close()

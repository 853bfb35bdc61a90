from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from index.article import Article, Chunk
from index.errors import IndexBusyError, IndexDamagedError, IndexMismatchError, InputError
from index.pending import Embedded, Pending
from index.store import CHUNK_TOKENS, Making, Store

FERRY = Article(
    identity="https://ledger.test/ferry",
    text="The ferry Lady Ann sank. All aboard were saved — 41 people. Émile Zaïd led the rescue.",
    title="Ferry sinks",
    outlet="Harbor Ledger",
    authors=("Jane Doe", "Ann Roe"),
    published="2026-03-04",
    modified="2026-03-05",
    section="Harbor",
    language="en",
    url="https://ledger.test/ferry",
    path="/articles/ferry.txt",
    captions=("The Lady Ann (photo: Li Wei)",),
    origins={"title": "heading", "published": "dateline"},
)
FERRY_CHUNKS = [Chunk(0, 24), Chunk(25, 59), Chunk(60, 86)]
BARE = Article(identity="bare", text="Nothing is known of this 😀 piece.")
MAKING = Making("fake", 4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def open_store(folder: Path, making: Making = MAKING, rebuild: bool = False) -> Store:
    return Store(folder / "articles.sqlite", making, rebuild)


def put(store: Store, article: Article, chunks: list[Chunk] | None = None) -> None:
    """Store and publish an article whose vectors count up from 0."""
    chunks = chunks or [Chunk(0, len(article.text))]
    vectors = np.arange(len(chunks) * MAKING.dimension, dtype=np.float32).reshape(-1, MAKING.dimension)
    with store.transaction():
        Pending(store).put(Embedded(article, chunks, vectors, []))
    Pending(store).publish(f"with {article.identity}")


# Reading


def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    put(store, FERRY)
    put(store, BARE)
    assert store.article(FERRY.id) == FERRY
    assert list(store.articles()) == list(store.articles_as_read()) == [FERRY, BARE]
    assert store.article_as_read(BARE.id) == (BARE, {})
    assert (store.article("nobody"), store.article_as_read("nobody")) == (None, None)
    assert (store.versions("nobody"), store.story("nobody")) == ([], [])


def test_articles_come_page_by_page_in_the_order_in_which_they_were_first_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store._PAGE", 2)
    articles = [Article(identity=f"a{number}", text="x") for number in range(5)]
    for article in (*articles, articles[1]):
        put(store, article)
    assert list(store.articles()) == articles


def test_passages_carry_exact_text_and_facts_in_the_order_of_the_scores(store: Store) -> None:
    put(store, BARE)
    put(store, FERRY, FERRY_CHUNKS)
    bare, first, second, third = store.chunk_ids().tolist()
    passages, articles = store.passages({third: 0.9, bare: 0.5, first: 0.1, 999: 0.05})
    assert [(passage.text, passage.score) for passage in passages] == [
        ("Émile Zaïd led the rescue.", 0.9),
        (BARE.text, 0.5),
        ("The ferry Lady Ann sank.", 0.1),
    ]
    assert articles == {FERRY.id: FERRY, BARE.id: BARE}
    assert passages[0].text == FERRY.text[passages[0].start : passages[0].end]
    assert (passages[0].article_id, passages[0].title, passages[0].outlet) == (FERRY.id, FERRY.title, FERRY.outlet)
    assert (passages[0].published, passages[0].url) == (FERRY.published, FERRY.url)
    assert second not in {passage.start for passage in passages}


def test_vectors_come_in_the_order_in_which_they_are_asked_for(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    ids = store.chunk_ids()
    assert np.array_equal(store.vectors(ids), np.arange(12, dtype=np.float32).reshape(3, 4))
    assert np.array_equal(store.vectors(ids[::-1]), np.arange(12, dtype=np.float32).reshape(3, 4)[::-1])
    assert store.vectors([]).shape[0] == 0
    with pytest.raises(IndexDamagedError, match="missing"):
        store.vectors([*ids, 999])


def test_words_are_given_with_the_heading_of_their_article(store: Store) -> None:
    put(store, BARE)
    put(store, FERRY, FERRY_CHUNKS)
    bare, first, *_ = store.chunk_ids().tolist()
    heading = "Ferry sinks | Harbor Ledger | March 4, 2026"
    assert list(store.words([first, bare])) == [(bare, "", BARE.text), (first, heading, "The ferry Lady Ann sank.")]


def test_ids_of_chunks_are_never_used_twice(store: Store) -> None:
    used: set[int] = set()
    for _ in range(3):
        put(store, FERRY, FERRY_CHUNKS)
        assert used.isdisjoint(store.chunk_ids().tolist())
        used |= set(store.chunk_ids().tolist())
        Pending(store).publish("without", [FERRY.id])


# Writing


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_transaction_that_fails_leaves_nothing_behind(store: Store, error: type[BaseException]) -> None:
    put(store, BARE)
    with pytest.raises(error), store.transaction():
        Pending(store).put(Embedded(FERRY, FERRY_CHUNKS, np.zeros((3, 4), dtype=np.float32), [1]))
        raise error
    assert not Pending(store).exists()
    assert (list(store.articles()), store.generation) == ([BARE], "with bare")
    put(store, FERRY)
    assert store.counts() == (2, 2)


def test_a_snapshot_does_not_see_what_another_connection_publishes_meanwhile(store: Store, tmp_path: Path) -> None:
    put(store, BARE)
    other = open_store(tmp_path)
    with store.snapshot():
        assert store.generation == "with bare"
        put(other, FERRY)
        assert (store.generation, store.article(FERRY.id), store.counts()) == ("with bare", None, (1, 1))
    assert (store.generation, store.article(FERRY.id)) == (other.generation, FERRY)
    other.close()


def test_a_writer_that_never_ends_is_reported_as_busy(store: Store, tmp_path: Path) -> None:
    store.db.execute("PRAGMA busy_timeout = 50")
    other = open_store(tmp_path)
    with other.transaction(), pytest.raises(IndexBusyError):
        put(store, FERRY)
    other.close()
    put(store, FERRY)
    assert list(store.articles()) == [FERRY]


def test_a_full_disk_is_not_called_damage_and_loses_nothing(store: Store) -> None:
    put(store, BARE)
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InputError, match="full"):
        put(store, Article(identity="long", text="word " * 100_000))
    assert list(store.articles()) == [BARE]


# Opening


def test_many_may_open_a_new_index_at_once(tmp_path: Path) -> None:
    barrier = Barrier(8)

    def open_it(_: int) -> tuple[tuple[int, int], Making]:
        barrier.wait()
        store = open_store(tmp_path)
        try:
            return store.counts(), store.making
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_it, range(8))) == [((0, 0), Making("fake", 4, CHUNK_TOKENS))] * 8


@pytest.mark.parametrize(
    ("making", "said"),
    [
        (Making("other", 4), r"embedder fake, not other; give --embedder fake, or run `citewire index --rebuild`"),
        (Making("fake", 8), r"4 dimensions .* not 8 .*; run `citewire index --rebuild`"),
        (Making("fake", 4, 99), rf"chunks of {CHUNK_TOKENS} tokens, not 4 and 99; run `citewire index --rebuild`"),
    ],
)
def test_an_index_made_in_another_way_is_refused_by_name(
    store: Store, tmp_path: Path, making: Making, said: str
) -> None:
    with pytest.raises(IndexMismatchError, match=said):
        open_store(tmp_path, making)
    open_store(tmp_path, making, rebuild=True).close()
    assert store.recorded_making() == Making("fake", 4, CHUNK_TOKENS)  # until it is made anew


def test_an_index_keeps_the_size_of_its_chunks(tmp_path: Path) -> None:
    open_store(tmp_path, Making("fake", 4, 99)).close()
    store = open_store(tmp_path)
    assert store.making == Making("fake", 4, 99)
    store.close()


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_newer_version_is_refused(store: Store, tmp_path: Path, rebuild: bool) -> None:
    store.db.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexMismatchError, match="newer version"):
        open_store(tmp_path, rebuild=rebuild)

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from index.article import Article, Chunk
from index.errors import IndexBusyError, IndexDamagedError, IndexMismatchError, InputError
from index.store import Store

FERRY = Article(
    identity="https://ledger.test/ferry",
    text="The ferry Lady Ann sank. All aboard were saved — 41 people. Émile Zaïd led the rescue.",
    title="Ferry sinks",
    outlet="Harbor Ledger",
    authors=("Jane Doe", "Ann Roe"),
    published="2026-03-04",
    modified="2026-03-05",
    url="https://ledger.test/ferry",
    path="/articles/ferry.txt",
    origins={"title": "heading", "published": "dateline"},
)
FERRY_CHUNKS = [Chunk(0, 24), Chunk(25, 59), Chunk(60, 86)]
BARE = Article(identity="bare", text="Nothing is known of this 😀 piece.")
DIMENSION = 4


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "articles.sqlite", "fake", DIMENSION)
    yield store
    store.close()


def put(store: Store, article: Article, chunks: list[Chunk] | None = None) -> None:
    chunks = chunks or [Chunk(0, len(article.text))]
    vectors = np.arange(len(chunks) * DIMENSION, dtype=np.float32).reshape(-1, DIMENSION)
    with store.transaction():
        store.put(article, chunks, vectors)


def texts(store: Store, scores: dict[int, float]) -> list[str]:
    return [passage.text for passage in store.passages(scores)]


def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    put(store, FERRY)
    put(store, BARE)
    assert store.article(FERRY.id) == FERRY
    assert store.articles() == [FERRY, BARE]
    assert store.content_hash(FERRY.id) == FERRY.content_hash
    assert store.article("nobody") is None
    assert store.content_hash("nobody") is None


def test_passages_carry_exact_text_and_facts_in_the_order_of_the_scores(store: Store) -> None:
    put(store, BARE)
    put(store, FERRY, FERRY_CHUNKS)
    first = int(store.vectors(DIMENSION)[0][0])
    passages = store.passages({first + 3: 0.9, first: 0.5, first + 1: 0.1, 999: 0.05})
    assert [(passage.text, passage.score) for passage in passages] == [
        ("Émile Zaïd led the rescue.", 0.9),
        (BARE.text, 0.5),
        ("The ferry Lady Ann sank.", 0.1),
    ]
    assert passages[0].text == FERRY.text[passages[0].start : passages[0].end]
    assert (passages[0].article_id, passages[0].title, passages[0].outlet) == (FERRY.id, FERRY.title, FERRY.outlet)
    assert (passages[0].published, passages[0].url) == (FERRY.published, FERRY.url)


def test_words_are_found_in_text_and_heading_without_regard_to_form_case_or_accent(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    assert texts(store, store.match(["SAVE"], 10)) == ["All aboard were saved — 41 people."]
    assert texts(store, store.match(["emile"], 10)) == ["Émile Zaïd led the rescue."]
    assert len(store.match(["ledger"], 10)) == 3
    assert len(store.match(["ledger"], 2)) == 2
    assert store.match(["submarine"], 10) == {}
    assert store.match([], 10) == {}


def test_the_chunk_that_holds_more_of_the_words_scores_higher(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    found = store.match(["aboard", "saved", "rescue"], 10)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert texts(store, found)[0] == "All aboard were saved — 41 people."


def test_holds_asks_for_all_words_in_one_chunk(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    assert store.holds(["ferry", "sinks", "Lady Ann"])
    assert not store.holds(["lady", "rescue"])
    assert store.holds([])


@pytest.mark.parametrize(
    "word", ["AND", "OR", "NEAR", "NOT", "*", '"', "(", ")", ":", "^", "heading:x", 'a"b', "-a", ""]
)
def test_no_word_is_an_operator(store: Store, word: str) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    assert len(store.match(["ledger", word], 10)) == 3
    assert not store.holds(["ledger", word, "submarine"])


def test_thousands_of_words_are_not_too_many(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    assert len(store.match([*(f"word{number}" for number in range(5000)), "ferry"], 10)) == 3


def test_putting_again_replaces_text_words_chunks_and_vectors(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    changed = Article(identity=FERRY.identity, text="The barge Old Tom ran aground.", title="Barge aground")
    put(store, changed)
    assert store.articles() == [changed]
    assert store.counts() == (1, 1)
    assert store.match(["ferry"], 10) == {}
    assert texts(store, store.match(["barge"], 10)) == [changed.text]
    assert len(store.vectors(DIMENSION)[0]) == 1


def test_ids_of_chunks_are_never_used_twice(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    before = set(store.vectors(DIMENSION)[0])
    put(store, FERRY, FERRY_CHUNKS)
    assert before.isdisjoint(store.vectors(DIMENSION)[0])


def test_deleting_leaves_the_others(store: Store) -> None:
    put(store, FERRY, FERRY_CHUNKS)
    put(store, BARE)
    with store.transaction():
        assert store.delete(FERRY.id)
        assert not store.delete("nobody")
    assert store.articles() == [BARE]
    assert store.match(["ferry"], 10) == {}
    assert len(store.match(["known"], 10)) == 1


def test_vectors_come_back_as_they_were_put(store: Store) -> None:
    assert store.vectors(DIMENSION)[1].shape == (0, DIMENSION)
    put(store, FERRY, FERRY_CHUNKS)
    ids, vectors = store.vectors(DIMENSION)
    assert list(ids) == sorted(ids)
    assert np.array_equal(vectors, np.arange(12, dtype=np.float32).reshape(3, 4))


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_transaction_that_fails_leaves_nothing_behind(store: Store, error: type[BaseException]) -> None:
    put(store, BARE)
    generation = store.generation
    with pytest.raises(error), store.transaction():
        store.put(FERRY, FERRY_CHUNKS, np.zeros((3, DIMENSION), dtype=np.float32))
        raise error
    assert store.articles() == [BARE]
    assert store.match(["ferry"], 10) == {}
    assert store.generation == generation
    put(store, FERRY)
    assert store.counts() == (2, 2)


def test_every_transaction_moves_the_generation_on_and_reading_does_not(store: Store) -> None:
    generations = [store.generation]
    put(store, BARE)
    generations.append(store.generation)
    store.articles()
    assert store.generation == generations[-1]
    put(store, BARE)
    generations.append(store.generation)
    assert len(set(generations)) == 3


def test_a_snapshot_does_not_see_what_another_connection_writes_meanwhile(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "articles.sqlite", "fake", DIMENSION)
    with store.snapshot():
        generation = store.generation
        put(other, FERRY)
        assert store.generation == generation
        assert store.match(["ferry"], 10) == {}
    assert store.generation == other.generation
    assert len(store.match(["ferry"], 10)) == 1
    other.close()


def test_a_writer_that_never_ends_is_reported_as_busy(store: Store, tmp_path: Path) -> None:
    store._db.execute("PRAGMA busy_timeout = 50")
    other = Store(tmp_path / "articles.sqlite", "fake", DIMENSION)
    with other.transaction(), pytest.raises(IndexBusyError):
        put(store, FERRY)
    other.close()
    put(store, FERRY)
    assert store.articles() == [FERRY]


def test_a_full_disk_is_not_called_damage_and_loses_nothing(store: Store) -> None:
    put(store, BARE)
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InputError, match="full"):
        put(store, Article(identity="long", text="word " * 100_000))
    assert store.articles() == [BARE]


def test_many_may_open_a_new_index_at_once(tmp_path: Path) -> None:
    barrier = Barrier(8)

    def open_store(_: int) -> tuple[int, int]:
        barrier.wait()
        store = Store(tmp_path / "articles.sqlite", "fake", DIMENSION)
        try:
            return store.counts()
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_store, range(8))) == [(0, 0)] * 8


def test_another_embedder_is_refused_by_name(store: Store, tmp_path: Path) -> None:
    with pytest.raises(IndexMismatchError, match=r"embedder fake, not other; give --embedder fake"):
        Store(tmp_path / "articles.sqlite", "other", DIMENSION)


def test_the_same_embedder_with_other_dimensions_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(IndexMismatchError, match="4 dimensions, not 8"):
        Store(tmp_path / "articles.sqlite", "fake", 8)


def test_a_newer_version_is_refused(store: Store, tmp_path: Path) -> None:
    store._db.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexMismatchError, match="newer version"):
        Store(tmp_path / "articles.sqlite", "fake", DIMENSION)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE articles (headline TEXT)")
    db.close()


def overwrite(first: int, last: int | None, byte: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = path.read_bytes()
        end = len(data) if last is None else last
        path.write_bytes(data[:first] + byte * (end - first) + data[end:])

    return damage


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])


@pytest.mark.parametrize(
    "damage",
    [overwrite(0, 100, b"\0"), overwrite(0, None, b"x"), overwrite(4096, None, b"\xff"), truncate],
    ids=["no header", "all overwritten", "pages overwritten", "truncated"],
)
def test_a_damaged_file_is_called_so_in_one_sentence(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "articles.sqlite"
    store = Store(path, "fake", DIMENSION)
    put(store, FERRY, FERRY_CHUNKS)
    put(store, Article(identity="long", text="word " * 10_000))
    store.close()
    damage(path)
    with pytest.raises(IndexDamagedError, match=r"^The index file .* cannot be used \(.*\); restore it .*\.$"):
        store = Store(path, "fake", DIMENSION)
        try:
            store.articles()
            put(store, BARE)
        finally:
            store.close()


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite"
    foreign(path)
    with pytest.raises(IndexDamagedError, match="already exists"):
        Store(path, "fake", DIMENSION)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("articles",)]
    db.close()

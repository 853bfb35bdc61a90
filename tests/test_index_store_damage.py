from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from test_index_store import BARE, FERRY, FERRY_CHUNKS, open_store, put

from index.article import Article
from index.errors import CitewireError, IndexDamagedError


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
    store = open_store(tmp_path)
    put(store, FERRY, FERRY_CHUNKS)
    put(store, Article(identity="long", text="word " * 10_000))
    store.close()
    damage(path)
    with pytest.raises(IndexDamagedError, match=r"^The index file .* cannot be used \(.*\); restore it .*\.$"):
        store = open_store(tmp_path)
        try:
            list(store.articles())
            put(store, BARE)
        finally:
            store.close()


@pytest.mark.parametrize(
    ("stored", "instead"),
    [(b"41 people", b"47 people"), (b"Harbor Ledger", b"Harbor Hedger"), (b"2026-03-04", b"2026-03-14")],
    ids=["text", "fact", "date"],
)
def test_an_article_that_is_not_what_was_stored_is_refused(tmp_path: Path, stored: bytes, instead: bytes) -> None:
    store = open_store(tmp_path)
    put(store, FERRY, FERRY_CHUNKS)
    store.close()
    path = tmp_path / "articles.sqlite"
    data = path.read_bytes()
    assert data.count(stored) == 1
    path.write_bytes(data.replace(stored, instead))
    store = open_store(tmp_path)
    reads: list[Callable[[], object]] = [
        *(lambda: store.article(FERRY.id), lambda: list(store.articles()), lambda: store.story(FERRY.id)),
        *(lambda: list(store.words(store.chunk_ids())), lambda: store.passages({1: 1.0})),
    ]
    for read in reads:
        with pytest.raises(IndexDamagedError, match=rf"^The article {FERRY.id} in the index is damaged; restore .*\.$"):
            read()
    store.close()


@pytest.mark.parametrize("column", ["start", "end", "vector"])
def test_a_chunk_that_is_not_what_was_stored_is_refused(tmp_path: Path, column: str) -> None:
    store = open_store(tmp_path)
    put(store, FERRY, FERRY_CHUNKS)
    changed = "zeroblob(16)" if column == "vector" else f"{column} + 1"
    store.db.execute(f"UPDATE chunks SET {column} = {changed} WHERE id = 2")
    for read in (lambda: store.vectors([1, 2]), lambda: store.passages({2: 1.0})):
        with pytest.raises(IndexDamagedError, match=r"chunk 2 is not what was stored"):
            read()
    assert len(store.vectors([1, 3])) == 2
    store.close()


def test_whatever_bit_flips_no_other_text_or_vector_is_given(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, FERRY, FERRY_CHUNKS)
    put(store, BARE)
    vectors = {vector.tobytes() for vector in store.vectors(store.chunk_ids())}
    texts = {passage.text for passage in store.passages(dict.fromkeys(range(1, 5), 1.0))[0]}
    store.close()
    path = tmp_path / "articles.sqlite"
    intact = path.read_bytes()
    used = [at for at, byte in enumerate(intact) if byte]  # most of the small file is room to grow
    chance = random.Random(3)
    refused = 0
    for _ in range(300):
        damaged = bytearray(intact)
        damaged[chance.choice(used)] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            store = open_store(tmp_path)
        except CitewireError:
            refused += 1
            continue
        try:
            assert all(article in (FERRY, BARE) for article in store.articles())
            with store.snapshot():
                ids = store.chunk_ids()
                assert {vector.tobytes() for vector in store.vectors(ids)} <= vectors
                assert {passage.text for passage in store.passages(dict.fromkeys(ids.tolist(), 1.0))[0]} <= texts
        except CitewireError:
            refused += 1
        finally:
            store.close()
    assert 50 < refused < 300


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE articles (headline TEXT)")
    db.close()
    with pytest.raises(IndexDamagedError, match="already exists"):
        open_store(tmp_path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("articles",)]
    db.close()


def test_articles_whose_places_are_out_of_order_are_refused_and_not_read_for_ever(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, FERRY)
    put(store, BARE)
    (root,) = store.db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'articles_by_place'").fetchone()
    store.close()
    path = tmp_path / "articles.sqlite"
    data = bytearray(path.read_bytes())
    end = root * 4096
    assert data[end - 3 : end] == b"\x03\x09\x09"  # the first entry: three bytes, the place is 1, the key is 1
    data[end - 2] = 0x0D  # with a bit flipped the place is an empty text, which comes after all numbers
    path.write_bytes(data)
    store = open_store(tmp_path)
    with pytest.raises(IndexDamagedError, match="out of order"):
        list(store.articles())
    store.close()

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
from news import found, sql, write
from test_index_copies import FOLLOW_UP, STORY

from index import Archive
from index.article import Article, Chunk
from index.copies import buckets, is_copy
from index.errors import IndexDamagedError
from index.pending import Embedded, Pending
from index.store import Making, Store

Stories = set[tuple[str, frozenset[str]]]

LONGER = f"{STORY}\n\nThe violinist Tamsin Okafor, who was aboard, played for the passengers until the boats came."
HALVES = STORY[: len(STORY) // 2], STORY[len(STORY) // 2 :]


def record(name: str, text: str, published: str = "2026-03-04") -> dict[str, str]:
    return {"url": name, "text": text, "source": name.title(), "published": published}


def ids(archive: Archive) -> dict[str | None, str]:
    return {article.url: article.id for article in archive.articles()}


def stories(archive: Archive) -> list[list[str | None]]:
    """The URLs of each story, its face first."""
    found = {tuple(article.url for article in archive.story(id)) for id in ids(archive).values()}
    return sorted(map(list, found))


@pytest.fixture
def wire(archive: Archive, tmp_path: Path) -> Archive:
    """One story in three outlets, in one of them with a paragraph more, and what was reported the next day."""
    records = [
        *(record("post", STORY, "2026-03-05"), record("ledger", STORY), record("echo", LONGER, "2026-03-06")),
        record("follow-up", FOLLOW_UP, "2026-03-07"),
    ]
    archive.update([write(tmp_path / "wire.jsonl", *records)])
    return archive


def test_stories_are_the_same_when_few_words_are_held_and_no_text_is_read_twice_when_all_are(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    texts = Store.texts

    def counted(store: Store, keys: Iterable[int]) -> Mapping[int, str]:
        read.extend(keys := list(keys))
        return texts(store, keys)

    monkeypatch.setattr(Store, "texts", counted)
    news = write(tmp_path / "wire.jsonl", *(record(f"outlet {at}", f"{STORY} Read {at} times.") for at in range(6)))
    archive.update([news])
    assert len(read) == len(set(read)) == 6
    whole = stories(archive)
    assert len(whole) == 1
    archive.remove(ids(archive).values())
    read.clear()
    monkeypatch.setattr("index.stories.MOST_WORDS", 1)
    archive.update([news])
    assert stories(archive) == whole and len(read) > 6


# Searching


def test_a_story_is_found_once_with_its_copies(wire: Archive) -> None:
    passages, articles = wire.retrieve("Why did the ferry Northern Light run aground off Gull Point?", 100)
    assert {article.url for article in articles.values()} == {"ledger", "follow-up"}
    assert len(passages) > 2
    for passage in passages:
        others = [] if passage.url == "follow-up" else [("post", "2026-03-05"), ("echo", "2026-03-06")]
        assert [(copy.url, copy.published) for copy in passage.copies] == others
        assert [copy.article_id for copy in passage.copies] == [ids(wire)[url] for url, _ in others]


def test_a_copy_is_found_when_the_question_asks_for_what_only_it_says(wire: Archive) -> None:
    passages = wire.search("Who was the violinist Tamsin Okafor that played for the passengers?", 100)
    assert "Tamsin Okafor" in passages[0].text
    assert (passages[0].url, [copy.url for copy in passages[0].copies]) == ("echo", ["ledger", "post"])
    assert {passage.url for passage in passages} == {"echo", "follow-up"}


def test_k_counts_passages_of_which_none_is_a_copy(wire: Archive) -> None:
    texts = found(wire, "ferry harbour passengers", 6)
    assert len(texts) == len(set(texts)) == 6


def test_an_article_damaged_in_the_database_is_not_shown_among_the_copies(wire: Archive) -> None:
    post = ids(wire)["post"]
    sql(wire.folder, "UPDATE articles SET text = replace(text, '112', '912') WHERE id = ?", post)
    with pytest.raises(IndexDamagedError, match=post):
        wire.search("Northern Light")


# Coming and going


def test_the_face_comes_first_and_a_story_is_the_same_from_each_of_its_articles(wire: Archive) -> None:
    assert stories(wire) == [["follow-up"], ["ledger", "post", "echo"]]


def test_a_face_that_is_removed_hands_over_to_the_next(wire: Archive) -> None:
    wire.remove([ids(wire)["ledger"]])
    assert stories(wire) == [["follow-up"], ["post", "echo"]]
    (passage, *_) = (passage for passage in wire.search("Northern Light aground") if passage.url != "follow-up")
    assert (passage.url, [copy.url for copy in passage.copies]) == ("post", ["echo"])
    wire.remove([ids(wire)["post"]])
    assert stories(wire) == [["echo"], ["follow-up"]]
    assert all(passage.copies == () for passage in wire.search("Northern Light aground"))


def test_an_article_that_is_rewritten_leaves_its_story_for_another(wire: Archive, tmp_path: Path) -> None:
    wire.update([write(tmp_path / "new.jsonl", record("ledger", FOLLOW_UP, "2026-03-08"))])
    assert stories(wire) == [["follow-up", "ledger"], ["post", "echo"]]
    wire.update([write(tmp_path / "new.jsonl", record("ledger", STORY))])
    assert stories(wire) == [["follow-up"], ["ledger", "post", "echo"]]


def test_a_corrected_date_makes_another_copy_the_face(wire: Archive) -> None:
    wire.correct(ids(wire)["echo"], {"published": "2026-03-01"})
    assert stories(wire) == [["echo", "post", "ledger"], ["follow-up"]]
    wire.correct(ids(wire)["echo"], {"published": None})
    assert stories(wire) == [["follow-up"], ["ledger", "post", "echo"]]


def test_an_article_may_join_to_one_half_and_when_it_goes_they_part(archive: Archive, tmp_path: Path) -> None:
    one, other = HALVES
    assert is_copy(one, STORY) and is_copy(other, STORY) and not is_copy(one, other)
    archive.update([write(tmp_path / "halves.jsonl", record("one", one), record("other", other))])
    assert stories(archive) == [["one"], ["other"]]
    archive.update([write(tmp_path / "whole.jsonl", record("whole", STORY))])
    assert sorted(len(story) for story in stories(archive)) == [1, 2]
    archive.remove([ids(archive)["whole"]])
    assert stories(archive) == [["one"], ["other"]]


# Whatever the order


def put(store: Store, texts: Mapping[str, str], gone: Iterable[str], generation: str) -> None:
    with store.transaction():
        for name, text in texts.items():
            article = Article(name, text, outlet=name, published=f"2026-03-0{int(name[-1]) + 1}")
            vectors = np.zeros((1, 4), dtype=np.float32)
            Pending(store).put(Embedded(article, [Chunk(0, len(text))], vectors, buckets(text)))
    Pending(store).publish(generation, [Article(name, "x").id for name in gone])


def grouped(store: Store) -> Stories:
    groups = [store.story(article.id) for article in store.articles()]
    return {(group[0].identity, frozenset(article.identity for article in group)) for group in groups}


def variants() -> list[str]:
    """Texts that are copies of some of each other, but not of all: chains in which it matters where one begins."""
    paragraphs = STORY.split("\n\n")
    windows = ["\n\n".join(paragraphs[first : first + 4]) for first in range(len(paragraphs) - 3)]
    return [STORY, LONGER, FOLLOW_UP, *HALVES, *windows, f"{paragraphs[-1]} {STORY}"]


@pytest.mark.parametrize("seed", [0, 7, 8, 10, 13, 14])
def test_the_same_articles_make_the_same_stories_in_whatever_order_they_came(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    texts = variants()
    state: dict[str, str] = {}
    shapes: set[tuple[int, ...]] = set()
    store = Store(tmp_path / "articles.sqlite", Making("fake", 4))
    for step in range(12):
        new = {f"a{chance.randrange(9)}": chance.choice(texts) for _ in range(chance.randint(1, 3))}
        gone = [name for name in state if name not in new and chance.random() < 0.15]
        put(store, new, gone, f"step {step}")
        state = {name: text for name, text in (state | new).items() if name not in gone}
        at_once = Store(tmp_path / f"{step}.sqlite", Making("fake", 4))
        put(at_once, dict(sorted(state.items())), [], "at once")
        assert grouped(store) == grouped(at_once)
        at_once.close()
        shapes.add(tuple(sorted(len(members) for _, members in grouped(store))))
    assert len(shapes) > 4
    store.close()

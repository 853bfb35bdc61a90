from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, ZOO, found, holders, sql, write

from index import Archive
from index.errors import IndexBusyError, IndexMismatchError


@pytest.fixture
def ferry(archive: Archive, news: Path) -> str:
    """The id of an article of three in the archive that was corrected and has an earlier version."""
    archive.update([write(news, {**FERRY, "text": "The ferry is late."}, BUDGET, ZOO)])
    archive.update([write(news, FERRY, BUDGET, ZOO)])
    (id,) = (article.id for article in archive.articles() if article.url == FERRY["url"])
    archive.correct(id, {"outlet": "Kestrel Post"})
    return id


def test_a_removal_undone_brings_all_of_an_article_back_without_embedding(archive: Archive, ferry: str) -> None:
    before, versions, entries = list(archive.articles()), archive.versions(ferry), archive.entries()
    passages = found(archive, "Captain Oyelaran led the rescue")
    embedded = fake(archive).embedded.copy()
    removed = archive.take_out([ferry, "nobody"])
    assert removed.ids == (ferry,)
    assert len(list(archive.articles())) == 2
    assert not archive.mentions(["Oyelaran"])
    assert archive.put_back(removed) == 1
    assert (list(archive.articles()), archive.versions(ferry), archive.entries()) == (before, versions, entries)
    assert found(archive, "Captain Oyelaran led the rescue") == passages
    assert archive.mentions(["Kestrel"])
    assert archive.correct(ferry, {"outlet": None}).outlet == FERRY["source"]
    assert fake(archive).embedded == embedded
    archive.verify()


def test_what_was_put_back_is_unchanged_when_its_file_is_indexed_again(
    archive: Archive, ferry: str, news: Path
) -> None:
    archive.put_back(archive.take_out([ferry]))
    update = archive.update([news])
    assert (update.added, update.changed, update.unchanged) == (0, 0, 3)


def test_until_it_is_put_back_nothing_of_a_removed_article_is_on_the_disk(archive: Archive, ferry: str) -> None:
    assert holders(archive.folder, b"Oyelaran")
    removed = archive.take_out([ferry])
    assert not holders(archive.folder, b"Oyelaran")
    archive.put_back(removed)
    assert found(archive, "Oyelaran")


def test_copies_are_of_one_story_again(archive: Archive, tmp_path: Path) -> None:
    text = " ".join(f"On day {day} the council of Port Meriden heard witness number {day}." for day in range(40))
    one, other = ({"url": f"https://{name}.test/a", "title": name, "text": text} for name in ("bay", "ledger"))
    archive.update([write(tmp_path / "copies.jsonl", one, other)])
    first, second = (article.id for article in archive.articles())
    assert len(archive.story(first)) == 2
    removed = archive.take_out([first])
    assert len(archive.story(second)) == 1
    archive.put_back(removed)
    assert {article.id for article in archive.story(second)} == {first, second}


def test_an_article_that_was_indexed_again_meanwhile_stands_as_it_is(archive: Archive, ferry: str, news: Path) -> None:
    removed = archive.take_out([ferry])
    archive.update([write(news, {**FERRY, "text": "The ferry was raised."}, BUDGET, ZOO)])
    assert archive.put_back(removed) == 0
    assert archive.article(ferry).text == "The ferry was raised."
    assert archive.versions(ferry) == []


def test_what_was_removed_twice_comes_back_once(archive: Archive, ferry: str) -> None:
    removed = archive.take_out([ferry])
    assert archive.take_out([ferry]).ids == ()
    assert (archive.put_back(removed), archive.put_back(removed)) == (1, 0)


def test_an_index_that_was_rebuilt_in_another_way_takes_nothing_back(archive: Archive, ferry: str) -> None:
    removed = archive.take_out([ferry])
    with Archive(archive.folder, FakeEmbedder("other", 16), rebuild=True) as other:
        other.rebuild()
        with pytest.raises(IndexMismatchError, match="has been rebuilt in another way"):
            other.put_back(removed)
        assert ferry not in {article.id for article in other.articles()}


def test_while_another_writes_nothing_is_taken_out_or_put_back(archive: Archive, ferry: str) -> None:
    removed = archive.take_out([ferry])
    with archive._writing(), Archive(archive.folder, FakeEmbedder()) as other:
        with pytest.raises(IndexBusyError):
            other.put_back(removed)
        with pytest.raises(IndexBusyError):
            other.take_out([ferry])


# What a list shows


def test_entries_tell_the_facts_as_corrected_and_when_an_article_was_added(archive: Archive, ferry: str) -> None:
    sql(archive.folder, "UPDATE articles SET added = '2026-03-05T08:00:00+00:00'")
    with Archive(archive.folder, FakeEmbedder()) as reader:
        entry, budget, _ = reader.entries()
    assert (entry.id, entry.title, entry.outlet, entry.published) == (
        ferry,
        FERRY["title"],
        "Kestrel Post",
        "2026-03-04",
    )
    assert (entry.url, entry.added) == (FERRY["url"], "2026-03-05T08:00:00+00:00")
    assert (budget.outlet, budget.authors, budget.published) == (None, (), None)


def test_entries_follow_what_another_process_does(archive: Archive, ferry: str) -> None:
    with Archive(archive.folder, FakeEmbedder()) as reader:
        assert len(reader.entries()) == 3
        assert reader.entries() is reader.entries()
        archive.remove([ferry])
        assert ferry not in {entry.id for entry in reader.entries()}

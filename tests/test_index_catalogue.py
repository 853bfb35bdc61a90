from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEmbedder
from news import BUDGET, FERRY, ZOO, at_call, found, sql, write
from test_index_copies import STORY

from index import Archive
from index.catalogue import Catalogue, facts_row, site
from index.filters import Filter
from index.store import Place

SPORT = {
    "url": "https://www.post.test/sport",
    "title": "Kell wins",
    "text": "Kell won the cup. The parade is on Sunday.",
    "source": "City Post",
    "authors": ["Ann Lee", "Bo Day"],
    "published": "2026-03-09",
}
MUSIC = {
    **SPORT,
    "url": "https://post.test/music",
    "title": "Choir sings",
    "text": "A choir sang.",
    "authors": ["Bo Day"],
}


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    archive.update([write(tmp_path / "news.jsonl", FERRY, BUDGET, SPORT, {**MUSIC, "published": "2026-02"})])
    return archive


def chosen(archive: Archive, wanted: Filter) -> list[str]:
    """The last parts of the addresses of the articles that a filter lets through."""
    keys = set(archive.catalogue().select(wanted).tolist())
    urls = dict(sql(archive.folder, "SELECT key, json_extract(facts, '$.url') FROM articles ORDER BY key"))
    return [url.rsplit("/")[-1] for key, url in urls.items() if key in keys]


def ids(archive: Archive) -> dict[str | None, str]:
    return {article.url: article.id for article in archive.articles()}


def chunks(archive: Archive) -> list[tuple[int, int]]:
    return sql(archive.folder, "SELECT id, article FROM chunks ORDER BY id")


# What it holds


def test_an_empty_archive_has_an_empty_catalogue(archive: Archive) -> None:
    catalogue = archive.catalogue()
    nothing = np.array([], dtype=np.int64)
    assert (len(catalogue.keys), len(catalogue.chunks), catalogue.newest) == (0, 0, None)
    assert not catalogue.by_outlet and not catalogue.by_author
    assert catalogue.select(Filter(("AP",))).tolist() == catalogue.select(Filter()).tolist() == []
    assert catalogue.places(nothing) == {}
    assert catalogue.is_published(np.array([1, 2])).tolist() == [False, False]


def test_outlets_are_known_by_name_and_by_site_and_authors_by_name(filled: Archive) -> None:
    catalogue = filled.catalogue()
    assert {name: len(rows) for name, rows in catalogue.by_outlet.items()} == {
        **{"Harbor Ledger": 1, "ledger.test": 2, "City Post": 2, "post.test": 2}
    }
    assert {name: len(rows) for name, rows in catalogue.by_author.items()} == {"Ann Lee": 1, "Bo Day": 2}


def test_keys_and_chunks_ascend_and_every_chunk_has_its_owner(filled: Archive) -> None:
    catalogue = filled.catalogue()
    owners = catalogue.keys[catalogue.rows].tolist()
    assert list(zip(catalogue.chunks.tolist(), owners, strict=True)) == chunks(filled)
    assert catalogue.keys.tolist() == sorted(set(owners))


# Choosing


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), ["ferry", "budget", "sport", "music"]),
        (Filter(("Harbor Ledger",)), ["ferry"]),
        (Filter(("ledger.test",)), ["ferry", "budget"]),
        (Filter(("Harbor Ledger", "City Post")), ["ferry", "sport", "music"]),
        (Filter(authors=("Ann Lee",)), ["sport"]),
        (Filter(authors=("Ann Lee", "Bo Day")), ["sport", "music"]),
        (Filter(("Harbor Ledger",), ("Bo Day",)), []),
        (Filter(("City Post",), ("Bo Day",), since="2026-03-01"), ["sport"]),
        (Filter(since="2026-03-04", until="2026-03-08"), ["ferry"]),
        (Filter(until="2026-02-10"), ["music"]),
        (Filter(("Nobody's",)), []),
        (Filter(("Nobody's", "City Post")), ["sport", "music"]),
        (Filter(since="2027-01-01"), []),
    ],
    ids=str,
)
def test_a_filter_lets_through_what_meets_all_of_it(filled: Archive, wanted: Filter, names: list[str]) -> None:
    assert chosen(filled, wanted) == names


def test_the_chunks_of_articles_are_theirs_alone(filled: Archive) -> None:
    catalogue = filled.catalogue()
    post = Filter(("City Post",))
    keys = catalogue.select(post).tolist()
    assert catalogue.chunks_of(post).tolist() == [chunk for chunk, article in chunks(filled) if article in keys]
    assert catalogue.keys[catalogue.rows_of(catalogue.chunks_of(post))].tolist() == keys


def test_the_newest_day_is_the_last_with_a_year(archive: Archive, tmp_path: Path) -> None:
    days = ["2024-05-31", "2026-02", "--12-31", "2026-01-15"]
    records = [{"url": f"u{day}", "text": f"It is {day}.", "published": day} for day in days]
    archive.update([write(tmp_path / "days.jsonl", *records, {"url": "none", "text": "No day."})])
    assert archive.catalogue().newest == "2026-02"


# What the user corrected, what is gone, what is not there yet


def test_corrections_count_and_so_does_taking_them_back(filled: Archive) -> None:
    id = ids(filled)[BUDGET["url"]]
    filled.correct(id, {"outlet": "Tax Times", "authors": "Cy Roe", "published": "2027-01-02"})
    assert chosen(filled, Filter(("Tax Times",), ("Cy Roe",), "2027-01-01", "2027-12-31")) == ["budget"]
    assert filled.catalogue().newest == "2027-01-02"
    filled.correct(id, {"outlet": None, "authors": None, "published": None})
    assert "Tax Times" not in filled.catalogue().by_outlet
    assert filled.catalogue().newest == "2026-03-09"


def test_a_fact_that_the_user_took_away_is_gone(filled: Archive) -> None:
    filled.correct(ids(filled)[SPORT["url"]], {"outlet": "", "authors": "", "published": ""})
    assert chosen(filled, Filter(("City Post",))) == ["music"]
    assert chosen(filled, Filter(authors=("Ann Lee",))) == []
    assert chosen(filled, Filter(since="2026-03-05")) == []


def test_removed_articles_are_gone(filled: Archive) -> None:
    before = filled.catalogue()
    filled.remove([ids(filled)[FERRY["url"]]])
    after = filled.catalogue()
    assert "Harbor Ledger" not in after.by_outlet
    assert len(after.keys) == len(before.keys) - 1
    assert after.is_published(before.chunks).tolist() == [False, True, True, True]
    assert len(before.keys) == 4


def test_pending_articles_are_not_seen(filled: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.updating.publish", at_call(1, KeyboardInterrupt, print))
    changed = {**FERRY, "source": "Evening Ledger"}
    with pytest.raises(KeyboardInterrupt):
        filled.update([write(tmp_path / "more.jsonl", {**ZOO, "source": "Zoo News"}, changed)])
    assert len(chunks(filled)) == 6
    with Archive(filled.folder, FakeEmbedder()) as reader:
        catalogue = reader.catalogue()
    assert len(catalogue.keys) == len(catalogue.chunks) == 4
    assert not {"Zoo News", "Evening Ledger"} & catalogue.by_outlet.keys()


def test_a_catalogue_is_read_once_for_a_state(filled: Archive, tmp_path: Path) -> None:
    first = filled.catalogue()
    found(filled, "ferry")
    assert filled.catalogue() is first
    with Archive(filled.folder, FakeEmbedder()) as writer:
        writer.update([write(tmp_path / "zoo.jsonl", ZOO)])
    second = filled.catalogue()
    assert second.generation != first.generation
    assert len(second.keys) == 5


# Places


def test_places_are_those_of_the_store(archive: Archive, tmp_path: Path) -> None:
    copies = [{"url": name, "text": STORY, "source": name} for name in ("post", "ledger")]
    archive.update([write(tmp_path / "wire.jsonl", ZOO, *copies)])
    catalogue = archive.catalogue()
    some = catalogue.chunks[::-1][:-1]
    rows = sql(
        archive.folder,
        "SELECT chunks.id, key, story, face FROM chunks JOIN articles ON key = article WHERE chunks.id > ?",
        int(catalogue.chunks[0]),
    )
    assert catalogue.places(some) == {id: Place(key, story, bool(face)) for id, key, story, face in rows}
    assert len({place.story for place in catalogue.places(catalogue.chunks).values()}) == 2
    assert {place.is_face for place in catalogue.places(some).values()} == {True, False}


# Facts


@pytest.mark.parametrize(
    ("facts", "corrections", "row"),
    [
        ("{}", "{}", ((), (), None)),
        ('{"outlet": "AP"}', "{}", (("AP",), (), None)),
        ('{"url": "https://AP.example:8080/x", "published": "2024-03"}', "{}", (("ap.example",), (), "2024-03")),
        ('{"outlet": "AP", "authors": ["A B"]}', '{"outlet": "", "authors": []}', ((), (), None)),
        ('{"outlet": "AP"}', '{"url": "https://www.bbc.example/"}', (("AP", "bbc.example"), (), None)),
    ],
)
def test_facts_are_read_as_the_user_corrected_them(facts: str, corrections: str, row: object) -> None:
    assert facts_row(facts, corrections) == row


@pytest.mark.parametrize("url", [None, "", "u41", "/a/file.html", "http://[bad", "mailto:desk@ledger.example"])
def test_what_is_no_address_has_no_site(url: str | None) -> None:
    assert site(url) == ""


def test_an_article_with_a_broken_address_hinders_no_search(archive: Archive, tmp_path: Path) -> None:
    archive.update([write(tmp_path / "odd.jsonl", FERRY, {**ZOO, "url": "http://[bad"})])
    assert isinstance(archive.catalogue(), Catalogue)
    assert found(archive, "quokka", 1) == [ZOO["text"]]

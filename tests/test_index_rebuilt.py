"""An archive that is open while somebody else rebuilds it in another way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from news import BUDGET, FERRY, ZOO, found, write

from index import Archive
from index.errors import IndexMismatchError, InputError
from index.store import CHUNK_TOKENS, Making

WORKS: dict[str, Callable[[Archive, str], object]] = {
    "search": lambda archive, id: archive.search("ferry"),
    "mentions": lambda archive, id: archive.mentions(["ferry"]),
    "correct": lambda archive, id: archive.correct(id, {"title": "Set right"}),
    "remove": lambda archive, id: archive.remove([id]),
    "add": lambda archive, id: archive.update([write(archive.folder.parent / "zoo.jsonl", ZOO)]),
}


def rebuild(folder: Path, embedder: FakeEmbedder, chunk_tokens: int = 0) -> None:
    with Archive(folder, embedder, chunk_tokens, rebuild=True) as other:
        other.rebuild()


@pytest.mark.parametrize(
    "made",
    [Making("other", 32, CHUNK_TOKENS), Making("other", 16, CHUNK_TOKENS), Making("fake", 32, 16)],
    ids=["another embedder", "another dimension", "another chunk size"],
)
def test_nothing_is_searched_or_written_once_it_is_made_in_another_way(
    archive: Archive, news: Path, made: Making
) -> None:
    archive.update([news])
    assert found(archive, "ferry")
    embedder = FakeEmbedder(made.embedder, made.dimension)
    told = rf"has been rebuilt while it was open, with the embedder {made.embedder} .*; start citewire anew\.$"
    with Archive(archive.folder, FakeEmbedder()) as only_opened:
        rebuild(archive.folder, embedder, made.chunk_tokens)
        for opened in (archive, only_opened):
            for work in WORKS.values():
                with pytest.raises(IndexMismatchError, match=told):
                    work(opened, archive.entries()[0].id)
    assert archive._store.recorded_making() == made
    with Archive(archive.folder, embedder) as again:
        assert [article.title for article in again.articles()] == [FERRY["title"], BUDGET["title"]]
        assert "ferry" in found(again, "Which ferry sank?")[0]


def test_one_that_is_made_anew_in_the_same_way_goes_on(archive: Archive, news: Path) -> None:
    archive.update([news])
    assert len(found(archive, "ferry")) == 2
    rebuild(archive.folder, FakeEmbedder())
    for work in WORKS.values():
        work(archive, archive.entries()[0].id)
    assert [article.title for article in archive.articles()] == [BUDGET["title"], ZOO["title"]]


def test_a_correction_that_cannot_be_kept_is_refused(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.update([news])
    before, id = archive.generation, archive.entries()[0].id
    monkeypatch.setattr("index.archive.Pending.put_again", lambda *_: False)
    with pytest.raises(InputError, match=rf"^The article {id} has changed meanwhile; look at it, and set its facts"):
        archive.correct(id, {"title": "Set right"})
    assert archive.generation == before

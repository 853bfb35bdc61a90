from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, ZOO, at_call, found, holders, overwrite, sql, write

from index import Archive
from index.errors import InputError
from index.fulltext import FullText
from index.vectors import VectorIndex

QUESTION = "How many people were aboard the ferry?"


def note(folder: Path) -> Path:
    ((generation,),) = sql(folder, "SELECT value FROM meta WHERE key = 'generation'")
    return folder / "search" / f"{generation}.json"


def vectors(folder: Path) -> Path:
    return folder / "search" / str(json.loads(note(folder).read_text())["vectors"])


def words(folder: Path) -> Path:
    return folder / "search" / str(json.loads(note(folder).read_text())["words"])


def largest(folder: Path) -> Path:
    return max(
        (path for path in words(folder).iterdir() if path.suffix != ".json"), key=lambda path: path.stat().st_size
    )


def truncate(path: Path) -> None:
    overwrite(path, path.read_bytes()[: path.stat().st_size // 2])


def zero(path: Path) -> None:
    overwrite(path, bytes(path.stat().st_size))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    overwrite(path, bytes(data))


def take_from_another(folder: Path) -> None:
    with Archive(folder.parent / "other", FakeEmbedder()) as other:
        other.update([write(folder.parent / "zoo.jsonl", ZOO)])
    overwrite(vectors(folder), vectors(folder.parent / "other").read_bytes())


DAMAGES: dict[str, Callable[[Path], object]] = {
    "folder missing": lambda folder: shutil.rmtree(folder / "search"),
    "all but the words missing": lambda folder: [path.unlink() for path in (folder / "search").glob("*.*")],
    "note missing": lambda folder: note(folder).unlink(),
    "note truncated": lambda folder: truncate(note(folder)),
    "note zeroed": lambda folder: zero(note(folder)),
    "note a list": lambda folder: note(folder).write_text("[]"),
    "note of names that are none": lambda folder: note(folder).write_text('{"vectors": 7, "words": null}'),
    "vectors missing": lambda folder: vectors(folder).unlink(),
    "vectors truncated": lambda folder: truncate(vectors(folder)),
    "vectors zeroed": lambda folder: zero(vectors(folder)),
    "vectors flipped": lambda folder: flip(vectors(folder)),
    "vectors of another": take_from_another,
    "stamp missing": lambda folder: vectors(folder).with_suffix(".json").unlink(),
    "stamp truncated": lambda folder: truncate(vectors(folder).with_suffix(".json")),
    "stamp flipped": lambda folder: flip(vectors(folder).with_suffix(".json")),
    "words missing": lambda folder: shutil.rmtree(words(folder)),
    "words' list missing": lambda folder: (words(folder) / "meta.json").unlink(),
    "words' list truncated": lambda folder: truncate(words(folder) / "meta.json"),
    "words' file missing": lambda folder: largest(folder).unlink(),
    "words' file truncated": lambda folder: truncate(largest(folder)),
    "words' file zeroed": lambda folder: zero(largest(folder)),
    "words' file flipped": lambda folder: flip(largest(folder)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_missing_or_damaged_is_made_anew_without_embedding(
    archive: Archive, news: Path, damage: Callable[[Path], object]
) -> None:
    archive.update([news])
    expected = archive.search(QUESTION)
    archive.close()
    damage(archive.folder)
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert again.search(QUESTION) == expected
        assert again.mentions(["oyelaran", "rescue"])
        assert fake(again).embedded == []
        assert again.update([write(news.with_name("zoo.jsonl"), ZOO)]).embedded == 1
        assert found(again, "Zyzzyva xylograph")[0] == ZOO["text"]
    VectorIndex.open(vectors(archive.folder))
    assert len(FullText.open(words(archive.folder))) == 3


@pytest.mark.parametrize("damage", ["words' file flipped", "vectors zeroed", "folder missing"])
def test_an_update_over_damaged_files_makes_them_anew_as_well(archive: Archive, news: Path, damage: str) -> None:
    archive.update([news])
    archive.close()
    DAMAGES[damage](archive.folder)
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert again.update([news, write(news.with_name("zoo.jsonl"), ZOO)]).embedded == 1
        assert len(again.search("ferry quokka council", 10)) == 3


def test_an_error_of_the_embedder_is_not_taken_for_damage(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.update([news])
    expected, files = archive.search(QUESTION), sorted((archive.folder / "search").iterdir())

    def fail(texts: Sequence[str]) -> None:
        raise ValueError("the embedder's own")

    with monkeypatch.context() as patch:
        patch.setattr(archive.embedder, "embed_queries", fail)
        with pytest.raises(ValueError, match="the embedder's own"):
            archive.search(QUESTION)
    assert sorted((archive.folder / "search").iterdir()) == files
    assert archive.search(QUESTION) == expected


def test_files_that_are_behind_are_made_anew_without_embedding(archive: Archive, news: Path) -> None:
    archive.update([news])
    shutil.copytree(archive.folder / "search", archive.folder.parent / "behind")
    archive.update([write(news.with_name("zoo.jsonl"), ZOO)])
    archive.close()
    shutil.rmtree(archive.folder / "search")
    shutil.copytree(archive.folder.parent / "behind", archive.folder / "search")
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert found(again, "Zyzzyva xylograph")[0] == ZOO["text"]
        assert len(found(again, "Zyzzyva")) == 3
        assert fake(again).embedded == []


def test_only_the_files_of_one_state_are_kept(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.update([write(news.with_name("zoo.jsonl"), ZOO)])
    files = [note(archive.folder), vectors(archive.folder), vectors(archive.folder).with_suffix(".json")]
    assert sorted((archive.folder / "search").iterdir()) == sorted([*files, words(archive.folder)])


def test_where_nothing_can_be_written_it_searches_from_memory(
    archive: Archive, news: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive.update([news])
    archive.close()
    shutil.rmtree(archive.folder / "search")
    (archive.folder / "search").write_text("in the way")
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert found(again, "ferry")[0] == found(again, "Captain Oyelaran")[0] == FERRY["text"]
        assert again.mentions(["oyelaran"])
        assert fake(again).embedded == []
        assert "cannot be written" in caplog.text
        with pytest.raises(InputError, match=r"search cannot be written \(.*\); check its permissions .*\.$"):
            again.update([write(news.with_name("zoo.jsonl"), ZOO)])
        assert len(found(again, "ferry")) == 2
    assert (archive.folder / "search").read_text() == "in the way"


def test_while_another_writes_it_searches_from_memory(archive: Archive, news: Path) -> None:
    archive.update([news])
    seen: list[list[str]] = []

    def meanwhile(update: object) -> None:
        shutil.rmtree(archive.folder / "search", ignore_errors=True)
        with Archive(archive.folder, FakeEmbedder()) as other:
            seen.append(found(other, "Which ferry sank?"))
        seen.append(found(archive, "Which ferry sank?"))

    archive.update([write(news.with_name("zoo.jsonl"), ZOO)], progress=meanwhile)
    assert [len(texts) for texts in seen] == [2, 2, 3, 3]
    assert {texts[0] for texts in seen} == {FERRY["text"]}


def test_a_reader_that_derives_leaves_the_files_of_a_newer_state(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.update([news])
    ferry = archive.entries()[0].id
    shutil.rmtree(archive.folder / "search")
    looks = 0

    def open_and_remove(folder: Path, generation: str) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:  # the last look: what it sees is not there, and what is there now it does not see
            archive.remove([ferry])

    with Archive(archive.folder, FakeEmbedder()) as reader:
        with monkeypatch.context() as patch:
            patch.setattr("index.archive.PATIENCE", 0)
            patch.setattr("index.fitting.open_derived", open_and_remove)
            assert found(reader, "ferry") == [FERRY["text"], BUDGET["text"]]
        files = [note(archive.folder), vectors(archive.folder), vectors(archive.folder).with_suffix(".json")]
        assert sorted((archive.folder / "search").iterdir()) == sorted([*files, words(archive.folder)])
        assert found(reader, "ferry") == found(archive, "ferry") == [BUDGET["text"]]
    assert holders(archive.folder, b"Oyelaran") == []


@pytest.mark.parametrize("killed", [False, True], ids=["published", "killed before it was tidied up"])
def test_words_that_left_while_they_were_opened_are_not_taken_for_the_old_state(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    archive.update([news])
    records = write(news, {**FERRY, "text": "The ferry of Captain Oyelaran is mended."}, BUDGET)
    remove, open_words = FullText.remove, FullText.open

    def remove_and_die(self: FullText, ids: Iterable[int]) -> None:
        remove(self, ids)
        if killed:
            raise KeyboardInterrupt

    def open_after_an_update(folder: Path) -> FullText:
        monkeypatch.setattr("index.derived.FullText.open", open_words)
        with Archive(archive.folder, FakeEmbedder()) as writer, suppress(KeyboardInterrupt):
            writer.update([records])
        return open_words(folder)

    monkeypatch.setattr("index.derived.FullText.remove", remove_and_die)
    with Archive(archive.folder, FakeEmbedder()) as reader:
        monkeypatch.setattr("index.derived.FullText.open", open_after_an_update)
        assert found(reader, "Oyelaran") == ["The ferry of Captain Oyelaran is mended.", BUDGET["text"]]


@pytest.mark.parametrize(
    ("doing", "name"),
    [
        *(("update", f"index.derived.{name}") for name in ("VectorIndex.save", "FullText.add", "FullText.remove")),
        *(("update", f"index.derived.{name}") for name in ("_write_note", "Pending.publish", "tidy", "regroup")),
        *(("search", f"index.derived.{name}") for name in ("VectorIndex.save", "FullText.create", "FullText.add")),
        *(("search", name) for name in ("index.derived._write_note", "index.fitting.tidy")),
        *(("remove", f"index.derived.{name}") for name in ("VectorIndex.save", "FullText.create", "FullText.add")),
        *(("remove", f"index.derived.{name}") for name in ("_write_note", "Pending.publish", "tidy")),
    ],
)
def test_interrupted_anywhere_it_leaves_the_old_state_or_the_new(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch, doing: str, name: str
) -> None:
    archive.update([news])
    if doing == "search":
        shutil.rmtree(archive.folder / "search")
    records = write(news, FERRY, {**BUDGET, "text": "The budget fell, said the quokka."}, ZOO)
    budget = list(archive.articles())[1].id
    work: dict[str, Callable[[Archive], object]] = {
        "update": lambda archive: archive.update([records]),
        "search": lambda archive: archive.search(QUESTION),
        "remove": lambda archive: archive.remove([budget]),
    }
    name = name.replace("derived.regroup", "pending.regroup")
    with Archive(archive.folder, FakeEmbedder()) as interrupted, monkeypatch.context() as patch:
        patch.setattr(name, at_call(1, KeyboardInterrupt, resolve_name(name)))
        with pytest.raises(KeyboardInterrupt):
            work[doing](interrupted)
    with Archive(archive.folder, FakeEmbedder()) as again:
        articles, texts = list(again.articles()), found(again, QUESTION)
        assert sorted(texts) == sorted(article.text for article in articles)
        assert texts[0] == FERRY["text"]
        assert len(texts) in {"update": (2, 3), "search": (2,), "remove": (1, 2)}[doing]
        assert again.mentions(["oyelaran", "rescue"])
        work[doing](again)
        assert fake(again).embedded == []
        texts = found(again, QUESTION)
        assert (len(texts), texts[0]) == ({"update": 3, "search": 2, "remove": 1}[doing], FERRY["text"])
        assert sorted(texts) == sorted(article.text for article in again.articles())
        assert again.mentions(["oyelaran", "rescue"])

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import FERRY, ZOO, found, write

from index import Archive
from index import archive as archive_module
from index.errors import InputError

# Searching


def test_a_passage_is_exactly_its_place_in_the_article(archive: Archive, seeds: Path) -> None:
    archive.update([seeds])
    passages = archive.search("When did Huntsman head to Russia?", 100)
    assert len(passages) == archive.counts()[1]
    assert all(archive.article(p.article_id).text[p.start : p.end] == p.text for p in passages)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_an_empty_archive_finds_nothing(archive: Archive) -> None:
    assert archive.search("Who led the rescue?") == []
    assert archive.articles() == []
    assert not archive.mentions(["ferry"])


def test_k_bounds_the_passages_and_more_than_there_are_gives_all(archive: Archive, news: Path) -> None:
    archive.update([news])
    assert [len(archive.search("ferry", k)) for k in (0, 1, 2, 10_000)] == [0, 1, 2, 2]


def test_a_rare_word_finds_its_only_passage(archive: Archive, tmp_path: Path) -> None:
    reports = [{"url": f"u{number}", "text": f"Boat {number} left harbor {number} at noon."} for number in range(60)]
    reports[41]["text"] += " Oyelaran stayed."
    archive.update([write(tmp_path / "reports.jsonl", *reports)])
    assert found(archive, "And what of Oyelaran?", 1) == [reports[41]["text"]]


@pytest.mark.parametrize(
    "question",
    [
        'Who said "all aboard were saved"?',
        "ferry AND budget OR NEAR(rescue, 3) NOT tax",
        "ferry* ^title heading:ferry (budget)",
        "ferry's \"crew",
        "'; DROP TABLE articles; --",
        "who was it?",
        "?!… —",
        "паром затонул",
        "渡轮沉没了吗？",
        "هل غرقت العبارة؟",
        "🚢🚢🚢",
        "ferry\0sank",
        "_ __ ___",
        " ".join(f"word{number}" for number in range(400)),
    ],
)
def test_any_question_is_searched_for(archive: Archive, news: Path, question: str) -> None:
    archive.update([news])
    assert len(archive.search(question)) == 2


@pytest.mark.parametrize(
    ("question", "wrong"),
    [("", "empty"), (" \n\t", "empty"), ("x" * 100_000, "100,000 characters"), ("ferry \udcff", "not text")],
)
def test_what_is_no_question_is_refused_in_a_sentence(archive: Archive, question: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as refusal:
        archive.search(question)
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 200


def test_threads_may_search_while_another_updates(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH_CHUNKS", 4)
    archive.update([write(tmp_path / "ferry.jsonl", FERRY)])
    more = [{"url": f"u{number}", "text": f"Report {number} is about harbor {number}."} for number in range(60)]
    path = write(tmp_path / "more.jsonl", *more)
    with ThreadPoolExecutor(5) as pool:
        updating = pool.submit(archive.update, [path])
        answers = list(pool.map(lambda _: found(archive, "Captain Oyelaran rescue")[0], range(40)))
        assert updating.result().added == 60
    assert set(answers) == {FERRY["text"]}
    assert found(archive, "harbor 59")[0] == more[59]["text"]


# The vectors are derived


def remove_both(folder: Path) -> None:
    (folder / "vectors.faiss").unlink()
    (folder / "vectors.json").unlink()


def remove_stamp(folder: Path) -> None:
    (folder / "vectors.json").unlink()


def truncate(folder: Path) -> None:
    data = (folder / "vectors.faiss").read_bytes()
    (folder / "vectors.faiss").write_bytes(data[: len(data) // 2])


def zero(folder: Path) -> None:
    (folder / "vectors.faiss").write_bytes(bytes((folder / "vectors.faiss").stat().st_size))


def flip_a_bit(folder: Path) -> None:
    data = bytearray((folder / "vectors.faiss").read_bytes())
    data[-20] ^= 1
    (folder / "vectors.faiss").write_bytes(data)


def take_from_another(folder: Path) -> None:
    with Archive(folder.parent / "other", FakeEmbedder()) as other:
        other.update([write(folder.parent / "zoo.jsonl", ZOO)])
    for name in ("vectors.faiss", "vectors.json"):
        shutil.copy(folder.parent / "other" / name, folder / name)


@pytest.mark.parametrize("damage", [remove_both, remove_stamp, truncate, zero, flip_a_bit, take_from_another])
def test_vectors_missing_damaged_or_of_another_generation_are_made_again_without_embedding(
    archive: Archive, news: Path, damage: Callable[[Path], None]
) -> None:
    archive.update([news])
    expected = archive.search("How many people were aboard the ferry?")
    intact = (archive.folder / "vectors.faiss").read_bytes()
    archive.close()
    damage(archive.folder)
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert again.search("How many people were aboard the ferry?") == expected
        assert fake(again).embedded == []
    assert (archive.folder / "vectors.faiss").read_bytes() == intact


def test_vectors_left_behind_by_a_kill_after_the_commit_are_made_again_without_embedding(
    archive: Archive, news: Path
) -> None:
    archive.update([news])
    before = {name: (archive.folder / name).read_bytes() for name in ("vectors.faiss", "vectors.json")}
    archive.update([write(news.with_name("zoo.jsonl"), ZOO)])
    archive.close()
    for name, data in before.items():
        (archive.folder / name).write_bytes(data)
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert found(again, "Zyzzyva")[0] == ZOO["text"]
        assert len(found(again, "Zyzzyva")) == 3
        assert fake(again).embedded == []


def test_vectors_that_cannot_be_written_do_not_keep_one_from_searching(
    archive: Archive, news: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (archive.folder / "vectors.faiss").mkdir()
    (archive.folder / "vectors.faiss" / "in the way").touch()
    archive.update([news])
    assert found(archive, "ferry")[0] == FERRY["text"]
    assert "cannot be written" in caplog.text

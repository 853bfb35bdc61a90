from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from news import FERRY, found, write

from index import Archive
from index.errors import InputError


def test_a_passage_is_exactly_its_place_in_the_article(archive: Archive, seeds: Path) -> None:
    archive.update([seeds])
    passages = archive.search("When did Huntsman head to Russia?", 100)
    assert len(passages) == archive.counts()[1]
    assert all(archive.article(p.article_id).text[p.start : p.end] == p.text for p in passages)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_an_empty_archive_finds_nothing(archive: Archive) -> None:
    assert archive.search("Who led the rescue?") == []
    assert list(archive.articles()) == []
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
    monkeypatch.setattr("index.updating.BATCH_CHUNKS", 4)
    monkeypatch.setattr("index.updating.PUBLISH_CHUNKS", 12)
    archive.update([write(tmp_path / "ferry.jsonl", FERRY)])
    more = [{"url": f"u{number}", "text": f"Report {number} is about harbor {number}."} for number in range(60)]
    path = write(tmp_path / "more.jsonl", *more)
    with ThreadPoolExecutor(5) as pool:
        updating = pool.submit(archive.update, [path])
        answers = list(pool.map(lambda _: found(archive, "Captain Oyelaran rescue")[0], range(40)))
        assert updating.result().added == 60
    assert set(answers) == {FERRY["text"]}
    assert found(archive, "harbor 59")[0] == more[59]["text"]

"""The benchmarks of the archive, small; and that each of them sees what it is there to see."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from eval.bench.checks import answer_fault, difference
from eval.bench.damage import measure_damage
from eval.bench.figures import Figure, Figures
from eval.bench.grown import SWAPPED, grow, recorded_making
from eval.bench.invented import HashedEmbedder, Invented, copies_in, state_of, told_by, write_articles
from eval.bench.kills import measure_kills, next_state
from eval.bench.readers import measure_readers, states
from eval.bench.scale import measure_scale
from index import Archive, CitewireError
from index.archive import STORE_FILE
from index.store import Making


def value(figures: Figures, name: str) -> float | int | str:
    (figure,) = (figure for figure in figures.figures if figure.name == name)
    return figure.value


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A folder with an index of 30 invented articles in their first edition."""
    folder = tmp_path / "invented"
    with Archive(folder, HashedEmbedder()) as archive:
        archive.update([write_articles(tmp_path / "a.jsonl", state_of([Invented(n, 1) for n in range(30)]))])
    return folder


def test_figures_that_miss_their_line_are_told() -> None:
    figures = Figures("Readers", [Figure("errors", 2, most=0), Figure("answers", 10, least=1)], ["it died"])
    assert not figures.holds
    assert "errors   2 (at most 0: NO)" in figures.render() and "- it died" in figures.render()
    assert [figure["holds"] for figure in json.loads(json.dumps(figures.to_json()))["figures"]] == [False, True]


def test_invented_articles_are_stored_and_found_as_they_are(invented: Path) -> None:
    state = state_of([Invented(number, 1) for number in range(30)])
    with Archive(invented, HashedEmbedder()) as archive:
        assert difference(list(archive.articles()), state) == ""
        assert archive.counts() == (30, sum(article.chunks for article in state.values()))
        for asked in state.values():
            assert answer_fault(*archive.retrieve(asked.question), state, asked) == ""
    assert copies_in(state, Invented(8, 1)) == {Invented(9, 1).id}
    assert copies_in(state, Invented(7, 1)) == set()


def test_a_state_that_is_not_whole_is_seen(invented: Path) -> None:
    state = state_of([Invented(number, 1) for number in range(30)])
    with Archive(invented, HashedEmbedder()) as archive:
        stored = list(archive.articles())
    assert difference(stored[1:], state) == "1 of 30 articles missing"
    assert difference([*stored, stored[0]], state) == "1 articles doubled"
    assert difference([*stored, replace(stored[0], identity="x")], state) == "1 articles too many"
    half = replace(stored[3], text=stored[3].text[:100])
    assert difference([*stored[:3], half, *stored[4:]], state).startswith("1 of 30 articles other than stored")


def test_an_answer_of_two_states_is_seen(invented: Path) -> None:
    state = state_of([Invented(number, 1) for number in range(30)])
    asked = Invented(4, 1)
    with Archive(invented, HashedEmbedder()) as archive:
        passages, articles = archive.retrieve(asked.question, 5)
        copied, theirs = archive.retrieve(Invented(8, 1).question, 1)
    assert answer_fault(passages, articles, state, asked) == ""
    newer = {**state, asked.id: Invented(4, 2)}
    assert answer_fault(passages, articles, newer, None).endswith("in edition 1 is there, not " + newer[asked.id].title)
    without = {id: article for id, article in state.items() if id != asked.id}
    assert answer_fault(passages, articles, without, None).endswith("is there, and should not be")
    others = [passage for passage in passages if passage.article_id != asked.id]
    assert answer_fault(others, articles, state, asked).endswith("was not found")
    torn = [replace(passages[0], text="What nobody said."), *passages[1:]]
    assert "is not of its article" in answer_fault(torn, articles, state, asked)
    assert "has the copies []" in answer_fault([replace(copied[0], copies=())], theirs, state, None)


def test_rounds_change_some_articles_and_add_one() -> None:
    first = state_of([Invented(number, 0) for number in range(40)])
    second = next_state(first, 1, Random(0))
    assert len(second) == 41
    changed = [article for article in second.values() if article.edition == 1]
    assert 3 <= len(changed) <= 8
    assert all(second[Invented(told_by(one.number), 0).id].edition == one.edition for one in second.values())


def test_the_writers_steps_change_correct_remove_and_bring_back() -> None:
    told = states(12)
    start, edited, corrected, removed, back = (next(told) for _ in range(5))
    assert {article.edition for article in start.values()} == {0}
    assert {article.edition for article in edited.values()} == {1}
    assert [article.section for article in corrected.values() if article.section] == ["corrected in step 2"]
    assert len(removed) == 11
    assert len(back) == 12 and {article.edition for article in back.values()} == {1, 4}


def test_kills_leave_the_state_before_or_after(tmp_path: Path) -> None:
    figures = measure_kills(tmp_path, rounds=3, articles=20)
    assert figures.holds, figures.render()
    assert value(figures, "kills") == 3


def test_damaged_files_are_never_answered_from_wrongly(tmp_path: Path) -> None:
    figures = measure_damage(tmp_path, rounds=24)
    assert figures.holds, figures.render()
    assert sum(int(figure.value) for figure in figures.figures) == 24


def test_readers_see_one_state(tmp_path: Path) -> None:
    figures = measure_readers(tmp_path, minutes=0.25, readers=2, articles=20)
    assert figures.holds, figures.render()


def test_a_grown_archive_has_so_many_chunks_and_goes_on_from_where_it_was(invented: Path, tmp_path: Path) -> None:
    with Archive(invented, HashedEmbedder()) as archive:
        own = archive.counts()[1]
    grow(invented, tmp_path / "grown", own + 10)
    grow(invented, tmp_path / "grown", own + 50)
    with Archive(tmp_path / "grown", HashedEmbedder()) as archive:
        assert archive.counts()[1] == own + 50
        articles = list(archive.articles())
        real, varied = articles[0], articles[30]
        same = sum(one == other for one, other in zip(real.text.split(), varied.text.split(), strict=False))
        assert 0.3 < same / len(real.text.split()) < 1 - SWAPPED / 2
        assert archive.search(Invented(0, 1).question)[0].text in real.text


def test_scale_holds_what_it_finds_against_exact_search(invented: Path, tmp_path: Path) -> None:
    asked = [Invented(number, 1).question for number in range(4)]
    vectors = HashedEmbedder().embed_queries(asked)
    figures = measure_scale(invented, tmp_path / "work", asked, vectors, chunks=400)
    assert value(figures, "dense recall@10") == value(figures, "hybrid recall@10") == 1
    assert (tmp_path / "work" / "vectors.f32").stat().st_size == 400 * vectors.shape[1] * 4
    assert np.load(tmp_path / "work" / "ids.npy").tolist() == list(range(1, 401))


def test_a_folder_without_an_index_cannot_be_grown_from(tmp_path: Path, invented: Path) -> None:
    assert recorded_making(invented) == Making("hashed words", 64, 256)
    with pytest.raises(CitewireError, match="no index of this version"):
        recorded_making(tmp_path)
    sqlite3.connect(tmp_path / STORE_FILE).execute("CREATE TABLE other (x)").connection.close()
    with pytest.raises(CitewireError, match="no index of this version"):
        recorded_making(tmp_path)

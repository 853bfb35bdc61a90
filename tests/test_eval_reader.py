"""How the reader is measured: areas, parts, rankings, and the figures of its card on a sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.reader import (
    Paragraph,
    Question,
    Squad,
    auroc,
    fit,
    hit_at,
    load,
    measure_answers,
    measure_search,
    part_of,
    rankers,
    sample,
    without_article,
)
from index.embedder import load_embedder
from index.errors import InputError
from rag.reader.reader import load_reader

SQUAD = Squad(
    (Paragraph("Warsaw", "On the river."), Paragraph("Oxygen", "A gas."), Paragraph("Oxygen", "It was found in 1774.")),
    (Question("1", "When?", 2, ("1774",)), Question("2", "Why?", 2, ()), Question("3", "Where?", 0, ("the river",))),
)


def test_the_area_is_that_of_counting_pairs() -> None:
    positive, negative = [3.0, 1.0, 2.0, 2.0], [2.0, 0.0, 5.0]
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc([1.0], [0.0]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    with pytest.raises(ValueError, match="both kinds"):
        auroc([], [1.0])


def test_questions_belong_to_the_part_of_their_article() -> None:
    assert [question.id for question in SQUAD.of_part("A")] == ["3"]
    assert [question.id for question in SQUAD.of_part("B")] == ["1", "2"]
    assert [question.id for question in SQUAD.of_part("B", True)] == ["1"]
    assert [question.id for question in SQUAD.of_part("B", False)] == ["2"]
    assert part_of("Sky (United Kingdom)") == part_of("Sky_(United_Kingdom)")


def test_an_article_is_taken_out_whole() -> None:
    assert without_article({2: 3.0, 0: 2.0, 1: 1.0}, SQUAD, "Oxygen") == [0]
    assert hit_at({2: 3.0, 0: 2.0}, 0, 1) == 0.0
    assert hit_at({2: 3.0, 0: 2.0}, 0, 2) == 1.0


def test_a_sample_is_always_the_same() -> None:
    questions = [Question(str(n), "?", 0, ()) for n in range(50)]
    assert sample(questions, 7) == sample(questions, 7)
    assert len(sample(questions, 7)) == 7
    assert len(sample(questions, 700)) == 50


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="dev-v2"):
        load(tmp_path)


def test_the_parts_share_no_article(shared_data: Path) -> None:
    squad = load(shared_data)
    parts = {part: {squad.paragraphs[one.paragraph].title for one in squad.of_part(part)} for part in "AB"}
    assert not parts["A"] & parts["B"]
    assert len(squad.questions) == 7846
    assert 0.2 < len(squad.of_part("A")) / 7846 < 0.34
    for question in squad.questions:
        text = squad.paragraphs[question.paragraph].text
        assert all(answer in text for answer in question.answers)


@pytest.mark.integration
def test_the_reader_keeps_its_promises_on_a_sample(shared_data: Path) -> None:
    squad, reader = load(shared_data), load_reader()
    answers = measure_answers(reader, squad, sample(squad.of_part("B"), 240), heads=False)
    assert answers["F1"] > 0.7
    assert answers["AUROC, adversarial questions"] > 0.6
    embedder = load_embedder()
    search = measure_search(reader, squad, sample(squad.of_part("B", True), 40), embedder)
    assert search["AUROC, article taken out"] > 0.8
    assert search["hit@5, hybrid, reread"] >= search["hit@5, dense"]
    assert set(rankers(squad, embedder)) == {"BM25", "dense", "hybrid"}


@pytest.mark.integration
def test_fitted_weights_rank_the_own_paragraph_up(shared_data: Path) -> None:
    squad, reader = load(shared_data), load_reader()
    weights = fit(reader, squad, sample(squad.of_part("A"), 24), load_embedder())
    assert {name: len(values) for name, values in weights.items()} == {"ANSWERED": 4, "RELEVANCE": 4}
    assert weights["RELEVANCE"][3] == 0

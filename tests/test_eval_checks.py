from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from conftest import FakeEmbedder

from eval.checks import METRICS, detection, fit, load_cases, load_wice, near, run, wice_figures
from eval.corrupted import ELSEWHERE, KINDS, TRUE, Case, make_cases, sample_articles, split_of
from eval.rewriting import persons, rewritten
from index import Article
from index.errors import InputError
from rag.claims import days, figures


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases()


def test_200_sentences_are_corrupted_in_five_ways_and_as_many_are_true(cases: list[Case]) -> None:
    counts = Counter(case.kind for case in cases)
    assert counts == dict.fromkeys((*KINDS, ELSEWHERE), 40) | {TRUE: 200}
    assert len({case.id for case in cases}) == len(cases)


def test_the_sentences_follow_from_the_articles_and_the_seed(cases: list[Case]) -> None:
    assert make_cases(sample_articles()) == cases
    assert make_cases(sample_articles(), seed=1) != cases


def test_both_halves_hold_all_kinds_and_share_no_source(cases: list[Case]) -> None:
    halves = {split: [case for case in cases if case.split == split] for split in ("dev", "test")}
    for half in halves.values():
        assert {case.kind for case in half} == {TRUE, ELSEWHERE, *KINDS}
        assert all(case.split == split_of(_source(case)) for case in half if case.kind != ELSEWHERE)


def _source(case: Case) -> str:
    """The piece of evidence that has most words of the sentence."""
    said = set(re.findall(r"\w+", case.sentence.lower()))
    return max(
        (item.text for item in case.evidence), key=lambda text: len(said & set(re.findall(r"\w+", text.lower())))
    )


def test_a_true_sentence_is_seldom_a_copy(cases: list[Case]) -> None:
    copies = [case for case in cases if case.kind == TRUE and case.sentence in {item.text for item in case.evidence}]
    assert len(copies) < 40


def test_what_is_corrupted_is_not_in_its_source(cases: list[Case]) -> None:
    numbers = [case for case in cases if case.kind == "number"]
    assert sum(not figures(case.sentence) <= figures(_source(case)) for case in numbers) >= 36
    dates = [case for case in cases if case.kind == "date"]
    changed = [
        days(case.sentence) != days(_source(case)) or figures(case.sentence) != figures(_source(case)) for case in dates
    ]
    assert sum(changed) >= 38


def test_a_sentence_without_its_source_comes_with_others(cases: list[Case]) -> None:
    for case in cases:
        assert 4 <= len(case.evidence) <= 6


def test_rewriting_keeps_numbers_and_days() -> None:
    article = Article("a", "The ferry sank. Ann Reyl, 41, swam.", outlet="NORTH WIRE")
    sentence = "Some 1,200 people, or 69 percent, left on Tuesday, and 3 million crowns were paid on March 12."
    for seed in range(20):
        said = rewritten(sentence, article, Random(seed))
        assert figures(said) == figures(sentence) and days(said) == days(sentence)


def test_persons_are_told_from_ships_and_bodies() -> None:
    text = "The Grey Heron sank, said Ruth Amarin. Ellery Harbor Lines said so too. Wim Achterly, 41, swam."
    assert persons(Article("a", text)) == ["Ruth Amarin", "Wim Achterly"]


def test_the_corrupted_are_detected_and_the_true_are_not(cases: list[Case]) -> None:
    report = run(cases, FakeEmbedder(dimension=256))
    figures_found = detection(report)
    assert figures_found["detected"] >= 0.95
    assert figures_found["false alarms"] <= 0.05
    assert report.suite == "checks" and report.metrics == METRICS
    assert report.summary()["false_alarms"].count == 200
    assert report.kinds()["number"]["false_alarms"] is None


def test_a_run_goes_on_where_it_stopped(cases: list[Case], tmp_path: Path) -> None:
    log = tmp_path / "run.json.part"
    first = run(cases[:3], FakeEmbedder(), log=log)
    assert run(cases[:3], FakeEmbedder(), log=log).rows == first.rows
    with pytest.raises(InputError, match="different run"):
        run(cases[:4], FakeEmbedder(), log=log)


def test_no_sentence_and_no_such_split_are_refused() -> None:
    with pytest.raises(InputError, match="no sentence"):
        run([], FakeEmbedder())
    with pytest.raises(InputError, match="no split"):
        load_cases("train")


def test_nearness_is_that_of_the_sentence_to_each_piece(cases: list[Case]) -> None:
    (cosines,) = near(cases[:1], FakeEmbedder())
    assert len(cosines) == len(cases[0].evidence) and max(cosines) > 0.4


def test_fitted_weights_speak_for_words_that_are_held(cases: list[Case]) -> None:
    weights, bias = fit([case for case in cases if case.kind not in KINDS], FakeEmbedder(dimension=256))
    assert weights[0] > 0 and weights[2] > 0 and bias < 0


def write_wice(folder: Path) -> Path:
    page = ["(meta data) TITLE: Ferries", "The ferry sank on March 3.", "It was built in 2004.", "Bananas are yellow."]
    rows = [
        {"label": "supported", "claim": "The ferry sank on 3 March.", "evidence": page},
        {"label": "not_supported", "claim": "Whales sing in deep water.", "evidence": page},
        {"label": "partially_supported", "claim": "The ferry sank on March 4 in a storm.", "evidence": page},
    ]
    (folder / "wice").mkdir()
    content = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "wice" / "wice_claim_dev.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    return folder


def test_claims_of_wice_are_read_and_measured(tmp_path: Path) -> None:
    claims = load_wice(write_wice(tmp_path))
    assert [claim.kind for claim in claims] == [TRUE, ELSEWHERE, "partial"]
    assert (
        claims[0].evidence[0].text == "The ferry sank on March 3." and claims[0].evidence[0].article.title == "Ferries"
    )
    found = wice_figures(claims, run(claims, FakeEmbedder(dimension=256)))
    assert found["claims"] == 3 and found["accuracy"] == found["AUROC"] == found["F1"] == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="wice"):
        load_wice(tmp_path)

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest

from eval.copies import CopiesReport, Judged, Pair, judge, labelled_pairs, measure_copies
from eval.copy_edits import EDITS, paragraphs
from eval.copy_traps import TEMPLATES, follow_up, templated
from index.errors import InputError

PARAGRAPHS = [
    f"Paragraph {number} says that the mayor of town {number} opened a bridge, a school and {number + 2} gardens. "
    f"About {number * 7} people came to see the color of flag {number} over the harbor."
    for number in range(12)
]
TEXT = "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_changes_the_text_and_always_in_the_same_way(kind: str) -> None:
    edited = EDITS[kind](TEXT, Random(5), "A paragraph of another story altogether.")
    assert edited != TEXT
    assert edited == EDITS[kind](TEXT, Random(5), "A paragraph of another story altogether.")


def test_a_cut_keeps_about_half_or_more() -> None:
    kept = [len(EDITS["cut at the end"](TEXT, Random(seed), "")) / len(TEXT) for seed in range(50)]
    assert min(kept) >= 0.48 and max(kept) < 0.95
    assert TEXT.startswith(EDITS["cut at the end"](TEXT, Random(1), ""))


def test_a_follow_up_opens_with_news_and_closes_with_background() -> None:
    news = "\n\n".join(f"News {number} of today, which nobody had heard before." for number in range(80))
    story = paragraphs(follow_up(TEXT, news, Random(2)))
    old = [part for part in story if part in PARAGRAPHS]
    assert story[0].startswith("News 0") and story[-1] == old[-1]
    assert 0.2 < sum(map(len, old)) / sum(map(len, story)) < 0.6


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_filled_out(name: str) -> None:
    one, other = templated(name, Random(1)), templated(name, Random(2))
    assert one != other and "{" not in one


def judged(*outcomes: tuple[bool, bool, bool]) -> CopiesReport:
    return CopiesReport(
        "dev",
        tuple(
            Judged(Pair("kind", f"pair {number}", "", "", copies), candidate, found)
            for number, (copies, candidate, found) in enumerate(outcomes)
        ),
    )


def test_the_report_counts() -> None:
    report = judged(
        (True, True, True), (True, True, True), (True, False, False), (False, True, True), (False, True, False)
    )
    assert report.precision == pytest.approx(2 / 3)
    assert report.recall == pytest.approx(2 / 3)
    assert report.candidate_recall == pytest.approx(2 / 3)
    assert report.kinds == {"kind": (3, 5)}
    assert [error.pair.name for error in report.errors] == ["pair 3", "pair 2"]
    lines = list(report.lines(errors=1))
    assert lines[0] == "dev: 5 pairs, 3 of them copies"
    assert lines[-1] == "  taken for copies: kind: pair 3"


def test_a_pair_that_is_no_candidate_is_not_found() -> None:
    apart = judge(Pair("kind", "name", TEXT, "Something else that has nothing to do with it at all.", False))
    together = judge(Pair("kind", "name", TEXT, TEXT + " More.", True))
    assert (apart.candidate, apart.found, apart.right) == (False, False, True)
    assert (together.candidate, together.found, together.right) == (True, True, True)


def test_missing_data_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="news-10k"):
        measure_copies(tmp_path, "dev")


def test_the_mined_pairs_are_addresses_and_nothing_else() -> None:
    mined = json.loads((Path(__file__).parents[1] / "eval" / "copies.json").read_text(encoding="utf-8"))
    pairs = [tuple(pair) for label in mined for pair in mined[label]]
    assert set(mined) == {"copy", "different", "unclear"}
    assert len(pairs) == len(set(pairs)) > 400
    assert all(url.startswith("http") and " " not in url for pair in pairs for url in pair)


@pytest.fixture(scope="module")
def reports(shared_data: Path) -> dict[str, CopiesReport]:
    return {"dev": measure_copies(shared_data, "dev"), "test": measure_copies(shared_data, "test")}


def test_the_halves_have_no_article_in_common(reports: dict[str, CopiesReport]) -> None:
    halves = [
        {url for one in report.judged for url in one.pair.name.split() if url.startswith("http")}
        for report in reports.values()
    ]
    assert not halves[0] & halves[1]
    for report in reports.values():
        assert len(report.judged) >= 450
        assert 200 <= sum(one.pair.copies for one in report.judged) <= 220


@pytest.mark.parametrize("split", ["dev", "test"])
def test_copies_are_found_and_only_copies(reports: dict[str, CopiesReport], split: str) -> None:
    assert reports[split].precision >= 0.97
    assert reports[split].recall >= 0.95


def test_the_labelled_set_is_always_the_same(shared_data: Path, reports: dict[str, CopiesReport]) -> None:
    assert labelled_pairs(shared_data, "dev") == [one.pair for one in reports["dev"].judged]


def test_every_collection_is_asked_for(tmp_path: Path) -> None:
    for folder in ("news-10k", "wikinews", "multihop-rag"):
        (tmp_path / folder).mkdir()
    record = json.dumps({"url": "https://a.example/1", "text": "Text."})
    with gzip.open(tmp_path / "news-10k" / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(record)
    with pytest.raises(InputError, match="wikinews"):
        labelled_pairs(tmp_path, "dev")

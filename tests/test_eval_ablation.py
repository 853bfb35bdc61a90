from __future__ import annotations

from pathlib import Path

from news import BUDGET, FERRY, ZOO, write

from eval.ablation import ALL, READING, WEIGHTS, Collection, ablate, markdown
from eval.report import Report, Row
from index import Archive
from index.searching import Weights
from rag.reranking import Reading


class Backwards:
    """A reranker that likes short passages."""

    name = "backwards"

    def read(self, question, heads, texts):
        return [Reading(-float(len(text))) for text in texts]


def collected(archive: Archive, seen: list[tuple[str, Weights, list[str]]]) -> Collection:
    def run(searcher, variant, log=None):
        found = [passage.url for passage in searcher.search("Who captained the ferry?", 3)]
        seen.append((variant, archive.weights, found))
        rows = [Row("1", "Who?", "all", bool(found), {"hit": float(found[:1] == [FERRY["url"]])}, 0.1)]
        return Report(suite="wire", metrics=("hit",), rows=rows)

    return Collection("wire", archive, run, ("hit",))


def test_each_part_is_taken_out_in_turn_and_put_back(archive: Archive, tmp_path: Path) -> None:
    archive.update([write(tmp_path / "news.jsonl", FERRY, BUDGET, ZOO)])
    before, seen = archive.weights, []
    lines = list(ablate([collected(archive, seen)], Backwards()))
    assert [line.variant for line in lines] == [*WEIGHTS, READING] == [variant for variant, _, _ in seen]
    assert [weights for _, weights, _ in seen[:-1]] == list(WEIGHTS.values())
    assert archive.weights == before == seen[-1][1]
    assert all(found for _, _, found in seen) and lines[0].figures == {"hit": 1.0}


def test_a_run_that_breaks_off_leaves_the_archive_as_it_was(archive: Archive, tmp_path: Path) -> None:
    archive.update([write(tmp_path / "news.jsonl", FERRY)])
    seen: list[tuple[str, Weights, list[str]]] = []
    lines = ablate([collected(archive, seen)])
    while next(lines).variant != "meaning alone":
        pass
    lines.close()
    assert archive.weights == Weights()


def test_the_tables_have_a_line_for_each_variant(archive: Archive, tmp_path: Path) -> None:
    archive.update([write(tmp_path / "news.jsonl", FERRY)])
    table = markdown(list(ablate([collected(archive, [])])))
    assert table.startswith("**wire**\n\n| | hit |\n| --- | --- |\n")
    assert f"| {ALL} | 1.000 |" in table and table.count("\n|") == len(WEIGHTS) + 2


def test_the_documentation_has_a_row_for_each_variant_on_each_collection() -> None:
    text = (Path(__file__).parents[1] / "docs" / "retrieval.md").read_text(encoding="utf-8")
    for variant in (*WEIGHTS, READING):
        assert text.count(f"\n| {variant} |") == 3, f"run `citewire eval ablation` anew: {variant}"

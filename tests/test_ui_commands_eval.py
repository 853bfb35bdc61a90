from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_cli import BUDGET, QUESTION, Cli, one_line, records, write_news


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


def test_a_question_file_is_measured_and_two_runs_are_compared(cli: Cli, filled: Path, tmp_path: Path) -> None:
    suite = tmp_path / "suite.jsonl"
    rows = [
        {"id": "a", "question": QUESTION, "answers": ["41"], "articles": ["ferry.txt"]},
        {"id": "b", "question": "Who won the World Cup in Qatar?", "answers": [], "articles": []},
    ]
    suite.write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, out, _ = cli("eval", suite, "--json", "--out", tmp_path / "run.json")
    (report,) = records(out)
    assert code == 0 and (report["count"], report["passed"]) == (2, 2)
    code, out, _ = cli("eval", "compare", tmp_path / "run.json", tmp_path / "run.json")
    assert code == 0 and "2 questions in both runs" in out


def test_the_sample_is_measured_on_an_index_of_its_own(cli: Cli, folder: Path) -> None:
    code, out, _ = cli("eval", "sample", "--split", "dev", "--queries", "2", "--json")
    (report,) = records(out)
    assert code == 0 and report["count"] == 2
    assert not folder.exists()


def test_the_sample_is_told_by_kind(cli: Cli) -> None:
    code, out, _ = cli("eval", "sample", "--queries", "40")
    table = out[out.index("kind ") :]
    assert code == 0
    for kind in ("fact", "number", "unanswerable"):
        assert any(line.startswith(kind) for line in table.splitlines())
    assert out.count("answerable") >= 3 and "right" in table


def test_the_follow_ups_are_measured_without_a_chat_model(cli: Cli, folder: Path) -> None:
    code, out, _ = cli("eval", "followups", "--split", "dev", "--queries", "3", "--json")
    (report,) = records(out)
    assert code == 0 and report["count"] == 3 and "found@5" in report["metrics"]
    assert not folder.exists()


def test_multihop_is_measured_with_a_corpus_that_changes(cli: Cli, tmp_path: Path) -> None:
    queries = [
        {
            "query": "What did the council pass?",
            "answer": "the budget",
            "question_type": "inference_query",
            "evidence_list": [{"fact": "The council passed the budget."}],
        }
    ]
    (tmp_path / "queries.json").write_text(json.dumps(queries))
    for text, found in ((BUDGET["text"], 1.0), ("The zoo closed.", 0.0)):
        (tmp_path / "corpus.json").write_text(json.dumps([{**BUDGET, "body": text, "text": text}]))
        (report,) = records(cli("eval", "multihop-rag", "--data", tmp_path, "--json")[1])
        assert report["metrics"]["hits@4"]["mean"] == found


def test_a_missing_question_file_is_one_line(cli: Cli) -> None:
    code, _, err = cli("eval", "none.jsonl")
    assert code == 1 and one_line(err) and "none.jsonl" in err

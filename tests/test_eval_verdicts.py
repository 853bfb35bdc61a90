from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_cli import Cli, one_line, records

from eval import verdicts
from eval.corrupted import split_of
from eval.multihop import Query, load_queries
from eval.verdicts import Silent, questions_of
from index.errors import EndpointError, InputError
from rag import Answer, Assistant

SANK = "Did the Harbor Ledger report that the ferry Lady Ann sank off Kell Point?"
FELL = Query("0", "Did the price fall?", "Yes", "comparison_query", ("It fell.",))
ROSE = Query("1", "Did the price rise?", "no", "temporal_query", ("It fell.",))
STORY = {
    "url": "https://ledger.test/ferry",
    "title": "Ferry sinks; all aboard saved",
    "source": "Harbor Ledger",
    "published_at": "2026-03-04",
    "body": "The ferry Lady Ann sank off Kell Point on Monday. All 41 people aboard the ferry were saved.",
}


class Script:
    def __init__(self, **answers: str | Exception | None) -> None:
        self.answers = answers

    def ask(self, question: str, history=()) -> Answer:
        answer = self.answers[question.split()[-1].rstrip("?")]
        if isinstance(answer, Exception):
            raise answer
        return Answer(question, answer or "The articles do not say.", answered=bool(answer), seconds=2.0)


def test_what_begins_with_yes_or_no_is_a_verdict() -> None:
    report = verdicts.run(Script(fall="Yes – as far as it goes.", rise="Yes – it did."), [FELL, ROSE], embedder="e")
    assert [row.passed for row in report.rows] == [True, False]
    figures = {name: estimate.mean for name, estimate in report.summary().items()}
    assert figures == {"right": 0.5, "decided": 1, "right_of_decided": 0.5, "always_yes": 0.5}
    assert (report.suite, report.embedder, report.kinds()["temporal_query"]["right"]) == ("verdicts", "e", 0)


@pytest.mark.parametrize("answer", [None, "Harbor Ledger: Nobody denied it.", "Nothing fell."])
def test_what_does_not_begin_so_is_none(answer: str | None) -> None:
    (row,) = verdicts.run(Script(fall=answer), [FELL]).rows
    assert not row.passed and row.scores == {"right": 0, "decided": 0, "always_yes": 1}


def test_a_failure_is_no_verdict() -> None:
    (row,) = verdicts.run(Script(rise=EndpointError("it is down.")), [ROSE]).rows
    assert row.error == "it is down." and row.scores == {"right": 0, "decided": 0, "always_yes": 0}
    with pytest.raises(InputError, match="no question"):
        verdicts.run(Script(), [])


def test_halves_are_of_yes_and_no_alone_and_share_nothing() -> None:
    golds = ("Yes", "no", "True", "False", "Before", "Ann", "Consistent", "Insufficient information.")
    queries = [Query(str(n), f"Did it fall {n} times?", golds[n % len(golds)], "", ()) for n in range(80)]
    halves = {half: questions_of(queries, half) for half in ("dev", "test")}
    assert questions_of(queries) == halves["test"]
    assert len(halves["dev"]) + len(halves["test"]) == 40 and all(halves.values())
    assert all(split_of(query.question) == half for half, asked in halves.items() for query in asked)
    with pytest.raises(InputError, match="choose dev or test"):
        questions_of(queries, "A")


def test_the_half_of_the_real_questions_that_no_rule_was_made_on(shared_data: Path) -> None:
    asked = questions_of(load_queries(shared_data / "multihop-rag"))
    assert len(asked) == 343
    assert {query.kind for query in asked} == {"comparison_query", "temporal_query"}


def test_a_silent_model_leaves_everything_to_the_rules(archive, tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps({**STORY, "text": STORY["body"]}) + "\n")
    archive.update([file])
    assistant = Assistant(archive, Silent())
    (row,) = verdicts.run(assistant, [Query("0", SANK, "Yes", "comparison_query", ("It sank.",))]).rows
    assert row.passed and row.details["citations"]
    assert not assistant.ask("What do bananas cost?").answered


def test_the_command_asks_the_reported_half_of_a_folder(cli: Cli, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "corpus.json").write_text(json.dumps([STORY]))
    query = {"query": SANK, "answer": "Yes", "question_type": "comparison_query", "evidence_list": [{"fact": "sank"}]}
    (tmp_path / "queries_dev.json").write_text(json.dumps([query]))
    half = split_of(SANK)
    code, out, _ = cli("eval", "verdicts", "--data", tmp_path, "--split", half, "--json")
    (report,) = records(out)
    assert code == 0 and report["metrics"]["right"]["mean"] == 1 and not folder.exists()
    other = "dev" if half == "test" else "test"
    code, _, err = cli("eval", "verdicts", "--data", tmp_path, "--split", other)
    assert code == 1 and one_line(err) and "no question for yes or no" in err

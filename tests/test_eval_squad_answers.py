from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FakeEmbedder, FakeGenerator
from fake_cli import Cli, one_line, records
from squad_data import write_squad

from eval import squad_answers
from eval.reader import Question, Squad, load
from eval.squad_answers import sample
from index import Archive, Passage
from index.errors import EndpointError, InputError
from rag import Answer, Assistant, Citation

REFUSED = Answer("", "The articles do not say.", answered=False, reason="not there", seconds=1.0)
ENGINE = "squad:Steam_engine/0"


class Script:
    """An assistant that gives the same answer to whatever is asked, or fails."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.heard: list[str] = []

    def ask(self, question: str, history=()) -> Answer:
        self.heard.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_squad(tmp_path / "data")


@pytest.fixture
def squad(data: Path) -> Squad:
    return load(data)


def said(text: str, *citations: Citation, url: str = ENGINE) -> Answer:
    passage = Passage("a", None, None, None, url, 0, 1, "x", 1.0)
    return Answer("", text, True, citations=citations, passages=(passage,), seconds=2.0, first_token_seconds=0.5)


def rows(squad: Squad, answer: Answer | Exception) -> dict[str, squad_answers.Row]:
    report = squad_answers.run(Script(answer), squad, squad.questions)
    return {row.id: row for row in report.rows}


def test_a_sentence_that_holds_the_answer_is_right_though_it_never_is_the_answer(squad: Squad) -> None:
    row = rows(squad, said("It pumped water out of mines [1].", Citation(1, "a", *[None] * 4, 0, 4, "x")))["q1"]
    assert row.passed and row.kind == "answerable" and (row.seconds, row.first_token_seconds) == (2.0, 0.5)
    assert row.scores == pytest.approx(
        {"f1": 2 * (1 / 6) / (7 / 6), "exact": 0, "right": 1, "recall": 1, "answerable_refused": 0}
    )
    assert row.details["found"] and row.details["paragraph"] == ENGINE
    assert rows(squad, said("[1] water", Citation(1, "a", *[None] * 4, 0, 4, "x")))["q1"].scores["exact"] == 1


def test_an_answer_to_what_has_none_is_wrong_and_a_refusal_is_right(squad: Squad) -> None:
    answered, refused = (rows(squad, answer)["q2"] for answer in (said("It burned coal."), REFUSED))
    assert not answered.passed and answered.scores == {"f1": 0, "exact": 0, "unanswerable_refused": 0}
    assert refused.passed and refused.kind == "unanswerable"
    assert refused.scores == {"f1": 1, "exact": 1, "unanswerable_refused": 1, "abstention_precision": 1}


def test_the_words_of_a_refusal_are_no_answer(squad: Squad) -> None:
    near = Answer("", "The articles do not say; water is near.", answered=False, reason="not there")
    row = rows(squad, near)["q1"]
    assert not row.passed and (row.scores["right"], row.scores["recall"], row.scores["f1"]) == (0, 0, 0)
    assert (row.scores["answerable_refused"], row.scores["abstention_precision"]) == (1, 0)


def test_a_failure_is_kept_and_is_neither_right_nor_a_refusal(squad: Squad) -> None:
    failed = rows(squad, EndpointError("it is down."))
    assert failed["q1"].scores == {"f1": 0, "exact": 0, "right": 0, "recall": 0}
    assert failed["q2"].scores == {"f1": 0, "exact": 0, "unanswerable_refused": 0}
    assert failed["q1"].error == "it is down." and not failed["q2"].passed


def test_a_sample_has_unanswerable_questions_in_proportion() -> None:
    questions = tuple(Question(str(n), f"What of {n}?", 0, ("x",) if n % 4 else ()) for n in range(80))
    squad = Squad(load_paragraphs(), questions)
    chosen = sample(squad, 20)
    assert [bool(one.answers) for one in chosen].count(False) == 5
    assert sample(squad, 8) == chosen[:8]
    assert sample(squad, 3, "A") == []
    with pytest.raises(InputError, match="choose A or B"):
        sample(squad, 3, "dev")


def load_paragraphs():
    from rag.reader.examples import Paragraph

    return (Paragraph("Steam engine", "It pumped water."),)


def test_an_interrupted_run_goes_on_only_with_the_same_model(squad: Squad, tmp_path: Path) -> None:
    log = tmp_path / "run.json.part"
    squad_answers.run(Script(REFUSED), squad, squad.questions, model="one", log=log)
    again = Script(REFUSED)
    assert len(squad_answers.run(again, squad, squad.questions, model="one", log=log).rows) == 4
    assert again.heard == []
    with pytest.raises(InputError, match="different run"):
        squad_answers.run(again, squad, squad.questions, model="another", log=log)
    with pytest.raises(InputError, match="no question"):
        squad_answers.run(again, squad, [])


def test_an_assistant_over_the_paragraphs_is_measured(squad: Squad, tmp_path: Path) -> None:
    from eval.squad import write_articles

    write_articles(squad, tmp_path / "squad.jsonl")
    with Archive(tmp_path / "index", FakeEmbedder()) as archive:
        archive.update([tmp_path / "squad.jsonl"])
        assistant = Assistant(archive, FakeGenerator("It pumped water out of mines."))
        report = squad_answers.run(assistant, squad, squad.questions, model=assistant.model, embedder="fake")
    figures = report.rows[0]
    assert figures.passed and figures.details["found"] and figures.details["citations"]
    assert (report.suite, report.model, report.embedder) == ("squad-answers", "fake", "fake")
    assert set(report.kinds()) == {"answerable", "unanswerable"}
    assert report.kinds()["unanswerable"]["right"] is None


def test_the_command_measures_a_part(cli: Cli, data: Path, folder: Path, tmp_path: Path) -> None:
    out_file = tmp_path / "run.json"
    code, out, _ = cli("eval", "squad-answers", "--data", data, "--queries", "3", "--json", "--out", out_file)
    (report,) = records(out)
    assert code == 0 and (report["count"], report["errors"]) == (3, 0)
    assert {row["id"] for row in report["rows"]} == {"q1", "q2", "q3"}
    assert tuple(report["metrics"]) == squad_answers.METRICS
    assert json.loads(out_file.read_text())["suite"] == "squad-answers"
    assert not folder.exists()
    (report,) = records(cli("eval", "squad-answers", "--data", data, "--split", "a", "--json")[1])
    assert [row["id"] for row in report["rows"]] == ["q4"]


def test_bad_input_is_one_line(cli: Cli, data: Path, tmp_path: Path) -> None:
    for argv in (("--data", tmp_path), ("--data", data, "--split", "dev")):
        code, _, err = cli("eval", "squad-answers", *argv)
        assert code == 1 and one_line(err)
    with pytest.raises(SystemExit):
        cli("eval", "squad-answers")

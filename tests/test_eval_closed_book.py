from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import FakeGenerator
from fake_cli import QUESTION, SENTENCE, Cli, records

from eval import multihop_answers
from eval.closed_book import NOT_KNOWN, ClosedBook, prompt
from eval.multihop import Query
from rag import Message

WHO = Query("0", "Who ran the exchange?", "Sam Bankman-Fried", "inference_query", ("He ran it.",))
NULL = Query("1", "Who won the cup on Mars?", "Insufficient information.", "null_query", ())


def test_the_model_is_asked_without_anything_to_read() -> None:
    generator = FakeGenerator("It was ", "Sam Bankman-Fried. ")
    answer = ClosedBook(generator).ask(WHO.question)
    assert (answer.text, answer.answered, answer.model) == ("It was Sam Bankman-Fried.", True, "fake")
    assert not answer.citations and not answer.passages
    ((system, user),) = generator.heard
    assert system["role"] == "system" and "evidence" not in system["content"]
    assert user == {"role": "user", "content": WHO.question}


def test_what_was_said_before_is_told() -> None:
    history: list[Message] = [
        {"role": "user", "content": "Who ran it?"},
        {"role": "assistant", "content": "Sam."},
    ]
    assert prompt("When?", history)[1:] == [*history, {"role": "user", "content": "When?"}]


@pytest.mark.parametrize(
    "text",
    [
        *("I do not know the answer.", "I don't have enough information.", "As a model, I cannot say.", "", " \n"),
        *("I'm sorry, but nobody won.", "Insufficient information.", "I am not aware of any cup."),
    ],
)
def test_a_model_that_does_not_know_refuses(text: str) -> None:
    answer = ClosedBook(FakeGenerator(text)).ask(NULL.question)
    assert (answer.answered, answer.reason) == (False, NOT_KNOWN)


@pytest.mark.parametrize(
    "text", ["No, the Post does not mention the vote.", "It is not clear to Sam.", "The two do not say."]
)
def test_a_denial_is_no_refusal(text: str) -> None:
    assert ClosedBook(FakeGenerator(text)).ask(NULL.question).answered


def test_times_are_told() -> None:
    answer = ClosedBook(FakeGenerator("", "Sam.")).ask(WHO.question)
    assert answer.first_token_seconds is not None
    assert 0 <= answer.first_token_seconds <= answer.seconds
    assert ClosedBook(FakeGenerator("")).ask(WHO.question).first_token_seconds is None


def test_both_scorers_judge_it() -> None:
    report = multihop_answers.run(ClosedBook(FakeGenerator("Sam Altman.")), [WHO, NULL])
    assert [row.scores for row in report.rows] == [
        {"any_word": 1, "strict": 0, "others_refused": 0},
        {"any_word": 0, "strict": 0, "null_refused": 0},
    ]


def test_the_command_needs_the_questions_alone(cli: Cli, tmp_path: Path, folder: Path) -> None:
    fact = {"fact": SENTENCE}
    query = {"query": QUESTION, "answer": "41", "question_type": "inference_query", "evidence_list": [fact]}
    (tmp_path / "queries.json").write_text(json.dumps([query]))
    code, out, _ = cli("eval", "multihop-answers", "--data", tmp_path, "--closed-book", "--json")
    (report,) = records(out)
    assert code == 0 and report["metrics"]["strict"]["mean"] == 1
    assert (report["settings"], report["model"], report["embedder"]) == ({"closed_book": True}, "fake", "")
    assert report["rows"][0]["details"]["citations"] == []
    assert not folder.exists()
    with pytest.raises(SystemExit):
        cli("eval", "sample", "--closed-book")

"""What people said of answers, asked again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import ABSTAINED, FERRY, SAVED, cite
from fake_cli import QUESTION, SENTENCE, Cli, one_line, records, write_news

from eval.feedback import Judgement, Quoted, is_changed, latest, load_judgements, run, score
from index.errors import InputError
from index.filters import Filter
from rag import Answer, Scope
from rag.asking.scope import EVERYWHERE
from ui.conversations.feedback import append, judgement_record, said_of

WITHIN = Scope(
    Filter(("Harbor Ledger", "AP"), ("Ann Lee",), "2026-03-01", "2026-03-31"),
    date(2026, 3, 20),
    frozenset({"outlet:ledger", "days:in march", "days:last week", "author:ann lee"}),
)
TURNS = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Ann."}]


@dataclass
class Teller:
    """Gives the answer whose key is in the question, and fails where there is none."""

    answers: Mapping[str, Answer]
    scopes: list[Scope] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = (), within: Scope = EVERYWHERE, /) -> Answer:
        self.scopes.append(within)
        for key, answer in self.answers.items():
            if key in question:
                return replace(answer, question=question)
        raise InputError("The model stopped answering; start it again.")


def judged(tmp_path: Path, *said: tuple[str, Answer, str]) -> Path:
    for id, answer, verdict in said:
        append(tmp_path, judgement_record(id, answer, TURNS, verdict, "why"))
    return tmp_path / "feedback.jsonl"


def test_what_the_page_keeps_is_read_and_the_last_word_counts(tmp_path: Path) -> None:
    saved, refused = replace(SAVED, question="Who was saved?"), replace(ABSTAINED, question="Who won?")
    path = judged(
        tmp_path, ("a", saved, "wrong"), ("b", refused, "right"), ("a", saved, "right"), ("c", saved, "right")
    )
    append(tmp_path, judgement_record("c", saved, (), ""))
    one, other = latest(load_judgements(path)).values()
    assert (one.id, one.kind, one.comment, list(one.history)) == ("a", "right answer", "why", TURNS)
    assert [quoted.quote for quoted in one.quotes] == [citation.quote for citation in SAVED.citations]
    assert (other.id, other.kind) == ("b", "right refusal")
    assert said_of(tmp_path, "a", saved) == one
    assert said_of(tmp_path, "c", saved) is None
    assert said_of(tmp_path, "a", replace(saved, text="Another.")) is None


def test_what_was_asked_within_is_kept_and_a_line_of_before_was_asked_within_everything(tmp_path: Path) -> None:
    saved = replace(SAVED, question="Who was saved?")
    path = judged(tmp_path, ("a", replace(saved, scope=WITHIN), "right"), ("b", saved, "right"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    del lines[1]["scope"]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    judgements = load_judgements(path)
    assert [judgement.scope for judgement in judgements] == [WITHIN, EVERYWHERE]
    teller = Teller({"saved": SAVED})
    report = run(teller, judgements)
    assert teller.scopes == [WITHIN, EVERYWHERE]
    assert [row.details["judged"]["scope"]["as_of"] for row in report.rows] == ["2026-03-20", None]


def test_an_interrupted_run_is_known_again_by_another_process(tmp_path: Path) -> None:
    path = judged(tmp_path, ("a", replace(SAVED, question="Who was saved?", scope=WITHIN), "right"))
    code = """
import sys
from pathlib import Path
from eval.feedback import load_judgements, run
from rag import Answer
class Teller:
    def ask(self, question, history, within):
        return Answer(question, "All.", answered=True)
run(Teller(), load_judgements(Path(sys.argv[1])), log=Path(sys.argv[2]))
"""
    heads = []
    for seed in "12":
        log = tmp_path / f"{seed}.log"
        command = [sys.executable, "-c", code, path, log]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, cwd=Path(__file__).parents[1])
        heads.append(log.read_text().splitlines()[0])
    assert heads[0] == heads[1]


def test_a_line_that_a_crash_cut_short_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = judged(tmp_path, ("a", replace(SAVED, question="Who?"), "right"))
    path.write_text(path.read_text() + '{"id": "b", "que')
    judged(tmp_path, ("c", replace(SAVED, question="Who?"), "right"))
    lines = path.read_text().splitlines()
    assert [json.loads(lines[place])["id"] for place in (0, 2)] == ["a", "c"]
    with pytest.raises(InputError, match="line 2: this is not JSON"):
        load_judgements(path)


def test_the_page_reads_what_stands_beside_a_line_that_was_cut_short(tmp_path: Path) -> None:
    saved = replace(SAVED, question="Who?")
    path = judged(tmp_path, ("a", saved, "right"))
    path.write_bytes(path.read_bytes() + b'{"id": "b", "que\n\xff\x00\n[]\n{"id": "a", "verdict": "wrong"}\n')
    judged(tmp_path, ("c", saved, "wrong"))
    said = [said_of(tmp_path, id, saved) for id in ("a", "b", "c")]
    assert [one and one.verdict for one in said] == ["right", None, "wrong"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[]", "not a JSON object"),
        ('{"verdict": "good"}', '"verdict" must be'),
        ('{"verdict": "right", "answered": 1}', '"answered" must be'),
        ('{"verdict": "right", "answered": true, "id": "a", "question": " "}', '"question" must be'),
        (
            '{"verdict": "right", "answered": true, "id": "a", "question": "Who?", "citations": [{}]}',
            '"article_id" must be',
        ),
        ('{"verdict": "right", "answered": true, "id": "a", "question": "Who?", "history": ["x"]}', '"history" must'),
        *(
            (f'{{"verdict": "right", "answered": true, "id": "a", "question": "Who?", "scope": {scope}}}', fault)
            for scope, fault in [
                ("[]", '"scope" must be an object'),
                ('{"outlets": "AP"}', '"outlets" must be a list of texts'),
                ('{"ignored": [3]}', '"ignored" must be a list of texts'),
                ('{"since": "soon"}', '"since" must be a day'),
                ('{"as_of": 3}', '"as_of" must be a day'),
                ('{"since": "2026-03-02", "until": "2026-03-01"}', '"scope": No day is from .*; mend'),
            ]
        ),
    ],
)
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=f"line 1: .*{fault}"):
        load_judgements(path)


def right(*quotes: str) -> Judgement:
    return Judgement("a", "Who?", "right", True, "All.", tuple(Quoted(FERRY.id, FERRY.url, quote) for quote in quotes))


def answer(*quotes: str) -> Answer:
    return Answer("Who?", "All.", answered=True, citations=tuple(cite(1, FERRY, quote) for quote in quotes))


def test_right_holds_when_words_are_cited_again_and_the_share_of_them_is_told() -> None:
    judgement = right("all 41 people aboard were saved", "She led the rescue.")
    both = score(judgement, answer("and all 41 people aboard were saved.", "She led the rescue."))
    assert both == {"abstained": 0.0, "right_holds": 1.0, "right_words_again": 1.0}
    half = score(judgement, answer("She led the rescue."))
    assert half == {"abstained": 0.0, "right_holds": 1.0, "right_words_again": 0.5}
    other = score(judgement, answer("The first boats came after eleven minutes"))
    assert other == {"abstained": 0.0, "right_holds": 0.0, "right_words_again": 0.0}
    refused = score(judgement, ABSTAINED)
    assert refused == {"abstained": 1.0, "right_holds": 0.0, "right_words_again": 0.0}


def test_the_same_words_of_another_article_are_not_the_same_and_a_url_names_an_article_whose_id_changed() -> None:
    elsewhere = Judgement(
        "a", "Who?", "right", True, "All.", (Quoted("x", "https://other.test", "She led the rescue."),)
    )
    moved = Judgement("a", "Who?", "right", True, "All.", (Quoted("x", FERRY.url, "She led the rescue."),))
    assert score(elsewhere, answer("She led the rescue."))["right_holds"] == 0.0
    assert score(moved, answer("She led the rescue."))["right_holds"] == 1.0


def test_a_right_refusal_holds_when_it_is_refused_again() -> None:
    refusal = Judgement("a", "Who?", "right", False, "")
    assert score(refusal, ABSTAINED) == {"abstained": 1.0, "right_refusal_holds": 1.0}
    assert score(refusal, SAVED) == {"abstained": 0.0, "right_refusal_holds": 0.0}


@pytest.mark.parametrize(
    ("text", "answered", "now", "changed"),
    [
        ("It sank. [1]", True, Answer("", "It sank [1][2].", answered=True), False),
        ("It sank. [1]", True, Answer("", "It burnt. [1]", answered=True), True),
        ("It sank. [1]", True, ABSTAINED, True),
        ("", False, SAVED, True),
        ("", False, replace(ABSTAINED, reason="Another reason."), False),
    ],
)
def test_what_was_wrong_has_changed_when_it_says_something_else(
    text: str, answered: bool, now: Answer, changed: bool
) -> None:
    assert is_changed(Judgement("a", "Who?", "wrong", answered, text), now) is changed


def test_a_run_tells_each_kind_and_keeps_a_failure_on_its_row() -> None:
    judgements = [
        replace(right("She led the rescue."), id="r", question="held?"),
        Judgement("w", "mended?", "wrong", True, "Bob."),
        Judgement("f", "fails?", "wrong", True, "Bob."),
    ]
    report = run(Teller({"held": answer("She led the rescue."), "mended": SAVED}), judgements)
    assert [(row.kind, row.passed) for row in report.rows] == [
        ("right answer", True),
        ("wrong answer", True),
        ("wrong answer", False),
    ]
    assert report.errors == 1
    means: dict[str, Any] = {name: figures.mean for name, figures in report.summary().items()}
    assert (means["right_holds"], means["wrong_changed"], means["abstained"]) == (1.0, 0.5, 0.0)
    with pytest.raises(InputError, match="No answer is judged"):
        run(Teller({}), [])


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


def test_the_command_asks_again_what_the_page_kept(cli: Cli, filled: Path, tmp_path: Path) -> None:
    quoted = replace(cite(1, FERRY, "all 41 people"), quote=SENTENCE, article_id="gone", url=None)
    told = Answer(QUESTION, f"{SENTENCE} [1]", answered=True, citations=(quoted,))
    append(tmp_path / "conversations", judgement_record("a", told, (), "wrong"))
    (report,) = records(cli("eval", "--from-feedback", "--json")[1])
    assert (report["suite"], report["count"], report["metrics"]["wrong_changed"]["mean"]) == ("feedback", 1, 0.0)
    code, out, _ = cli("eval", "--from-feedback", tmp_path / "conversations" / "feedback.jsonl")
    assert code == 0 and "wrong answer" in out


def test_feedback_that_is_not_there_is_one_line_and_a_suite_beside_it_is_misuse(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("eval", "--from-feedback", tmp_path / "none.jsonl")
    assert code == 1 and one_line(err) and "There is no feedback" in err
    for argv in (["eval"], ["eval", "sample", "--from-feedback"], ["eval", "--from-feedback", "--split", "dev"]):
        with pytest.raises(SystemExit):
            cli(*argv)

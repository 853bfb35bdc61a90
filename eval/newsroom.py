"""Retrieval measured on 200 questions of our own over two public collections of news, Wikinews and news-10k.

The questions lie in ``newsroom.json`` with the addresses of the articles that answer them and the words there that do;
the articles themselves are no part of citewire. A question asks for one thing, for a date or for what happened on one,
for who said something, or for two things out of two articles. Dev and test are halves of each kind and collection,
dealt out in the order of the questions' hashes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.metrics import all_evidence_at, hits_at, recall_at, reciprocal_rank
from eval.multihop import Searcher
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import InputError

if TYPE_CHECKING:
    from index.passage import Passage

SUITE = "newsroom"
DEPTH = 10  # passages that are asked for
COLLECTIONS = ("wikinews", "news-10k")

_QUESTIONS = Path(__file__).with_name("newsroom.json")


@dataclass(frozen=True)
class Evidence:
    """One thing to be found: any of `answers` in any of the articles at `urls`."""

    urls: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question with all the evidence it asks for: one piece, or two if its kind is "two"."""

    id: str
    split: str
    kind: str
    question: str
    evidence: tuple[Evidence, ...]


def load_questions(split: str | None = None) -> list[Question]:
    """All questions, or those of the split "dev" or "test". Raises InputError for another split."""
    records = json.loads(_QUESTIONS.read_text(encoding="utf-8"))
    questions = [
        Question(
            id=record["id"],
            split=record["split"],
            kind=record["kind"],
            question=record["question"],
            evidence=tuple(Evidence(tuple(item["url"]), tuple(item["answer"])) for item in record["evidence"]),
        )
        for record in records
    ]
    chosen = [question for question in questions if split in (None, question.split)]
    if not chosen:
        raise InputError(f"There is no split {split} of these questions; choose dev or test, or leave --split out.")
    return chosen


def article_files(data: Path) -> list[Path]:
    """The files of articles that the questions are about. Raises InputError when one is not below `data`."""
    files = [data / name / "articles.jsonl.gz" for name in COLLECTIONS]
    for path in files:
        if not path.is_file():
            raise InputError(f"{path} is missing; name the folder that holds {' and '.join(COLLECTIONS)}.")
    return files


def answers_stand_in(text: str, answers: Sequence[str]) -> bool:
    r"""Whether one of the answers stands in the text letter by letter, however the white space runs.

    >>> answers_stand_in("It fell on\n\nJune 24, they said.", ["on June 24"]), answers_stand_in("June", ["june"])
    (True, False)
    """
    plain = " ".join(text.split())
    return any(" ".join(answer.split()) in plain for answer in answers)


def is_right(passage: Passage, evidence: Evidence) -> bool:
    """Whether the passage is of one of the evidence's articles, or of a story that one of them prints, and answers.

    >>> from index.passage import Passage
    >>> ferry = Passage("a", None, None, None, "https://ledger.test/ferry", 0, 20, "It sank on  Tuesday.", 1.0)
    >>> is_right(ferry, Evidence(("https://ledger.test/ferry",), ("on Tuesday",)))
    True
    """
    urls = {passage.url, *(copy.url for copy in passage.copies)}
    return not urls.isdisjoint(evidence.urls) and answers_stand_in(passage.text, evidence.answers)


def relevant_evidence(passages: Sequence[Passage], evidence: Sequence[Evidence]) -> list[list[int]]:
    """For each passage, best first, the numbers of the pieces of evidence for which it is right.

    >>> from index.passage import Passage
    >>> ferry = Passage("a", None, None, None, "https://ledger.test/ferry", 0, 19, "It sank on Tuesday.", 1.0)
    >>> zoo, sinking = Evidence(("https://ledger.test/zoo",), ("lion",)), Evidence((ferry.url,), ("Tuesday",))
    >>> relevant_evidence([ferry], [zoo, sinking])
    [[1]]
    """
    return [[number for number, one in enumerate(evidence) if is_right(passage, one)] for passage in passages]


def score(relevant: Sequence[Sequence[int]], pieces: int) -> dict[str, float]:
    """The metrics of one question, from what each of its passages is right for and the number of pieces of evidence.

    >>> score([[0], [], []], pieces=2)
    {'recall@5': 0.5, 'hits@1': 1.0, 'hits@5': 1.0, 'mrr@10': 1.0, 'all@10': 0.0}
    """
    gold = range(pieces)
    return {
        "recall@5": recall_at(relevant, gold, 5),
        "hits@1": hits_at(relevant, 1),
        "hits@5": hits_at(relevant, 5),
        f"mrr@{DEPTH}": reciprocal_rank(relevant, DEPTH),
        f"all@{DEPTH}": all_evidence_at(relevant, gold, DEPTH),
    }


def run(
    searcher: Searcher,
    questions: Sequence[Question],
    *,
    retriever: str = "hybrid",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Search for every question and score what comes back. One passes when its first five passages hold all evidence.

    `retriever` names what `searcher` is, for the report. `log` keeps the rows of an unfinished run (see
    `report.partial`). Raises InputError without a question, and whatever the searcher raises.
    """
    if not questions:
        raise InputError("There is no question to search for; choose another split.")
    # Loading the models is no part of a search's latency.
    searcher.search(questions[0].question, DEPTH)

    def row_of(question: Question) -> Row:
        started = time.perf_counter()
        passages = searcher.search(question.question, DEPTH)
        seconds = time.perf_counter() - started
        relevant = relevant_evidence(passages, question.evidence)
        scores = score(relevant, len(question.evidence))
        details = {
            "ranks": [
                next((rank for rank, found in enumerate(relevant, 1) if number in found), None)
                for number in range(len(question.evidence))
            ],
            "passages": [[passage.url, passage.start, passage.end] for passage in passages],
        }
        passed = scores["recall@5"] == 1
        return Row(question.id, question.question, question.kind, passed, scores, seconds, details=details)

    settings = {"retriever": retriever, "k": DEPTH}
    key = fingerprint(SUITE, list(questions), settings, embedder)
    rows = run_rows(questions, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=tuple(score([], 1)), rows=rows, embedder=embedder, settings=settings)

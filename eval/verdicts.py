"""Verdicts measured: what rules, and no language model, say to MultiHop-RAG's questions for yes or no.

The rules (see `rag.reports.deciding`) were made on one half of the development questions, "dev", and are reported on
the other, "test"; which half a question is of, a hash of its words tells. The assistant is asked as ever, with a model
that writes nothing: what begins with yes or no is a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.answering import Answerer, details_of, without_marks
from eval.corrupted import split_of
from eval.metrics import plain_words
from eval.multihop import Query
from eval.multihop_answers import strictly
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import CitewireError, InputError
from rag.answer import Answer

if TYPE_CHECKING:
    from rag.models.generator import Message

SUITE = "verdicts"
METRICS = ("right", "decided", "right_of_decided", "always_yes")
HALVES = ("dev", "test")
REPORTED = "test"

_YES, _NO = ("yes", "true"), ("no", "false")


class Silent:
    """A generator that writes nothing, so that whatever is answered is answered by rules."""

    name = "none"
    context_tokens = 4096

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        yield from ()


def questions_of(queries: Sequence[Query], half: str | None = None) -> list[Query]:
    """The queries of a half, of the one no rule was made on if none is named, that ask for yes or no by their answer.

    Raises InputError for another half.

    >>> asked = [Query(str(n), f"Did {n} fall?", gold, "", ()) for n, gold in enumerate(("Yes", "no", "True", "Ann"))]
    >>> [query.answer for half in HALVES for query in questions_of(asked, half)]
    ['no', 'Yes', 'True']
    """
    half = half or REPORTED
    if half not in HALVES:
        raise InputError(f"There is no split {half} of these questions; choose {' or '.join(HALVES)}.")
    return [query for query in queries if query.answer.lower() in (*_YES, *_NO) and split_of(query.question) == half]


def score(query: Query, answer: Answer) -> dict[str, float]:
    """The metrics of one answer; without a verdict it is not right.

    >>> from rag.answer import Answer
    >>> query = Query("0", "Did the price fall?", "no", "comparison_query", ("It rose.",))
    >>> score(query, Answer(query.question, "No – it rose.", answered=True))
    {'right': 1.0, 'decided': 1.0, 'always_yes': 0.0, 'right_of_decided': 1.0}
    """
    text = without_marks(answer) if answer.answered else ""
    decided = plain_words(text)[:1] in (["yes"], ["no"])
    right = float(decided and strictly(text, query.answer))
    scores = {"right": right, "decided": float(decided), "always_yes": float(query.answer.lower() in _YES)}
    return scores | ({"right_of_decided": right} if decided else {})


def run(
    assistant: Answerer,
    queries: Sequence[Query],
    *,
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Ask every query of an assistant whose generator is `Silent`. One passes when the verdict is right.

    A failure on one is kept on its row and counts as no verdict. `log` keeps the rows of an unfinished run (see
    `report.partial`). Raises InputError without a query.
    """
    if not queries:
        raise InputError("There is no question for yes or no to ask; name the folder of the MultiHop-RAG files.")

    def row_of(query: Query) -> Row:
        try:
            answer = assistant.ask(query.question)
        except CitewireError as error:
            scores = score(query, Answer(query.question, "", answered=False))
            return Row(query.id, query.question, query.kind, False, scores, error=str(error))
        scores = score(query, answer)
        details = {"answer": query.answer, **details_of(answer)}
        passed = scores["right"] == 1
        return Row(query.id, query.question, query.kind, passed, scores, answer.seconds, details=details)

    key = fingerprint(SUITE, list(queries), embedder)
    rows = run_rows(queries, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=METRICS, rows=rows, embedder=embedder)

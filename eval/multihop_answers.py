"""Answers measured on MultiHop-RAG (Tang and Yang, arXiv 2401.15391), by its public scorer and by a strict one.

The public script (qa_evaluate.py) puts the answer and the gold answer in lower case, splits both on white space, and
calls the answer right when they share a word. Nothing is stripped, so "google." does not meet "google", and any "no"
in an answer meets the gold "no". The answer that its prompt asks for where the articles hold none is "Insufficient
information", which is also the gold answer of the null queries: a refusal is scored as those words. The script's
cutting of answers that say `The answer to the question is "..."` is left out.

The strict scorer asks for yes, no and the like as the first word, for every other answer in whole words in their
order, and for a refusal where the articles hold no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from eval.answering import Answerer, details_of, without_marks
from eval.metrics import contains_answer, plain_words
from eval.multihop import Query
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from eval.sampling import proportionate
from index.errors import CitewireError, InputError

if TYPE_CHECKING:
    from rag.answer import Answer

SUITE = "multihop-answers"
METRICS = ("any_word", "strict", "null_refused", "others_refused")
NULL = "null_query"
INSUFFICIENT = "Insufficient information."
NO_SETTINGS: Mapping[str, object] = MappingProxyType({})

# Gold answers that are a judgement: they must come first, and "true" is as good as "yes".
_JUDGEMENTS = {word: word for word in ("yes", "no", "before", "after", "consistent", "inconsistent")}
_JUDGEMENTS |= {"true": "yes", "false": "no"}


def sample(queries: Sequence[Query], count: int) -> list[Query]:
    """The `count` queries that stand for all, each kind in proportion (see `sampling.proportionate`).

    >>> kinds = ["inference_query"] * 6 + ["null_query"] * 3
    >>> asked = [Query(str(n), f"What of {n}?", "", kind, ()) for n, kind in enumerate(kinds)]
    >>> [query.kind for query in sample(asked, 3)]
    ['inference_query', 'null_query', 'inference_query']
    """
    return proportionate(queries, count, text=lambda query: query.question, kind=lambda query: query.kind)


def any_word(text: str, gold: str) -> bool:
    """Whether the two share a word by the public script: lower case, split on white space, nothing stripped.

    >>> any_word("It is Sam Altman.", "Sam Bankman-Fried"), any_word("No, they differ.", "no")
    (True, False)
    """
    return not set(text.lower().split()).isdisjoint(gold.lower().split())


def strictly(text: str, gold: str) -> bool:
    """Whether the text begins with the gold judgement (yes, no, before, ...), or holds the gold name word for word.

    >>> strictly("No, they differ.", "no"), strictly("There is no doubt.", "No"), strictly("Altman.", "Sam Altman")
    (True, False, False)
    """
    words, wanted = plain_words(text), " ".join(plain_words(gold))
    if wanted in _JUDGEMENTS:
        return words[:1] == [_JUDGEMENTS[wanted]]
    return contains_answer(text, [gold])


def score(query: Query, answer: Answer) -> dict[str, float]:
    """The metrics that apply to this answer.

    >>> from rag.answer import Answer
    >>> query = Query("0", "Did the price fall?", "Yes", "comparison_query", ("It fell.",))
    >>> score(query, Answer(query.question, "Yes, it fell.", answered=True))
    {'any_word': 0.0, 'strict': 1.0, 'others_refused': 0.0}
    """
    text = without_marks(answer) if answer.answered else INSUFFICIENT
    refused = not answer.answered
    if query.kind == NULL:
        return {
            "any_word": float(any_word(text, INSUFFICIENT)),
            "strict": float(refused),
            "null_refused": float(refused),
        }
    return {
        "any_word": float(any_word(text, query.answer)),
        "strict": float(answer.answered and strictly(text, query.answer)),
        "others_refused": float(refused),
    }


def run(
    assistant: Answerer,
    queries: Sequence[Query],
    *,
    model: str = "",
    embedder: str = "",
    settings: Mapping[str, object] = NO_SETTINGS,
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Ask every query and score the answers. One passes when the strict scorer says so.

    `settings` says what else the answers were made with, for the report: runs that differ in it are not mixed.

    A failure on one is kept on its row, counts as not right and as no refusal, and the run goes on. `log` keeps the
    rows of an unfinished run (see `report.partial`). Raises InputError without a query.
    """
    if not queries:
        raise InputError("There is no query to ask; name the folder of the MultiHop-RAG files.")

    def row_of(query: Query) -> Row:
        try:
            answer = assistant.ask(query.question)
        except CitewireError as error:
            refused = "null_refused" if query.kind == NULL else "others_refused"
            scores = {"any_word": 0.0, "strict": 0.0, refused: 0.0}
            return Row(query.id, query.question, query.kind, False, scores, error=str(error))
        scores = score(query, answer)
        return Row(
            id=query.id,
            question=query.question,
            kind=query.kind,
            passed=scores["strict"] == 1,
            scores=scores,
            seconds=answer.seconds,
            first_token_seconds=answer.first_token_seconds,
            details={"answer": query.answer, **details_of(answer)},
        )

    key = fingerprint(SUITE, list(queries), model, embedder, sorted(settings.items()))
    rows = run_rows(queries, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=METRICS, rows=rows, model=model, embedder=embedder, settings=settings)

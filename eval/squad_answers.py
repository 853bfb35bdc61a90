"""Answers measured on SQuAD 2.0 (Rajpurkar, Jia and Liang, arXiv 1806.03822): its paragraphs are the collection.

SQuAD gives the paragraph with the question; here it has to be found first, among those of all articles. An answer is
one sentence or several, SQuAD's are spans of a few words. So beside SQuAD's F1 and exact match, by which no sentence
can come near 1, it is asked whether an accepted answer stands in the text, and what share of its words does. As in
SQuAD's scorer, a question without an answer counts 1 when it is refused and 0 when it is not.

Its unanswerable questions were written to look answerable from their paragraph. Another paragraph of the collection may
hold an answer to some, which counts as a mistake all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.answering import Answerer, details_of, without_marks
from eval.metrics import abstention, contains_answer, exact_match, token_f1, token_recall
from eval.reader import Question, Squad
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from eval.sampling import proportionate
from eval.squad import addresses, part_named
from index.errors import CitewireError, InputError

if TYPE_CHECKING:
    from rag.answer import Answer

SUITE = "squad-answers"
METRICS = (
    *("f1", "exact", "right", "recall"),
    *("abstention_precision", "unanswerable_refused", "answerable_refused"),
)
ANSWERABLE, UNANSWERABLE = "answerable", "unanswerable"


def sample(squad: Squad, count: int, part: str | None = None) -> list[Question]:
    """The `count` questions that stand for those over the articles of a part, "A" or "B", or else of B.

    As many of them are unanswerable as of all. Raises InputError for another part and for less than one question.
    """
    questions = squad.of_part(part_named(part))
    return proportionate(questions, count, text=lambda question: question.id, kind=kind_of)


def kind_of(question: Question) -> str:
    """Whether SQuAD has an answer to the question, in a word.

    >>> kind_of(Question("q", "What did it pump?", 0, ("water",))), kind_of(Question("q", "What did it burn?", 0, ()))
    ('answerable', 'unanswerable')
    """
    return ANSWERABLE if question.answers else UNANSWERABLE


def score(question: Question, answer: Answer) -> dict[str, float]:
    """The metrics that apply to this answer; a refusal is scored as the empty text.

    >>> from rag.answer import Answer
    >>> question = Question("q", "What did it pump?", 0, ("clean water", "water"))
    >>> score(question, Answer(question.text, "It pumped water.", answered=True))
    {'f1': 0.5, 'exact': 0.0, 'right': 1.0, 'recall': 1.0, 'answerable_refused': 0.0}
    """
    text = without_marks(answer) if answer.answered else ""
    scores = {"f1": token_f1(text, question.answers), "exact": exact_match(text, question.answers)}
    if question.answers:
        scores["right"] = float(contains_answer(text, question.answers))
        scores["recall"] = token_recall(text, question.answers)
    return scores | abstention(not answer.answered, bool(question.answers))


def run(
    assistant: Answerer,
    squad: Squad,
    questions: Sequence[Question],
    *,
    model: str = "",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Ask every question and score the answers.

    One passes when an accepted answer stands in the text, or when it is refused and has none. A failure on one is kept
    on its row, counts as not right and as no refusal, and the run goes on. `log` keeps the rows of an unfinished run
    (see `report.partial`). Raises InputError without a question.
    """
    if not questions:
        raise InputError("There is no question to ask; choose another split.")
    names = addresses(squad.paragraphs)

    def row_of(question: Question) -> Row:
        kind = kind_of(question)
        try:
            answer = assistant.ask(question.text)
        except CitewireError as error:
            lost = ("f1", "exact", "right", "recall") if question.answers else ("f1", "exact", "unanswerable_refused")
            return Row(question.id, question.text, kind, False, dict.fromkeys(lost, 0.0), error=str(error))
        scores = score(question, answer)
        return Row(
            id=question.id,
            question=question.text,
            kind=kind,
            passed=scores["right" if question.answers else "unanswerable_refused"] == 1,
            scores=scores,
            seconds=answer.seconds,
            first_token_seconds=answer.first_token_seconds,
            details={
                "answers": list(question.answers),
                "paragraph": names[question.paragraph],
                "found": names[question.paragraph] in [passage.url for passage in answer.passages],
                **details_of(answer),
            },
        )

    key = fingerprint(SUITE, list(questions), model, embedder)
    rows = run_rows(questions, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=METRICS, rows=rows, model=model, embedder=embedder)

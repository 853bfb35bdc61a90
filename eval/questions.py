"""Answers measured on a question file: a JSON line a question, with its accepted answers and the articles they are in.

    {"id": "q1", "question": "...", "answers": ["69%"], "articles": ["poll.txt"], "evidence": ["..."], "kind": "number"}

No accepted answers means that the articles do not hold one, so that refusing is right. May be left out: `also` (further
lists of accepted answers, each of which must be met too, for a question for two things), `evidence` (sentences that
carry the answer), `kind`, `split` and `history` (messages with role and content).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from eval.answering import Answerer, citations_of, details_of, without_marks
from eval.metrics import abstention, contains_answer, plain_words, token_f1
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import CitewireError, InputError

if TYPE_CHECKING:
    from index.article import Article
    from rag.answer import Answer, Citation

SUITE = "questions"
METRICS = (
    "right",
    "unanswerable_refused",
    "answerable_refused",
    "abstention_precision",
    "citation_precision",
    "citation_recall",
    "f1",
)


@dataclass(frozen=True)
class Question:
    """A question of a file; without `answers` it is unanswerable."""

    id: str
    question: str
    answers: tuple[str, ...]
    articles: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    kind: str = "all"
    split: str | None = None
    history: tuple[Mapping[str, str], ...] = ()
    also: tuple[tuple[str, ...], ...] = ()


def load_questions(path: Path, split: str | None = None) -> list[Question]:
    """The questions of a file, or those of one split. Raises InputError that names the file and the line at fault."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"The question file {path} cannot be read ({error.strerror}); check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"The question file {path} is not UTF-8 text; save it as JSON lines in UTF-8.") from error
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = parse_question(line)
            if question.id in questions:
                raise ValueError(f'the id "{question.id}" was used before')
        except ValueError as error:
            raise InputError(f"{path}, line {number}: {error}; mend the line.") from error
        questions[question.id] = question
    chosen = [question for question in questions.values() if split in (None, question.split)]
    if not chosen:
        what = "no question" if split is None else f'no question of the split "{split}"'
        raise InputError(f"{path} holds {what}; give a file of JSON lines with id, question, answers and articles.")
    return chosen


def json_object(line: str) -> dict[str, Any]:
    """A line of JSON as an object. Raises ValueError that says what is wrong with it.

    >>> json_object('{"id": "q"}')
    {'id': 'q'}
    """
    try:
        record = json.loads(line)
    except ValueError:
        raise ValueError("this is not JSON") from None
    if not isinstance(record, dict):
        raise ValueError("this is not a JSON object")
    return record


def parse_question(line: str) -> Question:
    """One line of a question file. Raises ValueError that says what is wrong with it.

    >>> parse_question('{"id": "q", "question": "How many?", "answers": ["3"], "articles": []}').answers
    ('3',)
    """
    record = json_object(line)
    answers = _strings(record, "answers")
    also = _groups(record, "also")
    for answer in (answer for group in (answers, *also) for answer in group):
        if not plain_words(answer):
            raise ValueError(f'the accepted answer "{answer}" has no word to look for')
    if not answers and "answers" not in record:
        raise ValueError('"answers" is missing (an empty list says that the articles hold none)')
    return Question(
        id=_string(record, "id"),
        question=_string(record, "question"),
        answers=answers,
        articles=_strings(record, "articles"),
        also=also,
        evidence=_strings(record, "evidence"),
        kind=_string(record, "kind", "all"),
        split=_string(record, "split", "") or None,
        history=_history(record),
    )


def _string(record: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f'"{key}" must be a text that is not empty')
    return value


def _strings(record: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = record.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise ValueError(f'"{key}" must be a list of texts that are not empty')
    return tuple(values)


def _groups(record: Mapping[str, object], key: str) -> tuple[tuple[str, ...], ...]:
    groups = record.get(key, [])
    if not isinstance(groups, list):
        raise ValueError(f'"{key}" must be a list of lists of texts')
    return tuple(_strings({key: group}, key) for group in groups)


def _history(record: Mapping[str, object]) -> tuple[Mapping[str, str], ...]:
    messages = record.get("history", [])
    if not isinstance(messages, list) or not all(map(is_message, messages)):
        raise ValueError('"history" must be a list of {"role": "user" or "assistant", "content": text}')
    return tuple({"role": message["role"], "content": message["content"]} for message in messages)


def is_message(message: object) -> bool:
    """Whether this is a turn of a conversation, as a history holds them."""
    return (
        isinstance(message, dict)
        and message.get("role") in ("user", "assistant")
        and isinstance(message.get("content"), str)
    )


def is_article(article: Article, names: Sequence[str]) -> bool:
    """Whether one of the names means this article: its URL, identity, id, path, or the file name of its path.

    >>> from index.article import Article
    >>> is_article(Article(identity="/news/ferry.txt", text="x", path="/news/ferry.txt"), ["ferry.txt"])
    True
    """
    known = {article.url, article.identity, article.id, article.path}
    if article.path:
        known.add(PurePath(article.path).name)
    return any(name in known for name in names)


def quote_carries(quote: str, question: Question) -> bool:
    """Whether the quoted words hold an accepted answer, or hold or are part of an evidence sentence.

    Without evidence every quote of a right article counts. Case, punctuation and white space are set aside.

    >>> question = Question("q", "When?", ("Monday",), ("a.txt",), evidence=("It sank on Monday at noon.",))
    >>> quote_carries("sank on Monday", question), quote_carries("The harbor is closed.", question)
    (True, False)
    """
    if not question.evidence or any(contains_answer(quote, group) for group in (question.answers, *question.also)):
        return True
    return any(contains_answer(quote, [e]) or contains_answer(e, [quote]) for e in question.evidence)


def score(question: Question, answer: Answer, rights: Sequence[bool]) -> dict[str, float]:
    """The metrics that apply to this answer; `rights` says of each of its citations whether it is right.

    Citation precision is the share of an answer's citations that are right, on unanswerable questions too, where none
    can be; citation recall is 1 when at least one is, for answered answerable questions. Both are averaged over
    answers, as in ALCE (Gao et al., arXiv 2305.14627), but judged by annotation instead of by a model.

    >>> from rag.answer import Answer
    >>> question = Question("q", "How many?", ("41",), ("a.txt",))
    >>> score(question, Answer("How many?", "It was 41.", answered=True), [True, False])
    {'answerable_refused': 0.0, 'right': 1.0, 'citation_recall': 1.0, 'citation_precision': 0.5, 'f1': 0.5}
    """
    answerable = bool(question.answers)
    text = without_marks(answer) if answer.answered else ""
    scores = abstention(not answer.answered, answerable)
    if answerable:
        scores["right"] = float(all(contains_answer(text, group) for group in (question.answers, *question.also)))
    if answerable and answer.answered and question.articles:
        scores["citation_recall"] = float(any(rights))
    if rights and (question.articles or not answerable):
        scores["citation_precision"] = sum(rights) / len(rights)
    if answerable:
        scores["f1"] = token_f1(text, question.answers)
    return scores


def run(
    assistant: Answerer,
    questions: Sequence[Question],
    article: Callable[[str], Article | None],
    *,
    source: str = "",
    model: str = "",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Ask every question and judge the answers by the file's annotation. `article` finds an article by its id.

    A question passes when it is answered right, or refused where there is no answer. A failure on one is kept on its
    row, counts as not right and as no abstention, and the run goes on. `log` keeps the rows of an unfinished run (see
    `report.partial`). Raises InputError when there are no questions.
    """
    if not questions:
        raise InputError("There is no question to ask; give a file that has some.")

    def is_right(citation: Citation, question: Question) -> bool:
        cited = article(citation.article_id)
        return cited is not None and is_article(cited, question.articles) and quote_carries(citation.quote, question)

    def row_of(question: Question) -> Row:
        try:
            answer = assistant.ask(question.question, question.history)
            rights = [is_right(citation, question) for citation in answer.citations]
        except CitewireError as error:
            scores = {"right": 0.0, "f1": 0.0} if question.answers else {"unanswerable_refused": 0.0}
            return Row(question.id, question.question, question.kind, False, scores, error=str(error))
        scores = score(question, answer, rights)
        return Row(
            id=question.id,
            question=question.question,
            kind=question.kind,
            passed=scores["right" if question.answers else "unanswerable_refused"] == 1,
            scores=scores,
            seconds=answer.seconds,
            first_token_seconds=answer.first_token_seconds,
            details=_details(question, answer, rights),
        )

    key = fingerprint(SUITE, list(questions), model, embedder)
    rows = run_rows(questions, row_of, key=key, log=log, progress=progress)
    settings = {"source": source}
    return Report(suite=SUITE, metrics=METRICS, rows=rows, model=model, embedder=embedder, settings=settings)


def _details(question: Question, answer: Answer, rights: Sequence[bool]) -> dict[str, object]:
    judged = [{**citation, "right": right} for citation, right in zip(citations_of(answer), rights, strict=True)]
    return {"answers": list(question.answers), **details_of(answer), "citations": judged}

"""What people said of answers on the page, asked again: are answers that were right still given by the same words?

The page keeps a JSON line for each judgement, with the question, what it was asked within, the turns before it, the
answer, its citations and the verdict "right" or "wrong"; the last line of an id counts, and an empty verdict takes the
earlier one back.

Nobody wrote down what a right answer has to say, so the new answer is compared with the one that the person judged, and
with no more than that. What was right holds when the question is still answered and words are cited again that were
cited then, or when it is still refused, if refusing was right. That an answer which was wrong is another now says that
it changed, not that it is right: a person has to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eval.answering import details_of
from eval.metrics import plain_words
from eval.questions import Question, is_message, json_object, quote_carries
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import CitewireError, InputError
from index.filters import Filter
from rag.asking.scope import EVERYWHERE, Scope, filters_record

if TYPE_CHECKING:
    from rag.answer import Answer, Citation

SUITE = "feedback"
FILE_NAME = "feedback.jsonl"
VERDICTS = ("right", "wrong")
METRICS = ("right_holds", "right_words_again", "right_refusal_holds", "wrong_changed", "abstained")
MARK = re.compile(r"\s*\[\d+\]")


class Answerer(Protocol):
    """What is measured: an assistant, which can be asked within a scope."""

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ..., within: Scope = ..., /) -> Answer: ...


@dataclass(frozen=True)
class Quoted:
    """Words that a judged answer cited, and their article by its id and URL."""

    article_id: str
    url: str | None
    quote: str


@dataclass(frozen=True)
class Judgement:
    """A person's verdict on one answer; it is empty where an earlier one was taken back. `text` bears its marks."""

    id: str
    question: str
    verdict: str
    answered: bool
    text: str
    quotes: tuple[Quoted, ...] = ()
    history: tuple[Mapping[str, str], ...] = ()
    comment: str = ""
    model: str = ""
    scope: Scope = EVERYWHERE

    @property
    def kind(self) -> str:
        return f"{self.verdict} {'answer' if self.answered else 'refusal'}"


def load_judgements(path: Path) -> list[Judgement]:
    """The judgements of a file, in its order. Raises InputError that names the file and the line at fault."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise InputError(
            f"There is no feedback in {path}; say on the page of `citewire chat` whether an answer is right, first."
        ) from None
    except OSError as error:
        raise InputError(f"The feedback {path} cannot be read ({error.strerror}); check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"The feedback {path} is not UTF-8 text; name a file that the page wrote.") from error
    judgements = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                judgements.append(parse_judgement(line))
            except ValueError as error:
                raise InputError(f"{path}, line {number}: {error}; mend or remove the line.") from error
    return judgements


def parse_judgement(line: str) -> Judgement:
    """One line of a feedback file. Raises ValueError that says what is wrong with it.

    >>> parse_judgement('{"id": "a", "question": "Who?", "verdict": "right", "answered": true, "text": "Ann."}').verdict
    'right'
    """
    record = json_object(line)
    verdict, answered, history = record.get("verdict"), record.get("answered"), record.get("history", [])
    if verdict not in ("", *VERDICTS):
        raise ValueError('"verdict" must be "right", "wrong" or empty')
    if not isinstance(answered, bool):
        raise ValueError('"answered" must be true or false')
    if not isinstance(history, list) or not all(map(is_message, history)):
        raise ValueError('"history" must be a list of {"role": "user" or "assistant", "content": text}')
    return Judgement(
        id=_text(record, "id"),
        question=_text(record, "question"),
        verdict=verdict,
        answered=answered,
        text=_text(record, "text", ""),
        quotes=_quotes(record.get("citations", [])),
        history=tuple({"role": message["role"], "content": message["content"]} for message in history),
        comment=_text(record, "comment", ""),
        model=_text(record, "model", ""),
        scope=_scope(record.get("scope", {})),
    )


def scope_record(scope: Scope) -> dict[str, object]:
    """What a question was asked within, as a line of feedback has it.

    >>> scope_record(Scope(Filter(("AP",), since="2026-03-01")))["outlets"]
    ['AP']
    """
    return {**filters_record(scope), "ignored": sorted(scope.ignored)}


def latest(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """The last judgement of each id, in the order of the first; what was taken back is left out.

    >>> first = Judgement("a", "Who?", "right", True, "Ann.")
    >>> latest([first, Judgement("a", "Who?", "wrong", True, "Ann.")])["a"].verdict
    'wrong'
    >>> latest([first, Judgement("a", "Who?", "", True, "Ann.")])
    {}
    """
    last = {judgement.id: judgement for judgement in judgements}
    return {id: judgement for id, judgement in last.items() if judgement.verdict}


def score(judgement: Judgement, answer: Answer) -> dict[str, float]:
    """The metrics that apply to a new answer to a judged question.

    ``right_words_again`` is the share of the words cited then that are cited again, the other figures are 0 or 1.

    >>> from rag.answer import Answer
    >>> score(Judgement("a", "Who?", "wrong", True, "Ann."), Answer("Who?", "Bob.", answered=True))
    {'abstained': 0.0, 'wrong_changed': 1.0}
    """
    scores = {"abstained": float(not answer.answered)}
    if judgement.verdict == "wrong":
        return scores | {"wrong_changed": float(is_changed(judgement, answer))}
    if not judgement.answered:
        return scores | {"right_refusal_holds": float(not answer.answered)}
    again = [any(is_again(quoted, citation) for citation in answer.citations) for quoted in judgement.quotes]
    if not again:
        # Nothing was cited, so that answering at all is the most that can be compared.
        return scores | {"right_holds": float(answer.answered)}
    share = sum(again) / len(again) if answer.answered else 0.0
    return scores | {"right_holds": float(share > 0), "right_words_again": share}


def is_again(quoted: Quoted, citation: Citation) -> bool:
    """Whether a citation is of the same article, by id or URL, and holds the same words, or a part or more of them."""
    same = citation.article_id == quoted.article_id or (quoted.url is not None and citation.url == quoted.url)
    return same and quote_carries(citation.quote, Question("", "", (), (), evidence=(quoted.quote,)))


def is_changed(judgement: Judgement, answer: Answer) -> bool:
    """Whether an answer says something else than the one that was judged; marks and punctuation are set aside."""
    if not (judgement.answered and answer.answered):
        return judgement.answered != answer.answered
    then, now = (plain_words(MARK.sub("", text)) for text in (judgement.text, answer.text))
    return then != now


def run(
    assistant: Answerer,
    judgements: Sequence[Judgement],
    *,
    source: str = "",
    model: str = "",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Ask every judged question again. One passes when what was right holds, or what was wrong has changed.

    A failure on one is kept on its row, as neither. `log` keeps the rows of an unfinished run (see `report.partial`).
    Raises InputError without a judgement.
    """
    if not judgements:
        raise InputError("No answer is judged; say on the page of `citewire chat` whether an answer is right, first.")

    def row_of(judgement: Judgement) -> Row:
        kind = judgement.kind
        try:
            answer = assistant.ask(judgement.question, judgement.history, judgement.scope)
        except CitewireError as error:
            metric = {"right answer": "right_holds", "right refusal": "right_refusal_holds"}.get(kind, "wrong_changed")
            return Row(judgement.id, judgement.question, kind, False, {metric: 0.0}, error=str(error))
        scores = score(judgement, answer)
        return Row(
            id=judgement.id,
            question=judgement.question,
            kind=kind,
            passed=1.0 in [scores.get(name) for name in ("right_holds", "right_refusal_holds", "wrong_changed")],
            scores=scores,
            seconds=answer.seconds,
            first_token_seconds=answer.first_token_seconds,
            details={
                **details_of(answer),
                "judged": {
                    "text": judgement.text,
                    "comment": judgement.comment,
                    "model": judgement.model,
                    "scope": scope_record(judgement.scope),
                },
            },
        )

    key = fingerprint(SUITE, [_facts(judgement) for judgement in judgements], model, embedder)
    rows = run_rows(judgements, row_of, key=key, log=log, progress=progress)
    settings = {"source": source}
    return Report(suite=SUITE, metrics=METRICS, rows=rows, model=model, embedder=embedder, settings=settings)


def _facts(judgement: Judgement) -> object:
    """A judgement with a repr that is the same in every process, which that of a set is not."""
    return replace(judgement, scope=EVERYWHERE), scope_record(judgement.scope)


def _scope(record: object) -> Scope:
    if not isinstance(record, dict):
        raise ValueError('"scope" must be an object')
    since, until, as_of = (_day(record, key) for key in ("since", "until", "as_of"))
    days = [day.isoformat() if day else None for day in (since, until)]
    try:
        wanted = Filter(_names(record, "outlets"), _names(record, "authors"), *days)
        return Scope(wanted, as_of, frozenset(_names(record, "ignored")))
    except InputError as error:
        raise ValueError(f'"scope": {str(error).rstrip(".")}') from error


def _day(record: Mapping[str, object], key: str) -> date | None:
    text = record.get(key)
    try:
        return date.fromisoformat(str(text)) if text is not None else None
    except ValueError:
        raise ValueError(f'"{key}" must be a day as 2018-03-20, or null') from None


def _names(record: Mapping[str, object], key: str) -> tuple[str, ...]:
    names = record.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f'"{key}" must be a list of texts')
    return tuple(names)


def _text(record: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = record.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(f'"{key}" must be a text{" that is not empty" if default is None else ""}')
    return value


def _quotes(records: object) -> tuple[Quoted, ...]:
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ValueError('"citations" must be a list of objects')
    urls = [record.get("url") for record in records]
    return tuple(
        Quoted(_text(record, "article_id"), url if isinstance(url, str) else None, _text(record, "quote"))
        for record, url in zip(records, urls, strict=True)
    )

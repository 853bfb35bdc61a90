"""Follow-up questions: whether they are understood as they stand by themselves, and whether the right article is found.

    {"id": "f1", "question": "How old is he?", "history": [...], "expects": ["Orre"], "forbidden": ["he"],
     "answers": ["58"], "articles": ["growers.txt"], "kind": "person", "split": "dev"}

A question is understood when, as it stands by itself, it holds all words of `expects` and none of `forbidden`; one of
the kind "change" is about something new, and is understood when nothing is put to it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.metrics import contains_answer
from eval.questions import Question, is_article, load_questions
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.article import Article
from index.errors import InputError
from rag.asking.followup import standalone
from rag.asking.gender import GenderOf

SUITE = "followups"
METRICS = ("understood", "left_alone", "found@5")
CHANGE = "change"
DEPTH = 5

Find = Callable[[str, int], Sequence[Article]]


@dataclass(frozen=True)
class FollowUp:
    """A question with the turns before it, and what it must and must not hold as it stands by itself."""

    asked: Question
    expects: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.asked.id


def load(path: Path, split: str | None = None) -> list[FollowUp]:
    """The follow-ups of a file, or those of one split. Raises InputError that names the file and what is wrong."""
    questions = {question.id: question for question in load_questions(path, split)}
    found = []
    for line in path.read_text(encoding="utf-8-sig").split("\n"):
        record = json.loads(line) if line.strip() else {}
        if record.get("id") not in questions:
            continue
        words = [record.get(key, []) for key in ("expects", "forbidden")]
        if not all(isinstance(group, list) and all(isinstance(word, str) for word in group) for group in words):
            raise InputError(f'{path}: "expects" and "forbidden" of {record["id"]} must be lists of texts.')
        found.append(FollowUp(questions[record["id"]], *map(tuple, words)))
    return found


def is_understood(case: FollowUp, text: str) -> bool:
    """Whether the question as it stands by itself is what was meant.

    >>> case = FollowUp(Question("f", "How old is he?", ("58",), ()), expects=("Orre",), forbidden=("he",))
    >>> is_understood(case, "How old is Bastian Orre?"), is_understood(case, "Who is Orre, and how old is he?")
    (True, False)
    """
    if case.asked.kind == CHANGE:
        return text == case.asked.question
    held = all(contains_answer(text, (word,)) for word in case.expects)
    return held and not any(contains_answer(text, (word,)) for word in case.forbidden)


def run(
    cases: Sequence[FollowUp],
    find: Find,
    gender_of: GenderOf,
    *,
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Understand every question and search for it; `find` gives the articles of the best passages for a question.

    Seconds are those of the understanding alone. Raises InputError without a question.
    """
    if not cases:
        raise InputError("There is no follow-up question; choose another split.")

    def row_of(case: FollowUp) -> Row:
        started = time.perf_counter()
        text = standalone(case.asked.question, case.asked.history, gender_of)
        seconds = time.perf_counter() - started
        understood = is_understood(case, text)
        found = any(is_article(article, case.asked.articles) for article in find(text, DEPTH))
        scores = {"left_alone" if case.asked.kind == CHANGE else "understood": float(understood)}
        scores[f"found@{DEPTH}"] = float(found)
        details = {"standalone": text}
        return Row(case.id, case.asked.question, case.asked.kind, understood, scores, seconds, details=details)

    key = fingerprint(SUITE, [(case.id, case.asked.question) for case in cases], embedder)
    rows = run_rows(cases, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=METRICS, rows=rows, embedder=embedder)

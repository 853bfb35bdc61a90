"""Retrieval measured on SQuAD 2.0 (Rajpurkar, Jia and Liang, arXiv 1806.03822): its paragraphs are the collection.

Every paragraph is an article of its own under the title of its Wikipedia article. Only questions with an answer are
asked, and what is to be found is the paragraph that each was written for. Thresholds are chosen on the questions of
part A, and part B is reported (see `eval.reader`); the collection is always whole. Of two paragraphs that are nearly
copies an archive finds one, and nothing is made up for the other.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.metrics import hits_at, reciprocal_rank
from eval.multihop import Searcher
from eval.reader import Question, Squad
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import InputError
from rag.reader.examples import Paragraph

if TYPE_CHECKING:
    from index.passage import Passage

SUITE = "squad"
DEPTH = 10  # passages that are asked for
REPORTED = "B"


def addresses(paragraphs: Sequence[Paragraph]) -> list[str]:
    """What each paragraph is known by: the title of its article, and its number there, counted from 0.

    >>> addresses([Paragraph("Black Death", "It came."), Paragraph("Oxygen", "A gas."), Paragraph("Oxygen", "Air.")])
    ['squad:Black_Death/0', 'squad:Oxygen/0', 'squad:Oxygen/1']
    """
    counts: Counter[str] = Counter()
    names = []
    for paragraph in paragraphs:
        names.append(f"squad:{paragraph.title.replace(' ', '_')}/{counts[paragraph.title]}")
        counts[paragraph.title] += 1
    return names


def write_articles(squad: Squad, path: Path) -> None:
    """Write the paragraphs as a file of articles that an archive reads, whole or not at all. Raises OSError."""
    records = [
        {"url": address, "title": paragraph.title, "text": paragraph.text}
        for address, paragraph in zip(addresses(squad.paragraphs), squad.paragraphs, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def part_named(part: str | None = None) -> str:
    """A part by its name, "A" or "B" in either case; B, the reported one, if none is named.

    Raises InputError for another part.

    >>> part_named("a"), part_named()
    ('A', 'B')
    """
    part = REPORTED if part is None else part.upper()
    if part not in ("A", "B"):
        raise InputError(f"There is no split {part} of these questions; choose A or B.")
    return part


def questions_of(squad: Squad, part: str | None = None) -> list[Question]:
    """The questions with an answer over the articles of a part (see `part_named`)."""
    return squad.of_part(part_named(part), answerable=True)


def score(passages: Sequence[Passage], address: str) -> dict[str, float]:
    """The metrics of one question: a passage of the paragraph at `address` is a hit.

    >>> from index.passage import Passage
    >>> found = [Passage("a", None, None, None, f"squad:Oxygen/{number}", 0, 4, "Air.", 1.0) for number in range(3)]
    >>> score(found, "squad:Oxygen/1")
    {'hit@1': 0.0, 'hit@5': 1.0, 'mrr@10': 0.5}
    """
    relevant = [[address] if passage.url == address else [] for passage in passages]
    return {
        "hit@1": hits_at(relevant, 1),
        "hit@5": hits_at(relevant, 5),
        f"mrr@{DEPTH}": reciprocal_rank(relevant, DEPTH),
    }


def run(
    searcher: Searcher,
    squad: Squad,
    questions: Sequence[Question],
    *,
    retriever: str = "hybrid",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Search for every question and score what comes back. One passes when its paragraph is found first.

    A question's kind is the title of its article. `retriever` names what `searcher` is, for the report. `log` keeps
    the rows of an unfinished run (see `report.partial`). Raises InputError without a question, and whatever the
    searcher raises.
    """
    if not questions:
        raise InputError("There is no question to search for; choose another split.")
    names = addresses(squad.paragraphs)
    # Loading the models is no part of a search's latency.
    searcher.search(questions[0].text, DEPTH)

    def row_of(question: Question) -> Row:
        started = time.perf_counter()
        passages = searcher.search(question.text, DEPTH)
        seconds = time.perf_counter() - started
        address = names[question.paragraph]
        scores = score(passages, address)
        details = {"paragraph": address, "passages": [passage.url for passage in passages]}
        title = squad.paragraphs[question.paragraph].title
        return Row(question.id, question.text, title, scores["hit@1"] == 1, scores, seconds, details=details)

    settings = {"retriever": retriever, "k": DEPTH}
    key = fingerprint(SUITE, list(questions), settings, embedder)
    rows = run_rows(questions, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=tuple(score([], "")), rows=rows, embedder=embedder, settings=settings)

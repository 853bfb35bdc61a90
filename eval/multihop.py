"""Retrieval measured on MultiHop-RAG (Tang and Yang, arXiv 2401.15391) by the rules of its public scorer.

A retrieved text holds a gold fact when the fact's characters stand in it, spaces and newlines aside, case and all.
Null queries have no evidence and are skipped.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eval.metrics import all_evidence_at, average_precision, hits_at, recall_at, reciprocal_rank
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.errors import InputError

if TYPE_CHECKING:
    from index.passage import Passage

SUITE = "multihop-rag"


class Searcher(Protocol):
    """What is measured: an archive, or a retriever over one."""

    def search(self, question: str, k: int, /) -> Sequence[Passage]: ...


@dataclass(frozen=True)
class Query:
    """A question of the benchmark with the facts that its answer rests on; a null query has none."""

    id: str
    question: str
    answer: str
    kind: str
    facts: tuple[str, ...]


def corpus_file(data: Path) -> Path:
    """The file of articles in the benchmark's folder. Raises InputError when there is none."""
    for name in ("corpus.json.gz", "corpus.json"):
        if (data / name).is_file():
            return data / name
    raise InputError(f"{data} holds no corpus.json or corpus.json.gz; name the folder of the MultiHop-RAG files.")


def query_file(data: Path, split: str | None = None) -> Path:
    """The file of queries: ``queries_<split>.json``, or the only ``queries*.json`` there is, each also as .gz.

    Raises InputError when there is none, or when there are several and no split says which.
    """
    files = {path.name.split(".")[0]: path for end in (".json", ".json.gz") for path in data.glob(f"queries*{end}")}
    if split is not None:
        files = {stem: path for stem, path in files.items() if stem == f"queries_{split}"}
    if len(files) > 1:
        raise InputError(f"{data} holds several sets of queries ({', '.join(sorted(files))}); choose one with --split.")
    if not files:
        wanted = "queries*.json" if split is None else f"queries_{split}.json"
        raise InputError(f"{data} holds no {wanted} (or .gz); name the folder of the MultiHop-RAG files.")
    return next(iter(files.values()))


def load_queries(data: Path, split: str | None = None) -> list[Query]:
    """The queries of the benchmark's folder, null queries too; their ids count from 0 in the file's order.

    Raises InputError as `query_file` does, and when the file is not the benchmark's.
    """
    path = query_file(data, split)
    try:
        raw = path.read_bytes()
        records = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        return [_query(str(number), record) for number, record in enumerate(records)]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} does not hold MultiHop-RAG queries ({error!r}); fetch the file again.") from error


def _query(id: str, record: dict[str, object]) -> Query:
    question, answer, kind, evidence = (record[k] for k in ("query", "answer", "question_type", "evidence_list"))
    if not isinstance(evidence, list):
        raise ValueError(f"query {id} has no list of evidence")
    facts = tuple(str(item["fact"]) for item in evidence)
    if kind == "null_query":
        facts = ()
    elif not facts or not all(map(bare, facts)):
        raise ValueError(f"query {id} has an empty list of evidence or an empty fact")
    return Query(id, str(question), str(answer), str(kind), facts)


def bare(text: str) -> str:
    r"""The text as the scorer compares it: without spaces and newlines, case and other white space kept.

    >>> bare("Kept as\n it is\tsaid")
    'Keptasitis\tsaid'
    """
    return text.replace(" ", "").replace("\n", "")


def relevant_facts(texts: Sequence[str], facts: Sequence[str]) -> list[list[str]]:
    """For each retrieved text, best first, the facts that stand in it.

    >>> relevant_facts(["He said the deal\\n is off.", "The Deal is off"], ["deal is off", "off."])
    [['deal is off', 'off.'], []]
    """
    return [[fact for fact in facts if bare(fact) in text] for text in map(bare, texts)]


def score(texts: Sequence[str], facts: Sequence[str], k: int = 10) -> dict[str, float]:
    """The retrieval metrics of one query over its first `k` texts.

    >>> score(["nothing", "one and two", "two"], ["one", "two", "three"])["map@10"]  # (2/2) / 3
    0.3333333333333333
    """
    # Facts that differ in white space only are one fact to the scorer.
    gold = list(map(bare, facts))
    relevant = relevant_facts(texts[:k], gold)
    return {
        "hits@4": hits_at(relevant, min(4, k)),
        f"hits@{k}": hits_at(relevant, k),
        f"map@{k}": average_precision(relevant, gold, k),
        f"mrr@{k}": reciprocal_rank(relevant, k),
        f"recall@{k}": recall_at(relevant, gold, k),
        f"all@{k}": all_evidence_at(relevant, gold, k),
    }


def run(
    searcher: Searcher,
    queries: Sequence[Query],
    k: int = 10,
    *,
    retriever: str = "hybrid",
    embedder: str = "",
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Search every query that has evidence and score what comes back. A query passes when all its evidence does.

    `log` keeps the rows of an unfinished run (see `report.partial`). Raises InputError without a query to score or
    with `k` below 1, and whatever the searcher raises.
    """
    asked = [query for query in queries if query.facts]
    if not asked:
        raise InputError("There is no query with evidence to score; give a file that has some.")
    if k < 1:
        raise InputError(f"The number of passages must be 1 or more, not {k}.")
    # Loading the models is no part of a search's latency.
    searcher.search(asked[0].question, k)

    def row_of(query: Query) -> Row:
        started = time.perf_counter()
        passages = searcher.search(query.question, k)
        seconds = time.perf_counter() - started
        texts = [passage.text for passage in passages]
        scores = score(texts, query.facts, k)
        relevant = relevant_facts(texts[:k], query.facts)
        details = {
            "ranks": [next((n for n, facts in enumerate(relevant, 1) if fact in facts), None) for fact in query.facts],
            "passages": [[passage.article_id, passage.start, passage.end] for passage in passages],
        }
        return Row(query.id, query.question, query.kind, scores[f"all@{k}"] == 1, scores, seconds, details=details)

    settings = {"k": k, "retriever": retriever}
    key = fingerprint(SUITE, asked, settings, embedder)
    rows = run_rows(asked, row_of, key=key, log=log, progress=progress)
    return Report(
        suite=SUITE,
        metrics=tuple(score([], ["-"], k)),
        rows=rows,
        skipped=len(queries) - len(asked),
        embedder=embedder,
        settings=settings,
    )

"""A million chunks: how long an archive of them takes to make, to open and to search, and what searches miss."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from eval.bench.figures import Figure, Figures, percentile
from eval.bench.grown import Growth, export_vectors, grow, recorded_making
from eval.bench.workers import Worker, memory
from index.archive import STORE_FILE, Archive
from index.derived import Derived, open_derived
from index.embedder import Vectors
from index.errors import IndexDamagedError
from index.searching import CANDIDATES
from index.store import Making, Store
from index.vectors import Ids, VectorIndex

TOP = 10
_GIB = 2**30
_NEARLY = 1e-5  # of a cosine: what two ways of summing up may differ by
_ADD = 50_000
_TRIED = 20
_BLOCK = 1 << 24


@dataclass(frozen=True)
class KnownQuestions:
    """An embedder of questions that were embedded before, so that a search's time is without that."""

    name: str
    dimension: int
    questions: Sequence[str]
    vectors: Vectors
    max_tokens: int = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.vectors[[self.questions.index(text) for text in texts]]


class ExactVectors(VectorIndex):
    """What exact search found for a question, in the place of an index."""

    def __init__(self, found: dict[int, float]) -> None:
        self._found = found

    def search_all(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[dict[int, float]]:
        return [dict(list(self._found.items())[:limit])]

    @property
    def exact(self) -> bool:
        return True


@dataclass(frozen=True)
class Asked:
    """One question: seconds of hybrid and of exact search, and the shares of the ten best that were found."""

    hybrid: float
    flat: float
    dense_recall: float
    hybrid_recall: float


def measure_scale(
    source: Path, work: Path, questions: Sequence[str], vectors: Vectors, chunks: int, warming: int = 0
) -> Figures:
    """Grow the archive in `source` to so many chunks in `work`, where it is kept, and search it.

    `vectors` are those of the questions, shape (len(questions), dimension), by the embedder of `source`. The last
    `warming` of them are asked first and not timed, as in a process that has been searched before.
    """
    timed = len(questions) - warming
    folder, plain, ids_file = work / "index", work / "vectors.f32", work / "ids.npy"
    growth = _grown(source, folder, work / "growth.json", chunks)
    if not (plain.is_file() and ids_file.is_file()) or plain.stat().st_size != chunks * vectors.shape[1] * 4:
        export_vectors(folder, plain, ids_file)
    making = recorded_making(folder)
    known = KnownQuestions(making.embedder, making.dimension, questions, vectors)
    for path in [plain, *folder.rglob("*")]:  # from here on nothing waits for the disk
        _read_through(path)
    with Worker(serve_flat, plain, making.dimension) as flat:
        reading = flat.line.recv()
        started = time.time()
        with Worker(serve_search, folder, known, making, started) as search:
            importing, opening = search.line.recv()
            threads = _faster(flat, vectors)
            for question in questions[timed:]:
                search.ask("hybrid", question)
            asked, used = _interleaved(search, flat, threads, questions[:timed], vectors[:timed], np.load(ids_file))
    return _figures(chunks, growth, (reading, importing, opening), threads, asked, used)


def _read_through(path: Path) -> None:
    """Bring a file into the system's cache of pages."""
    if path.is_file():
        with path.open("rb") as file:
            while file.read(_BLOCK):
                pass


def _grown(source: Path, folder: Path, kept: Path, chunks: int) -> Growth:
    """How long the archive took to grow, as it was written down when it did."""
    if kept.is_file():
        record = json.loads(kept.read_text(encoding="ascii"))
        if record.pop("chunks") == chunks:
            return Growth(**record)
    growth = grow(source, folder, chunks)
    kept.write_text(json.dumps({"chunks": chunks, **asdict(growth)}), encoding="ascii")
    return growth


def _faster(flat: Worker, vectors: Vectors) -> int:
    """With how many threads exact search is the faster; tried before, for idle threads spin on for a while."""
    seconds = {threads: [flat.ask(vector, TOP, threads)[0] for vector in vectors[:_TRIED]] for threads in (2, 1)}
    return min(seconds, key=lambda threads: percentile(seconds[threads], 0.5))


def _interleaved(
    search: Worker, flat: Worker, threads: int, questions: Sequence[str], vectors: Vectors, ids: Ids
) -> tuple[list[Asked], dict[str, int]]:
    """Each question to both processes in turn; what exact search is for recall comes after the times are taken."""
    times: list[tuple[float, float]] = []
    approximate: list[list[object]] = []
    for question, vector in tqdm(list(zip(questions, vectors, strict=True)), "Searching", disable=None):
        hybrid, passages = search.ask("hybrid", question)
        times.append((hybrid, flat.ask(vector, TOP, threads)[0]))
        approximate.append(passages)
    used = search.ask("memory", None)
    asked = []
    for at, question in enumerate(tqdm(questions, "Comparing", disable=None)):
        _, rows, scores = flat.ask(vectors[at], CANDIDATES, 1)
        exact = dict(zip(ids[rows].tolist(), scores.tolist(), strict=True))
        least = sorted(exact.values(), reverse=True)[:TOP][-1]
        dense = search.ask("dense", question)
        dense_recall = sum(score >= least - _NEARLY for score in dense) / TOP
        truly = search.ask("exact", (question, exact))
        asked.append(Asked(*times[at], min(1.0, dense_recall), _share(approximate[at], truly)))
    return asked, used


def _share(found: Sequence[object], wanted: Sequence[object]) -> float:
    """The share of the wanted things that were found; 1 where nothing is wanted.

    >>> _share(["a", "b"], ["b", "c"])
    0.5
    """
    return sum(one in found for one in wanted) / len(wanted) if wanted else 1.0


def _figures(
    chunks: int,
    growth: Growth,
    opening: tuple[float, float, float],
    threads: int,
    asked: Sequence[Asked],
    used: dict[str, int],
) -> Figures:
    reading, importing, opened = opening
    flat = [one.flat for one in asked]
    hybrid = [one.hybrid for one in asked]
    p95, flat_p95 = percentile(hybrid, 0.95), percentile(flat, 0.95)

    def milliseconds(name: str, seconds: float) -> Figure:
        return Figure(name, 1000 * seconds, "ms")

    return Figures(
        f"{chunks:,} chunks, {len(asked)} questions",
        [
            Figure("storing", growth.storing, "s"),
            Figure("deriving", growth.deriving, "s"),
            Figure("articles.sqlite", growth.store_bytes / _GIB, "GiB"),
            Figure("search files", growth.derived_bytes / _GIB, "GiB"),
            milliseconds("starting and importing", importing),
            milliseconds("opening", opened),
            milliseconds("reading the vectors", reading),
            Figure("opening / reading", opened / reading, most=0.1),
            milliseconds("hybrid p50", percentile(hybrid, 0.5)),
            milliseconds("hybrid p95", p95),
            milliseconds("flat p50", percentile(flat, 0.5)),
            milliseconds("flat p95", flat_p95),
            Figure("threads of flat", threads),
            Figure("hybrid p95 / flat p95", p95 / flat_p95, most=0.5),
            Figure("dense recall@10", fmean(one.dense_recall for one in asked), least=0.97),
            Figure("hybrid recall@10", fmean(one.hybrid_recall for one in asked), least=0.97),
            Figure("resident", used["VmRSS"] / _GIB, "GiB", most=1.5),
            Figure("resident at most", used["VmHWM"] / _GIB, "GiB", most=1.5),
            Figure("of it anonymous", used["RssAnon"] / _GIB, "GiB"),
        ],
    )


def serve_flat(line: Connection, path: Path, dimension: int) -> None:
    """Tell how long reading the vectors takes; then answer (vector, k, threads) with the seconds, rows and scores."""
    import faiss

    started = time.perf_counter()
    vectors = np.fromfile(path, dtype=np.float32).reshape(-1, dimension)
    line.send(time.perf_counter() - started)
    index: Any = faiss.IndexFlatIP(dimension)
    for first in range(0, len(vectors), _ADD):
        index.add(vectors[first : first + _ADD])
    del vectors
    while (question := line.recv()) is not None:
        vector, k, threads = question
        faiss.omp_set_num_threads(threads)
        started = time.perf_counter()
        scores, rows = index.search(vector[None, :], k)
        line.send((time.perf_counter() - started, rows[0], scores[0]))


def serve_search(line: Connection, folder: Path, embedder: KnownQuestions, making: Making, begun: float) -> None:
    """Tell how long starting and opening took; then answer with what hybrid, dense and exact search find."""
    import_module("faiss")  # as the first search would
    importing = time.time() - begun
    started = time.perf_counter()
    archive = Archive(folder, embedder)
    archive.mentions(["opened"])
    line.send((importing, time.perf_counter() - started))
    while (question := line.recv()) is not None:
        what, asked = question
        if what == "hybrid":
            started = time.perf_counter()
            passages, _ = archive.retrieve(asked, TOP)
            line.send((time.perf_counter() - started, [(found.article_id, found.start) for found in passages]))
        elif what == "memory":
            line.send(memory())
        elif what == "dense":
            line.send(_rescored(folder, making, embedder.embed_queries([asked])[0]))
        else:
            line.send(_exactly(archive, *asked))
    archive.close()


def _rescored(folder: Path, making: Making, vector: NDArray[np.float32]) -> list[float]:
    """The true cosines of the best chunks that the vector index finds, best first."""
    store, derived = _opened(folder, making)
    found = list(derived.vectors.search(vector, CANDIDATES))
    return sorted((store.vectors(found) @ vector).tolist(), reverse=True)[:TOP]


@cache
def _opened(folder: Path, making: Making) -> tuple[Store, Derived]:
    store = Store(folder / STORE_FILE, making)
    derived = open_derived(folder, store.generation)
    if derived is None:
        raise IndexDamagedError(f"What is derived in {folder} has gone; run the benchmark again.")
    return store, derived


def _exactly(archive: Archive, question: str, dense: dict[int, float]) -> list[tuple[str, int]]:
    """What hybrid search finds whose dense part is exact."""
    _, derived = _opened(archive.folder, recorded_making(archive.folder))
    archive._fitting.derived = Derived(derived.generation, ExactVectors(dense), derived.words)
    return [(found.article_id, found.start) for found in archive.retrieve(question, TOP)[0]]

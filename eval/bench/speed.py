"""Speed: the articles of a file into a new archive, and how near its vectors are to those in full precision."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from eval.bench.figures import Figure, Figures
from eval.bench.grown import recorded_making
from eval.bench.workers import Worker, memory
from index.archive import STORE_FILE, Archive
from index.artifacts import MINILM
from index.embedder import (
    DEFAULT_EMBEDDER,
    SentenceTransformerEmbedder,
    Vectors,
    load_embedder,
    load_sentence_transformer,
)
from index.fetch import fetch
from index.store import Store

LEAST_COSINE = 0.999
_GIB = 2**30
_COMPARED = 256  # chunks


def measure_speed(path: Path, work: Path, articles: int | None = None, embedder: str = DEFAULT_EMBEDDER) -> Figures:
    """Index the articles of `path`, at most `articles` of them, into `work`, a new folder; then once more.

    The times are without loading the model, the memory is with it. Raises CitewireError.
    """
    with Worker(serve_updates, path, work / "index", articles, embedder) as worker:
        embedded, first, second, embedded_again, counted, used = worker.line.recv()
    cosines = _cosines(work / "index", embedder)
    return Figures(
        f"{counted:,} articles of {path.name} with {embedder}",
        [
            Figure("articles", counted),
            Figure("chunks", embedded),
            Figure("first run", first, "s"),
            Figure("articles a second", counted / first),
            Figure("chunks a second", embedded / first),
            Figure("second run", second, "s"),
            Figure("embedded again", embedded_again, "chunks", most=0),
            Figure("second run / first run", second / first, most=1 / 50),
            Figure("cosine to fp32, least", float(cosines.min()), least=LEAST_COSINE),
            Figure("cosine to fp32, mean", float(cosines.mean()), least=LEAST_COSINE),
            Figure("memory at most", used / _GIB, "GiB", most=2.0),
        ],
    )


def serve_updates(line: Connection, path: Path, folder: Path, articles: int | None, embedder: str) -> None:
    """Update twice; tell what each took and embedded, the number of articles and the most memory."""
    with Archive(folder, load_embedder(embedder)) as archive:
        archive.embedder.embed_passages(["The first call warms the model up."])
        first = _timed(archive, path, articles)
        second = _timed(archive, path, articles)
        line.send((first[1], first[0], second[0], second[1], archive.counts()[0], memory()["VmHWM"]))


def _timed(archive: Archive, path: Path, articles: int | None) -> tuple[float, int]:
    """The seconds of an update, and the chunks it embedded."""
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return articles is not None and asked >= articles

    started = time.perf_counter()
    update = archive.update([path], stop=stop)
    return time.perf_counter() - started, update.embedded


def _cosines(folder: Path, embedder: str) -> Vectors:
    """How near vectors of the archive are to those of the model in full precision."""
    name = str(fetch(MINILM)) if embedder == MINILM.name else embedder
    model = SentenceTransformerEmbedder(name, load_sentence_transformer(name, "float32"))
    store = Store(folder / STORE_FILE, recorded_making(folder))
    try:
        with store.snapshot():
            ids = store.chunk_ids()
            ids = ids[:: max(1, len(ids) // _COMPARED)]
            texts = {id: text for id, _, text in store.words(ids)}
            vectors = store.vectors(ids)
    finally:
        store.close()
    reference = model.embed_passages([texts[id] for id in ids.tolist()])
    cosines: Vectors = np.sum(vectors * reference, axis=1)
    return cosines

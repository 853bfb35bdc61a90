"""txtai as a rival of `citewire bench latency`: its hybrid index (dense and BM25) with the texts kept in it.

Run by a Python that has txtai, and nothing of this project: ``python txtai_search.py MODEL [KEPT]``. MODEL is the
folder of the embedding model, KEPT a folder for the index, made there once and loaded from then on. It is told as the
benchmark tells every rival: first the path of a file of texts, then one question a line, each as JSON; it answers each
line with one of its own as soon as it has what was asked for.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PASSAGES = 10


def main(model: str, kept: str | None = None) -> None:
    asked: Iterator[Any] = map(json.loads, sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    embeddings = indexed(model, Path(next(asked)), kept)
    print("ready", file=answers, flush=True)
    for question in asked:
        # An apostrophe would end the query in txtai's own language of queries.
        found = embeddings.search(question.replace("'", " "), PASSAGES)
        print(len(found), file=answers, flush=True)


def indexed(model: str, texts: Path, kept: str | None) -> Any:
    import torch
    from txtai import Embeddings  # type: ignore[import-not-found]

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    embeddings = Embeddings(path=model, hybrid=True, content=True)
    if kept and Path(kept).is_dir():
        embeddings.load(kept)
        return embeddings
    embeddings.index([json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()])
    if kept:
        embeddings.save(kept)
    return embeddings


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What each part of the retriever is worth: every part taken out in turn, on every collection that is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from eval.multihop import Searcher
from eval.report import Report, figure
from index import Archive
from index.searching import Weights
from rag.reranking import Reranker
from rag.retriever import Retriever

Run = Callable[..., Report]  # of a searcher, the name of the variant, and a path for the log or None

ALL = "everything"
READING = "with the reader"
NO_SLOTS = "no slots: the question as a whole"


@dataclass(frozen=True)
class Collection:
    """An archive, what asks its questions of a searcher, and the metrics by which it is judged."""

    name: str
    archive: Archive
    run: Run
    metrics: tuple[str, ...]


WEIGHTS: Mapping[str, Weights] = {
    ALL: Weights(),
    NO_SLOTS: Weights(),
    "no lift for outlets and authors": Weights(name_lift=0),
    "no lift for days": Weights(day_lift=0),
    "words and meaning alike": Weights(dense=1),
    "no sentences: a passage's words wherever they stand": Weights(sentence=0),
    "words alone": Weights(dense=0, sentence=0),
    "meaning alone": Weights(lexical=0, sentence=0),
}


@dataclass(frozen=True)
class Line:
    """The figures of one variant on one collection."""

    collection: str
    variant: str
    figures: Mapping[str, float | None]


def ablate(collections: Iterable[Collection], reader: Reranker | None = None) -> Iterator[Line]:
    """A line for each variant of each collection, as soon as it is measured; with a `reader`, one more of it."""
    for collection in collections:
        for name, weights in WEIGHTS.items():
            with _weighed(collection.archive, weights) as archive:
                searcher = archive if name == NO_SLOTS else Retriever(archive)
                yield _line(collection, name, searcher)
        if reader:
            yield _line(collection, READING, Retriever(collection.archive, reader))


def _line(collection: Collection, variant: str, searcher: Searcher) -> Line:
    summary = collection.run(searcher, variant).summary()
    return Line(collection.name, variant, {metric: summary[metric].mean for metric in collection.metrics})


@contextmanager
def _weighed(archive: Archive, weights: Weights) -> Iterator[Archive]:
    before = archive.weights
    archive.weights = weights
    try:
        yield archive
    finally:
        archive.weights = before


def markdown(lines: Sequence[Line]) -> str:
    """The lines as tables, one for each collection.

    >>> print(markdown([Line("SQuAD", "everything", {"hit@1": 0.8431, "hit@5": 0.98})]))
    **SQuAD**
    <BLANKLINE>
    | | hit@1 | hit@5 |
    | --- | --- | --- |
    | everything | 0.843 | 0.980 |
    """
    parts = []
    for name in dict.fromkeys(line.collection for line in lines):
        of = [line for line in lines if line.collection == name]
        rows = [["", *of[0].figures], ["---"] * (len(of[0].figures) + 1)]
        rows += [[line.variant, *(figure(value) for value in line.figures.values())] for line in of]
        parts.append(
            f"**{name}**\n\n" + "\n".join(f"|{' |'.join(f' {cell}'.rstrip() for cell in row)} |" for row in rows)
        )
    return "\n\n".join(parts)

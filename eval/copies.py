"""Are copies of a story found, and only copies? A labelled set out of public articles, and its measure.

Part of the set is made here by `eval.copy_edits` and `eval.copy_traps`; the other part was mined among the articles and
judged by reading, and is kept in ``copies.json`` as pairs of URLs, also those on which two editors might disagree
("unclear"), which are not measured. The articles themselves are no part of citewire.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Literal

from eval.copy_edits import EDITS
from eval.copy_traps import TEMPLATES, follow_up, templated, with_disclaimer, with_speech
from index.copies import buckets, connected, is_copy
from index.errors import InputError

Split = Literal["dev", "test"]

_COLLECTIONS = (
    ("news-10k/articles.jsonl.gz", "text"),
    ("wikinews/articles.jsonl.gz", "text"),
    ("multihop-rag/corpus.json.gz", "body"),
)
_MINED = Path(__file__).with_name("copies.json")
# Made pairs of a kind in each half.
_EDITED = 15
_FOLLOW_UPS = 40
_DRESSED = 15
_TEMPLATED = 8
_SHORTEST, _LONGEST = 700, 12_000


@dataclass(frozen=True)
class Pair:
    """Two texts, and whether they are copies of one story; `name` tells where they come from."""

    kind: str
    name: str
    one: str
    other: str
    copies: bool


@dataclass(frozen=True)
class Judged:
    """What became of a pair: do the two share a bucket, and if so, are they held to be copies?"""

    pair: Pair
    candidate: bool
    found: bool

    @property
    def right(self) -> bool:
        return self.found == self.pair.copies


@dataclass(frozen=True)
class CopiesReport:
    """How well copies were told from other stories in one half of the labelled set."""

    split: Split
    judged: tuple[Judged, ...]

    def count(self, *, copies: bool, found: bool) -> int:
        """Pairs that are (or are not) copies and were (or were not) found to be."""
        return sum(one.pair.copies == copies and one.found == found for one in self.judged)

    @property
    def precision(self) -> float:
        """Of the pairs held to be copies, the share that are; 1 where none was."""
        right, wrong = self.count(copies=True, found=True), self.count(copies=False, found=True)
        return right / (right + wrong) if right + wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the copies, the share that share a bucket and pass the exact check."""
        found, missed = self.count(copies=True, found=True), self.count(copies=True, found=False)
        return found / (found + missed) if found + missed else 1.0

    @property
    def candidate_recall(self) -> float:
        """Of the copies, the share that share a bucket."""
        copies = [one for one in self.judged if one.pair.copies]
        return sum(one.candidate for one in copies) / len(copies) if copies else 1.0

    @property
    def kinds(self) -> Mapping[str, tuple[int, int]]:
        """For each kind of pair, how many were judged rightly, and of how many."""
        total = Counter(one.pair.kind for one in self.judged)
        right = Counter(one.pair.kind for one in self.judged if one.right)
        return {kind: (right[kind], total[kind]) for kind in total}

    @property
    def errors(self) -> tuple[Judged, ...]:
        """The pairs judged wrongly: first those taken for copies, then those missed."""
        return tuple(sorted((one for one in self.judged if not one.right), key=lambda one: not one.found))

    def lines(self, errors: int = 10) -> Iterator[str]:
        """The report as lines of text, with the first `errors` errors."""
        copies = sum(one.pair.copies for one in self.judged)
        yield f"{self.split}: {len(self.judged)} pairs, {copies} of them copies"
        yield (
            f"precision {self.precision:.3f}, recall {self.recall:.3f} "
            f"({self.candidate_recall:.3f} of the copies share a bucket)"
        )
        for kind, (right, total) in self.kinds.items():
            yield f"  {right:>3} of {total:>3}  {kind}"
        for error in self.errors[:errors]:
            fault = "taken for copies" if error.found else "missed" if error.candidate else "share no bucket"
            yield f"  {fault}: {error.pair.kind}: {error.pair.name}"


def measure_copies(data_folder: Path, split: Split) -> CopiesReport:
    """Judge one half of the labelled set as an index does: pairs that share a bucket, checked on their texts.

    `data_folder` holds news-10k, wikinews and multihop-rag. Thresholds were set on "dev" alone.
    Raises InputError where a collection is missing.
    """
    return CopiesReport(split, tuple(map(judge, labelled_pairs(data_folder, split))))


def judge(pair: Pair) -> Judged:
    """What the index would make of the two texts."""
    shared = set(buckets(pair.one)) & set(buckets(pair.other))
    return Judged(pair, bool(shared), bool(shared) and is_copy(pair.one, pair.other))


def labelled_pairs(data_folder: Path, split: Split) -> list[Pair]:
    """One half of the labelled set, always the same for the same data. No article stands in both halves."""
    texts = [_read(data_folder / name, field) for name, field in _COLLECTIONS]
    mined = json.loads(_MINED.read_text(encoding="utf-8"))
    everything = {url: text for collection in texts for url, text in collection.items()}
    taken = {url for pairs in mined.values() for pair in pairs for url in pair}
    # Long and very short articles are left to the mined pairs.
    bases = [
        sorted(
            (url for url, text in collection.items() if url not in taken and _SHORTEST < len(text) < _LONGEST),
            key=_hash,
        )
        for collection in texts
    ]
    chosen = [url for trio in zip_longest(*(_half(urls, split) for urls in bases)) for url in trio if url]
    return [*_mined(mined, everything, split), *_made([(url, everything[url]) for url in chosen], split)]


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _half(names: Sequence[str], split: Split) -> list[str]:
    return [name for name in names if (int(_hash(name)[-1], 16) % 2 == 0) == (split == "dev")]


def _read(path: Path, field: str) -> dict[str, str]:
    if not path.is_file():
        raise InputError(f"{path} is missing; give the folder that holds news-10k, wikinews and multihop-rag.")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = json.load(file) if path.name.endswith(".json.gz") else map(json.loads, file)
        return {record["url"]: record[field] for record in records}


def _mined(mined: Mapping[str, list[list[str]]], texts: Mapping[str, str], split: Split) -> Iterator[Pair]:
    """The mined pairs of one half: pairs that hang together through a common article stay together."""
    urls = sorted({url for pairs in mined.values() for pair in pairs for url in pair})
    number = {url: at for at, url in enumerate(urls)}
    linked = [(number[one], number[other]) for pairs in mined.values() for one, other in pairs]
    first = {at: min(group) for group in connected(linked, range(len(urls))) for at in group}
    for label in ("copy", "different"):
        for one, other in mined[label]:
            if _half([urls[first[number[one]]]], split):
                yield Pair(f"mined, {label}", f"{one} {other}", texts[one], texts[other], label == "copy")


def _made(articles: Sequence[tuple[str, str]], split: Split) -> Iterator[Pair]:
    """Copies by every edit, and the traps that are made; each takes fresh articles."""
    source = iter(articles)
    for kind, edit in EDITS.items():
        for _ in range(_EDITED):
            (url, text), (_, other) = next(source), next(source)
            yield Pair(kind, url, text, edit(text, Random(url), other), True)
    for _ in range(_FOLLOW_UPS):
        (url, text), (_, other) = next(source), next(source)
        yield Pair("follow-up", url, text, follow_up(text, other, Random(url)), False)
    for _ in range(_DRESSED):
        (url, text), (_, other), (_, third) = next(source), next(source), next(source)
        yield Pair("one disclaimer", url, with_disclaimer(text[:2000]), with_disclaimer(other[:2000]), False)
        yield Pair("one speech", url, with_speech(text, third), with_speech(other, third), False)
    for name in TEMPLATES:
        for issue in range(_TEMPLATED):
            random = Random(f"{split} {name} {issue}")
            yield Pair(f"template, {name}", f"issue {issue}", templated(name, random), templated(name, random), False)

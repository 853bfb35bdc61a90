"""What the reader learns from: questions with their paragraphs, with paragraphs that only look alike, and altered.

The data are SQuAD 1.1's training part and natural questions. Each question gives a group of readings: its own paragraph
with the answer's span; often a paragraph found for it that does not hold the answer; often an altered question over
its own paragraph. Half of the paragraphs get a headline, an outlet and a date before them, as an article has.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from index.article import spoken_date
from index.fulltext import FullText
from index.sentences import sentence_spans
from index.words import content_words
from rag.reader.alterations import Setting, alter, leave_out, spoil

SQUAD = Path("squad") / "train-v1.1.json.gz"
NATURAL = Path("nq") / "nq-open-oracle.jsonl.gz"

# How many of the questions get a paragraph without the answer, and an altered question, beside them.
PASSAGE_NEGATIVES = 0.3
ALTERED = 0.42
_HEADS = 0.55
_NAMED_OUTLET = 0.06
_FOUND = 24

_PLACES = "Harbor Valley Northern Capital River Union Western County Metro Lake Morning Evening Global Pacific".split()
_PAPERS = "Ledger Courier Herald Tribune Gazette Post Times Star Observer Journal Chronicle Wire Report Review".split()


@dataclass(frozen=True)
class Paragraph:
    """A text with the title of the article it stands in."""

    title: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question with the number of its paragraph and where its answer stands in it."""

    text: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """One thing to read: `start:end` is the answer in `text`, both 0 when there is none.

    `kind` is "own", "other" (a paragraph without the answer) or "altered" (a question that its paragraph leaves open).
    `focus` is a place in the text that a cut must keep.
    """

    question: str
    head: str
    text: str
    start: int
    end: int
    kind: str
    focus: int | None = None


@dataclass(frozen=True)
class Collection:
    """All paragraphs and all questions over them."""

    paragraphs: tuple[Paragraph, ...]
    questions: tuple[Question, ...]


def load(data: Path) -> Collection:
    """The training data below a folder with `squad` and `nq`. Raises OSError."""
    paragraphs: list[Paragraph] = []
    questions: list[Question] = []
    with gzip.open(data / SQUAD, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            for asked in paragraph["qas"]:
                question = " ".join(asked["question"].split())
                answer = asked["answers"][0]["text"]
                start = occurrence(text, answer, question)
                if start is not None and question:
                    questions.append(Question(question, len(paragraphs), start, start + len(answer)))
            paragraphs.append(Paragraph(article["title"].replace("_", " "), text))
    with gzip.open(data / NATURAL, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            passage = record["ctxs"][0]
            for answer in record["answers"]:
                start = occurrence(passage["text"], answer, record["question"])
                if start is not None:
                    asked = Question(record["question"], len(paragraphs), start, start + len(answer))
                    questions.append(asked)
                    break
            paragraphs.append(Paragraph(passage["title"], passage["text"]))
    return Collection(tuple(paragraphs), tuple(questions))


def occurrence(text: str, answer: str, question: str) -> int | None:
    """Where the answer stands that is meant: in the sentence that shares most words with the question.

    >>> occurrence("In 1990 he left. In 1990 the ferry sank.", "1990", "When did the ferry sink?")
    20
    """
    if not answer.strip():
        return None
    starts = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text)]
    starts = starts or [match.start() for match in re.finditer(re.escape(answer), text)]
    if len(starts) < 2:
        return starts[0] if starts else None
    asked = set(content_words(question))
    shared = {(first, last): len(asked & set(content_words(text[first:last]))) for first, last in sentence_spans(text)}

    def worth(start: int) -> int:
        return next((count for (first, last), count in shared.items() if first <= start < last), 0)

    return max(starts, key=worth)


class Groups:
    """The groups of readings: `group(i)` is the same for the same seed, whenever it is made."""

    def __init__(self, collection: Collection, near: Callable[[str], Sequence[str]], seed: int = 0) -> None:
        self._collection = collection
        self._near = near
        self._seed = seed
        self._order = list(range(len(collection.questions)))
        Random(seed).shuffle(self._order)
        self._by_title: dict[str, list[int]] = {}
        for number, paragraph in enumerate(collection.paragraphs):
            self._by_title.setdefault(paragraph.title, []).append(number)
        self._found = FullText.create(None)
        self._found.add((number, p.title, p.text) for number, p in enumerate(collection.paragraphs))

    def __len__(self) -> int:
        return len(self._order)

    def group(self, index: int) -> list[Reading]:
        """The readings of one question, its own paragraph first; `index` may go on beyond the last question."""
        chance = Random(f"{self._seed} {index}")
        asked = self._collection.questions[self._order[index % len(self._order)]]
        own = self._collection.paragraphs[asked.paragraph]
        head = invented_head(own.title, chance) if chance.random() < _HEADS else ""
        question = asked.text
        if head and chance.random() < _NAMED_OUTLET:
            outlet = head.split(" | ")[1] if " | " in head else head.rsplit(". ", 1)[1].split(",")[0]
            question = f"According to {outlet}, {question[0].lower()}{question[1:]}"
        first = Reading(question, head, own.text, asked.start, asked.end, "own")
        readings = [first]
        answer = own.text[asked.start : asked.end]
        if chance.random() < PASSAGE_NEGATIVES:
            readings += self._other(asked, answer, first, chance)
        if chance.random() < ALTERED:
            setting = Setting(own.text, self._article(own.title, chance), answer, self._near)
            readings += _altered(first, setting, chance)
        return readings

    def _other(self, asked: Question, answer: str, first: Reading, chance: Random) -> Iterator[Reading]:
        paragraphs = self._collection.paragraphs
        title = paragraphs[asked.paragraph].title
        found = [
            number
            for number in self._found.match(content_words(asked.text), _FOUND)
            if number != asked.paragraph and answer.lower() not in paragraphs[number].text.lower()
        ]
        same = [number for number in found if paragraphs[number].title == title]
        pool = same[:3] if same and chance.random() < 0.5 else found[:5]
        if pool:
            other = paragraphs[chance.choice(pool)]
            head = invented_head(other.title, chance) if first.head else ""
            yield Reading(first.question, head, other.text, 0, 0, "other")

    def _article(self, title: str, chance: Random) -> str:
        numbers = self._by_title[title]
        return " ".join(self._collection.paragraphs[n].text for n in chance.sample(numbers, min(6, len(numbers))))


def _altered(first: Reading, setting: Setting, chance: Random) -> Iterator[Reading]:
    """The reading with its question or its passage changed so that it has no answer."""
    kind = chance.random()
    changed = None
    if kind < 0.35:
        changed = spoil(first.question, first.start, setting, chance)
    elif kind < 0.55:
        changed = leave_out(first.start, setting)
    if changed:
        yield replace(first, text=changed[0], start=0, end=0, kind="altered", focus=changed[1])
        return
    altered = alter(first.question, setting, chance)
    if altered:
        yield replace(first, question=altered, start=0, end=0, kind="altered")


def invented_head(title: str, chance: Random) -> str:
    """A headline with an outlet and a date that are made up.

    >>> invented_head("Oxygen", Random(1))
    'Oxygen | Northern Journal | February 9, 2025'
    """
    outlet = f"{chance.choice(_PLACES)} {chance.choice(_PAPERS)}"
    day = f"{chance.randint(1998, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    spoken = spoken_date(day) or ""
    if chance.random() < 0.6:
        return f"{title} | {outlet} | {spoken}"
    month, number, year = spoken.replace(",", "").split()
    return f"{title}. {outlet}, {number} {month} {year}"


def window(spans: Sequence[tuple[int, int]], start: int, end: int, size: int, chance: Random) -> tuple[int, int]:
    """Which tokens to keep, at most `size` of them, so that the characters start:end are among them.

    `spans` are the tokens' character offsets. The answer falls anywhere in the window; without one the window does.

    >>> window([(0, 2), (3, 5), (6, 8), (9, 11)], 6, 8, 2, Random(0)) in ((1, 3), (2, 4))
    True
    """
    if len(spans) <= size:
        return 0, len(spans)
    first, last = 0, 0
    if end > start:
        inside = [number for number, (left, right) in enumerate(spans) if left < end and right > start]
        first, last = (inside[0], inside[-1] + 1) if inside else (0, 0)
    else:
        first = last = chance.randrange(len(spans))
    low = max(0, min(last, first + size) - size)
    begin = chance.randint(low, min(first, len(spans) - size)) if low <= min(first, len(spans) - size) else low
    return begin, begin + size


def near_words(words: Iterable[str], vectors: Sequence[Sequence[float]]) -> Callable[[str], Sequence[str]]:
    """For a word, up to eight words with the nearest vectors; none for a word without a vector."""
    import numpy as np

    known = list(words)
    rows = {word: row for row, word in enumerate(known)}
    matrix = np.asarray(vectors, dtype=np.float32)
    matrix = matrix - matrix.mean(0)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9
    seen: dict[str, Sequence[str]] = {}

    def near(word: str) -> Sequence[str]:
        if word not in rows:
            return ()
        if word not in seen:
            likeness = matrix @ matrix[rows[word]]
            best = np.argpartition(-likeness, 14)[:14]
            ranked = sorted(best.tolist(), key=lambda row: -float(likeness[row]))
            seen[word] = [known[row] for row in ranked if known[row][:4] != word[:4]][:8]
        return seen[word]

    return near

"""Invented articles that say in every sentence of which edition they are, and an embedder that costs little."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np

from index.article import Article
from index.chunks import chunk_text
from index.embedder import Vectors
from index.updating import MARKS

_STARTS = "ba be bo da de do fa fe fo ga ge go ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to".split()
_ENDS = "n r l s m t th nd rk st".split()
# Every tenth article prints the text of the one before it.
_STORY = 10


class HashedEmbedder:
    """Unit vectors of hashed words: texts with words in common are near. It counts words as tokens."""

    name = "hashed words"
    dimension = 64
    max_tokens = 64

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1)
        return vectors


@dataclass(frozen=True)
class Invented:
    """The article of a number in one of its editions; `section` is what a user set."""

    number: int
    edition: int
    section: str | None = None

    @property
    def identity(self) -> str:
        return f"https://outlet{self.number % 7}.test/{self.number}"

    @property
    def title(self) -> str:
        return f"{name(self.number).title()} in edition {self.edition}"

    @property
    def text(self) -> str:
        return _text(told_by(self.number), self.edition)

    @property
    def id(self) -> str:
        return Article(self.identity, "").id

    @property
    def question(self) -> str:
        """What only this article, and one that prints its text too, answers best, in whichever edition it is found.

        The edition is no part of it: another article of that edition would come first once this one has a newer one.
        """
        return f"What was said of {name(told_by(self.number))}?"

    @property
    def chunks(self) -> int:
        return _chunks(told_by(self.number), self.edition)

    def record(self) -> dict[str, str]:
        """The article as a record of a file."""
        return {"url": self.identity, "title": self.title, "text": self.text, "outlet": f"Outlet {self.number % 7}"}

    def is_told_by(self, article: Article) -> bool:
        """Whether an archive's article is just this one."""
        told = (article.identity, article.title, article.text, article.section)
        return told == (self.identity, self.title, self.text, self.section)


State = Mapping[str, Invented]  # by id


def state_of(articles: Sequence[Invented]) -> State:
    return {article.id: article for article in articles}


def write_articles(path: Path, state: State) -> Path:
    path.write_text("".join(json.dumps(article.record()) + "\n" for article in state.values()), encoding="utf-8")
    return path


def told_by(number: int) -> int:
    """The number of the article whose text that of `number` prints: nearly always its own.

    >>> told_by(8), told_by(9), told_by(10)
    (8, 8, 10)
    """
    return number - 1 if number % _STORY == _STORY - 1 else number


def copies_in(state: State, article: Invented) -> set[str]:
    """The ids of the other articles of a state that print the same text."""
    near = (article.number - 1, article.number + 1)
    others = (Invented(number, article.edition).id for number in near if told_by(number) == told_by(article.number))
    return {id for id in others if id in state and state[id].edition == article.edition}


@lru_cache
def name(number: int) -> str:
    """A word that no other number has, and that begins otherwise than its neighbours': search minds beginnings."""
    digits = f"{number:04}"[::-1]
    return (
        "".join(_STARTS[int(digit) * 3 + place % 3] for place, digit in enumerate(digits)) + _ENDS[number % len(_ENDS)]
    )


@lru_cache(maxsize=20_000)
def _text(number: int, edition: int) -> str:
    chance = Random(number * 100_003 + edition)
    paragraphs = []
    for _ in range(chance.randint(2, 5)):
        sentences = []
        for _ in range(chance.randint(2, 4)):
            words = ["".join(chance.choices(_STARTS, k=3)) + chance.choice(_ENDS) for _ in range(chance.randint(8, 14))]
            sentences.append(f"Edition {edition} of {name(number)} said {' '.join(words)}.")
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


@lru_cache(maxsize=20_000)
def _chunks(number: int, edition: int) -> int:
    embedder = HashedEmbedder()
    return len(chunk_text(_text(number, edition), embedder.count_tokens, embedder.max_tokens - MARKS))

"""From passages to evidence: the few sentences that a question can be answered from."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from index import Article, Embedder, Passage
from index.sentences import sentence_spans
from index.words import content_words
from rag.asking.question import Question, can_answer
from rag.reranking import Reading

NOT_READ: Mapping[Passage, Reading] = MappingProxyType({})

# What a sentence is worth beside its nearness in meaning (the mean of two cosines, with its article's title and
# without). Measured on the development half of the sample questions.
WORDS_WEIGHT = 0.5
NEIGHBOURS_WEIGHT = 0.3
PASSAGE_WEIGHT = 0.1
KIND_WEIGHT = 0.15
QUOTED_WEIGHT = 1.0
# What it is worth that a reader found the answer in the sentence, times how sure it is.
FOUND_WEIGHT = 0.8

_QUOTE_MARK = re.compile(r"[\"“”«»]")
HEADING_WORDS = 8


@dataclass(frozen=True)
class Evidence:
    """One sentence of an article: ``article.text[start:end]`` is `text`; `context` is the text right before it."""

    article: Article
    start: int
    end: int
    text: str
    context: str
    score: float


def find_evidence(
    question: Question,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
    embedder: Embedder,
    readings: Mapping[Passage, Reading] = NOT_READ,
) -> list[Evidence]:
    """The sentences of the passages, best first.

    `articles` holds the passages' articles by id, `readings` what a reader made of passages.
    """
    candidates = _unlike([item for passage in passages for item in _sentences(passage, articles[passage.article_id])])
    if not candidates:
        return []
    texts = [item.text for item in candidates]
    titled = [f"{item.article.title}: {item.text}" if item.article.title else item.text for item in candidates]
    vectors = embedder.embed_passages(texts + titled)
    near = (vectors[: len(texts)] + vectors[len(texts) :]) / 2 @ embedder.embed_queries([question.text])[0]
    rarity = _rarity(question.words, texts)
    # Passages count by how far they are behind the best: fused scores grow with the archive, nearness does not.
    best = max(passage.score for passage in passages)
    scored = [
        replace(
            item,
            score=(item.score - best) * PASSAGE_WEIGHT
            + float(cosine)
            + _wording(question, rarity, item)
            + FOUND_WEIGHT * _found(item, readings),
        )
        for item, cosine in zip(candidates, near, strict=True)
    ]
    return sorted(scored, key=lambda item: -item.score)


def with_context(item: Evidence) -> Evidence:
    """The sentence with the text right before it as one.

    >>> article = Article("a", "It sank. Reyl died.")
    >>> with_context(Evidence(article, 9, 19, "Reyl died.", "It sank. ", 1.0)).text
    'It sank. Reyl died.'
    """
    start = item.start - len(item.context)
    return replace(item, start=start, text=item.article.text[start : item.end], context="")


def _wording(question: Question, rarity: Mapping[str, float], item: Evidence) -> float:
    """What the words of a sentence, and of those around it, add to its nearness in meaning."""
    own = _overlap(rarity, item.text)
    around = _overlap(rarity, f"{item.article.heading} {item.context} {item.text}")
    quoted = any(plain(quote) in plain(item.text) for quote in question.quoted)
    of_kind = question.kind is not None and can_answer(question.kind, item.text)
    return own * WORDS_WEIGHT + (around - own) * NEIGHBOURS_WEIGHT + quoted * QUOTED_WEIGHT + of_kind * KIND_WEIGHT


def _found(item: Evidence, readings: Mapping[Passage, Reading]) -> float:
    """How sure a reader is to have found the answer in the sentence, 0 to 1."""
    return max(
        (
            reading.answered
            for passage, reading in readings.items()
            if passage.article_id == item.article.id
            and item.start < passage.start + reading.end
            and passage.start + reading.start < item.end
        ),
        default=0.0,
    )


def _sentences(passage: Passage, article: Article) -> list[Evidence]:
    """The passage's sentences, but for headings; each starts with its passage's score."""
    spans = [
        (passage.start + start, passage.start + end)
        for start, end in sentence_spans(article.text[passage.start : passage.end])
    ]
    found = []
    for position, (start, end) in enumerate(spans):
        text = article.text[start:end]
        if text[-1].isalnum() and len(text.split()) < HEADING_WORDS:
            continue
        # A quote's speaker is often named two sentences before.
        first = max(0, position - (2 if _QUOTE_MARK.search(text) else 1))
        found.append(Evidence(article, start, end, text, article.text[spans[first][0] : start], passage.score))
    return found


def _unlike(candidates: Sequence[Evidence]) -> list[Evidence]:
    """Each wording once: copies of one story, and passages that are found twice, count once."""
    kept: dict[str, Evidence] = {}
    for item in candidates:
        kept.setdefault(plain(item.text), item)
    return list(kept.values())


def plain(text: str) -> str:
    """Nothing but the words, in lower case: quote styles, punctuation and white space do not count.

    >>> plain("“No resets,\\n no redos.”")
    'no resets no redos'
    """
    return re.sub(r"\W+", " ", text.lower()).strip()


def stem(word: str) -> str:
    """A word without its commonest endings, so that "signed" meets "signing".

    >>> [stem(word) for word in ("signed", "signing", "signs", "studies", "war")]
    ['sign', 'sign', 'sign', 'study', 'war']
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ingly", "edly", "ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 2 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word.removesuffix("e") if len(word) > 3 else word


def stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def _rarity(words: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of the question's words among the candidate sentences."""
    counts = Counter(word for text in texts for word in stems(text))
    return {stem(word): math.log(1 + len(texts) / (1 + counts[stem(word)])) for word in words}


def _overlap(rarity: Mapping[str, float], text: str) -> float:
    """The part of the question's words, by weight, that stand in the text: 0 to 1."""
    total, held = sum(rarity.values()), stems(text)
    return sum(weight for word, weight in rarity.items() if word in held) / total if total else 0.0

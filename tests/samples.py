"""Sentences of the sample articles, as evidence, and what a reader may make of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index import Article, Passage
from index.readers import find_files, read_file
from index.sentences import sentence_spans
from rag.evidence import Evidence
from rag.reranking import Reading

ARTICLES = Path(__file__).parents[1] / "eval" / "sample" / "articles"


@cache
def articles() -> tuple[Article, ...]:
    return tuple(one for path in find_files([ARTICLES]) for one in read_file(path) if isinstance(one, Article))


def sample(words: str, score: float = 1.0) -> Evidence:
    """The sentence of the sample articles that begins with, or else holds, these words; it is found once."""
    (found,) = [(article, article.text.index(words)) for article in articles() if words in article.text]
    article, at = found
    spans = sentence_spans(article.text)
    place = next(n for n, (start, end) in enumerate(spans) if start <= at < end)
    start, end = spans[place]
    before = spans[place - 1][0] if place else start
    return Evidence(article, start, end, article.text[start:end], article.text[before:start], score)


def read(item: Evidence, span: str, answered: float) -> tuple[Passage, Reading]:
    """A passage that is the item's sentence, with what a reader takes for the answer in it."""
    facts = (item.article.id, item.article.title, item.article.outlet, item.article.published, item.article.url)
    at = item.text.index(span)
    passage = Passage(*facts, item.start, item.end, item.text, item.score)
    return passage, Reading(answered, answered, at, at + len(span))

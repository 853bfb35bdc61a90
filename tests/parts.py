"""Sentences of articles as evidence, and parts of a question."""

from __future__ import annotations

from index import Article
from index.filters import Filter
from index.sentences import sentence_spans
from index.slots import Slot
from index.words import content_words
from rag.evidence import Evidence


def sentences(*articles: Article) -> list[Evidence]:
    return [
        Evidence(article, start, end, article.text[start:end], "", 1.0)
        for article in articles
        for start, end in sentence_spans(article.text)
    ]


def part(text: str, outlet: str = "") -> Slot:
    return Slot(text, tuple(content_words(text)), Filter(outlets=(outlet,) if outlet else ()))

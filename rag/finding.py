"""From evidence to the words that answer: by a model that has learnt to point at them (see `rag.adapter`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from index import Article
from index.article import spoken_date
from index.sentences import sentence_spans
from rag.adapter.task import MOST_PIECES, Finding, Piece
from rag.evidence import Evidence, plain
from rag.question import NUMBER, Question, can_answer


@runtime_checkable
class Finder(Protocol):
    """A generator that also finds answers."""

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        """Which of at most MOST_PIECES pieces answers the question, and with which words."""


@dataclass(frozen=True)
class Pointed:
    """What a finder points at: its words, the sentence they stand in, and how likely it is that nothing answers."""

    words: str
    evidence: Evidence
    none: float


# What the words that answer a question look like, by its beginning; asked for where the finder offers several.
_LOOKS = (
    (
        re.compile(r"\bhow (?:long|far|tall|deep|wide)\b", re.IGNORECASE),
        re.compile(rf"(?:{NUMBER})[ -](?:\w+ )?[a-z]+"),
    ),
    (re.compile(r"\bhow (?:many|much|big|large|full|effective)\b", re.IGNORECASE), re.compile(NUMBER, re.IGNORECASE)),
    (re.compile(r"^\W*(?:and )?who(?:m|se)?\b", re.IGNORECASE), re.compile(r"[A-ZÀ-ÖØ-Þ]")),
)


def point(question: Question, evidence: Sequence[Evidence], finder: Finder) -> Pointed | None:
    """The words that answer among the best of the evidence; None when nothing that the finder writes stands there."""
    stretches = joined(evidence)
    if not stretches:
        return None
    found = finder.find(question.text, [Piece(head(item.article), item.text) for item in stretches])
    offered = []
    for answer in found.answers:
        # The words are surer than the place.
        rest = [item for place, item in enumerate(stretches) if place != answer.place]
        sentences = (sentence_with(item, answer.words) for item in (stretches[answer.place], *rest))
        if sentence := next(filter(None, sentences), None):
            offered.append(Pointed(answer.words, sentence, found.none))
    return next((one for one in offered if looks_right(question, one.words)), next(iter(offered), None))


def looks_right(question: Question, words: str) -> bool:
    """Whether the words have the form of an answer to the question.

    >>> from rag.question import read_question
    >>> asked = read_question("How long did the strike last?")
    >>> looks_right(asked, "46 days"), looks_right(asked, "the port")
    (True, False)
    """
    looks = (look.search(words) for asked, look in _LOOKS if asked.search(question.text))
    return can_answer(question.answer_kind, words) and all(looks)


def joined(evidence: Sequence[Evidence], most: int = MOST_PIECES) -> list[Evidence]:
    """The first of the evidence with what stands right before each; what touches in an article is one stretch.

    Those of one article stand together, in the article's order; articles in the order of their best.
    """
    stretches: dict[str, list[Evidence]] = {}
    count = 0
    for item in evidence:
        whole = _with_context(item)
        own = stretches.setdefault(item.article.id, [])
        touching = [one for one in own if one.start <= whole.end + 1 and whole.start <= one.end + 1]
        if not touching and count == most:
            break
        first = min(whole.start, *(one.start for one in touching)) if touching else whole.start
        last = max(whole.end, *(one.end for one in touching)) if touching else whole.end
        kept = [one for one in own if one not in touching]
        text = item.article.text[first:last]
        kept.append(replace(whole, start=first, end=last, text=text))
        count += len(kept) - len(own)
        stretches[item.article.id] = sorted(kept, key=lambda one: one.start)
    return [one for own in stretches.values() for one in own]


def _with_context(item: Evidence) -> Evidence:
    start = item.start - len(item.context)
    return replace(item, start=start, text=item.article.text[start : item.end], context="")


def head(article: Article) -> str:
    """Title, outlet and date, as the finder reads them above an article's sentences.

    >>> head(Article(identity="a", text="x", title="Ferry hits wall", outlet="Ledger", published="2026-03-04"))
    'Ferry hits wall (Ledger, March 4, 2026)'
    """
    place = ", ".join(part for part in (article.outlet, spoken_date(article.published)) if part)
    return " ".join(part for part in (article.title, f"({place})" if place else "") if part)


def sentence_with(stretch: Evidence, words: str) -> Evidence | None:
    """The sentence of a stretch in which the words stand, with what stands before it there as its context."""
    wanted = plain(words)
    for start, end in sentence_spans(stretch.text):
        text = stretch.text[start:end]
        if wanted and f" {wanted} " in f" {plain(text)} ":
            first = stretch.start + start
            return replace(stretch, start=first, end=stretch.start + end, text=text, context=stretch.text[:start])
    return None

"""From evidence to the words that answer: by a model that has learnt to point at them (see `rag.adapter`)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from index import Article
from index.article import spoken_date
from index.sentences import sentence_spans
from rag.adapter.task import MOST_PIECES, Finding, Piece
from rag.claims import counted, figures
from rag.evidence import Evidence, plain
from rag.polarity import roots
from rag.question import NUMBER, Question, can_answer


@runtime_checkable
class Finder(Protocol):
    """A generator that also finds answers."""

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        """Which of at most MOST_PIECES pieces answers the question, and with which words."""


@dataclass(frozen=True)
class Pointed:
    """Words that answer, how likely they do, the sentence they stand in, and how likely it is that nothing answers."""

    words: str
    chance: float
    evidence: Evidence
    none: float


# What the sentence's score, the question's names in it, and the form of the words are worth beside the log of how
# likely they are; chosen on the development half of the sample questions.
SCORE_WEIGHT = 3.0
NAMES_WEIGHT = 2.0
FORM_WEIGHT = 1.5
LEAST_CHANCE = 1e-9

_UNITS = (
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur|met(?:er|re)|kilomet|centimet|millimet|mile|feet|foot|"
    r"inch|yard|page|word)"
)
# What the words that answer a question have to look like, by how it asks.
_LOOKS = (
    (
        re.compile(r"\bhow old\b", re.IGNORECASE),
        re.compile(rf"^\D*\d{{1,3}}\D*$|^(?:{NUMBER})\b[^\d]*$", re.IGNORECASE),
    ),
    (
        re.compile(r"\bhow (?:long|far|tall|deep|wide)\b", re.IGNORECASE),
        re.compile(rf"(?:{NUMBER}|\ban?\b)[ -](?:[\w-]+ )?{_UNITS}", re.IGNORECASE),
    ),
    (re.compile(r"\bhow (?:many|much|big|large|full|effective)\b", re.IGNORECASE), re.compile(NUMBER, re.IGNORECASE)),
)
_BETWEEN = r"[\W_]+"
_COUNTED = re.compile(r"\bhow many ([\w’'-]+(?: [\w’'-]+)?)", re.IGNORECASE)
_WHO = re.compile(r"^\W*(?:and )?who(?:m|se)?\b", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ]")


def point(question: Question, evidence: Sequence[Evidence], finder: Finder) -> Pointed | None:
    """The words that answer, of the best of the evidence; None when nothing fit that the finder writes stands there."""
    stretches = stretches_of(evidence)
    if not stretches:
        return None
    found = finder.find(question.text, [Piece(head(item.article), item.text) for item in stretches])
    offered = []
    for answer, chance in zip(found.answers, found.chances, strict=True):
        # The words are surer than the place.
        rest = [item for place, item in enumerate(stretches) if place != answer.place]
        sentences = (sentence_with(item, answer.words) for item in (stretches[answer.place], *rest))
        there = next(filter(None, sentences), None)
        if there and looks_right(question, there[1]):
            offered.append(Pointed(there[1], chance, there[0], found.none))
    # Where some of the evidence speaks of whom the question names, what does not is no answer.
    if any(_about(question, item) for item in stretches):
        offered = [one for one in offered if _about(question, one.evidence)]
    return max(offered, key=lambda one: _worth(question, one), default=None)


def _worth(question: Question, pointed: Pointed) -> float:
    """How much speaks for words: how likely the finder finds them, their sentence's score and names, and their form."""
    sure = math.log(pointed.chance + LEAST_CHANCE)
    return (
        sure
        + SCORE_WEIGHT * pointed.evidence.score
        + NAMES_WEIGHT * _about(question, pointed.evidence)
        + FORM_WEIGHT * _fits_well(question, pointed)
    )


def _about(question: Question, item: Evidence) -> float:
    """The share of the question's names that a sentence, what stands before it, or its heading has; 1 without names."""
    held = plain(f"{item.article.heading} {item.context} {item.text}").split()
    names = [words[-1] for words in (plain(name).split() for name in question.names) if words]
    return sum(name in held for name in names) / len(names) if names else 1.0


def looks_right(question: Question, words: str) -> bool:
    """Whether the words have the form of an answer to the question.

    >>> from rag.question import read_question
    >>> asked = read_question("How long did the strike last?")
    >>> looks_right(asked, "46 days"), looks_right(asked, "2,300 workers"), looks_right(asked, "the port")
    (True, False, False)
    """
    looks = (look.search(words) for asked, look in _LOOKS if asked.search(question.text))
    return can_answer(question.answer_kind, words) and all(looks)


def _fits_well(question: Question, pointed: Pointed) -> bool:
    """Whether the words are a name where somebody is asked for, and count what is to be counted."""
    if _WHO.search(question.text):
        return bool(_NAME.search(pointed.words))
    counted_thing = _COUNTED.search(question.text)
    if not counted_thing:
        return True
    wanted = roots(counted_thing[1])
    numbers = figures(pointed.words)
    return any(
        value in numbers and wanted & roots(f"{pointed.words} {before} {behind}")
        for value, before, behind in counted(pointed.evidence.text)
    )


def stretches_of(evidence: Sequence[Evidence], most: int = MOST_PIECES) -> list[Evidence]:
    """The first of the evidence, each with what stands right before it, where no other of them has that already.

    Those of one article stand together, in the article's order; articles in the order of their best.
    """
    of: dict[str, list[Evidence]] = {}
    for item in evidence[:most]:
        of.setdefault(item.article.id, []).append(item)
    stretches = []
    for own in of.values():
        end = 0
        for item in sorted(own, key=lambda one: one.start):
            start = max(item.start - len(item.context), end)
            start += len(item.article.text[start : item.end]) - len(item.article.text[start : item.end].lstrip())
            if start < item.end:
                stretches.append(replace(item, start=start, text=item.article.text[start : item.end], context=""))
            end = max(end, item.end)
    return stretches


def head(article: Article) -> str:
    """Title, outlet and date, as the finder reads them above an article's sentences.

    >>> head(Article(identity="a", text="x", title="Ferry hits wall", outlet="Ledger", published="2026-03-04"))
    'Ferry hits wall (Ledger, March 4, 2026)'
    """
    place = ", ".join(part for part in (article.outlet, spoken_date(article.published)) if part)
    return " ".join(part for part in (article.title, f"({place})" if place else "") if part)


def sentence_with(stretch: Evidence, words: str) -> tuple[Evidence, str] | None:
    """The sentence of a stretch in which the words stand, after what it follows there, and the words as printed."""
    for start, end in sentence_spans(stretch.text):
        text = stretch.text[start:end]
        if words_there := printed(words, text):
            first = stretch.start + start
            sentence = replace(stretch, start=first, end=stretch.start + end, text=text, context=stretch.text[:start])
            return sentence, words_there
    return None


def printed(words: str, text: str) -> str | None:
    """The words as they stand in a text, with the signs that belong to a figure; None if they do not, or with others.

    >>> printed("41 million", "It cost $41 million."), printed("€41 million", "It cost $41 million.")
    ('$41 million', None)
    >>> printed("no resets no redos", "He said: no resets, no redos."), printed("1", "by 11 votes")
    ('no resets, no redos', None)
    """
    parts = re.findall(r"\w+", words)
    if not parts:
        return None
    match = re.search(rf"(?<!\w)[$€£¥−-]?{_BETWEEN.join(map(re.escape, parts))}(?!\w)%?", text, re.IGNORECASE)
    if not match:
        return None
    signs = set(re.findall(r"[$€£¥%]", words))
    return match[0] if signs <= set(match[0]) else None

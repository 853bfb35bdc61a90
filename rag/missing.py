"""What is missing, in the question's own words, and what the articles hold instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer import Answer
from rag.asking.clauses import parse
from rag.asking.question import Question
from rag.citing import cite
from rag.evidence import Evidence, stem, stems
from rag.reports.dateline import past_dateline
from rag.speech.mentions import looks_like_person
from rag.speech.titles import BODIES

NOT_ANSWERED = "The articles do not answer this."

# How many sentences are shown that come nearest to a question that is not answered.
NEAREST = 3
# A sentence longer than this, in characters, is cut where a clause ends, if enough of it is left.
_LONG, _ENOUGH = 150, 40
# Of two sentences that have more of their words in common, one is enough.
_ALIKE = 0.5

# What stands in questions and articles about anything.
_SAYS_LITTLE = frozenset(
    map(stem, "say said people person many much long old year day time number know name new get got one".split())
)
_CLAUSE_END = re.compile(r"[,;:] (?!\d)|(?<=\w) [–—-] ")
_APPOSED = re.compile(r"(?:\d+|who|which|whose|an?|the|its|his|her|their)\b")


def not_said(question: Question, otherwise: str = NOT_ANSWERED) -> str:
    """That the articles do not say what was asked, as a sentence; `otherwise` where the question cannot be turned.

    >>> from rag.asking.question import read_question
    >>> not_said(read_question("How old is Huntsman?"))
    'The articles do not say how old Huntsman is.'
    >>> not_said(read_question("Huntsman's age, please"))
    'The articles do not answer this.'
    """
    clause = parse(question.text)
    return f"The articles do not say {clause.told}." if clause else otherwise


def abstained(answer: Answer, question: Question, evidence: Sequence[Evidence], reason: str | None = None) -> Answer:
    """The answer without an answer: the reason, and what the evidence, best first, holds about whom or what was asked.

    Without a reason it is that the articles do not say it.
    """
    reason = reason or not_said(question)
    nearest = tuple(cite(number, item) for number, item in enumerate(held(question, evidence), start=1))
    return replace(answer, text=reason, reason=reason, nearest=nearest, done=True)


def held(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Up to NEAREST sentences about those whom the question names, else about what it asks for, each cut to a clause.

    Sentences that have no word of the question are about something else: none of them is better than those.
    """
    found: list[Evidence] = []
    known: list[set[str]] = []
    for item in _about(question, evidence):
        own = stems(item.text)
        if not any(len(own & other) > _ALIKE * min(len(own), len(other)) for other in known):
            found.append(shortened(past_dateline(item), question.names))
            known.append(own)
        if len(found) == NEAREST:
            break
    return found


def _about(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences about what was asked: that name all or else any of the names, else that share most words."""
    # A quote that another sentence opened or closes is harder to read alone.
    ordered = sorted(evidence, key=lambda item: _is_open(item.text))
    names = [_finder(name) for name in question.names]
    asked = stems(question.text) - stems(" ".join(question.names)) - _SAYS_LITTLE
    whom = [_finder(name) for name in question.names if not _is_place(name, question.text)]
    for enough in (len(names), 1):
        named = [item for item in ordered if names and sum(find(item.text) for find in names) >= enough]
        # Whatever happened at a place is not about the place.
        named = [item for item in named if any(find(item.text) for find in whom) or asked & stems(item.text)]
        if named:
            return named
    # Where a person is only "he", the name stands before; where none of the names is known, the rest of it counts.
    near = [item for item in ordered if any(find(item.context) for find in names)] or ordered
    clause = parse(question.text)
    if clause and clause.subject and not names:
        # "How does photosynthesis work?" is about no other thing that works.
        asked, least = stems(clause.subject) - _SAYS_LITTLE, 1
    else:
        least = min(2, len(asked))
    return [item for item in near if least and len(asked & stems(f"{item.article.heading} {item.text}")) >= least]


def _finder(name: str) -> Callable[[str], bool]:
    """Whether a text has a name: a person's by the last of its words, any other one's by all of them."""
    last = name.split()[-1]
    told = last if looks_like_person(name) and last.lower() not in BODIES else name
    pattern = re.compile(rf"(?<!\w){re.escape(told)}(?!\w)")
    return lambda text: pattern.search(text) is not None


def _is_place(name: str, text: str) -> bool:
    return re.search(rf"\b(?:in|at|near|off) (?:the )?{re.escape(name)}", text) is not None


def _is_open(text: str) -> bool:
    return text.count("“") != text.count("”") or text.count('"') % 2 == 1


def shortened(item: Evidence, names: Sequence[str] = ()) -> Evidence:
    """A long sentence cut where a clause ends, with the names that stand in it; any other as it is.

    >>> from index import Article
    >>> text = "Jon Huntsman, the ambassador, arrived in Moscow last October, and "
    >>> text += "he has said since then that what he calls the relations of two great powers have reached a low point."
    >>> shortened(Evidence(Article("a", text), 0, len(text), text, "", 1.0), ["Huntsman"]).text
    'Jon Huntsman, the ambassador, arrived in Moscow last October'
    """
    text = item.text
    if len(text) <= _LONG:
        return item
    wanted = [find for find in map(_finder, names) if find(text)]
    cuts = [match.start() for match in _CLAUSE_END.finditer(text) if not _APPOSED.match(text, match.end())]
    for cut in reversed(cuts):
        piece = text[:cut]
        if _ENOUGH <= cut <= _LONG and not _is_open(piece) and all(find(piece) for find in wanted):
            return replace(item, end=item.start + cut, text=piece)
    return item

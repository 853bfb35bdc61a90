"""What is missing, in the question's own words, and what the articles hold instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer import Answer
from rag.citing import cite
from rag.clauses import parse
from rag.evidence import Evidence, stem, stems
from rag.question import Question

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
_QUOTE_MARKS = re.compile(r"[\"“”]")
_APPOSED = re.compile(r"(?:\d+|who|which|whose|an?|the|its|his|her|their)\b")


def not_said(question: Question, otherwise: str = NOT_ANSWERED) -> str:
    """That the articles do not say what was asked, as a sentence; `otherwise` where the question cannot be turned.

    >>> from rag.question import read_question
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
            found.append(shortened(item, _surnames(question)))
            known.append(own)
        if len(found) == NEAREST:
            break
    return found


def _about(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences about what was asked: that name all or else any of the names, else that share most words."""
    names = _surnames(question)
    for enough in (len(names), 1):
        named = [item for item in evidence if names and sum(map(_finder(item.text), names)) >= enough]
        if named:
            return named
    # Where a person is only "he", the name stands before; where none of the names is known, the rest of it counts.
    asked = stems(question.text) - stems(" ".join(question.names)) - _SAYS_LITTLE
    near = [item for item in evidence if any(map(_finder(item.context), names))] or evidence
    least = min(2, max(1, len(asked) - 1))
    return [item for item in near if len(asked & stems(f"{item.article.heading} {item.text}")) >= least]


def _surnames(question: Question) -> list[str]:
    return [re.findall(r"\w+", name)[-1] for name in question.names]


def _finder(text: str) -> Callable[[str], bool]:
    return lambda name: re.search(rf"\b{re.escape(name)}\b", text) is not None


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
    wanted = [name for name in names if name in text]
    cuts = [match.start() for match in _CLAUSE_END.finditer(text) if not _APPOSED.match(text, match.end())]
    for cut in reversed(cuts):
        piece = text[:cut]
        whole = len(_QUOTE_MARKS.findall(piece)) % 2 == 0
        if _ENOUGH <= cut <= _LONG and whole and all(name in piece for name in wanted):
            return replace(item, end=item.start + cut, text=piece)
    return item

"""Corrections: what a newspaper says was wrong, and what is right instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.claims import days, figures
from rag.evidence import Evidence, stems, with_context
from rag.roles import names

# A question is about what is corrected when the correction is among the sentences nearest to it.
NEAREST = 2
# From which part of the words on an earlier article's sentence is the one that is corrected.
SAME_WORDS = 0.6

_IS_CORRECTION = re.compile(
    r"^\W*(?:correct(?:ion|ed)|clarification)\b|\ban earlier version of this (?:article|story|report)\b|"
    r"\b(?:gave|gives|reported|printed|stated|had) (?:a |an |the )?(?:wrong|incorrect)\b|\bmisstated\b|\bin error\b",
    re.IGNORECASE | re.MULTILINE,
)
_RIGHT = re.compile(
    r"\bcorrect (?:\w+ ){1,2}(?:is|was|are|were)\b|\bshould have (?:said|read|been|given|stated)\b|"
    r"\b(?:is|was|were|are) in fact\b|\bnot \w+(?: percent)?, as\b|\brather than\b",
    re.IGNORECASE,
)
_OPENING = 400  # characters in which an article says that it is a correction


def find_correction(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The sentence that was wrong, where its article was found, and the correction; nothing where nothing is corrected.

    `evidence` are the sentences of the articles found, best first. One counts in whose paragraph one of the nearest is.
    """
    nearest = evidence[:NEAREST]
    for item in evidence:
        if not (_RIGHT.search(item.text) and _facts(item.text) and is_correction(item)):
            continue
        told = with_context(item)  # the sentence before it says what was wrong
        first = item.article.text.rfind("\n", 0, item.start)  # of its paragraph
        if not any(near.article.id == item.article.id and first < near.start < told.end for near in nearest):
            continue
        wrong = _wrong(told, item, evidence)
        return (wrong, told) if wrong else (told,)
    return ()


def is_correction(item: Evidence) -> bool:
    """Whether a sentence's article says in its title or opening that it corrects something."""
    return bool(_IS_CORRECTION.search(f"{item.article.title or ''}\n{item.article.text[:_OPENING]}"))


def _wrong(told: Evidence, item: Evidence, evidence: Sequence[Evidence]) -> Evidence | None:
    """The sentence of another article that tells what was wrong, in much the words in which the correction tells it."""
    wrong = _facts(told.text) - _facts(item.text)
    before = stems(item.context)
    for one in evidence:
        own = stems(one.text)
        same_words = len(own & before) >= SAME_WORDS * min(len(own), len(before))
        if same_words and one.article.id != item.article.id and _facts(one.text) & wrong:
            return one
    return None


def _facts(text: str) -> frozenset[object]:
    """The figures, dates and names of a text."""
    return frozenset(figures(text)) | days(text) | frozenset(names(text))

"""Marks and citations: what stands behind the [1] of a sentence."""

from __future__ import annotations

import re

from rag.answer import Citation, Sentence
from rag.evidence import Evidence

_MARK = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


def strip_marks(text: str) -> str:
    """The text without the marks that a model has put there by itself; citations are made by alignment.

    >>> strip_marks("He left in May [1], [2, 3].")
    'He left in May.'
    """
    return re.sub(r",(?=[.,])", "", _MARK.sub("", text))


def cite(number: int, item: Evidence) -> Citation:
    """The citation [number] of an evidence sentence."""
    source = item.article
    facts = (source.id, source.title, source.outlet, source.published, source.url)
    return Citation(number, *facts, item.start, item.end, item.text)


def marked(sentence: Sentence) -> str:
    """A sentence as the text of an answer has it: behind its label, and with its marks behind it.

    >>> marked(Sentence("It sank.", "supported", (1, 2)))
    'It sank. [1][2]'
    >>> marked(Sentence("“It sank.”", "supported", (1,), label="Bay Post, May 1, 2026"))
    'Bay Post, May 1, 2026: “It sank.” [1]'
    """
    marks = "".join(f"[{number}]" for number in sentence.citations)
    told = f"{sentence.label}: {sentence.text}" if sentence.label else sentence.text
    return " ".join(filter(None, (told, marks)))

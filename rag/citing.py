"""Marks and citations: what stands behind the [1] of a sentence."""

from __future__ import annotations

import re

from rag.answer import Citation
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

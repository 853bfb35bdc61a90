"""What the suites of answers have in common: who is asked, and what of an answer is judged and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rag.answer import Answer


class Answerer(Protocol):
    """What is measured: an assistant."""

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ..., /) -> Answer: ...


def without_marks(answer: Answer) -> str:
    """The answer's words without the marks of its citations and the space before them.

    >>> from rag.answer import Answer, Citation
    >>> cited = Citation(1, "a", None, None, None, None, 0, 4, "sank")
    >>> without_marks(Answer("", "It sank [1] in 2020 [2020].", answered=True, citations=(cited,)))
    'It sank in 2020 [2020].'
    """
    numbers = "|".join(str(citation.number) for citation in answer.citations)
    return re.sub(rf"\s*\[(?:{numbers})\]", "", answer.text) if numbers else answer.text


def details_of(answer: Answer) -> dict[str, object]:
    """What a row keeps of an answer, so that a person can judge it too."""
    return {
        "answered": answer.answered,
        "text": answer.text,
        "reason": answer.reason,
        "citations": citations_of(answer),
    }


def citations_of(answer: Answer) -> list[dict[str, object]]:
    """Where each citation stands in which article, and its words."""
    return [
        {"article_id": cited.article_id, "start": cited.start, "end": cited.end, "quote": cited.quote}
        for cited in answer.citations
    ]

"""Which sentence of which article carries a sentence of the answer, and whether any does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Embedder
from rag.answer import Citation
from rag.evidence import Evidence, plain, stems
from rag.question import QUOTED

# How much of a sentence's words its evidence, and the question, have to hold between them before it is shown.
SUPPORTED = 0.6
# A second citation has to carry at least this much of what the first leaves open.
SECOND_SOURCE = 0.34

_MARK = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÀ-ÖØ-Þ][\w’'-]+")


@dataclass(frozen=True)
class Support:
    """The evidence that carries a sentence, best first, and the part of the sentence that it carries, 0 to 1."""

    evidence: tuple[Evidence, ...]
    share: float

    @property
    def holds(self) -> bool:
        return bool(self.evidence) and self.share >= SUPPORTED


def strip_marks(text: str) -> str:
    """The text without the marks that a model has put there by itself; citations are made by alignment.

    >>> strip_marks("He left in May [1], [2, 3].")
    'He left in May.'
    """
    return re.sub(r",(?=[.,])", "", _MARK.sub("", text))


def find_support(sentence: str, question: str, evidence: Sequence[Evidence], embedder: Embedder) -> Support:
    """The evidence sentence that carries `sentence`, and a second one where it carries what the first does not.

    A word, figure or name of the sentence is carried when it stands in the evidence sentence or in what that leans on.
    Figures, names and quoted words that stand neither there nor in the question leave the sentence unsupported.
    """
    asked = stems(question)
    claims = _claims(sentence)
    news = claims - asked
    if not evidence or not claims:
        return Support((), 0.0)
    vectors = embedder.embed_passages([sentence, *(item.text for item in evidence)])
    near = vectors[1:] @ vectors[0]
    quotes = [plain(quote) for quote in QUOTED.findall(sentence)]
    inside = [_claims(item.text) for item in evidence]
    around = [_claims(f"{item.article.heading} {item.context}") for item in evidence]

    def carried(index: int, wanted: set[str]) -> float:
        own, beside = len(wanted & inside[index]), len(wanted & around[index] - inside[index])
        return (own + 0.5 * beside) / len(wanted) if wanted else 0.0

    def fit(index: int) -> float:
        quoted = sum(quote in plain(evidence[index].text) for quote in quotes)
        return carried(index, news or claims) + 0.5 * float(near[index]) + 0.25 * carried(index, claims) + quoted

    best = max(range(len(evidence)), key=fit)
    chosen = [best]
    open_claims = news - inside[best] - around[best]
    if open_claims:
        second = max(range(len(evidence)), key=lambda index: carried(index, open_claims))
        if second != best and carried(second, open_claims) >= SECOND_SOURCE:
            chosen.append(second)
    held = set().union(*(inside[index] | around[index] for index in chosen))
    firm = figures(sentence) | names(sentence)
    known = held | asked
    unquoted = any(quote not in plain(" ".join(f"{item.context}{item.text}" for item in evidence)) for quote in quotes)
    if unquoted or firm - known - {part for claim in known for part in claim.split("-")}:
        share = 0.0
    else:
        share = len(claims & known) / len(claims)
    return Support(tuple(evidence[index] for index in chosen), share)


def cite(number: int, item: Evidence) -> Citation:
    """The citation [number] of an evidence sentence."""
    source = item.article
    facts = (source.id, source.title, source.outlet, source.published, source.url)
    return Citation(number, *facts, item.start, item.end, item.text)


def figures(text: str) -> set[str]:
    """The numbers of a text, without the commas between thousands.

    >>> sorted(figures("In 2017 some 1,200 of 3.5 million"))
    ['1200', '2017', '3.5']
    """
    return {re.sub(r",(?=\d{3}\b)", "", number) for number in _NUMBER.findall(text)}


def names(text: str) -> set[str]:
    """The stems of the capitalised words that do not begin a sentence."""
    return {stem for word in _NAME.findall(text) for stem in stems(word)}


def _claims(text: str) -> set[str]:
    return stems(text) | figures(text)

"""Which sentence of which article carries a sentence of the answer, and whether any does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Embedder
from index.article import MONTHS
from index.words import words
from rag.answer import Citation
from rag.evidence import Evidence, plain, stems
from rag.question import QUOTED

# How much of a sentence's words its evidence, and the question, have to hold between them before it is shown.
SUPPORTED = 0.6
# A second citation has to carry at least this much of what the first leaves open.
SECOND_SOURCE = 0.34

_MARK = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MONTHS = "|".join(f"{month[:3]}[a-z]*" for month in MONTHS)
_MONTH_DAY = re.compile(rf"\b({_MONTHS})\.? (\d{{1,2}})\b")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS})\b")
_NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]+")
# "According", "Speaking", "Recently": what may begin a sentence without being a name.
_LEAD_IN = re.compile(r"^\W*\w+(?:ing|ly)\b")
_SPELLED = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
).split()
_SPELLED_NUMBERS = {word: str(number) for number, word in enumerate(_SPELLED, start=2)}


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
    """The evidence that carries `sentence`: one sentence, and a second one where it carries what the first does not.

    A word is carried when it stands in the evidence, in what is written right before it, in its article's heading, or
    in the question. Figures, dates, names and quoted words have to stand in the articles: what only the question says
    carries nothing. A sentence that says nothing beyond the question is unsupported as well.
    """
    said = stems(sentence)
    news = said - stems(question)
    if not evidence or not news:
        return Support((), 0.0)
    vectors = embedder.embed_passages([sentence, *(item.text for item in evidence)])
    near = vectors[1:] @ vectors[0]
    quotes = [plain(quote) for quote in QUOTED.findall(sentence)]
    held = [stems(item.text) for item in evidence]
    around = [stems(f"{item.article.heading} {item.context}") for item in evidence]

    def carried(index: int, wanted: set[str]) -> float:
        return (len(wanted & held[index]) + 0.5 * len(wanted & around[index] - held[index])) / len(wanted)

    def fit(index: int) -> float:
        quoted = sum(quote in plain(evidence[index].text) for quote in quotes)
        return carried(index, news) + 0.25 * carried(index, said) + 0.5 * float(near[index]) + quoted

    ranked = sorted(range(len(evidence)), key=fit, reverse=True)
    chosen = ranked[:1]
    left = news - held[ranked[0]] - around[ranked[0]]
    if left:
        second = max(ranked[1:], key=lambda index: carried(index, left), default=ranked[0])
        if carried(second, left) >= SECOND_SOURCE:
            chosen.append(second)
    items = tuple(evidence[index] for index in chosen)
    if not _is_faithful(sentence, question, items, evidence):
        return Support(items, 0.0)
    known = stems(question).union(*(held[index] | around[index] for index in chosen))
    return Support(items, len(said & known) / len(said))


def cite(number: int, item: Evidence) -> Citation:
    """The citation [number] of an evidence sentence."""
    source = item.article
    facts = (source.id, source.title, source.outlet, source.published, source.url)
    return Citation(number, *facts, item.start, item.end, item.text)


def figures(text: str) -> set[str]:
    """The numbers of a text, without the commas between thousands, and its days with their months.

    >>> sorted(figures("On Feb. 22 some 1,200 of seven million"))
    ['1200', '22', '7', 'feb 22']
    """
    numbers = {re.sub(r",(?=\d{3}\b)", "", number) for number in _NUMBER.findall(text)}
    spelled = {_SPELLED_NUMBERS[word] for word in words(text) if word in _SPELLED_NUMBERS}
    days = {f"{month[:3].lower()} {day}" for month, day in _MONTH_DAY.findall(text)}
    return numbers | spelled | days | {f"{month[:3].lower()} {day}" for day, month in _DAY_MONTH.findall(text)}


def names(sentence: str) -> set[str]:
    """The stems of a sentence's capitalised words, but for a first word that is none.

    >>> sorted(names("Speaking on Monday, Jon Huntsman agreed.")), sorted(names("The mayor left."))
    (['huntsman', 'jon', 'monday'], [])
    """
    named = _LEAD_IN.sub("", sentence)
    return {stem for word in _NAME.findall(named) for stem in stems(word) if word.lower() not in _SPELLED_NUMBERS}


def _is_faithful(sentence: str, question: str, cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> bool:
    """Whether the figures, dates, names and quoted words of a sentence stand in what it cites.

    Those that the question has too may stand anywhere in the evidence: the reader has put them there.
    """
    texts = " ".join(f"{item.context}{item.text}" for item in cited)
    headings = " ".join(item.article.heading for item in cited)
    everywhere = " ".join(f"{item.article.heading} {item.context}{item.text}" for item in evidence)
    return (
        figures(sentence) <= figures(texts) | (figures(question) & figures(everywhere))
        and names(sentence) <= stems(f"{texts} {headings}") | (stems(question) & stems(everywhere))
        and all(plain(quote) in plain(texts) for quote in QUOTED.findall(sentence))
    )

"""Reports that differ on the very thing asked, and whether that is a contradiction, a change, or a correction.

No language model is asked. A reader that looks for the answer tells in each article's passages where it stands; two
articles differ when both give a figure of the same thing, or a date, and not the same one. A later report of a count
that runs is a change, not a contradiction; and what a newspaper calls a correction is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from index import Article, Passage
from index.copies import is_copy
from rag.asking.days import Days
from rag.asking.question import Question
from rag.evidence import Evidence, stem, stems, with_context
from rag.reports.corrections import find_correction
from rag.reports.event_days import in_year, only_year, whole_day
from rag.reports.values import Figure, at_odds, dates_at_odds, dates_in, figures_in, same_unit, same_value
from rag.reranking import Reading
from rag.speech.titles import TITLES

Kind = Literal["contradiction", "change", "correction"]

# How sure the reader has to be of each of two answers, and of both together, 0 to 1 each. Set on the development half
# of the sample questions: below it, figures of other things are taken for answers.
SURE = 0.35
BOTH_SURE = 0.75
# Where the question itself asks whether the reports agree, so much is enough.
SURE_IF_ASKED = 0.25
# A count of what is over is mended within this time; what is counted later is something else.
SAME_EVENT = timedelta(days=31)
MOST_ACCOUNTS = 4
FEW_WORDS = 5
_SPAN_WORDS = 12

_ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much|full|large|big|great|long|far|high|low|tall|heavy|deep|fast|wide|strong|effective|old|small|"
    r"expensive|costly)\b|\bby how\b|"
    r"\b(?:number|percentage|percent|share|proportion|rate|price|cost|level|limit|toll|margin|majority|lead|size|length|"
    r"offer|figure|sum|amount|total|count|turnout|rise|damage|loss|losses|budget)\b",
    re.IGNORECASE,
)
_ASKS_AGREEMENT = re.compile(
    r"^\W*(?:do|did|are|were) (?:all |both |any of )?(?:the )?(?:two )?"
    r"(?:reports|articles|accounts|outlets|papers|newspapers|sources|stories)(?: all)? "
    r"(?P<verb>agree|(?:in )?agreement|consistent|at one|differ|disagree|conflict|diverge|contradict(?: each other)?|"
    r"at odds|different) (?:on|about|over|as to) (?P<about>.+?)\W*$",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"(?:how|what|when|which|who)\b", re.IGNORECASE)
_OVER = re.compile(r"\b(?:did|was|were|had)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\b(?:is|are|does|do|has|have|can|may|will|must|should)\b", re.IGNORECASE)
# The size of a thing does not change from one report to the next.
_SIZES = frozenset("meter kilometer centimeter foot mile inch ton tonne kilogram gram".split())
# What somebody asks for, fears or plans is no report of what is.
_UNREAL = re.compile(
    r"\b(?:asked|asks|asking|calls|called) for\b|\b(?:could|may|might|would|should)\b|"
    r"\b(?:want|demand|propos|seek|sought|expect|predict|forecast|warn|threaten|hope|estimate|suggest)\w*\b"
)
_MOVED = re.compile(
    r"\b(?:now|postpon\w+|delay\w*|moved?|reschedul\w+|pushed back|brought forward|revised|instead|later than|"
    r"earlier than|(?:days?|weeks?|months?|years?) (?:later|earlier))\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\bfrom\b.*\bto\b|\b(?:rise|rose|risen|rais\w+|cut|eased?|lower\w*|increas\w+|fell|fallen)\b", re.I
)


@dataclass(frozen=True)
class Difference:
    """Sentences of two articles or more, oldest first, that differ on what was asked, and how.

    A "correction" may have but one account: the one that tells what was wrong.
    """

    kind: Kind
    accounts: tuple[Evidence, ...]


@dataclass(frozen=True)
class _Found:
    """Where a reader finds the answer in an article, how sure it is, and what is given there."""

    item: Evidence
    sure: float
    figures: tuple[Figure, ...]
    dates: frozenset[tuple[int, int | None]]


def asks_agreement(question: str) -> tuple[str, bool] | None:
    """What a question asks the reports to agree on, as a question, and whether "yes" means that they do.

    >>> asks_agreement("Do the reports agree on the number of injured?")
    ('What is the number of injured?', True)
    >>> asks_agreement("Do the papers differ about how many came?"), asks_agreement("Do the leaders agree on a date?")
    (('How many came?', False), None)
    """
    match = _ASKS_AGREEMENT.match(" ".join(question.split()))
    if match is None:
        return None
    about = match["about"]
    about = about[0].upper() + about[1:] if _QUESTION_WORD.match(about) else f"What is {about}"
    return f"{about}?", bool(re.match(r"agree|in agr|consistent|at one", match["verb"], re.IGNORECASE))


def find_difference(
    question: Question,
    evidence: Sequence[Evidence],
    readings: Mapping[Passage, Reading],
    asked_days: Sequence[Days] = (),
) -> Difference | None:
    """How the articles differ on what is asked; None where they do not, or where that cannot be told.

    `evidence` are the sentences of the articles found, best first, `readings` what a reader made of their passages.
    Articles that were published outside of the days that the question names are left out. Where the question as it was
    typed asks whether the reports agree, the reader need not be as sure.
    """
    if correction := find_correction(evidence):
        return Difference("correction", correction)
    dated = question.kind == "date"
    if not dated and not _ASKS_FIGURE.search(question.text):
        return None
    year = only_year(item.article.published for item in evidence)
    least = SURE_IF_ASKED if asks_agreement(question.asked) else SURE
    found = [one for one in _answers(evidence, readings, least) if (one.dates if dated else one.figures)]
    found = [one for one in found if _is_about(question, one.item.article) and _within(one.item, asked_days, year)]
    if not found:
        return None
    first, *others = found
    kinds = {}
    chosen = [first]
    for other in others:
        kind = _kind(question, first, other, dated, year)
        if kind and len(chosen) < MOST_ACCOUNTS and all(_kind(question, one, other, dated, year) for one in chosen):
            chosen.append(other)
            kinds[kind] = True
    if not kinds:
        return None
    chosen.sort(key=lambda one: in_year(one.item.article.published, year) or "")
    accounts = tuple(_told(question, one.item) for one in chosen)
    return Difference("contradiction" if "contradiction" in kinds else "change", accounts)


def _answers(evidence: Sequence[Evidence], readings: Mapping[Passage, Reading], least: float) -> list[_Found]:
    """Each article's surest answer, the surest first; of copies of one story, one."""
    found: list[_Found] = []
    for passage, reading in sorted(readings.items(), key=lambda one: -one[1].answered):
        if reading.answered < least:
            break
        start, end = passage.start + reading.start, passage.start + reading.end
        span = passage.text[reading.start : reading.end]
        holding = [
            item for item in evidence if item.article.id == passage.article_id and item.start < end and start < item.end
        ]
        named = passage.outlet or passage.published  # else there is nothing to tell accounts apart by
        if not holding or not named or len(span.split()) > _SPAN_WORDS:
            continue
        item = max(holding, key=lambda one: min(one.end, end) - max(one.start, start))
        if any(_is_told(item.article, known.item.article) for known in found):
            continue
        found.append(_Found(item, reading.answered, figures_in(item.text, span), dates_in(span)))
    return found


def _is_told(one: Article, other: Article) -> bool:
    return one.id == other.id or is_copy(one.text, other.text)


def _is_about(question: Question, article: Article) -> bool:
    """Whether an article holds all words of the names of the question, but for titles."""
    held = set(re.findall(r"\w+", f"{article.heading} {article.text}".lower()))
    wanted = {word for name in question.names for word in re.findall(r"\w+", name.lower())}
    return wanted - TITLES <= held


def _within(item: Evidence, asked_days: Sequence[Days], year: int | None) -> bool:
    """Whether an article is of the days asked for, or followed soon."""
    day = _day(item, year)
    for asked in asked_days:
        if day and asked.since and day < date.fromisoformat(asked.since):
            return False
        if day and asked.until and day > date.fromisoformat(asked.until) + SAME_EVENT:
            return False
    return True


def _kind(question: Question, first: _Found, second: _Found, dated: bool, year: int | None) -> Kind | None:
    """How two reports differ, if they do."""
    if first.sure + second.sure < BOTH_SURE:
        return None
    days = _day(first.item, year), _day(second.item, year)
    early, late = (second, first) if days[0] and days[1] and days[1] < days[0] else (first, second)
    apart = abs(days[0] - days[1]) if days[0] and days[1] else timedelta(0)
    if apart > SAME_EVENT and _OVER.search(question.asked) and not _GOES_ON.search(question.asked):
        return None
    if bool(_UNREAL.search(first.item.text)) != bool(_UNREAL.search(second.item.text)):
        return None
    if dated:
        if not dates_at_odds(first.dates, second.dates):
            return None
        return "change" if apart and _MOVED.search(late.item.text) else "contradiction"
    # A sentence that has the other's figure too tells of both: "far more than the 8 of others".
    odds = at_odds(first.figures, second.figures) and not (_tells(first, second) or _tells(second, first))
    if not odds and not _is_new(early, late):
        return None
    fixed = any(one.unit & _SIZES for one in first.figures)
    return "change" if apart and not fixed else "contradiction"


def _tells(one: _Found, other: _Found) -> bool:
    """Whether a sentence has a figure that another gives for the answer."""
    held = {figure.value for figure in figures_in(one.item.text, one.item.text)}
    return any(figure.value in held for figure in other.figures)


def _is_new(early: _Found, late: _Found) -> bool:
    """Whether the later report tells of the earlier figure, and that it has changed into another."""
    old = [
        one for one in late.figures if any(same_value(one, known) and same_unit(one, known) for known in early.figures)
    ]
    return bool(old) and len(late.figures) > len(old) and bool(_FROM_TO.search(late.item.text))


def _day(item: Evidence, year: int | None) -> date | None:
    return whole_day(in_year(item.article.published, year))


def _told(question: Question, item: Evidence) -> Evidence:
    """The sentence; with what stands before it, where it says too little by itself: "The correct figure is 21"."""
    held = stems(item.text)
    if len(held) > FEW_WORDS or held & {stem(word) for word in question.words}:
        return item
    return with_context(item)

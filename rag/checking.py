"""Whether a sentence of an answer is carried by its evidence, how much of it is, and what is not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.article import MONTHS, spoken_date
from index.sentences import sentence_spans
from index.words import words
from rag.asking.question import QUOTED
from rag.claims import WEEKDAYS, Day, counted, days, figures, quotes, resolved, stands_among
from rag.evidence import Evidence, plain
from rag.polarity import contradicts, root, roots
from rag.roles import (
    has_names,
    is_pronoun,
    is_swapped,
    keys,
    missing_name,
    names,
    other_doer,
    same_speaker,
    speakers,
)

Verdict = Literal["supported", "partly", "unsupported"]

# Weights of the logistic function that tells how likely evidence carries a sentence's words: see `features`.
# Fitted by `python -m eval.checks --fit` on the tuning halves of the sample's sentences and of WiCE.
WEIGHTS = (2.65, 1.34, 2.97, -0.12)
BIAS = -3.63
# From which probability on a sentence is called supported, or partly so. Raise them to be stricter.
SUPPORTED = 0.6
PARTLY = 0.3
# A second source has to carry at least this much of what the first leaves open.
SECOND_SOURCE = 0.34
SECOND_ROOTS = 2
# What stands around an evidence sentence, or in the question, carries a word less surely than the sentence itself.
AROUND = 0.5

_REPORTING = frozenset(
    map(root, "according said stated added told declared announced reported called requested".split())
)
_POINTING = re.compile(r"\b(?:he|she|they|it|his|her|their|its)\b|[\"“”]", re.IGNORECASE)
FAR = 600  # characters in which the one whom a pronoun means is looked for
_REPORTS = re.compile(r"\b(?:reported|reports|published|wrote|writes|according|article|dated|as of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Check:
    """What a check found: the verdict, the part of the sentence that is carried, 0 to 1, and what stands against it.

    `score` is the probability that the words are carried, `carriers` are the places in the evidence of the one or two
    sentences that carry it, best first. A reason is a phrase that can be shown.
    """

    verdict: Verdict
    share: float
    score: float
    reasons: tuple[str, ...] = ()
    carriers: tuple[int, ...] = ()


def check(sentence: str, evidence: Sequence[Evidence], cosines: Sequence[float], question: str = "") -> Check:
    """Whether the evidence carries a sentence; `cosines` tell how near each piece of it is to the sentence in meaning.

    Figures, dates, names and quoted words have to stand in the one or two pieces that carry the sentence; those that
    the question has too may stand anywhere in the evidence. What the sentence asserts may not be denied there, nor
    said of another, nor by another. Its other words have to be carried as far as `WEIGHTS` tell.
    """
    news = roots(sentence) - roots(question)
    if not evidence or not news:
        return Check("unsupported", 0.0, 0.0, ("the sentence says nothing that the articles could carry",))
    quoted = quotes(sentence)
    ranked = sorted(
        range(len(evidence)), key=lambda place: -_fit(sentence, evidence[place], news, quoted) - 0.5 * cosines[place]
    )
    carriers = ranked[:1]
    left = news - _held(evidence[ranked[0]]) - _around(evidence[ranked[0]]) - _REPORTING
    if len(left) >= SECOND_ROOTS and len(ranked) > 1:
        second = max(ranked[1:], key=lambda place: _carried(evidence[place], left))
        shared = left & _held(evidence[second])
        if len(shared) >= SECOND_ROOTS and len(shared) >= SECOND_SOURCE * len(left):
            carriers.append(second)
    chosen = [evidence[place] for place in carriers]
    near = max(float(cosines[place]) for place in carriers)
    found = features(sentence, chosen, near, question)
    score = 1 / (1 + math.exp(-BIAS - sum(w * x for w, x in zip(WEIGHTS, found, strict=True))))
    reasons = tuple(dict.fromkeys(_faults(sentence, chosen, evidence, question)))
    if reasons or score < PARTLY:
        verdict: Verdict = "unsupported"
    else:
        verdict = "supported" if score >= SUPPORTED else "partly"
    if verdict != "supported" and not reasons:
        known = _known(chosen) | roots(question)
        new = [word for word in re.findall(r"\w[\w'’-]*", sentence) if roots(word) and not roots(word) <= known]
        reasons = (
            (f"the source does not say: {', '.join(dict.fromkeys(new))}",) if new else ("the source only comes near",)
        )
    return Check(verdict, found[1], score, reasons, tuple(carriers))


def features(
    sentence: str, chosen: Sequence[Evidence], near: float, question: str = ""
) -> tuple[float, float, float, float]:
    """What the words of a sentence have in common with what is to carry it.

    The share of its roots that stand in the evidence sentences; the share that stand there or around them; the
    cosine of the nearest; and the number of roots that stand nowhere.
    """
    said = roots(sentence) - _REPORTING or roots(sentence)
    known = _known(chosen) | roots(question)
    held = frozenset().union(*map(_held, chosen))
    return len(said & held) / len(said), len(said & known) / len(said), near, float(len(said - known))


def _fit(sentence: str, item: Evidence, news: frozenset[str], quoted: Sequence[str]) -> float:
    """How well one piece of evidence fits: by its words, figures, names and quotes."""
    wanted = figures(sentence)
    figured = len(wanted & figures(item.text)) / len(wanted) if wanted else 0.0
    return (
        _carried(item, news)
        + 0.25 * _carried(item, roots(sentence))
        + 0.3 * figured
        + sum(quote in plain(item.text) for quote in quoted)
    )


def _carried(item: Evidence, wanted: frozenset[str]) -> float:
    held = _held(item)
    return (len(wanted & held) + AROUND * len((wanted & _around(item)) - held)) / len(wanted)


def _held(item: Evidence) -> frozenset[str]:
    return roots(item.text)


def _around(item: Evidence) -> frozenset[str]:
    return roots(f"{item.article.heading} {_context(item)}")


def _known(items: Sequence[Evidence]) -> frozenset[str]:
    return frozenset().union(*(_held(item) | _around(item) for item in items))


def _words(items: Sequence[Evidence]) -> str:
    return " ".join(f"{_context(item)} {item.text}" for item in items)


def _faults(sentence: str, chosen: Sequence[Evidence], evidence: Sequence[Evidence], question: str) -> Iterator[str]:
    """What of a sentence does not stand in what is to carry it, or is said otherwise there, one phrase each."""
    texts = _words(chosen)
    for figure in sorted(figures(sentence) - _figures(chosen) - (figures(question) & _figures(evidence))):
        kind = "age" if figure.startswith("age") else "number"
        yield f"the {kind} {figure.removeprefix('age ')} does not stand in the source"
    for figure in _misplaced(sentence, chosen):
        yield f"the source says the number {figure} of something else"
    asked = days(question)
    for day in sorted(days(sentence), key=repr):
        if not (_stands(day, sentence, chosen) or (day in asked and _stands(day, sentence, evidence))):
            yield f"the date {spoken(day)} does not stand in the source"
    held = keys(texts + " " + " ".join(item.article.heading for item in chosen))
    everywhere = keys(question) & keys(_words(evidence) + " ".join(item.article.heading for item in evidence))
    for name in names(sentence, held):
        if missing_name(name, held | everywhere, texts):
            yield f"the name {' '.join(name).title()} does not stand in the source"
    for quote in QUOTED.findall(sentence):
        if plain(quote) not in plain(texts):
            yield f"the quoted words “{quote}” do not stand in the source"
    if word := contradicts(
        QUOTED.sub("", sentence), " ".join(item.text for item in chosen), " ".join(map(_context, chosen))
    ):
        yield f"the source says otherwise about “{word}”"
    if is_swapped(sentence, texts):
        yield "the source has it the other way round"
    elif other := other_doer(sentence, texts):
        yield f"the source says it of another than {other.title()}"
    yield from _wrong_speakers(sentence, chosen)


def _misplaced(sentence: str, chosen: Sequence[Evidence]) -> Iterator[str]:
    """The numbers that the source has, but not of what the sentence counts by them: the first word behind them."""
    texts = [text for item in chosen for text in (item.text, _context(item))]
    held = frozenset().union(*map(roots, texts))
    for figure, _, behind in counted(sentence):
        thing = next((found for word in words(behind) for found in roots(word) & held), None)
        near = [
            roots(f"{before} ; {after}") for text in texts for value, before, after in counted(text) if value == figure
        ]
        # "69 percent of them": shares are seldom followed by what they are of.
        if (
            thing
            and near
            and f"{figure.rstrip('%')}%" not in figures(sentence)
            and not any(thing in one for one in near)
        ):
            yield figure


def _wrong_speakers(sentence: str, chosen: Sequence[Evidence]) -> Iterator[str]:
    """The speakers of a sentence whom the source does not give as such.

    Those of the best source count, where it has any; "he" is whoever speaks or is named before.
    """
    heading = " ".join(item.article.heading for item in chosen)
    headed = keys(heading)
    speaking = next((item for item in chosen if speakers(item.text)), None)
    sources = [speaking] if speaking else chosen
    known = [speaker for item in sources for speaker in speakers(item.text)]
    open_ones = [item for item in sources if any(map(is_pronoun, speakers(item.text))) or not speakers(item.text)]
    known += [speaker for item in open_ones for speaker in speakers(_context(item))]
    around = keys(" ".join(f"{_context(item)} {item.text}" for item in open_ones))
    things = frozenset().union(*map(_held, open_ones))
    for speaker in speakers(sentence):
        if is_pronoun(speaker) or (speaker.named <= headed if speaker.named else speaker.words & roots(heading)):
            continue
        if any(same_speaker(speaker, other) for other in known if not is_pronoun(other)):
            continue
        # What nobody is said to say may be said by whom it is about.
        if speaker.named & around if speaker.named else speaker.words & things:
            continue
        yield f"the source does not give {speaker.text} as the speaker"


def _context(item: Evidence) -> str:
    """What stands before a sentence: from where somebody is named on, if it only points at him."""
    if item.article.text[item.start : item.end] != item.text:
        return item.context
    return _with_names(item.context, item.article.text[max(0, item.start - FAR) : item.start], item.text)


@lru_cache(maxsize=512)
def _with_names(context: str, before: str, text: str) -> str:
    if has_names(context) or not _POINTING.search(text):
        return context
    starts = [start for start, end in sentence_spans(before) if has_names(before[start:end])]
    return before[starts[-1] :] if starts else context


def _figures(items: Sequence[Evidence]) -> frozenset[str]:
    found = (figures(item.text) | figures(_context(item)) for item in items)
    years = {str(day.year) for item in items for day in days(f"{_context(item)} {item.text}") if day.year}
    return frozenset(years).union(*found)


def _days(items: Sequence[Evidence], sentence: str) -> frozenset[Day]:
    """The days of evidence, with what its articles' dates add; a day of publishing counts where that is reported.

    A weekday that stands in an evidence sentence rules out those before it.
    """
    found: set[Day] = set()
    for item in items:
        own = days(item.text)
        named = any(day.weekday is not None for day in own)
        before = {day for day in days(_context(item)) if not (named and day.weekday is not None)}
        found |= resolved(own | before, item.article.published)
        if _REPORTS.search(sentence):
            found |= days(spoken_date(item.article.published) or "")
    return frozenset(found)


def _stands(day: Day, sentence: str, items: Sequence[Evidence]) -> bool:
    found = _days(items, sentence)
    if day.weekday is not None:
        # "On Sunday from March 1": the weekday of a date that the sentence gives too says nothing of the other.
        given = {(one.month, one.day) for one in days(sentence) if one.month}
        found = frozenset(one for one in found if (one.month, one.day) not in given)
    return stands_among(day, found)


def spoken(day: Day) -> str:
    """A day as a newspaper prints it.

    >>> spoken(Day(3, 3, 2026)), spoken(Day(weekday=1)), spoken(Day(5, None, 2026))
    ('March 3, 2026', 'Tuesday', 'May 2026')
    """
    if day.weekday is not None and not day.month:
        return WEEKDAYS[day.weekday]
    month = MONTHS[(day.month or 1) - 1]
    date = f"{month} {day.day}" if day.day else month
    return f"{date}{',' if day.day else ''} {day.year}" if day.year else date

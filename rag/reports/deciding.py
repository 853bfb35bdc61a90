"""Questions that are to be answered with yes or no, and what the articles decide of them.

No language model is asked: what a reader of news takes for granted is written down here. Two reports of one matter are
consistent unless their figures differ, and no two reports say the same. A claim is carried by a report that is about
the same thing, and denied by one that affirms what the claim says did not happen. Which came first, the days of
publication tell. What the articles found are not about, they do not settle.

This says of a report that is named what it is about, not that every word of a claim is true: a claim whose words are
turned round ("improved" for "worsened") passes. Where no report is named, every word has to stand in a plain statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.claims import figures
from rag.evidence import Evidence, stem, stems
from rag.reports.parts import Parts

# A part's support is the nearness in meaning of its best sentence, -1 to 1, and the part of its words that stand in
# the sentence or its title, 0 to 1. Below this mean over the parts, the articles are about something else: on one half
# of MultiHop-RAG's development questions it loses 2 of 100, and finds 30 of 100 whose right articles are taken away.
LEAST_SUPPORT = 0.75
# How near two reports' sentences are, 0 to 1, whose figures are of the same thing.
SAME_MATTER = 0.6
# What a sentence of the outlet that a part names is worth more, when the best one is chosen.
PREFERRED = 0.3

NOT_SETTLED = "The articles found do not settle it."
DENIED = "The articles say what the question says did not happen."

_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)(?:n['’]t)?"
_OPENING = re.compile(rf"(?:^|[,;:.?!]['\"”’)]*\s+)(?:and |but |so |then )?(?={_AUXILIARY}\b)", re.IGNORECASE)
_ASKING = r"(?:who|whom|whose|which|what)"
_WHICH = re.compile(rf"(?:^|,\s+)(?:and |but |so )?(?:[a-z]+ )?{_ASKING}\b", re.IGNORECASE)
_WH = re.compile(rf"\W*(?:and |but |so )?(?:{_ASKING}|where|why|how)\b|\W*when\s+{_AUXILIARY}\b", re.IGNORECASE)
# "Of the two reports, which company, named in both, is the older?" asks for a company; "the report, which tells the
# story, ..." asks nothing.
_WHICH_OF = re.compile(
    rf"(?:^|,\s+)(?:and |but |so )?(?:which|what) (?!(?:{_AUXILIARY}|the|an?|he|she|it|they|we|you|i|his|her|its|their|"
    r"this|that|in|on|at|by|\w+ed)\b|\w+s (?:the|an?|that|how|his|her|its|their)\b)\w",
    re.IGNORECASE,
)

_REPORTS = r"\b(?:report|publish|mention|cover|announce|describe|wr[io]te|written|post|article|story|piece)\w*"
_EITHER_ORDER = re.compile(
    r"\b(?:before|earlier) or (?:after|later)\b|\b(?:after|later) or (?:before|earlier)\b", re.IGNORECASE
)
_ORDER = re.compile(rf"{_REPORTS}\b.*\b(before|after)\b.*{_REPORTS}", re.IGNORECASE | re.DOTALL)
_EITHER_CONSISTENT = re.compile(r"\bconsistent or (?:inconsistent|not)\b|\binconsistent or consistent\b", re.IGNORECASE)

_NO = r"(?:\b(?:no|not|never|without|lack of|lacks?|fail\w* to)|n['’]t)\s+(?:\w+\s+)?"
# What is asked of two reports; the first that fits.
_RELATIONS = (
    (
        "conflict",
        r"\b(?:inconsisten\w+|contradict\w*|disagree\w*|discrepanc\w+|conflict(?:s|ing)? with)\b|"
        rf"{_NO}(?:consisten\w+|agree\w*|align\w*)\b",
    ),
    (
        "sameness",
        rf"{_NO}(?:chang\w+|shift\w*|differ\w*)\b|\b(?:unchanged|unaltered|remain\w* the same|identical(?:ly)?)\b|"
        r"\bthe same (?!(?:day|date|time|week|month|year|source|outlet|publication|topic|article)\b)"
        r"(?:[\w'’\"“”-]+ ){1,10}?(?:as|compared to|that)\b",
    ),
    ("agreement", r"\b(?:consisten\w+|agree|agrees|agreed|agreement|align|aligns|aligned|alignment|in line with)\b"),
    ("difference", r"\b(?:change|changed|changes|shift|shifted|differ\w*|diverge\w*)\b"),
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|lack\w*|fail(?:s|ed|ing|ure)?|cannot|unable|unaware|deny|denies|denied|"
    r"reject\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\?|\b(?:whether|if|could|might|may|would|perhaps|possibl[ey]|likely|alleged\w*|rumou?r\w*|expected|set to)\b",
    re.IGNORECASE,
)
# "..., without mentioning layoffs" tells what else a report is not about.
_ASIDE = re.compile(r"\bwithout\b.*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Part:
    """One part of a question with the sentence nearest to it.

    `support` is about 2 where the sentence says the part word for word. It is `stated` when all its words stand in the
    sentence or its title, and that is no denial, question or guess; `denied` when it affirms what the part negates.
    """

    text: str
    evidence: Evidence
    support: float
    stated: bool
    denied: bool


@dataclass(frozen=True)
class Decision:
    """A verdict, why, and the parts it rests on.

    `verdict` is "yes" or "no"; "before", "after" or "consistent" where the question offers that; None when the
    articles do not settle it.
    """

    verdict: str | None
    reason: str
    parts: tuple[Part, ...] = ()


def asks_yes_no(question: str) -> bool:
    """Whether a question asks for yes or no: it opens so, or does after a leading clause.

    >>> asks_yes_no("Did the ferry sink?"), asks_yes_no("After the storm, was the harbor closed?")
    (True, True)
    >>> asks_yes_no("Who said that, did the mayor?"), asks_yes_no("When did it sink?")
    (False, False)
    """
    return bool(_asked(question))


def asks_which(question: str) -> bool:
    """Whether a question asks for a person or thing: who, which or what, also after a leading clause.

    >>> asks_which("Which company won?"), asks_which("Of the two, which company won?"), asks_which("Did it win?")
    (True, True, False)
    """
    return not asks_yes_no(question) and bool(_WHICH.search(question))


def asks_order(question: str) -> bool:
    """Whether a question asks which of two reports came first.

    >>> asks_order("Did the Ledger report the strike before the Post reported the vote?")
    True
    >>> asks_order("Did she resign after the vote?"), asks_order("Was the report before or after the vote?")
    (False, True)
    """
    asked = _asked(question)
    return bool(_EITHER_ORDER.search(asked) or _ORDER.search(asked))


def decide(question: str, weighed: Parts) -> Decision:
    """What the evidence decides of a question for yes or no.

    Not settled is every question of another form, one that the evidence is not about, and one that names no outlet or
    author and is not answered word for word: there a language model may still find an answer.
    """
    asked = _asked(question)
    if not asked or not weighed.evidence:
        return Decision(None, NOT_SETTLED)
    parts = _parts(weighed, negated=_negated(asked))
    about = sum(part.support for part in parts) / len(parts) >= LEAST_SUPPORT
    if not (about and (weighed.named or all(part.stated for part in parts))):
        return Decision(None, NOT_SETTLED, parts)
    relation = _relation(asked)
    if relation is not None:
        return _related(relation, asked, parts, weighed) if weighed.named else Decision(None, NOT_SETTLED, parts)
    if asks_order(question) and (second := _second(parts)):
        return _ordered(asked, parts, second)
    if any(part.denied for part in parts):
        return Decision("no", DENIED, parts)
    return Decision("yes", "The articles report it.", parts)


def _asked(question: str) -> str:
    """What is asked for yes or no, without the clause before it; empty where something else is asked."""
    opening = None if _WH.match(question) else _OPENING.search(question)
    asks_for = _WHICH_OF.search(question)
    if opening is None or asks_for is not None and asks_for.start() < opening.start():
        return ""
    return question[opening.end() :]


def _relation(asked: str) -> str | None:
    """What a question asks of how two reports go together, if it asks that."""
    return next((name for name, pattern in _RELATIONS if re.search(pattern, asked, re.IGNORECASE)), None)


def _related(relation: str, asked: str, parts: tuple[Part, ...], weighed: Parts) -> Decision:
    """Whether two reports agree, or say the same: they do the one unless their figures differ, and never the other."""
    if relation in ("sameness", "difference"):
        holds, reason = relation == "difference", "The reports do not say the same."
    else:
        differ = _figures_differ(parts, weighed)
        holds = differ == (relation == "conflict")
        reason = "The reports give different figures." if differ else "Neither report denies what the other says."
        if _EITHER_CONSISTENT.search(asked):
            return Decision("inconsistent" if differ else "consistent", reason, parts)
    if holds and any(part.denied for part in parts):
        return Decision("no", DENIED, parts)
    return Decision("yes" if holds else "no", reason, parts)


def _figures_differ(parts: Sequence[Part], weighed: Parts) -> bool:
    """Whether sentences of two articles on one matter both have a figure that the other lacks."""
    found = {part.evidence.article.id: part.evidence for part in parts if figures(part.evidence.text)}
    if len(found) < 2:
        return False
    places = [next(n for n, one in enumerate(weighed.evidence) if one is item) for item in found.values()]
    vectors = weighed.vectors[places]
    near = vectors @ vectors.T >= SAME_MATTER
    held = [figures(item.text) for item in found.values()]
    return any(
        bool(near[a, b]) and bool(held[a] - held[b]) and bool(held[b] - held[a])
        for a, b in combinations(range(len(held)), 2)
    )


def _second(parts: Sequence[Part]) -> int:
    """Which part is the report that another one is to have come before or after; 0 where there is none."""
    return next((n for n, part in enumerate(parts) if n and re.match(r"(?:before|after)\b", part.text)), 0)


def _ordered(asked: str, parts: tuple[Part, ...], second: int) -> Decision:
    """Which of two reports came first, by the days of their articles."""
    first_day, second_day = _day(parts[second - 1]), _day(parts[second])
    # "2026-03" and "2026-03-09" may be one day.
    if not first_day or not second_day or first_day.startswith(second_day) or second_day.startswith(first_day):
        return Decision(None, NOT_SETTLED, parts)
    order = "before" if first_day < second_day else "after"
    reason = f"The one was published {order} the other."
    if _EITHER_ORDER.search(asked):
        return Decision(order, reason, parts)
    holds = parts[second].text.startswith(order) and not parts[second - 1].denied
    return Decision("yes" if holds else "no", reason, parts)


def _day(part: Part) -> str | None:
    published = part.evidence.article.published
    return published[:10] if published and not published.startswith("--") else None


def _parts(weighed: Parts, negated: bool) -> tuple[Part, ...]:
    """Each part with its best sentence: by nearness in meaning, by words, and by the outlet that is named for it."""
    best = (weighed.support + PREFERRED * weighed.own).argmax(axis=1)
    found = []
    for slot, support, place in zip(weighed.slots, weighed.support, best, strict=True):
        item = weighed.evidence[place]
        wanted = {stem(word) for word in slot.words}
        turned = _negated(item.text) and not _negated(slot.text)
        held = stems(f"{item.article.title or ''} {item.text}")
        stated = wanted <= held and not turned and not _UNSURE.search(item.text)
        denied = negated and _negated(slot.text) and not _negated(item.text)
        found.append(Part(slot.text, item, float(support[place]), stated, denied))
    return tuple(found)


def _negated(text: str) -> bool:
    return bool(_NEGATION.search(_ASIDE.sub("", text)))

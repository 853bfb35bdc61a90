"""Questions altered so that their own paragraph no longer answers them: the kinds that SQuAD 2.0's writers made.

A name, number or date swapped for another; a word turned into its opposite; a negation put in or taken out; a content
word replaced by a near but different one; a condition added that the paragraph does not meet. The same is done to the
paragraph instead, or its sentence with the answer left out: then the question is as somebody wrote it, and no oddness
of its wording gives it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from index.sentences import sentence_spans
from index.words import STOPWORDS

_PAIRS = """
first/last before/after increase/decrease increased/decreased increases/decreases increasing/decreasing north/south
northern/southern east/west eastern/western northeast/southwest northwest/southeast most/least more/less more/fewer
highest/lowest higher/lower high/low largest/smallest larger/smaller large/small biggest/smallest bigger/smaller
oldest/youngest older/younger old/young old/new oldest/newest longest/shortest longer/shorter long/short
earliest/latest earlier/later early/late fastest/slowest faster/slower fast/slow best/worst better/worse good/bad
start/end started/ended starts/ends begin/end began/ended beginning/end open/close opened/closed male/female men/women
man/woman boys/girls father/mother son/daughter brother/sister husband/wife king/queen win/lose won/lost winner/loser
rise/fall rose/fell gain/lose gained/lost above/below over/under inside/outside internal/external upper/lower
positive/negative maximum/minimum major/minor majority/minority public/private domestic/foreign rural/urban rich/poor
wealthy/poor strong/weak stronger/weaker hot/cold warm/cool wet/dry winter/summer day/night left/right front/back
top/bottom arrive/depart arrived/departed enter/leave entered/left support/oppose supported/opposed accept/reject
accepted/rejected allow/forbid allowed/forbidden legal/illegal possible/impossible common/rare popular/unpopular
successful/unsuccessful similar/different same/different include/exclude included/excluded import/export
imports/exports buy/sell bought/sold create/destroy created/destroyed built/demolished join/leave joined/left
attack/defend attacked/defended victory/defeat ancient/modern many/few always/never ally/enemy allies/enemies
birth/death born/die born/buried cause/prevent caused/prevented causes/prevents advantage/disadvantage
including/excluding teacher/student buyer/seller guilty/innocent heavy/light thick/thin wide/narrow deep/shallow
beautiful/ugly easy/difficult easier/harder expensive/cheap simple/complex natural/artificial active/inactive
liberal/conservative democratic/republican catholic/protestant employed/unemployed present/absent complete/incomplete
""".split()

_NAME = re.compile(r"\b[A-Z][\w'’.-]*[\w](?:\s(?:of\s|the\s|de\s)?[A-Z][\w'’-]*\w)*")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?<![.,])(?![\w])")
_YEAR = re.compile(r"\b1[0-9]\d\d\b|\b20[0-2]\d\b")
_MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_AUXILIARY = re.compile(
    r"\b(did|does|do|was|were|is|are|has|have|had|can|could|would|will|should|must)\b(?! not)", re.I
)
_NEGATION = re.compile(r"(?:n't|n’t|\snot|\snever)\b", re.I)
_WORD = re.compile(r"[A-Za-z]{3,}")
_NOT_NAMES = frozenset(
    "what who whom whose when where why which how in on at the a an by for from of to during after before if as is are "
    "was were did do does according along besides while it he she they this that there".split()
)
_CONDITIONS = (
    "before {year}|after {year}|in {year}|until {year}|besides {name}|outside of {name}|without {name}|"
    "according to {name}|in {name}|other than {name}|instead of {name}|for the second time|for the last time"
).split("|")


def _opposites() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in _PAIRS:
        left, right = pair.split("/")
        found[left] = (*found.get(left, ()), right)
        found[right] = (*found.get(right, ()), left)
    return found


OPPOSITES: Mapping[str, tuple[str, ...]] = _opposites()


@dataclass(frozen=True)
class Setting:
    """Where a question is altered: its paragraph, more of the article, the answer, and words near to a word."""

    passage: str
    article: str
    answer: str
    near: Callable[[str], Sequence[str]]


def names(text: str) -> list[str]:
    """Capitalised runs that look like names. One word at a sentence's beginning is left out: it may be no name.

    >>> names("In Paris, Marie Curie met the Duke of York. They left.")
    ['Marie Curie', 'Duke of York']
    """
    found = []
    for match in _NAME.finditer(text):
        parts = match.group().split()
        begins = not (before := text[max(0, match.start() - 3) : match.start()].rstrip()) or before[-1] in ".?!"
        while parts and (parts[0].lower() in _NOT_NAMES or parts[0].lower() in STOPWORDS or begins and len(parts) == 1):
            parts = parts[1:]
        if parts:
            found.append(" ".join(parts).removesuffix("'s").removesuffix("’s"))
    return found


def swap(question: str, setting: Setting, chance: Random) -> str | None:
    """A name, number, year or month of the question changed for another of its kind, of the passage if it has one."""
    kinds: list[Callable[[str], list[str]]] = [names, _NUMBER.findall, _YEAR.findall, _MONTH.findall]
    chance.shuffle(kinds)
    for kind in kinds:
        old = [item for item in kind(question) if item not in setting.answer]
        if not old:
            continue
        before = chance.choice(old)
        for source in (setting.passage, setting.article) if chance.random() < 0.6 else (setting.article,):
            new = sorted({item for item in kind(source) if _differs(item, question, setting.answer)})
            if new:
                return question.replace(before, chance.choice(new), 1)
    return None


def turn(question: str, setting: Setting, chance: Random) -> str | None:
    """A word turned into its opposite.

    >>> turn("What is the largest city?", Setting("", "", "", lambda word: ()), Random(0))
    'What is the smallest city?'
    """
    words = [match for match in _WORD.finditer(question) if match.group().lower() in OPPOSITES]
    if not words:
        return None
    word = chance.choice(words)
    new = chance.choice(OPPOSITES[word.group().lower()])
    return _put(question, word, new.capitalize() if word.group()[0].isupper() else new)


def negate(question: str, setting: Setting, chance: Random) -> str | None:
    """A negation put in, or taken out where there is one.

    >>> negate("Who didn't sign the treaty?", Setting("", "", "", lambda word: ()), Random(0))
    'Who did sign the treaty?'
    """
    there = _NEGATION.search(question)
    if there:
        return question[: there.start()] + question[there.end() :]
    auxiliaries = list(_AUXILIARY.finditer(question))
    if not auxiliaries:
        return None
    word = auxiliaries[0]
    ending = chance.choice(("n't", " not", " never"))
    if word.group().lower() in ("can", "will") and ending == "n't":
        ending = " not"
    subject = re.match(r"\s(?:the\s)?\w+", question[word.end() :])
    if ending == " not" and subject and word.group().lower() in ("did", "does", "do", "was", "were", "is", "are"):
        end = word.end() + subject.end()
        return f"{question[:end]} not{question[end:]}"
    return _put(question, word, word.group() + ending)


def replace(question: str, setting: Setting, chance: Random) -> str | None:
    """A content word changed for a near one that the passage does not have, or for another word of the passage."""
    held = {word[:5].lower() for word in _WORD.findall(setting.passage)}
    words = [match for match in _WORD.finditer(question) if match.group().lower() not in STOPWORDS]
    words = [match for match in words if match.group()[:5].lower() in held]
    chance.shuffle(words)
    here = {word.lower() for word in _WORD.findall(setting.passage + " " + question)}
    for word in words:
        old = word.group()
        close = [near for near in setting.near(old.lower()) if near[:4] != old[:4].lower() and near not in here]
        if close:
            new = chance.choice(close)
            return _put(question, word, new.capitalize() if old[0].isupper() else new)
    return None


def condition(question: str, setting: Setting, chance: Random) -> str | None:
    """A condition added at the end: another year, or a name from elsewhere in the article."""
    form = chance.choice(_CONDITIONS)
    wanted = "year" if "{year}" in form else "name"
    source = setting.passage if chance.random() < 0.5 else setting.article
    items = (_YEAR.findall if wanted == "year" else names)(source)
    new = sorted({item for item in items if _differs(item, question, setting.answer)})
    if "{" in form and not new:
        return None
    return f"{question.rstrip(' ?')} {form.format(**{wanted: chance.choice(new)}) if new else form}?"


KINDS = (swap, turn, negate, replace, condition)
_SHARES = (4.0, 3.0, 1.2, 2.5, 1.0)


def alter(question: str, setting: Setting, chance: Random) -> str | None:
    """The question in a form that the passage does not answer, of a kind drawn by chance; None if no kind fits."""
    kinds = dict(zip(KINDS, _SHARES, strict=True))
    while kinds:
        (kind,) = chance.choices(list(kinds), list(kinds.values()))
        altered = kind(question, setting, chance)
        if altered and altered.lower() != question.lower():
            return altered
        del kinds[kind]
    return None


def spoil(question: str, start: int, setting: Setting, chance: Random) -> tuple[str, int] | None:
    """The passage changed in the sentence of the answer, which begins at `start`, where that agrees with the question.

    Returns it with a place near the change; None if the sentence shares nothing with the question that can be changed.

    >>> setting = Setting("Ann built the oldest mill. Bo left.", "", "Ann", lambda word: ())
    >>> spoil("Who built the oldest mill?", 0, setting, Random(0))
    ('Ann demolished the oldest mill. Bo left.', 4)
    """
    text, end = setting.passage, start + len(setting.answer)
    first, last = _sentence_at(text, start)
    asked = {word.lower() for word in _WORD.findall(question)}
    options: list[tuple[int, str, str]] = []
    for kind in (names, _NUMBER.findall):
        wanted = {item for item in kind(text[first:last]) if item.lower() in question.lower()}
        new = sorted({item for item in kind(text + " " + setting.article) if _differs(item, question, setting.answer)})
        options += [(text.index(old, first), old, chance.choice(new)) for old in sorted(wanted) if new]
    for word in _WORD.finditer(text, first, last):
        old = word.group()
        if old.lower() in asked and old.lower() not in STOPWORDS:
            near = [one for one in setting.near(old.lower()) if one not in asked] if old.islower() else []
            new = list(OPPOSITES.get(old.lower(), near))
            options += [(word.start(), old, chance.choice(new))] if new else []
    options = [(at, old, new) for at, old, new in options if at + len(old) <= start or at >= end]
    if not options:
        return None
    at, old, new_word = chance.choice(options)
    return text[:at] + new_word + text[at + len(old) :], at


def leave_out(start: int, setting: Setting) -> tuple[str, int] | None:
    """The passage without the sentence of the answer, and where it stood; None if the rest is short or has it too.

    >>> leave_out(0, Setting("Ann built it. Bo left the town, and nobody saw him again.", "", "Ann", lambda word: ()))
    ('Bo left the town, and nobody saw him again.', 0)
    """
    first, last = _sentence_at(setting.passage, start)
    rest = (setting.passage[:first] + setting.passage[last:].lstrip()).strip()
    if len(rest) < 40 or setting.answer.lower() in rest.lower():
        return None
    return rest, min(first, len(rest) - 1)


def _sentence_at(text: str, start: int) -> tuple[int, int]:
    spans = (span for span in sentence_spans(text) if span[0] <= start < span[1])
    return next(spans, (0, len(text)))


def _differs(item: str, question: str, answer: str) -> bool:
    """Whether a name or number is new to the question and no part of the answer."""
    return item.lower() not in question.lower() and item not in answer and answer not in item


def _put(question: str, word: re.Match[str], new: str) -> str:
    return question[: word.start()] + new + question[word.end() :]

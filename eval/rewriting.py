"""A sentence of an article as an answer might put it, by rules that leave what it says as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from index.article import MONTHS, Article
from rag.speech.titles import BODIES

OUTSIDE_QUOTES = re.compile(r"\"[^\"]*\"|“[^”]*”")
WITH_OUTLET = 0.3
TIMES = 3  # rules that are tried on each sentence, of those that change it

_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SYNONYMS = {
    "said": "stated",
    "about": "around",
    "because": "since",
    "began": "started",
    "nearly": "almost",
    "injured": "hurt",
    "many": "numerous",
    "money": "funds",
    "company": "firm",
    "wants": "intends",
    "asked": "requested",
    "several": "a number of",
    "near": "close to",
    "until": "till",
    "is to": "is due to",
    "children": "youngsters",
    "announced": "declared",
    "killed": "left dead",
    "big": "large",
    "goal": "aim",
}
_TIME = re.compile(rf" (on (?:(?:\w+day|{'|'.join(MONTHS)} \d+)(?:, \d{{4}})?))(?=[,.]| \b(?:that|and|for|after)\b)")
_SPOKEN = re.compile(r"^(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*) said (?:that )?(?P<what>[^\"“]+)\.$")
_QUOTED = re.compile(r"^(?P<quote>[\"“][^\"”]+[,.][\"”]) (?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*) said\.$")
_QUOTED_BEFORE = re.compile(
    r"^(?P<quote>[\"“][^\"”]+,[\"”]) said (?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)(?:, [^,]+)?\.$"
)
_TAIL = re.compile(
    r", (?:which|who|where|most of|according|after|while|although|because|killing|ending|beating) [^,]*\.$"
)
_ASIDE = re.compile(r"(?<=[a-z]), (?:who|which|a|an|the) [^,\"“]{4,60}, (?=[a-z])")
_PERSON = r"(?P<name>[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+(?:-[A-Z][a-z]+)?)(?! [A-Z])"
_PEOPLE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_PERSON}(?:, \d\d,| (?:said|told|wrote|added|stated|called|answered|thinks)\b)",
        rf"\b(?:said|by|Judge|Minister|President|Captain|Inspector|Mayor|Lieutenant|Dr\.?|coach) {_PERSON}\b(?=[ ,.])",
        rf", {_PERSON}, (?:said|told|who)\b",
        rf"[\w’'] {_PERSON}, (?:the|a|an) [a-z]",
    )
)
_ABBREVIATED = {name: f"{name[:3]}." for name in MONTHS if len(name) > 4}


def rewritten(sentence: str, article: Article, random: Random) -> str:
    """The sentence after some of the rules; it says no more than before, and the same numbers, dates and names."""
    tried = random.sample(_RULES, len(_RULES))
    done = 0
    for rule in tried:
        changed = rule(sentence, article)
        if changed != sentence:
            sentence, done = changed, done + 1
        if done == TIMES:
            break
    return _with_outlet(sentence, article) if done < 2 or random.random() < WITH_OUTLET else sentence


def persons(article: Article) -> list[str]:
    """The people of an article, by two or three words each: who speaks there, is given an age, a title or a post.

    >>> persons(Article("a", "The Grey Heron sank, said Ruth Amarin. Wim Achterly, 41, swam."))
    ['Ruth Amarin', 'Wim Achterly']
    """
    found = {match["name"] for pattern in _PEOPLE for match in pattern.finditer(article.text)}
    return sorted(name for name in found if not BODIES.intersection(name.lower().split()))


def _outside(change: Callable[[str], str], sentence: str) -> str:
    """The sentence with a change to what is not quoted."""
    parts = re.split(rf"({OUTSIDE_QUOTES.pattern})", sentence)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _with_outlet(sentence: str, article: Article) -> str:
    if not article.outlet or sentence[0] in '"“' or "ccording to" in sentence:
        return sentence
    outlet = article.outlet.title() if article.outlet.isupper() else article.outlet
    return f"According to {'' if outlet.startswith('The ') else 'the '}{outlet}, {_lowered(sentence, article)}"


def _lowered(sentence: str, article: Article) -> str:
    """The sentence as it goes on after a comma: in lower case, but for a name."""
    first = re.split(r"\W", sentence, maxsplit=1)[0]
    common = re.search(rf"(?<![.!?\"“”] )(?<!^)\b{first.lower()}\b", article.text) or first in (
        "The",
        "A",
        "An",
        "He",
        "She",
    )
    return sentence[0].lower() + sentence[1:] if common else sentence


def _date_first(sentence: str, article: Article) -> str:
    found = _TIME.search(sentence)
    if not found or sentence[0] in '"“' or sentence.startswith(("According", "On ", "In ")):
        return sentence
    return f"O{found[1][1:]}, {_lowered(sentence[: found.start()] + sentence[found.end() :], article)}"


def _clause_dropped(sentence: str, article: Article) -> str:
    shorter = _ASIDE.sub(" ", sentence, count=1)
    shorter = _TAIL.sub(".", shorter) if shorter == sentence else shorter
    return shorter if len(shorter.split()) > 6 and shorter.count(",") % 2 == 0 else sentence


def _numbers(sentence: str, article: Article) -> str:
    def change(part: str) -> str:
        part = re.sub(r"\bpercent\b", "%", part).replace(" %", "%") if re.search(r"\d percent", part) else part
        part = re.sub(r"(\d)(?:,(\d{3}))\b", r"\1\2", part)
        part = re.sub(r"(\d) million\b", r"\1m", part)
        part = re.sub(r"(?<=[a-z] )([2-9])(?= [a-z]{3,})", lambda number: _NUMBERS[int(number[1])], part)
        return re.sub(
            r"(?<=[a-z] )\b(two|three|four|five|six|seven|eight|nine)\b(?= [a-z]+s\b)",
            lambda word: str(_NUMBERS.index(word[1])),
            part,
        )

    return _outside(change, sentence)


def _months(sentence: str, article: Article) -> str:
    def change(part: str) -> str:
        return re.sub(
            rf"\b({'|'.join(_ABBREVIATED)}) (\d{{1,2}})\b(?!,? \d{{4}})",
            lambda date: f"{date[2]} {date[1]}" if int(date[2]) % 2 else f"{_ABBREVIATED[date[1]]} {date[2]}",
            part,
        )

    return _outside(change, sentence)


def _synonyms(sentence: str, article: Article) -> str:
    def change(part: str) -> str:
        for word, other in _SYNONYMS.items():
            part = re.sub(rf"(?<=[a-z] ){word}\b(?= [a-z])", other, part, count=1)
        return part

    return _outside(change, sentence)


def _speech(sentence: str, article: Article) -> str:
    if found := _SPOKEN.match(sentence):
        return f"According to {found['who']}, {found['what']}."
    if found := _QUOTED.match(sentence) or _QUOTED_BEFORE.match(sentence):
        quote = found["quote"]
        return f"{found['who']} said: {quote[:-2]}.{quote[-1]}"
    return re.sub(r"\bsaid (?=(?:he|she|it|they|the|members|divers) )", "said that ", sentence, count=1)


def _surnames(sentence: str, article: Article) -> str:
    def change(part: str) -> str:
        for name in persons(article):
            part = part.replace(name, name.split()[-1])
        return part

    return _outside(change, sentence)


_RULES = (_date_first, _clause_dropped, _numbers, _months, _synonyms, _speech, _surnames)

"""Whom and what a text speaks of: its names, and noun phrases such as "the strike at Tarrow Microworks"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.words import STOPWORDS
from rag.asking.grammar import (
    ADVERBIAL,
    AUXILIARIES,
    CALENDAR,
    DETERMINERS,
    NOUNS_IN_ING,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
)
from rag.asking.verbs import BASES, NOUN_TOO, is_participle, is_past, is_third
from rag.speech.mentions import looks_like_person
from rag.speech.titles import TITLES

Kind = Literal["person", "name", "thing"]

_TOKEN = re.compile(r"[^\s,;:?!()\"“”\[\]]+|[,;:?!()\"“”\[\]]")
_DATES = CALENDAR | frozenset("today yesterday tomorrow".split())
_NOT_NAMES = frozenset("tell give list describe explain did".split())
_ARTICLES = frozenset(("the", "a", "an"))
# What may tie two names together in one: "the strike at Tarrow", "the Bank of England".
_TIES = frozenset(("of", "at", "in"))
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_STOPS = PREPOSITIONS | AUXILIARIES | PRONOUNS | RELATIVE | ADVERBIAL | DETERMINERS | {"and", "or", "but", "not"}


@dataclass(frozen=True)
class Phrase:
    """A noun phrase, ``text[start:end]`` of what it was read from."""

    text: str
    start: int
    end: int
    kind: Kind

    @property
    def head(self) -> str:
        """The noun that the rest goes with, in lower case.

        >>> [phrase.head for phrase in phrases("the strike at Tarrow Microworks and the marsh fever vaccine")]
        ['strike', 'vaccine']
        """
        return _core(self.text).split()[-1].lower()

    @property
    def plural(self) -> bool:
        return self.kind == "thing" and bool(re.search(r"[^s]s$|people$|children$|men$|police$", self.head))

    @property
    def definite(self) -> bool:
        return not re.match(r"an? ", self.text)


def phrases(text: str) -> list[Phrase]:
    """The names of a text, and its noun phrases that begin with an article or a possessor, in order.

    >>> [(phrase.text, phrase.kind) for phrase in phrases("When did Jon Huntsman's aide see the ship of Harbor Lines?")]
    [("Jon Huntsman's aide", 'thing'), ('the ship of Harbor Lines', 'thing')]
    """
    return list(_phrases(text, list(_TOKEN.finditer(text))))


def people(text: str) -> list[str]:
    """The persons of a text by the names it gives them, in order, each once.

    >>> people("Ines Tolland beat Gareth Quillan. The Grey Heron sank, Tolland said.")
    ['Ines Tolland', 'Gareth Quillan']
    """
    found: list[str] = []
    for phrase in phrases(text):
        owner = re.match(r"(.+?)['’]s? ", phrase.text)
        name = _POSSESSIVE.sub("", owner[1] if owner else phrase.text)
        known = any(name.split()[-1] == other.split()[-1] for other in found)
        if not known and is_person(name, text[: phrase.start]):
            found.append(name)
    return found


def is_person(name: str, before: str = "") -> bool:
    """Whether a name is made as a person's, and no "the" or thing stands before it."""
    words = name.split()
    capital = words[0][0].isupper() and words[-1][0].isupper() and words[0].lower() not in DETERMINERS
    return (
        capital
        and "&" not in words
        and looks_like_person(name)
        and not re.search(r"\b(?:the|ferry|ship) $", before, re.IGNORECASE)
    )


def _core(text: str) -> str:
    """A noun phrase without what is tied to its noun: "the strike" of "the strike at Tarrow"."""
    return text if text[0].isupper() and not text.startswith(("The ", "A ", "An ")) else re.split(_TIE, text)[0]


_TIE = re.compile(r" (?:of|at|in) ")


def _phrases(text: str, tokens: Sequence[re.Match[str]]) -> Iterator[Phrase]:
    at = 0
    while at < len(tokens):
        word = tokens[at].group()
        opens = word.lower() in _ARTICLES or _is_name(word, at, tokens)
        end = _end(tokens, at) if opens else at
        last = tokens[end - 1].group().lower() if end > at else ""
        if end > at and last not in _ARTICLES:
            start, stop = tokens[at].start(), tokens[end - 1].end()
            found = text[start:stop].rstrip(".")
            yield Phrase(found, start, start + len(found), _kind(found))
        at = max(end, at + 1)


def _is_name(word: str, at: int, tokens: Sequence[re.Match[str]]) -> bool:
    bare = _POSSESSIVE.sub("", word).rstrip(".").lower()
    if not word[0].isupper() or bare in _NOT_NAMES | STOPWORDS | _DATES | AUXILIARIES or bare in TITLES:
        return False
    # The first word of a sentence is a name where another follows.
    first = at == 0 or tokens[at - 1].group() in "?!" or tokens[at - 1].group().endswith((".", "?", "!", "]"))
    return (
        not first
        or at + 1 < len(tokens)
        and (tokens[at + 1].group()[0] in "&" or tokens[at + 1].group()[0].isupper() or word.endswith(("'s", "’s")))
    )


def _end(tokens: Sequence[re.Match[str]], at: int) -> int:
    """Where the phrase that begins at a token ends."""
    words = [token.group() for token in tokens]
    led = words[at].lower() in _ARTICLES
    place = at + led
    named = not led
    while place < len(words):
        word = words[place]
        if word in _TIES or word == "&":
            follows = words[place + 1 : place + 2]
            capital = bool(follows) and follows[0][0].isupper() and follows[0].lower() not in _DATES
            if word == "&" and capital:
                place += 1
                continue
            if capital and (led or word == "of") or word == "of" and led and follows[:1] == ["the"]:
                at = place + 1
                led = words[at].lower() in _ARTICLES
                place, named = at + led, not led
                continue
            return place
        if not word[0].isalnum() or word.lower() in _STOPS or word.lower() in _DATES:
            return place
        if word[0].islower():
            if named or _is_verb(words, place) and place > at + led:
                return place
        elif word.endswith(("'s", "’s", "s'", "s’")):
            named = False  # what it possesses follows
        place += 1
        if word.endswith(".") and len(word) > 3:
            return place
    return place


def _is_verb(words: Sequence[str], place: int) -> bool:
    word = words[place].rstrip(".")
    if word.endswith("ing") and word not in NOUNS_IN_ING or word.endswith("ly"):
        return True
    base = word if word in BASES else word.removesuffix("s")
    if word in NOUN_TOO or is_third(word) and base in NOUN_TOO:
        follows = words[place + 1].lower() if place + 1 < len(words) else ""
        return follows in DETERMINERS | PRONOUNS
    return is_participle(word) or is_past(word) or is_third(word) or word in BASES


def _kind(text: str) -> Kind:
    if is_person(_POSSESSIVE.sub("", text)):
        return "person"
    last = _core(text).split()[-1]
    return "name" if last[0].isupper() and last not in ("The", "A", "An") else "thing"

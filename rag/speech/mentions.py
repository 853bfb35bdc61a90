"""Names in a text: runs of capitalised words, without the titles before them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.article import MONTHS
from index.words import STOPWORDS
from rag.speech.titles import BODIES, TITLES

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ"
_ABBREVIATED = "Gov|Sen|Rep|Reps|Sens|Dr|Mr|Mrs|Ms|Prof|Gen|Lt|Col|Capt|Sgt|Rev|Jr|Sr|St|Atty|Det|Supt|Maj|Cpl|Hon"
_WORD = rf"(?:(?:[{_UPPER}]\.)+|(?:{_ABBREVIATED})\.|(?:[a-z]{{1,2}}[’'-]|Mc|Mac)?[{_UPPER}][\w’'-]*)"
_PARTICLES = r"(?:(?:van|von|der|den|de|da|di|du|del|la|el|al|bin|ten|ter) ){0,2}"
_NAME = re.compile(rf"(?<![\w\0]){_WORD}(?: {_PARTICLES}{_WORD}){{0,7}}")
SUFFIX = re.compile(r"^(?:Jr|Sr|II|III|IV)\.?$")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")

_NOT_NAMES = frozenset(
    [*(month.lower() for month in MONTHS), *(month[:3].lower() for month in MONTHS)]
    + """sept yesterday today tonight monday tuesday wednesday thursday friday saturday sunday according asked also
    meanwhile still dear one two three many several another others none""".split()
)


@dataclass(frozen=True)
class Mention:
    """A place ``text[start:end]`` where an article names something, and the name without its titles."""

    start: int
    end: int
    name: str
    title: str
    possessive: bool


def surname(name: str) -> str:
    """The last word of a name, in lower case, without what is said of its generation.

    >>> surname("Jon Huntsman Jr.")
    'huntsman'
    """
    words = [word for word in name.split() if not SUFFIX.match(word)]
    return words[-1].lower() if words else name.lower()


def mentions(text: str, start: int = 0, end: int | None = None) -> list[Mention]:
    """The names in ``text[start:end]``, titles apart.

    >>> [(found.title, found.name) for found in mentions("Then Interior Minister Ann de Witt met Jon's aide.")]
    [('Interior Minister', 'Ann de Witt'), ('', 'Jon')]
    """
    found: list[Mention] = []
    for match in _NAME.finditer(text, start, len(text) if end is None else end):
        words: list[str] = []
        at = match.start()
        run = match.group().split(" ")
        for number, word in enumerate(run, 1):
            words.append(word)
            # A run of names ends behind a possessive: "the Park's John Ulysses" names two.
            split = (
                word.endswith(("'s", "’s")) or _POSSESSIVE.search(word) and looks_like_person(" ".join(run[number:]))
            )
            if split:
                found += _mention(words, at)
                at, words = at + len(" ".join(words)) + 1, []
        found += _mention(words, at)
    return found


def _mention(words: list[str], start: int) -> list[Mention]:
    """The name in a run of capitalised words that begins at an offset, if it holds any."""
    while words and _is_no_name(words[0]):
        start += len(words.pop(0)) + 1
    cut = 0
    for number, word in enumerate(words[1:], 1):
        if _is_no_name(word):
            words = words[:number]
            break
        if words[number - 1].lower().rstrip(".") in TITLES and not SUFFIX.match(word):
            cut = number
    if all(word.lower() in BODIES for word in words[cut:]):
        cut = 0  # "British Transport Police"
    title, words = " ".join(words[:cut]), words[cut:]
    if not words:
        return []
    start += len(title) + 1 if title else 0
    name = " ".join(words)
    bare = _POSSESSIVE.sub("", name)
    return [Mention(start, start + len(name), bare, title, bare != name)] if bare else []


def _is_no_name(word: str) -> bool:
    bare = word.lower().rstrip(".")
    return bare in STOPWORDS or bare in _NOT_NAMES


def looks_like_person(name: str) -> bool:
    """Whether a name is made as a person's full name is, and is no body's or place's.

    >>> [looks_like_person(name) for name in ("Jon Huntsman Jr.", "Harbor Police", "BBC", "Ann")]
    [True, False, False, False]
    """
    words = [word for word in name.split() if not SUFFIX.match(word)]
    return (
        2 <= len(words) <= 4
        and not any(word.lower().rstrip(".") in BODIES for word in words)
        and not any(word.isupper() and len(word) > 2 and "." not in word for word in words)
    )

"""Whether a person is "he" or "she", by what texts say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from index.passage import Passage
from rag.asking.phrases import people
from rag.speech.people import People

Gender = Literal["he", "she"]
GenderOf = Callable[[str], Gender | None]

# How many passages about somebody are read.
PASSAGES = 8

_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”]?\s+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")


def gender(name: str, texts: Iterable[str]) -> Gender | None:
    """What a person is called in sentences that name no other one, or what the next one begins with; None if unclear.

    >>> gender("Ruth Amarin", ["The chair, Ruth Amarin, spoke. She said that it would sit in public."])
    'she'
    """
    he = she = 0
    last = name.split()[-1]
    for text in texts:
        # What is quoted may be said of anybody.
        bare = _QUOTED.sub('""', text)
        person = People(bare).person(name)
        if person and person.gender in ("he", "she"):
            return "he" if person.gender == "he" else "she"
        about = False
        for sentence in SENTENCE_END.split(bare):
            others = [other for other in people(sentence) if other.split()[-1] != last]
            named = re.search(rf"\b{re.escape(last)}\b", sentence)
            if named or about:
                told = sentence[named.end() :] if named else sentence
                # "She took over after Maren Stolke resigned": who is named later is not she.
                told = told if named else told.lstrip('"“ ').split(" ", 1)[0]
                he += bool(_HE.search(told)) and not (named and others)
                she += bool(_SHE.search(told)) and not (named and others)
            about = bool(named) and not others
    if he == she:
        return None
    return "he" if he > she else "she"


def gender_by(search: Callable[[str, int], Sequence[Passage]]) -> GenderOf:
    """What tells of a name whether it is a "he" or a "she", by the passages that are found for it."""
    return lambda name: gender(name, [passage.text for passage in search(name, PASSAGES)])

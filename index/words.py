"""Words of a question that are worth looking for."""

from __future__ import annotations

import re
import unicodedata

# Words that stand in nearly every article and every question, and so tell none from another.
STOPWORDS = frozenset(
    """a about after again all also am an and any are as at be been before being both but by can could did do does doing
    each for from further had has have having he her here hers him his how i if in into is it its itself just me more
    most my no nor not of on once only or other our out over own same she should so some such than that the their them
    then there these they this those through to too under until up us very was we were what when where which while who
    whom whose why will with would you your""".split()
)

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def words(text: str) -> list[str]:
    """The words of a text in order, in lower case.

    >>> words("Who's the mayor of St. Elm?")
    ["who's", 'the', 'mayor', 'of', 'st', 'elm']
    """
    # A letter and its accent as one character: an accent of its own would cut the word in two.
    return [word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", text))]


def content_words(text: str) -> list[str]:
    """The words that carry meaning, each once, without a possessive ending.

    >>> content_words("What did the mayor's office say about the ferry?")
    ['mayor', 'office', 'say', 'ferry']
    """
    bare = (re.sub(r"['’]s?$|['’](?:s|t|d|ll|re|ve|m)$", "", word) for word in words(text))
    return list(dict.fromkeys(word for word in bare if word not in STOPWORDS))

"""Questions that the articles at hand can answer, to begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from index import Article
from rag.asking.phrases import phrases
from rag.speech.mentions import looks_like_person, surname
from rag.speech.utterances import utterances

SUGGESTED = 4
READ_CHARS = 6_000
"""How much of an article is read: what it is about, and who speaks, stands at its head."""


def suggest(articles: Iterable[Article], count: int = SUGGESTED) -> list[str]:
    """Up to `count` questions: what the persons said who are quoted most, and the latest on what most titles name.

    Each is about something else. They are made of names as the articles print them, and so in English.

    >>> text = '“No resets,” said Ann Lee, the mayor of Elm. “No redos,” said Ann Lee on Monday.'
    >>> suggest([Article("a", text, title="Elm Harbor votes"), Article("b", "It rained.", title="Rain in Elm Harbor")])
    ['What did Ann Lee say?', 'What is the latest on Elm Harbor?']
    """
    read = [(article, article.text[:READ_CHARS]) for article in articles]
    titles = (dict.fromkeys(_names(article.title or "")) for article, _ in read)
    topics = Counter(name for names in titles for name in names)
    speakers = Counter(name for article, text in read for name in dict.fromkeys(_speakers(text, article.heading)))
    latest = [(f"What is the latest on {name}?", name) for name, times in topics.most_common() if times > 1]
    said = [(f"What did {name} say?", name) for name, _ in speakers.most_common()]
    return list(_apart(_by_turns(said, latest), count))


def _names(title: str) -> Iterator[str]:
    """Names of two words or more: a single word in a title is too often only the first of its sentence."""
    for phrase in phrases(title):
        words = phrase.text.split()
        if len(words) > 1 and all(word[0].isupper() for word in words) and _is_name(words):
            yield re.sub(r"(?:['’]s?)$", "", phrase.text)


def _speakers(text: str, heading: str) -> Iterator[str]:
    for said in utterances(text, heading):
        if said.quoted and said.speaker and looks_like_person(said.speaker) and _is_name(said.speaker.split()):
            yield said.speaker


def _is_name(words: Sequence[str]) -> bool:
    """Nobody is named by "one person" or "The report"."""
    return words[0][0].isupper() and words[0] not in ("The", "A", "An")


def _by_turns(*lists: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for place in range(max(map(len, lists), default=0)):
        for one in lists:
            yield from one[place : place + 1]


def _apart(offered: Iterable[tuple[str, str]], count: int) -> Iterator[str]:
    known: set[str] = set()
    for question, name in offered:
        words = {surname(name), *name.split()}
        if not words & known and count > 0:
            known |= words
            count -= 1
            yield question

"""What a question comes back as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index import Passage
from rag.asking.scope import EVERYWHERE, Hint, Scope

Support = Literal["pending", "supported", "partly"]
Form = Literal["answer", "accounts", "timeline"]


@dataclass(frozen=True)
class Citation:
    """The words of one article that carry a sentence of the answer.

    ``article.text[start:end]`` is exactly `quote`. `number` is the n of the mark [n] in the answer's text.
    """

    number: int
    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer, without marks, and how far its citations, by their numbers, carry it.

    What is still being written or checked is "pending". What is "partly" supported has `reasons`: phrases that say what
    of it the sources do not say. A sentence that nothing carries is no part of an answer. The quoted words of a report
    have a `label` that says when or where they stand, and an event its `day`: ISO, ``--03-04`` where no year is known.
    """

    text: str
    support: Support
    citations: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    label: str = ""
    day: str | None = None


@dataclass(frozen=True)
class Answer:
    """An answer, or the reason why there is none. Not knowing is an Answer; a failure is an exception.

    `text` is that of the `sentences`, with the marks [1], [2], ... of `citations`. When `answered` is False, `reason`
    says what the articles do not hold, `citations` and `sentences` are empty, and `nearest` is what they do hold that
    comes closest. `standalone` is what was searched for, where the question only made sense behind an earlier one.
    `form` is "accounts" where reports differ, each in its own words with a label, and "timeline" for a list of events.
    `scope` is what it was asked within, `loosened` has a sentence for each filter of it that no article meets, and
    `read` is what the question itself says of outlets, authors and days. A growing Answer of a stream has `done` False;
    `model` is empty where none had a say in it.
    """

    question: str
    text: str
    answered: bool
    reason: str | None = None
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    nearest: tuple[Citation, ...] = ()
    form: Form = "answer"
    standalone: str | None = None
    scope: Scope = EVERYWHERE
    loosened: tuple[str, ...] = ()
    read: tuple[Hint, ...] = ()
    passages: tuple[Passage, ...] = ()
    model: str = ""
    seconds: float = 0.0
    first_token_seconds: float | None = None
    done: bool = True

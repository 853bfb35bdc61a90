"""What a question comes back as."""

from __future__ import annotations

from dataclasses import dataclass

from index import Passage


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
class Answer:
    """An answer, or the reason why there is none. Not knowing is an Answer; a failure is an exception.

    `text` carries the marks [1], [2], ... of `citations`. When `answered` is False, `reason` says what the
    articles do not hold and `citations` is empty. A growing Answer of a stream has `done` False.
    """

    question: str
    text: str
    answered: bool
    reason: str | None = None
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    model: str = ""
    seconds: float = 0.0
    first_token_seconds: float | None = None
    done: bool = True

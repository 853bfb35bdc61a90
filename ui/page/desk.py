"""What the page works on: an assistant over one archive, and what is offered to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index import Article
from rag import Answer, Message
from ui.turns import Line


class ArticleStore(Protocol):
    """The part of an archive that the page of questions reads."""

    def article(self, article_id: str) -> Article: ...


class Answerer(Protocol):
    """The part of `rag.Assistant` that the page of questions uses."""

    @property
    def archive(self) -> ArticleStore: ...

    def stream(self, question: str, history: Sequence[Message] = ()) -> Iterator[Answer]: ...


@dataclass
class Desk:
    """What all parts of the page share. `examples` are questions offered while a conversation is empty.

    Everyone who has a question answered waits in the `line`: people at the page and programs alike.

    The assistant may be exchanged for another while the page is open, so nobody keeps it beyond one question.
    """

    assistant: Answerer
    examples: Sequence[str] = ()
    line: Line = field(default_factory=Line)

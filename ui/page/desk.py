"""What the page works on: an assistant over one archive, and what is offered to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Article
from index.catalogue import Catalogue
from index.filters import EVERYTHING, Filter
from rag import Answer, Message, Scope


class ArticleStore(Protocol):
    """The part of an archive that the page of questions reads."""

    def article(self, article_id: str) -> Article: ...

    def catalogue(self) -> Catalogue: ...


class Answerer(Protocol):
    """The part of `rag.Assistant` that the page of questions uses."""

    @property
    def archive(self) -> ArticleStore: ...

    def stream(
        self, question: str, history: Sequence[Message] = (), within: Filter | Scope = EVERYTHING
    ) -> Iterator[Answer]: ...


@dataclass
class Desk:
    """What all parts of the page share. `examples` are questions offered while a conversation is empty.

    The assistant may be exchanged for another while the page is open, so nobody keeps it beyond one question.
    """

    assistant: Answerer
    examples: Sequence[str] = ()

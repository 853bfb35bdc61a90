"""What the page works on: an assistant over one archive, and what is offered to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from index import Article
from rag import Answer, Message

if TYPE_CHECKING:
    from index import Archive


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

    The assistant may be exchanged for another while the page is open, so nobody keeps it beyond one question.
    `archive` is what people browse and add to, None where there is nothing but answers; `is_sample` says that it holds
    the articles that come with citewire, to which nothing is added.
    """

    assistant: Answerer
    examples: Sequence[str] = ()
    archive: Archive | None = None
    is_sample: bool = False

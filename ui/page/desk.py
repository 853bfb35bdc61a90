"""What the page works on: an assistant over one archive, and what is offered to ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index import Article
from index.catalogue import Catalogue
from index.errors import InputError
from index.filters import EVERYTHING, Filter
from rag import Answer, Message, Scope
from ui.page.articles_waiting import line_to_add
from ui.settings import Settings
from ui.turns import Line

if TYPE_CHECKING:
    from index import Archive
    from index.facts import Version


class ArticleStore(Protocol):
    """The part of an archive that the page of questions reads."""

    @property
    def generation(self) -> str: ...

    @property
    def updated(self) -> str | None: ...

    def article(self, article_id: str) -> Article: ...

    def catalogue(self) -> Catalogue: ...

    def counts(self) -> tuple[int, int]: ...

    def story(self, article_id: str) -> list[Article]: ...

    def versions(self, article_id: str) -> list[Version]: ...


class Answerer(Protocol):
    """The part of `rag.Assistant` that the page of questions uses."""

    @property
    def archive(self) -> ArticleStore: ...

    @property
    def model(self) -> str: ...

    def stream(
        self, question: str, history: Sequence[Message] = (), within: Filter | Scope = EVERYTHING
    ) -> Iterator[Answer]: ...


@dataclass
class Desk:
    """What all parts of the page share. `conversations` is the folder that conversations and feedback are kept in, and
    without one nothing is.

    `examples` are questions offered while a conversation is empty, made of the archive's generation `suggested_of`;
    whoever makes others holds `suggesting`.

    Everyone who has a question answered waits in the `line`: people at the page and programs alike.

    The assistant may be exchanged for another while the page is open, so nobody keeps it beyond one question; whoever
    exchanges it holds the `exchanging` lock from looking at the one that was to putting the other in its place.
    `settings` are those that the page was opened with; None where it was opened without any, as by another program.
    `archive` is what people browse and add to, None where there is nothing but answers. `is_sample` says that it holds
    the articles that come with citewire, to which nothing is added: `own` then opens the person's own archive, which
    takes its place once there are articles in it. Whoever adds articles at the page waits in the line `adding`.
    """

    assistant: Answerer
    examples: Sequence[str] = ()
    settings: Settings | None = None
    conversations: Path | None = None
    archive: Archive | None = None
    is_sample: bool = False
    own: Callable[[], Archive] | None = None
    line: Line = field(default_factory=Line)
    exchanging: threading.Lock = field(default_factory=threading.Lock, repr=False)
    adding: Line = field(default_factory=line_to_add)
    suggesting: threading.Lock = field(default_factory=threading.Lock, repr=False)
    suggested_of: str | None = field(default=None, init=False)
    _opening: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    _opened: Archive | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.suggested_of = self.archive.generation if self.archive else None

    def library(self) -> Archive:
        """The archive that people browse. Raises InputError where there is none."""
        if self.archive is None:
            raise InputError("This page shows answers alone, and no articles.")
        return self.archive

    def library_to_fill(self) -> Archive:
        """The archive that articles are added to, which is never that of the samples where another can be had."""
        if not self.is_sample or self.own is None:
            return self.library()
        with self._opening:
            if self._opened is None:
                self._opened = self.own()
            return self._opened

    @property
    def is_shared(self) -> bool:
        """Whether others than whoever sits at this machine may ask."""
        return self.settings is not None and self.settings.is_shared

    @property
    def model(self) -> str:
        """What --model names, or the name of the model at work."""
        return self.settings.model if self.settings else self.assistant.model

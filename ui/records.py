"""The records that the command line prints as JSON and that programs get over the network: made here for both."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from index.errors import InputError
from index.filters import EVERYTHING, Filter
from ui import plain, plain_articles, plain_reading
from ui.arguments import day, first_day, last_day, not_blank

if TYPE_CHECKING:
    from index import Article
    from index.catalogue import Catalogue
    from index.facts import Version
    from rag import Answer, Message, Scope
    from rag.retriever import Retrieval

Value = TypeVar("Value")


class Finder(Protocol):
    """The part of `rag.retriever.Retriever` that searches."""

    def find(self, question: str, k: int = 10, within: Filter | Scope = EVERYTHING) -> Retrieval: ...


class Asked(Protocol):
    """The part of `rag.Assistant` that answers in one go."""

    def ask(self, question: str, history: Sequence[Message] = (), within: Filter | Scope = EVERYTHING) -> Answer: ...


class Library(Protocol):
    """The part of `index.Archive` that knows articles."""

    def article(self, id: str) -> Article: ...

    def story(self, id: str) -> list[Article]: ...

    def versions(self, id: str) -> list[Version]: ...

    def catalogue(self) -> Catalogue: ...


def ask_record(
    assistant: Asked,
    question: str,
    history: Sequence[Message] = (),
    within: Filter | Scope = EVERYTHING,
) -> dict[str, object]:
    """A question's answer, as `citewire ask --json` prints it."""
    return plain.answer_json(assistant.ask(question, history, within))


def search_record(
    retriever: Finder, question: str, k: int, within: Filter | Scope = EVERYTHING, explain: bool = False
) -> dict[str, object]:
    """The passages that fit a question, as `citewire search --json` prints them."""
    started = time.perf_counter()
    retrieval = retriever.find(question, k, within)
    result = plain.passages_json(retrieval, time.perf_counter() - started)
    return {**result, "reading": plain_reading.reading_json(retrieval.reading)} if explain else result


def article_record(archive: Library, id: str) -> dict[str, object]:
    """All that is known of an article, as `citewire articles show ID --json` prints it. Raises InputError."""
    return plain_articles.page_json(*article_page(archive, id))


def article_page(archive: Library, id: str) -> tuple[Article, list[Article], list[Version]]:
    """An article, its copies, and what it was before. Raises InputError."""
    article = archive.article(id)
    return article, [copy for copy in archive.story(id) if copy.id != id], archive.versions(id)


def scope_of(
    outlet: Sequence[str], author: Sequence[str], since: str | None, until: str | None, as_of: str | None
) -> Scope:
    """What to look at as a program writes it, with the meaning that the command line's flags have. Raises InputError.

    >>> scope_of(["Bay Post"], [], "2024", "2024-02", None).filter
    Filter(outlets=('Bay Post',), authors=(), since='2024-01-01', until='2024-02-29', as_of=None)
    """
    from rag.asking.scope import Scope

    outlets = tuple(_read("outlet", not_blank, name) for name in outlet)
    authors = tuple(_read("author", not_blank, name) for name in author)
    first = _read("since", first_day, since) if since else None
    last = _read("until", last_day, until) if until else None
    if first and last and first > last:
        raise InputError(wrong_way_round(first, last, "since", "until"))
    return Scope(Filter(outlets, authors, first, last), _read("as_of", day, as_of) if as_of else None)


def wrong_way_round(since: str, until: str, first: str, last: str) -> str:
    """What is wrong with days of which the `first` named is after the `last`."""
    return f"no day is from {since} to {until}; give {first} a day that is not after {last}'s"


def _read(name: str, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except ArgumentTypeError as error:
        raise InputError(f"{name}: {error}.") from None

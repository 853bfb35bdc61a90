"""A real assistant over two articles, with fakes for its models only: what programs are tried with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import FakeEmbedder, FakeGenerator
from fake_cli import SENTENCE, write_news

from index import Archive
from rag import Assistant, Message

MEASURED = ("seconds", "first_token_seconds")


@contextmanager
def library(folder: Path, generator: FakeGenerator | None = None) -> Iterator[Assistant]:
    """The assistant over an index in the folder with the two articles of `write_news`."""
    with Archive(folder / "library", FakeEmbedder()) as archive:
        archive.update([write_news(folder / "articles")])
        yield Assistant(archive, generator or FakeGenerator(SENTENCE))


def article_id(assistant: Assistant) -> str:
    return next(article.id for article in assistant.archive.articles() if "ferry" in article.text)


def unmeasured(record: dict[str, Any]) -> dict[str, Any]:
    """A record as JSON has it, without the times in it."""
    return {key: value for key, value in json.loads(json.dumps(record)).items() if key not in MEASURED}


class Slow(FakeGenerator):
    """Writes its sentence once it is let, and tells when it has begun and what it was asked."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        self.begun.release()
        assert self.let.acquire(timeout=30)
        yield from super().stream(messages, max_tokens)

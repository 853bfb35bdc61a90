"""The shapes of the records for programs, for the description of the service: what is where, and of what kind.

The records themselves are made in `ui.records`; a test holds these to them.
"""

from __future__ import annotations

from typing_extensions import TypedDict

from index import Passage
from index.differences import Difference
from rag import Citation
from rag.answer import Form, Sentence
from rag.asking.scope import Hint


class Fault(TypedDict):
    """What is wrong, in a sentence."""

    error: str


class ScopeRecord(TypedDict):
    outlets: list[str]
    authors: list[str]
    since: str | None
    until: str | None
    as_of: str | None


class AnswerRecord(TypedDict):
    question: str
    standalone: str | None
    answered: bool
    form: Form
    text: str
    reason: str | None
    sentences: list[Sentence]
    citations: list[Citation]
    nearest: list[Citation]
    filters: ScopeRecord
    read: list[Hint]
    loosened: list[str]
    model: str
    seconds: float
    first_token_seconds: float | None


class PassagesRecord(TypedDict):
    question: str
    passages: list[Passage]
    loosened: list[str]
    seconds: float


class FactsRecord(TypedDict):
    id: str
    title: str | None
    outlet: str | None
    authors: list[str]
    published: str | None
    modified: str | None
    section: str | None
    language: str | None
    url: str | None
    path: str | None
    captions: list[str]
    origins: dict[str, str]


class TextRecord(FactsRecord):
    text: str


class CopyRecord(FactsRecord):
    differences: list[Difference]


class VersionRecord(TextRecord):
    replaced: str
    changed: list[str]
    differences: list[Difference]


class ArticleRecord(TypedDict):
    article: TextRecord
    copies: list[CopyRecord]
    versions: list[VersionRecord]

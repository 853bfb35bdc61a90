"""A conversation as it is kept, and how it becomes JSON and comes back whole. No file is touched here."""

from __future__ import annotations

import textwrap
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from index import spoken_date
from index.errors import InputError
from rag import Answer

VERSION = 1
NAME_CHARS = 80
UNNAMED = "Conversation without a question"


@dataclass(frozen=True)
class Conversation:
    """The answers of a conversation. `name` is empty until a person gives one; the times are UTC in ISO 8601.

    `revision` grows whenever the answers are saved, so that it shows whether somebody else has saved since.
    """

    answers: tuple[Answer, ...]
    name: str = ""
    begun: str = ""
    changed: str = ""
    revision: int = 0

    @property
    def title(self) -> str:
        """The name, or the first question, shortened.

        >>> Conversation((Answer("Who  was saved?", "All.", answered=True),)).title
        'Who was saved?'
        """
        return self.name or (named(self.answers[0].question) if self.answers else "") or UNNAMED

    @property
    def day(self) -> str:
        """The day of the last change where this machine stands, as it is spoken; empty when it is not known."""
        try:
            return spoken_date(datetime.fromisoformat(self.changed).astimezone().date().isoformat()) or ""
        except ValueError:
            return ""


def named(text: str) -> str:
    """Text as the name of a conversation: one line, not too long.

    >>> named("  The ferry\\nof March "), len(named("word " * 100)) <= NAME_CHARS
    ('The ferry of March', True)
    """
    return textwrap.shorten(text, NAME_CHARS, placeholder=" ...") or text.strip()[:NAME_CHARS]


def now() -> str:
    """The moment in UTC as ISO 8601."""
    return datetime.now(UTC).isoformat()


def to_json(conversation: Conversation) -> dict[str, object]:
    """A conversation as JSON objects, with all of its answers but the passages, which are only read while one is made.

    >>> to_json(Conversation((), name="Ferry"))["name"]
    'Ferry'
    """
    answers = [_plain(asdict(replace(answer, passages=()))) for answer in conversation.answers]
    for answer in answers:
        del answer["passages"]
    return {"version": VERSION, **asdict(replace(conversation, answers=())), "answers": answers}


def from_json(record: object) -> Conversation:
    """The conversation that `to_json` told; fields that this version does not know are left aside.

    Raises ValueError for anything else, and for what a later version may have written in another form.

    >>> from_json(to_json(Conversation((), name="Ferry"))).name
    'Ferry'
    """
    if not isinstance(record, Mapping) or record.get("version") != VERSION:
        raise ValueError(f"this is no conversation of version {VERSION}")
    built = _built(Conversation, record)
    if not isinstance(built, Conversation):
        raise ValueError("this is no conversation")
    return built


def _plain(value: Any) -> Any:
    """A value of dataclasses as JSON has it: days as ISO, sets in order."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    return value.isoformat() if isinstance(value, date) else value


_hints = cache(get_type_hints)


def _built(hint: object, value: object) -> object:
    """A value read from JSON as what a type hint asks for: dataclasses, tuples, unions, literals and plain values."""
    origin, parts = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, value)
    if origin is tuple and isinstance(value, list | tuple):
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_built(parts[0], item) for item in value)
        if len(parts) == len(value):
            return tuple(_built(part, item) for part, item in zip(parts, value, strict=True))
    if origin is frozenset and isinstance(value, list | tuple):
        return frozenset(_built(parts[0], item) for item in value)
    if hint is date and isinstance(value, str):
        return date.fromisoformat(value)
    if origin in (Union, types.UnionType):
        return _first(parts, value)
    if (origin is Literal and value in parts) or type(value) is hint:
        return value
    if hint is float and type(value) is int:
        return float(value)
    raise ValueError(f"{str(value)[:40]!r} is not {getattr(hint, '__name__', hint)}")


def _first(hints: Sequence[object], value: object) -> object:
    for hint in hints:
        try:
            return _built(hint, value)
        except ValueError:
            continue
    raise ValueError(f"{str(value)[:40]!r} is none of {hints}")


def _dataclass(kind: type, value: object) -> object:
    if not isinstance(value, Mapping):
        raise ValueError(f"{str(value)[:40]!r} is no {kind.__name__}")
    hints = _hints(kind)
    known = [field for field in fields(kind) if field.init]
    missing = [f.name for f in known if f.default is MISSING and f.default_factory is MISSING and f.name not in value]
    if missing:
        raise ValueError(f"{kind.__name__} lacks {', '.join(missing)}")
    try:
        built: object = kind(**{f.name: _built(hints[f.name], value[f.name]) for f in known if f.name in value})
    except InputError as error:  # from a class that refuses what cannot be
        raise ValueError(str(error)) from error
    return built

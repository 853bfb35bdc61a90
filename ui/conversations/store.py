"""The folder of kept conversations: a private file each, written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import InputError
from rag import Answer
from ui.conversations.record import Conversation, from_json, named, now, to_json

ID = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".json"
LOCK_SECONDS = 10
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True)
class Place:
    """Where a conversation is kept, and the revision of it that is at hand; a new one may have no id yet."""

    id: str = ""
    revision: int = 0


def new_place() -> Place:
    """A place for a conversation that begins."""
    return Place(uuid.uuid4().hex)


@dataclass(frozen=True)
class Listing:
    """The kept conversations by id, the last changed first, and the names of the files that cannot be read."""

    conversations: dict[str, Conversation]
    damaged: tuple[str, ...] = ()


class Store:
    """Conversations in a folder, which is made when the first is saved. Every method may raise InputError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, place: Place, answers: Sequence[Answer]) -> Place:
        """Keep the answers of a conversation, and say where.

        Whatever another window has saved there since, or what can no longer be read there, is not overwritten: these
        answers are then kept as a conversation of their own.
        """
        answers = tuple(replace(answer, passages=()) for answer in answers)
        with self._locked():
            place = place if place.id else new_place()
            kept = self._kept(place)
            if kept is not None and kept.answers == answers:
                return Place(place.id, kept.revision)
            if kept is None and not self._path(place.id).exists():
                kept = Conversation((), begun=now())
            elif kept is None or kept.revision != place.revision:
                kept, place = Conversation((), name=kept.name if kept else "", begun=now()), new_place()
            kept = replace(kept, answers=answers, changed=now(), revision=kept.revision + 1)
            self._write(place.id, kept)
            return Place(place.id, kept.revision)

    def load(self, id: str) -> Conversation:
        """The conversation kept under an id."""
        path = self._path(id)
        try:
            return _read(path)
        except FileNotFoundError:
            raise InputError("This conversation is no longer kept; it was deleted.") from None
        except OSError as error:
            raise InputError(f"The conversation {path} cannot be read ({error.strerror}); check the file.") from error
        except ValueError as error:
            raise InputError(f"The conversation {path} is damaged ({error}); mend or remove the file.") from error

    def listing(self) -> Listing:
        """All that is kept. A file that cannot be read is left as it is, and named."""
        found: dict[str, Conversation] = {}
        damaged = []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            try:
                if not ID.fullmatch(path.stem):
                    raise ValueError("its name is no id")
                found[path.stem] = _read(path)
            except FileNotFoundError:
                continue  # deleted in another window meanwhile
            except (OSError, ValueError):
                damaged.append(path.name)
        newest = sorted(found.items(), key=lambda item: item[1].changed, reverse=True)
        return Listing(dict(newest), tuple(damaged))

    def rename(self, id: str, name: str) -> Conversation:
        """Give a conversation a name; an empty one brings back its first question."""
        with self._locked():
            conversation = replace(self.load(id), name=named(name))
            self._write(id, conversation)
        return conversation

    def delete(self, id: str) -> Conversation:
        """Take a conversation off the disk, and return it, so that it can be put back."""
        with self._locked():
            conversation = self.load(id)
            try:
                self._path(id).unlink(missing_ok=True)
            except OSError as error:
                raise InputError(f"{self._path(id)} cannot be deleted ({error.strerror}); check the folder.") from error
        return conversation

    def put_back(self, id: str, conversation: Conversation) -> None:
        """Keep a conversation again that was deleted; one that has come back by itself since stays as it is."""
        with self._locked():
            if not self._path(id).exists():
                self._write(id, conversation)

    def _kept(self, place: Place) -> Conversation | None:
        try:
            return self.load(place.id)
        except InputError:
            return None

    def _path(self, id: str) -> Path:
        if not ID.fullmatch(id):
            raise InputError("This is no conversation; choose one from the list.")
        return self.folder / f"{id}{SUFFIX}"

    def _write(self, id: str, conversation: Conversation) -> None:
        path = self._path(id)
        draft = path.with_suffix(f".{uuid.uuid4().hex}.tmp")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w") as file:
                json.dump(to_json(conversation), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise InputError(f"The conversation cannot be kept in {path} ({error.strerror}); make room.") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            with FileLock(self.folder / ".lock", timeout=LOCK_SECONDS, mode=PRIVATE_FILE):
                yield
        except Timeout:
            raise InputError(f"Another citewire holds {self.folder}; try again in a moment.") from None
        except OSError as error:
            raise InputError(f"No conversation can be kept in {self.folder} ({error.strerror}).") from error


def _read(path: Path) -> Conversation:
    """Raises OSError, and ValueError for a file that is no conversation."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))

"""Connections to the SQLite file of an index, and what SQLite refuses as the error that says what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import CitewireError, IndexBusyError, IndexDamagedError, InputError

# So long another process that has the file to itself is waited for.
_BUSY_SECONDS = 30


def connect(path: Path) -> sqlite3.Connection:
    """A connection whose statements stand by themselves outside a transaction; threads have to take turns at it."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turns what SQLite refuses, and what cannot be read of the file's rows, into the error that says what to do.

    These are IndexBusyError, IndexDamagedError and, of a disk that is full or may not be written to, InputError.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.DatabaseError as error:
        raise _refusal(path, error) from error
    except UnicodeDecodeError as error:  # SQLite's own message quotes what it could not read
        raise damaged(path, "its schema is not text") from error


def damaged(path: Path, what: str) -> IndexDamagedError:
    """The error for a file that is not what was stored."""
    return IndexDamagedError(
        f"The index file {path} cannot be used ({what}); "
        "restore it from a copy, or delete its folder and index the articles again."
    )


def _refusal(path: Path, error: sqlite3.DatabaseError) -> CitewireError:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexBusyError(
            f"Another process is writing to the index {path.parent}; wait for it to finish, then try again."
        )
    if name.startswith(("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return InputError(
            f"The index file {path} cannot be read or written ({error}); "
            "check its permissions and the free space on its disk."
        )
    return damaged(path, str(error))

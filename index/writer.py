"""The one writer of an index: a lock in its folder, which the system takes from a process that dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexBusyError, InputError

LOCK_FILE = "writer.lock"


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Nobody else writes to the index in `folder` meanwhile.

    Raises IndexBusyError while somebody does, InputError where nothing can be written.
    """
    lock = FileLock(folder / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(
            f"Another process is writing to the index {folder}; wait for it to finish, then try again."
        ) from error
    except OSError as error:
        raise InputError(f"{folder} cannot be written to ({error.strerror}); check its permissions.") from error
    try:
        yield
    finally:
        lock.release()

"""Whether the truth lies on the disk as it was left: SQLite itself does not notice when a bit of a page flips."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

# Bytes; a larger file would take too long to read through before a search. `citewire doctor` does so with any.
CHECKED_SIZE = 64 << 20

_NOTE = ".checked"  # no suffix that articles have: an index may lie in a folder that is indexed


def is_as_left(path: Path) -> bool:
    """Whether nothing touched the file since `remember`, or it is too large to be read through for that."""
    marks = marks_of(path)
    if marks["size"] > CHECKED_SIZE:
        return True
    try:
        return bool(json.loads(path.with_suffix(_NOTE).read_bytes()) == marks)
    except (OSError, ValueError):
        return False


def marks_of(path: Path) -> dict[str, int]:
    """What changes when a file is written to, replaced or copied. Raises OSError."""
    stat = os.stat(path)
    return {"inode": stat.st_ino, "size": stat.st_size, "modified": stat.st_mtime_ns, "changed": stat.st_ctime_ns}


def remember(path: Path, marks: dict[str, int] | None = None) -> None:
    """Note that the file is sound, or was when it had these marks; without a note it is checked each time."""
    part = path.with_suffix(f".{os.getpid()}.part")
    with suppress(OSError):
        part.write_text(json.dumps(marks or marks_of(path)), encoding="ascii")
        os.replace(part, path.with_suffix(_NOTE))

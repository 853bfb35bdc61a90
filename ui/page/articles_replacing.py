"""Newer copies of files that were added before: which files may be one, and how one takes the earlier file's place.

Two files of one name may as well be two articles, which nobody but the person can tell: nothing is replaced unasked.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from index.listing import Entry
from ui.page.articles_keeping import (
    FOLDER,
    drop_unused,
    free_place,
    keep,
    paths_known_by,
    refusing,
    rivals,
    same_named,
)
from ui.page.render import escape
from ui.plain import line

ASIDE, LOCK = ".replaced-", ".lock"
PAGES = (".html", ".htm")
NAMES_SHOWN = 100
BESIDE = "is kept beside another file of that name. If it is a newer copy of that one, remove the earlier article."
ANOTHER = "has an address of its own now, and is another article. If it is a newer copy, remove the earlier article."
ADVICE = (
    "<b>Replace the earlier</b> where this is a newer copy: its article becomes a new version, and what it was before "
    "is kept as a version. <b>Keep both</b> where it is another article that happens to have the same name."
)


def apart(index: Path, uploads: Sequence[Path], entries: Sequence[Entry]) -> tuple[list[Path], list[Path]]:
    """The dropped files that are added as they are, and those that it has to be asked of: are they newer copies?

    Of a name that several kept or several dropped files have it is not asked, for whose copy it is could not be told.
    Raises InputError.
    """
    times = Counter(upload.name for upload in uploads)
    known = paths_known_by(entries) if any(same_named(index, name) for name in times) else ()
    asked = [one for one in uploads if times[one.name] == 1 and len(rivals(index, one, known)) == 1]
    return [one for one in uploads if one not in asked], asked


class Intake:
    """Dropped files on their way into an index, kept in `places`; `settle` is to be called whatever comes of it."""

    def __init__(self, index: Path, entries: Sequence[Entry]) -> None:
        self._index = index
        self._entries = entries
        self._aside: Path | None = None
        self._lock: BaseFileLock | None = None
        self._replaced: dict[Path, Path] = {}
        self._new: list[Path] = []
        self.places: list[Path] = []

    def take(self, upload: Path, is_newer: bool = False) -> None:
        """Keep a file; one that `is_newer` in the place of the one file that it may be a copy of. Raises InputError."""
        earlier = rivals(self._index, upload, self._known) if is_newer else []
        if len(earlier) == 1 and earlier[0] not in self.places:
            self._replace(earlier[0], upload)
            self.places += earlier
            return
        known = same_named(self._index, upload.name)
        place = keep(self._index, upload)
        self.places.append(place)
        if known and place not in known:
            self._new.append(place)

    @cached_property
    def _known(self) -> Collection[str]:
        return paths_known_by(self._entries)

    def _replace(self, place: Path, upload: Path) -> None:
        folder = self._index / FOLDER
        with refusing(self._index, upload):
            if self._aside is None:
                self._aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=folder))
                # Held to the end, by which another page knows that nothing is to be put back yet.
                self._lock = FileLock(self._aside / LOCK)
                self._lock.acquire()
            before = self._aside / place.relative_to(folder)
            before.parent.mkdir(parents=True, exist_ok=True)
            os.replace(place, before)
            self._replaced[place] = before
            shutil.move(upload, place)

    def settle(self, read: Collection[str], entries: Callable[[], Sequence[Entry]]) -> list[str]:
        """Put back the earlier files where what took their place was not `read`, and delete what no article is from.

        `entries` gives those of now. What a person is to be told of it, in sentences.
        """
        failed = [place for place in self._replaced if str(place.resolve()) not in read]
        for place in failed:
            os.replace(self._replaced[place], place)
        if self._lock is not None and self._aside is not None:
            self._lock.release()
            shutil.rmtree(self._aside, ignore_errors=True)
        now = entries()
        drop_unused([place for place in self._owned() if str(place.resolve()) not in read], now)
        known = paths_known_by(now)
        side_by_side = (place.name for place in self._new if self._has_rival(place, known))
        moved_out = (place.name for place in self._replaced if self._is_another(place, now))
        return [
            *(f"{place.name} was not read, and the earlier file of that name stands." for place in failed),
            *(f"{name} {BESIDE}" for name in dict.fromkeys(side_by_side)),
            *(f"{name} {ANOTHER}" for name in moved_out),
        ]

    def _owned(self) -> list[Path]:
        """The files of this intake, and those of their names that an article was from when it began."""
        before = {entry.path for entry in self._entries}
        others = (place for name in {place.name for place in self.places} for place in same_named(self._index, name))
        return [*self.places, *(place for place in others if str(place.resolve()) in before)]

    def _has_rival(self, place: Path, known: Collection[str]) -> bool:
        """Whether the articles of a file, and of another of its name, are known by them."""
        return sum(str(one.resolve()) in known for one in same_named(self._index, place.name)) > 1

    def _is_another(self, place: Path, now: Sequence[Entry]) -> bool:
        """Whether the newer copy of a page is another article than the earlier one, which still stands."""
        before, after = (
            {entry.id for entry in entries if entry.path == str(place.resolve())} for entries in (self._entries, now)
        )
        return place.suffix.lower() in PAGES and bool(before & after) and bool(after - before)


def put_back_replaced(index: Path) -> None:
    """Put back the files that an adding had set aside when it was killed; what took their place is kept beside them."""
    folder = index / FOLDER
    for aside in folder.glob(f"{ASIDE}*"):
        with suppress(OSError, Timeout), FileLock(aside / LOCK, timeout=0):  # else it goes on, or stays where it is
            for file in [path for path in aside.rglob("*") if path.is_file() and path.name != LOCK]:
                place = folder / file.relative_to(aside)
                place.parent.mkdir(parents=True, exist_ok=True)
                if place.exists():
                    os.replace(place, free_place(index, place.name))
                os.replace(file, place)
            shutil.rmtree(aside)


def discard(uploads: Iterable[Path]) -> None:
    """Delete dropped files that are not added after all."""
    for upload in uploads:
        upload.unlink(missing_ok=True)


def asking_html(uploads: Sequence[Path]) -> str:
    """The question whether the files are newer copies of those of their names; nothing for none.

    >>> asking_html([Path("story.txt")])[:93]
    '<div class="cw-skipped" role="alert"><p>story.txt differs from the file of that name that was'
    """
    if not uploads:
        return ""
    names = [escape(line(upload.name)) for upload in uploads]
    if len(names) == 1:
        asked = f"<p>{names[0]} differs from the file of that name that was added before.</p>"
    else:
        more = f"<li>and {len(names) - NAMES_SHOWN:,} more</li>" if len(names) > NAMES_SHOWN else ""
        listed = "".join(f"<li>{name}</li>" for name in names[:NAMES_SHOWN]) + more
        asked = f"<p>These differ from the files of their names that were added before:</p><ul>{listed}</ul>"
    return f'<div class="cw-skipped" role="alert">{asked}<p>{ADVICE}</p></div>'

"""Where dropped files are kept: an article is known by its file's path, so that has to last.

They lie in the folder `added` of the index, under their own names. A file is moved there from where Gradio put it, and
nothing in that folder is served to a browser.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.errors import InputError
from index.listing import Entry

FOLDER = "added"
_ASIDE = ".removed-"


def keep(index: Path, upload: Path) -> Path:
    """Move a dropped file to its lasting place in the folder of an index, and tell it.

    A file that is there already, with the same content, keeps its place; one of the same name with other content is
    never written over: it goes into a folder of its own, `added/2` and so on. Raises InputError.
    """
    folder, number = index / FOLDER, 1
    try:
        while (place := folder / (str(number) if number > 1 else "") / upload.name).exists():
            if place.is_file() and filecmp.cmp(place, upload, shallow=False):
                upload.unlink()
                return place
            number += 1
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(upload, place)
    except OSError as error:
        raise InputError(
            f"{upload.name} cannot be kept in {folder} ({error.strerror}); check its permissions and the free space."
        ) from error
    return place


def drop_unused(files: Iterable[Path], entries: Iterable[Entry]) -> None:
    """Delete those of the kept files that no article is from: they were skipped, or not read before a stop."""
    used = {entry.path for entry in entries}
    for file in files:
        if str(file.resolve()) not in used:
            file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Aside:
    """Kept files of removed articles, until it is sure that they are not wanted back. `folder` None holds none."""

    folder: Path | None = None
    places: tuple[Path, ...] = ()

    def put_back(self) -> None:
        """Each file to where it was, unless another has taken its place or another start of the page discarded it."""
        for number, place in enumerate(self.places):
            if self.folder is not None and not place.exists() and (aside := self.folder / str(number)).exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(aside, place)
        self.discard()

    def discard(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def set_aside(index: Path, paths: Iterable[str | None], entries: Iterable[Entry]) -> Aside:
    """Take the kept files out of use that none of the remaining articles is from; files elsewhere are the user's."""
    folder = (index / FOLDER).resolve()
    used = {entry.path for entry in entries}
    candidates = (Path(path) for path in dict.fromkeys(paths) if path and path not in used)
    places = tuple(path for path in candidates if folder in path.parents and path.is_file())
    if not places:
        return Aside()
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    for number, place in enumerate(places):
        shutil.move(place, aside / str(number))
    return Aside(aside, places)


def discard_asides(index: Path) -> None:
    """Delete what an earlier run of the page had set aside and never put back."""
    for aside in (index / FOLDER).glob(f"{_ASIDE}*"):
        shutil.rmtree(aside, ignore_errors=True)

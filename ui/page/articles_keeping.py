"""Where dropped files are kept: an article is known by its file's path, so that has to last.

They lie in the folder `added` of the index, under their own names. A file is moved there from where Gradio put it, and
nothing in that folder is served to a browser.
"""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from index import Article
from index.errors import InputError
from index.listing import Entry

FOLDER = "added"
_ASIDE = ".removed-"


def keep(index: Path, upload: Path) -> Path:
    """Move a dropped file to its lasting place in the folder of an index, and tell it.

    A file that is there already, with the same content, keeps its place; one of the same name with other content is
    never written over: it goes into a folder of its own, `added/2` and so on. Raises InputError.
    """
    with refusing(index, upload):
        for place in same_named(index, upload.name):
            if _is_same(place, upload):
                upload.unlink()
                return place
        place = free_place(index, upload.name)
        shutil.move(upload, place)
        return place


def same_named(index: Path, name: str) -> list[Path]:
    """The kept files of that name, each in another folder."""
    folder = index / FOLDER
    others = (path / name for path in folder.iterdir() if path.name.isdecimal()) if folder.is_dir() else ()
    return [place for place in (folder / name, *sorted(others)) if place.is_file()]


def rivals(index: Path, upload: Path, known: Collection[str]) -> list[Path]:
    """The kept files that a dropped one may be a newer copy of, and may as well not be.

    They are those of the same name with other content, among the paths that an article is `known` by, none if one has
    the same content. An article that is known by its address is the same in whatever file. Raises InputError.
    """
    with refusing(index, upload):
        places = same_named(index, upload.name)
        if any(_is_same(place, upload) for place in places):
            return []
        return [place for place in places if str(place.resolve()) in known]


def paths_known_by(entries: Iterable[Entry]) -> set[str]:
    """The files without which some article would be another one, for it has no address of its own.

    >>> with_address = Entry(Article("http://b.test", "").id, "", url="http://b.test", path="/b.html")
    >>> paths_known_by([Entry("a", "", path="/a.txt"), with_address])
    {'/a.txt'}
    """
    return {entry.path for entry in entries if entry.path and entry.id != Article(entry.url or "", "").id}


def drop_unused(files: Iterable[Path], entries: Iterable[Entry]) -> None:
    """Delete those of the kept files that no article is from: they were skipped, or not read before a stop."""
    used = {entry.path for entry in entries}
    for file in files:
        if str(file.resolve()) not in used:
            file.unlink(missing_ok=True)


def free_place(index: Path, name: str) -> Path:
    """Where a file of that name can be kept beside those that there are; its folder is made."""
    folder = index / FOLDER
    places = chain([folder / name], (folder / str(number) / name for number in count(2)))
    place = next(place for place in places if not place.exists())
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _is_same(one: Path, other: Path) -> bool:
    return filecmp.cmp(one, other, shallow=False)


@contextmanager
def refusing(index: Path, upload: Path) -> Iterator[None]:
    """Raises InputError where a file cannot be kept."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{upload.name} cannot be kept in {index / FOLDER} ({error.strerror}); "
            "check its permissions and the free space."
        ) from error


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

"""What an update reads: files, folders and URLs, one after the other, and how far it has got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from index.article import Article
from index.errors import UnreadableError
from index.readers import Meter, find_files, read_file
from index.records import Skipped
from index.updating import Update
from index.web import is_url, read_url


class Sources:
    """The files and URLs that a user named. Raises InputError for a path that does not exist."""

    def __init__(self, paths: Iterable[str | Path], mapping: Mapping[str, str], allow_private: bool) -> None:
        named = list(paths)
        self._urls = [path for path in named if isinstance(path, str) and is_url(path)]
        self._files = list(find_files(Path(path) for path in named if path not in self._urls))
        self._mapping = mapping
        self._allow_private = allow_private

    def __bool__(self) -> bool:
        return bool(self._files or self._urls)

    def read(self, update: Update) -> Iterator[Article | Skipped]:
        """All their articles; `update` is told what share of the files, by size, has been read."""
        sizes = [_size(path) for path in self._files]
        whole = max(sum(sizes) + len(self._urls), 1)
        done = 0
        for path, size in zip(self._files, sizes, strict=True):
            meter = Meter()
            try:
                for item in read_file(path, self._mapping, meter):
                    update.share_read = (done + meter.position()) / whole
                    yield item
            except UnreadableError as error:
                yield Skipped(str(path), str(error))
            done += size
            update.share_read = done / whole
        for number, url in enumerate(self._urls, 1):
            try:
                yield from read_url(url, self._allow_private)
            except UnreadableError as error:
                yield Skipped(url, str(error))
            update.share_read = (done + number) / whole


def _size(path: Path) -> int:
    """Bytes of a file; 0 of one that has gone, which reading it will tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0

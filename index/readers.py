"""Files to articles: what is found in a folder, and what a file of each kind holds."""

from __future__ import annotations

import gzip
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from index.article import Article
from index.completion import completed, dated_by_name
from index.documents import markdown_article, pdf_article
from index.errors import InputError, UnreadableError
from index.feeds import read_feed
from index.pages import html_article
from index.records import FIELDS, Row, Skipped, articles, plain_name
from index.rows import csv_rows, json_rows, jsonl_rows, parquet_rows
from index.word import docx_article

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "Skipped", "completed", "decode", "find_files", "read_file"]

_PAGES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx")
_FEEDS = (".rss", ".atom", ".xml")
_RECORDS = (".jsonl", ".json", ".csv", ".parquet")
SUFFIXES = _PAGES + _FEEDS + _RECORDS
MAX_FILE_BYTES = 50_000_000
# A JSON array has to be read whole, and packed Parquet be unpacked to a file first; the other files of records are
# read a record at a time and may have any size.
MAX_WHOLE_BYTES = 500_000_000


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that `paths` name, in that order, each once; a folder stands for its files of known kinds, sorted.

    Hidden ones are left out. Raises InputError for a path that does not exist or a folder that cannot be opened.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no file or folder {path}; check the path.")
        for found in _walk(path) if path.is_dir() else (path,):
            if (resolved := found.resolve()) not in seen:
                seen.add(resolved)
                yield found


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise InputError(f"The folder {error.filename} cannot be opened; check its permissions.") from error

    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and _kind(name) in SUFFIXES and Path(root, name).is_file():
                yield Path(root, name)


def _kind(name: str) -> str:
    """The suffix that tells what a file holds: ".txt" of "a.txt" and of "a.TXT.gz".

    >>> _kind("news.jsonl.gz")
    '.jsonl'
    """
    return Path(name.lower().removesuffix(".gz")).suffix


@dataclass
class Meter:
    """Tells how far into a file its reader has got."""

    stream: IO[bytes] | None = None

    def position(self) -> int:
        """Bytes of the file as it lies on the disk, packed or not; 0 before and after it is read."""
        return 0 if self.stream is None or self.stream.closed else self.stream.tell()


def read_file(path: Path, mapping: Mapping[str, str] = {}, meter: Meter | None = None) -> Iterator[Article | Skipped]:
    """The articles of one file: one of a page, one for each record of a file of records or entry of a feed.

    `mapping` says which fields of records hold which facts where they are called none of the usual names; pages have
    no use for it. `meter` follows a file of records. Yields Skipped for a record that cannot be read, and goes on.
    Raises UnreadableError when the whole file cannot. An article is known by its URL, else by its file's absolute path;
    for records see `index.records`.
    """
    kind = _kind(path.name)
    if kind not in SUFFIXES:
        known = " ".join(SUFFIXES)
        raise UnreadableError(f"{path} is of a kind that citewire does not read; give it one of these: {known}.")
    if not path.is_file():
        raise UnreadableError(f"{path} is not a file; give a file or a folder.")
    # A file name may hold bytes that are not text; what is stored must be.
    name = os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")
    try:
        if kind in _PAGES:
            with _opened(path) as stream:
                data = _read_limited(stream, MAX_FILE_BYTES, name)
            yield _read_page(data, kind, name)
        else:
            yield from _read_records(path, kind, name, mapping, meter or Meter())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableError(f"{path} is damaged: it does not unpack as gzip; fetch or pack it again.") from error
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error


@contextmanager
def _opened(path: Path, meter: Meter | None = None) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with path.open("rb") as stream:
        if meter:
            meter.stream = stream
        if path.name.lower().endswith(".gz"):
            with gzip.open(stream) as unpacked:
                yield unpacked
        else:
            yield stream


def _read_records(
    path: Path, kind: str, name: str, mapping: Mapping[str, str], meter: Meter
) -> Iterator[Article | Skipped]:
    found = False
    try:
        for number, record in enumerate(_as_stored(path, kind, name, mapping, meter), 1):
            found = True
            if isinstance(record, Article) and not (record := completed(record)).text:
                yield Skipped(f"{name} record {number}", "the record holds no text of an article.")
            else:
                yield record
    except RecursionError as error:
        raise UnreadableError(f"{name} is not JSON that can be read: it is nested too deeply.") from error
    except ValueError as error:
        raise UnreadableError(f"{name} is not a {kind} file that can be read ({error}); mend it.") from error
    if not found:
        raise UnreadableError(f"{name} holds no records; check that it is the right file.")


def _as_stored(
    path: Path, kind: str, name: str, mapping: Mapping[str, str], meter: Meter
) -> Iterator[Article | Skipped]:
    """The articles of a file of records or a feed, before their text is cleaned."""
    if kind in _FEEDS:
        with _opened(path) as stream:
            text = decode(_read_limited(stream, MAX_FILE_BYTES, name), name, declared=True)
        return read_feed(text, name)
    if kind == ".json":
        with _opened(path) as stream:
            records = json_rows(_read_limited(stream, MAX_WHOLE_BYTES, name), name)
        return articles(lambda: iter(records), name, mapping)

    wanted = {plain_name(field) for names in (*FIELDS.values(), mapping.values()) for field in names}

    def rows() -> Iterator[Row | Skipped]:
        if kind == ".parquet":
            with _unpacked(path, name) as stream:
                yield from parquet_rows(stream, name, wanted)
        else:
            with _opened(path, meter) as stream:
                yield from (csv_rows if kind == ".csv" else jsonl_rows)(stream, name)

    return articles(rows, name, mapping)


@contextmanager
def _unpacked(path: Path, name: str) -> Iterator[IO[bytes]]:
    """A file that can be read in any order: of one that is packed, a copy that is not."""
    if not path.name.lower().endswith(".gz"):
        with path.open("rb") as stream:
            yield stream
        return
    with gzip.open(path) as packed, tempfile.TemporaryFile() as copy:
        while block := packed.read(1 << 20):
            if copy.tell() > MAX_WHOLE_BYTES:
                raise UnreadableError(f"{name} holds more than {MAX_WHOLE_BYTES // 1_000_000} MB; unpack it first.")
            copy.write(block)
        copy.seek(0)
        yield copy


def _read_page(data: bytes, kind: str, path: str) -> Article:
    if kind == ".docx":
        article = docx_article(data, path)
    elif kind == ".pdf":
        article = completed(pdf_article(data, path), first_line_is_title=True)
    elif kind in (".html", ".htm"):
        article = completed(html_article(decode(data, path, declared=True), path))
    elif kind == ".txt":
        article = completed(Article(identity=path, text=decode(data, path), path=path), first_line_is_title=True)
    else:
        article = completed(markdown_article(decode(data, path), path))
    if not article.text:
        raise UnreadableError(f"{path} holds no text of an article; leave it out.")
    return dated_by_name(article, path)


def _read_limited(stream: IO[bytes] | gzip.GzipFile, limit: int, path: str) -> bytes:
    """All bytes of `stream`, never more than one past the limit: a small packed file can unpack to any size."""
    data = stream.read(limit + 1)
    if len(data) <= limit:
        return data
    size = f"{os.path.getsize(path) / 1e6:.1f} MB on disk"
    raise UnreadableError(f"{path} ({size}) holds more than {limit // 1_000_000} MB; split it up.")


def decode(data: bytes, path: str, declared: bool = False) -> str:
    """The text of a file: UTF-8, UTF-16 where it is marked, else Windows-1252.

    A page's or feed's own `declared` character set comes before the last. Raises UnreadableError for what is not text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        match = re.search(rb"""(?:charset|encoding)=["']?([\w-]{2,20})""", data[:4096]) if declared else None
        encodings = ["utf-8-sig", *([match[1].decode()] if match else []), "cp1252"]
        if b"\0" in data:
            raise UnreadableError(f"{path} is not text but binary data; leave it out.")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except (ValueError, LookupError):
            continue
        controls = sum(1 for letter in text[:100_000] if letter < " " and letter not in "\t\n\r\f")
        foreign = sum(1 for letter in text[:100_000] if letter > "~") if encoding == "cp1252" else 0
        if controls * 100 <= len(text[:100_000]) and foreign * 4 <= len(text[:100_000]):
            return text
    raise UnreadableError(f"{path} is not text in UTF-8; convert it first.")

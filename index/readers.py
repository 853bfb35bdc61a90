"""Files to articles: what is found in a folder, and what a file of each kind holds."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from index.article import Article
from index.clean import clean
from index.dateline import head_length, read_byline, read_date_line, read_dateline
from index.documents import markdown_article, pdf_article
from index.errors import InputError, UnreadableError
from index.pages import html_article
from index.records import Skipped, read_csv, read_json, read_jsonl

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "Skipped", "find_files", "read_file"]

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".jsonl", ".json", ".csv")
MAX_FILE_BYTES = 50_000_000
# A JSON array has to be read whole; JSON Lines and CSV are read a record at a time and may have any size.
MAX_JSON_BYTES = 500_000_000
_LONGEST_TITLE = 200


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


def read_file(path: Path) -> Iterator[Article | Skipped]:
    """The articles of one file: one of a page, one for each record of a JSON, JSON Lines or CSV file.

    Yields Skipped for a record that cannot be read, and goes on. Raises UnreadableError when the whole file cannot.
    An article is known by its URL, else by its file's absolute path; for records see `index.records`.
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
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            yield from (
                _read_records(stream, kind, name)
                if kind in (".jsonl", ".json", ".csv")
                else [_read_page(stream, kind, name)]
            )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableError(f"{path} is damaged: it does not unpack as gzip; fetch or pack it again.") from error
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}); check its permissions.") from error


def _read_records(stream: BufferedIOBase, kind: str, path: str) -> Iterator[Article | Skipped]:
    found = False
    try:
        if kind == ".json":
            records = read_json(_read_limited(stream, MAX_JSON_BYTES, path), path)
        else:
            records = (read_csv if kind == ".csv" else read_jsonl)(stream, path)
        for number, record in enumerate(records, 1):
            found = True
            if isinstance(record, Article) and not (record := completed(record)).text:
                yield Skipped(f"{path} record {number}", "the record holds no text of an article.")
            else:
                yield record
    except RecursionError as error:
        raise UnreadableError(f"{path} is not JSON that can be read: it is nested too deeply.") from error
    except ValueError as error:
        raise UnreadableError(f"{path} is not a {kind} file that can be read ({error}); mend it.") from error
    if not found:
        raise UnreadableError(f"{path} holds no records; check that it is the right file.")


def _read_page(stream: BufferedIOBase, kind: str, path: str) -> Article:
    data = _read_limited(stream, MAX_FILE_BYTES, path)
    if kind == ".pdf":
        article = completed(pdf_article(data, path), first_line_is_title=True)
    elif kind in (".html", ".htm"):
        article = completed(html_article(decode(data, path, declared=True), path))
    elif kind == ".txt":
        article = completed(Article(identity=path, text=decode(data, path), path=path), first_line_is_title=True)
    else:
        article = completed(markdown_article(decode(data, path), path))
    if not article.text:
        raise UnreadableError(f"{path} holds no text of an article; leave it out.")
    return article


def _read_limited(stream: BufferedIOBase, limit: int, path: str) -> bytes:
    """All bytes of `stream`, never more than one past the limit: a small packed file can unpack to any size."""
    data = stream.read(limit + 1)
    if len(data) <= limit:
        return data
    size = f"{os.path.getsize(path) / 1e6:.1f} MB on disk"
    raise UnreadableError(f"{path} ({size}) holds more than {limit // 1_000_000} MB; split it up.")


def decode(data: bytes, path: str, declared: bool = False) -> str:
    """The text of a file: UTF-8, UTF-16 where it is marked, a page's `declared` character set, else Windows-1252.

    Raises UnreadableError for what is not text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        match = re.search(rb"""charset=["']?([\w-]{2,20})""", data[:4096]) if declared else None
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


def completed(article: Article, first_line_is_title: bool = False) -> Article:
    """`article` with clean text, and with what its first lines print for each fact that is still missing.

    Title, byline and lines that only repeat the date leave the text; a dateline before a sentence stays.

    >>> page = Article("a", "Ferry sinks\\nBy Jane Doe\\nMarch 4, 2026\\nPORT ELLERY (AP) — A ferry sank.")
    >>> found = completed(page, first_line_is_title=True)
    >>> found.title, found.authors, found.published, found.outlet, found.text
    ('Ferry sinks', ('Jane Doe',), '2026-03-04', 'AP', 'PORT ELLERY (AP) — A ferry sank.')
    """
    facts: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def learn(name: str, value: object, origin: str) -> None:
        if value and not facts.get(name) and not getattr(article, name):
            facts[name], origins[name] = value, origin

    lines = clean(article.text).split("\n\n")
    if first_line_is_title and len(lines) > 1 and _is_title(lines[0]):
        learn("title", lines[0], "heading")
    title = facts.get("title") or article.title
    if title and lines[0].casefold() == title.casefold():
        del lines[0]

    above = head_length(lines)
    kept: list[str] = []
    for line in lines[:above]:
        if byline := read_byline(line):
            learn("authors", byline.authors, "byline")
            learn("outlet", byline.outlet, "byline")
            learn("published", byline.date, "byline")
            continue
        published, modified = read_date_line(line)
        learn("published", published, "dateline")
        learn("modified", modified, "dateline")
        known = {article.published, article.modified, *facts.values()}
        if not (published or modified) or not {published, modified} <= {None, *known}:
            kept.append(line)
    text = "\n\n".join(kept + lines[above:])
    dateline = read_dateline(text)
    learn("outlet", dateline.outlet, "dateline")
    learn("published", dateline.date, "dateline")
    # "CNN —" on a line of its own says nothing more.
    if dateline.outlet and not dateline.place and text[dateline.end :].startswith("\n\n"):
        text = text[: dateline.start] + text[dateline.end + 2 :]
    return replace(article, text=text, **facts, origins={**article.origins, **origins})


def _is_title(line: str) -> bool:
    is_head_matter = read_byline(line) or any(read_date_line(line)) or read_dateline(line).end
    return len(line) <= _LONGEST_TITLE and not line.endswith((".", ",", ":", ";")) and not is_head_matter

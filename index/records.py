"""Articles from records: the objects of a JSON or JSON Lines file, the rows of a CSV file.

A record without a URL is known by its file and its `id`, else by its file and title, so that it stays the same article
when lines change places or its text is corrected; only without a title does the beginning of its text stand in.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BufferedIOBase

from index.article import Article
from index.clean import tidy
from index.dateline import iso_date, split_names

MAX_TEXT_CHARACTERS = 10_000_000
MAX_RECORD_BYTES = 50_000_000

# What data sets call a field, in the order in which a record is searched for it.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "full_text", "articlebody", "maintext"),
    "title": ("title", "headline"),
    "outlet": ("source", "outlet", "publisher", "site", "site_name"),
    "authors": ("author", "authors", "byline"),
    "published": ("published_at", "published", "date", "publish_date", "pub_date", "datepublished"),
    "modified": ("modified", "updated_at", "datemodified"),
    "url": ("url", "link", "canonical_url"),
    "id": ("id", "guid"),
}
_MISSING = frozenset(("", "nan", "none", "null", "n/a"))


@dataclass(frozen=True)
class Skipped:
    """A record that could not be read, in a file whose other records could: where it stands, and why."""

    path: str
    reason: str


def article_from_record(record: Mapping[str, object], path: str, origin: str = "record") -> Article | None:
    """The article that `record` describes, its text as it stands there; None if it has no text.

    >>> record = {"headline": "Ferry sinks", "Body": "A ferry sank.", "pub_date": "2026-03-04T10:00Z"}
    >>> found = article_from_record(record, "a.csv")
    >>> found.identity, found.title, found.published, found.origins["published"]
    ('a.csv#Ferry sinks', 'Ferry sinks', '2026-03-04', 'record')
    """
    values = {str(key).strip().lower().replace(" ", "_").replace("-", "_"): value for key, value in record.items()}

    def first(field: str) -> str | None:
        return next((found for name in FIELDS[field] if (found := _string(values.get(name)))), None)

    text = first("text")
    if text is None:
        return None
    title, outlet, url, key = first("title"), first("outlet"), first("url"), first("id")
    if outlet and "://" in outlet:
        outlet = None
    names = next((found for name in FIELDS["authors"] if (found := _names(values.get(name)))), ())
    authors = tuple(name for name in names if not outlet or name.casefold() != outlet.casefold())
    published, modified = iso_date(first("published") or ""), iso_date(first("modified") or "")
    facts = {
        "title": title,
        "outlet": outlet,
        "authors": authors,
        "published": published,
        "modified": modified,
        "url": url,
    }
    fallback = key or title or hashlib.sha256(text[:1000].encode("utf-8", "replace")).hexdigest()[:16]
    return Article(
        identity=url or f"{path}#{fallback}",
        text=text,
        title=title,
        outlet=outlet,
        authors=authors,
        published=published,
        modified=modified,
        url=url,
        path=path,
        origins={name: origin for name, value in facts.items() if value},
    )


def filled(article: Article, facts: Mapping[str, object], origin: str) -> Article:
    """`article` with what it does not know yet taken from `facts`, named as in a record.

    >>> found = filled(Article("a", "x", title="Kept"), {"title": "New", "author": "Jane Doe"}, "meta")
    >>> found.title, found.authors, found.origins
    ('Kept', ('Jane Doe',), {'authors': 'meta'})
    """
    other = article_from_record({**facts, "text": "-"}, "", origin)
    if other is None:
        return article
    names = ("title", "outlet", "authors", "published", "modified", "url")
    new = {name: getattr(other, name) for name in names if getattr(other, name) and not getattr(article, name)}
    return replace(article, **new, origins={**article.origins, **dict.fromkeys(new, origin)})


def _string(value: object) -> str | None:
    """A field's value as text: a number as printed, an object by its name, a list of paragraphs joined."""
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, list):
        value = "\n\n".join(part for part in value if isinstance(part, str))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    value = tidy(value)
    return None if value.lower() in _MISSING else value


def _names(value: object) -> tuple[str, ...]:
    """Author names from a list, from a string of names, or from a list that was printed into a string."""
    if isinstance(value, str) and value.strip().startswith("[") and len(value) < 5000:
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return ()
    parts = value if isinstance(value, (list, tuple)) else [value]
    strings = (_string(part) for part in parts if isinstance(part, (str, Mapping)))
    return tuple(dict.fromkeys(name for string in strings if string for name in split_names(string)))


def read_jsonl(stream: BufferedIOBase, path: str) -> Iterator[Article | Skipped]:
    """An article for each line of a JSON Lines file; a line that holds none is skipped with its reason."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        where = f"{path} line {number}"
        if len(line) > MAX_RECORD_BYTES:
            while not line.endswith(b"\n") and (line := stream.readline(MAX_RECORD_BYTES)):
                pass
            yield Skipped(where, f"the line is longer than {MAX_RECORD_BYTES // 1_000_000} MB; split it up.")
        elif line.strip():
            try:
                record = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                yield Skipped(where, "the line is not valid JSON in UTF-8; mend or remove it.")
            else:
                yield read_record(record, path, where)


def read_json(data: bytes, path: str) -> Iterator[Article | Skipped]:
    """An article for each record of a JSON array, or for the one record that the file is.

    Raises ValueError or RecursionError if `data` is not JSON.
    """
    content = json.loads(data.decode("utf-8-sig"))
    for number, record in enumerate(content if isinstance(content, list) else [content], 1):
        yield read_record(record, path, f"{path} record {number}")


def read_csv(stream: BufferedIOBase, path: str) -> Iterator[Article | Skipped]:
    """An article for each row of a CSV file whose first row names the columns; comma, semicolon or tab divides them.

    Raises ValueError if no column is one of text.
    """
    lines = _decoded(stream)
    header = next(lines, "")
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MAX_RECORD_BYTES)
    columns = next(csv.reader([header], delimiter=delimiter), [])
    if not {name.strip().lower().replace(" ", "_") for name in columns} & set(FIELDS["text"]):
        raise ValueError("no column is named text, body, content, article or full_text")
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in rows:
            if row:
                where = f"{path} line {rows.line_num + 1}"
                yield read_record(dict(zip(columns, row, strict=False)), path, where)
    except csv.Error:
        where = f"{path} line {rows.line_num + 1}"
        yield Skipped(
            where, "from here on the file is not CSV, perhaps for a quote that is never closed; mend the row."
        )


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines):
        try:
            yield line.decode("utf-8" if number else "utf-8-sig").replace("\0", "")
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace").replace("\0", "")


def read_record(record: object, path: str, where: str) -> Article | Skipped:
    """The article of one record, or why there is none."""
    if not isinstance(record, Mapping):
        return Skipped(where, "the record is not an object with named fields.")
    article = article_from_record(record, path)
    if article is None:
        return Skipped(where, "the record has no text; name the field text, body, content, article or full_text.")
    if len(article.text) > MAX_TEXT_CHARACTERS:
        return Skipped(
            where, f"the text is longer than {MAX_TEXT_CHARACTERS // 1_000_000} million characters; split it up."
        )
    return article

"""Articles from records: what the fields of a JSON object, a table's row or a feed's entry say of an article.

A record without a URL is known by its file and its `id`, else by its file, title and published date, so that it stays
the same article when lines change places or its text is corrected. Only where that does not tell it from another text
of the same file does the beginning of its own text join in.
"""

from __future__ import annotations

import ast
import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from index.article import Article
from index.clean import tidy
from index.dateline import iso_date, split_names
from index.errors import InputError, UnreadableError

MAX_TEXT_CHARACTERS = 10_000_000

# What data sets call a field, in the order in which a record is searched for it.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": tuple("text body content article full_text articlebody article_body article_text maintext story".split()),
    "title": ("title", "headline", "article_title"),
    "outlet": tuple(
        "source outlet publisher publication publication_name newspaper news_outlet source_name site site_name".split()
    ),
    "authors": ("author", "authors", "byline", "creator"),
    "published": tuple(
        "published_at published date publish_date pub_date datepublished published_date publication_date date_published"
        " date_publish publishdate pubdate published_time".split()
    ),
    "modified": tuple(
        "modified updated_at datemodified modified_at updated last_modified date_modified date_modify".split()
    ),
    "section": ("section", "category", "article_section", "articlesection", "news_category"),
    "language": ("language", "lang", "language_code", "inlanguage"),
    "url": ("url", "link", "canonical_url", "article_url"),
    "id": ("id", "guid", "article_id", "uuid"),
    "captions": ("caption", "captions", "image_caption", "photo_caption"),
}
# What a user may say where to find.
MAPPED = ("text", "title", "outlet", "authors", "published", "modified", "section", "language", "url", "id")
_MISSING = frozenset(("", "nan", "nat", "none", "null", "n/a"))
_OPENING = 1000  # characters
_LISTED_NAMES = 30


@dataclass(frozen=True)
class Skipped:
    """A record that could not be read, in a file whose other records could: where it stands, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A record as its file holds it, and where it stands there."""

    where: str
    record: object


def parse_mapping(text: str) -> dict[str, str]:
    """Which field of the records holds which fact, from ``fact=field,fact=field``.

    Raises InputError for anything else and for facts that citewire does not know.

    >>> parse_mapping("text=story_body, published=when")
    {'text': 'story_body', 'published': 'when'}
    """
    mapping: dict[str, str] = {}
    for part in text.split(","):
        fact, _, field = (piece.strip() for piece in part.partition("="))
        if not fact or not field:
            raise InputError(f"{part.strip()!r} maps nothing; write it as text=story_body,published=when.")
        if fact not in MAPPED:
            raise InputError(f"Records are not searched for {fact!r}; map one of these: {', '.join(MAPPED)}.")
        if fact in mapping:
            raise InputError(f"{fact} is mapped twice; name one field for it.")
        mapping[fact] = field
    return mapping


def articles(
    rows: Callable[[], Iterator[Row | Skipped]],
    path: str,
    mapping: Mapping[str, str] = {},
    origin: str = "record",
) -> Iterator[Article | Skipped]:
    """The article of each row of a file, its text as it stands there.

    Each call of `rows` reads the file from its start. Raises UnreadableError if there are records but none has a
    field of text, or none has a field that `mapping` names.
    """
    _check_names(rows(), path, mapping)
    shared: frozenset[str] | None = None
    for row in rows():
        found = read_record(row.record, path, row.where, origin, mapping) if isinstance(row, Row) else row
        if isinstance(found, Article) and found.identity == _identity(path, (keys := _keys(found))[0]):
            # Only a file with such records is read a second time.
            if shared is None:
                shared = _shared_keys(rows(), path, origin, mapping)
            found = replace(found, identity=_identity(path, next((key for key in keys if key not in shared), keys[-1])))
        yield found


def _check_names(rows: Iterator[Row | Skipped], path: str, mapping: Mapping[str, str]) -> None:
    wanted = [(mapping[fact],) for fact in mapping] + ([] if "text" in mapping else [FIELDS["text"]])
    names: dict[str, None] = {}
    for row in rows:
        if isinstance(row, Row) and isinstance(row.record, Mapping):
            present = {plain_name(str(name)) for name in row.record}
            wanted = [choices for choices in wanted if present.isdisjoint(map(plain_name, choices))]
            if not wanted:
                return
            if len(names) < _LISTED_NAMES:
                names |= dict.fromkeys(map(str, row.record))
    if names:
        listed = tidy(", ".join(list(names)[:_LISTED_NAMES]))[:500]
        raise UnreadableError(
            f"{path} is not read: no column or field is named {' or '.join(wanted[0][:5])}; "
            f"say with --map which it is of {listed}."
        )


def _shared_keys(rows: Iterator[Row | Skipped], path: str, origin: str, mapping: Mapping[str, str]) -> frozenset[str]:
    """The keys that records with different texts have in common."""
    texts: dict[bytes, bytes] = {}
    shared: set[str] = set()
    for row in rows:
        found = read_record(row.record, path, row.where, origin, mapping) if isinstance(row, Row) else row
        if isinstance(found, Article) and found.identity == _identity(path, (keys := _keys(found))[0]):
            text = _digest(found.text)
            shared.update(key for key in keys if texts.setdefault(_digest(key), text) != text)
    return frozenset(shared)


def _keys(article: Article) -> tuple[str, str, str]:
    """What may tell an article from the others of its file, the steadiest first."""
    opening, whole = _digest(article.text[:_OPENING]).hex(), _digest(article.text).hex()
    dated = f"{article.title} ({article.published})" if article.published else article.title
    steady = dated if dated and article.title else opening
    return steady, f"{steady} {opening}", f"{steady} {opening} {whole}"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]


def _identity(path: str, key: str) -> str:
    return f"{path}#{key}"


def plain_name(name: str) -> str:
    """A field's name in the one form that names are compared in.

    >>> plain_name(" Publish-Date ")
    'publish_date'
    """
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def read_record(
    record: object, path: str, where: str, origin: str = "record", mapping: Mapping[str, str] = {}
) -> Article | Skipped:
    """The article of one record, or why there is none."""
    if not isinstance(record, Mapping):
        return Skipped(where, "the record is not an object with named fields.")
    article = article_from_record(record, path, origin, mapping)
    if article is None:
        names = mapping.get("text") or "text, body, content, article or full_text"
        return Skipped(where, f"the record has no text; name the field {names}.")
    if len(article.text) > MAX_TEXT_CHARACTERS:
        return Skipped(
            where, f"the text is longer than {MAX_TEXT_CHARACTERS // 1_000_000} million characters; split it up."
        )
    return article


def article_from_record(
    record: Mapping[str, object], path: str, origin: str = "record", mapping: Mapping[str, str] = {}
) -> Article | None:
    """The article that `record` describes, its text as it stands there; None if it has no text.

    `mapping` names the field of a fact where it is none of the usual.

    >>> record = {"headline": "Ferry sinks", "Body": "A ferry sank.", "when": "2026-03-04T10:00Z"}
    >>> found = article_from_record(record, "a.csv", mapping={"published": "when"})
    >>> found.identity, found.title, found.published, found.origins["published"]
    ('a.csv#Ferry sinks (2026-03-04)', 'Ferry sinks', '2026-03-04', 'record')
    """
    values = {plain_name(str(key)): value for key, value in record.items()}

    def under(fact: str) -> Iterator[object]:
        return (values.get(name) for name in ((plain_name(mapping[fact]),) if fact in mapping else FIELDS[fact]))

    def first(fact: str) -> str | None:
        return next((found for value in under(fact) if (found := _string(value))), None)

    text = first("text")
    if text is None:
        return None
    outlet, url, key = first("outlet"), first("url"), first("id")
    if outlet and "://" in outlet:
        outlet = None
    authors = next((names for value in under("authors") if (names := _names(value))), ())
    found = Article(
        identity="",
        text=text,
        title=first("title"),
        outlet=outlet,
        authors=tuple(name for name in authors if not outlet or name.casefold() != outlet.casefold()),
        published=iso_date(first("published") or ""),
        modified=iso_date(first("modified") or ""),
        section=next((label for value in under("section") if (label := _string(value, ", "))), None),
        language=first("language"),
        url=url,
        path=path,
        captions=next((texts for value in under("captions") if (texts := _texts(value))), ()),
    )
    known = (name for name in _FILLED if getattr(found, name))
    identity = url or _identity(path, key or _keys(found)[0])
    return replace(found, identity=identity, origins=dict.fromkeys(known, origin))


_FILLED = ("title", "outlet", "authors", "published", "modified", "section", "language", "url", "captions")


def filled(article: Article, facts: Mapping[str, object], origin: str) -> Article:
    """`article` with what it does not know yet taken from `facts`, named as in a record.

    >>> found = filled(Article("a", "x", title="Kept"), {"title": "New", "author": "Jane Doe"}, "meta")
    >>> found.title, found.authors, found.origins
    ('Kept', ('Jane Doe',), {'authors': 'meta'})
    """
    other = article_from_record({**facts, "text": "-"}, "", origin)
    if other is None:
        return article
    new = {name: getattr(other, name) for name in _FILLED if getattr(other, name) and not getattr(article, name)}
    return replace(article, **new, origins={**article.origins, **dict.fromkeys(new, origin)})


def _string(value: object, between: str = "\n\n") -> str | None:
    """A field's value as text: a number or date as printed, an object by its name, a list of paragraphs joined."""
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, list):
        value = between.join(part for part in value if isinstance(part, str))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    value = tidy(value)
    return None if value.lower() in _MISSING else value


def _texts(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text for part in parts if (text := _string(part))))


def _names(value: object) -> tuple[str, ...]:
    """Author names from a list, from a string of names, or from a list that was printed into a string."""
    if isinstance(value, str) and value.strip().startswith("[") and len(value) < 5000:
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return ()
    parts = value if isinstance(value, (list, tuple)) else [value]
    strings = (_string(part) for part in parts if isinstance(part, (str, bytes, Mapping)))
    return tuple(dict.fromkeys(name for string in strings if string for name in split_names(string)))

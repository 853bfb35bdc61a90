"""What an article's own first lines, and at last its file's name, tell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from index.article import Article
from index.clean import clean_and_captions
from index.dateline import head_length, iso_date, read_byline, read_date_line, read_dateline
from index.records import filled

_LONGEST_TITLE = 200
_MOST_TITLE_LINES = 5
_FILE_DATE = re.compile(r"((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?![^\W_])")


def completed(article: Article, first_line_is_title: bool = False) -> Article:
    """`article` with clean text, and with what its first lines print for each fact that is still missing.

    Title, byline and lines that only repeat the date leave the text; a dateline before a sentence stays. Captions with
    a photo credit are kept apart.

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

    text, captions = clean_and_captions(article.text)
    learn("captions", captions, "caption")
    lines = text.split("\n\n")
    if first_line_is_title and len(lines) > 1 and _is_title(lines[0]):
        learn("title", lines[0], "heading")
    del lines[: _title_lines(lines, facts.get("title") or article.title or "")]

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
        known = {article.published, article.modified, *(facts.get(name) for name in ("published", "modified"))}
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


def _title_lines(lines: Sequence[str], title: str) -> int:
    """How many lines at the head print the title, which large type may break.

    >>> _title_lines(["Ferry sinks off", "Kell Point", "By Jane Doe"], "Ferry sinks off Kell Point")
    2
    """
    wanted = title.casefold()
    for count in range(1, min(len(lines), _MOST_TITLE_LINES) + 1):
        if " ".join(lines[:count]).casefold() == wanted:
            return count
    return 0


def _is_title(line: str) -> bool:
    is_head_matter = read_byline(line) or any(read_date_line(line)) or read_dateline(line).end
    return len(line) <= _LONGEST_TITLE and not line.endswith((".", ",", ":", ";")) and not is_head_matter


def dated_by_name(article: Article, path: str) -> Article:
    """`article` with the date that its file's name begins with, where nothing else says when it was published.

    >>> found = dated_by_name(Article("a", "A ferry sank."), "news/2018-03-20-ferry.txt")
    >>> found.published, found.origins
    ('2018-03-20', {'published': 'file name'})
    """
    found = _FILE_DATE.match(PurePath(path).name)
    date = iso_date("-".join(found.group(1, 3, 4))) if found else None
    return filled(article, {"published": date}, "file name")

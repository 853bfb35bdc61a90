"""Articles from documents: PDF and Markdown files."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from index.article import Article
from index.clean import tidy, unwrap
from index.errors import UnreadableError
from index.records import FIELDS, filled

# What pypdf raises from the depths of a damaged file, beside its own errors.
_PDF_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    OSError,
    NotImplementedError,
)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_FILE_NAME = re.compile(r"\.\w{2,4}$|^Microsoft |^untitled", re.IGNORECASE)
# Type of varying width: a line this much shorter than the longest may still be full.
_PDF_FILL = 0.85


def pdf_article(data: bytes, path: str) -> Article:
    """The article of a PDF file; raises UnreadableError if it is locked, damaged or a picture of text."""
    import pypdf
    import pypdf.errors

    with quiet("pypdf"):
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise UnreadableError(f"{path} is locked with a password; save it without one first.")
            pages = [page.extract_text() for page in reader.pages]
            title = reader.metadata.title if reader.metadata else None
        except (pypdf.errors.PyPdfError, *_PDF_FAULTS) as error:
            raise UnreadableError(f"{path} is not a PDF file that can be read; export it again.") from error
    lines = [tidy(page.translate(_LIGATURES)).split("\n") for page in pages]
    text = "\n\n".join(
        "\n\n".join(unwrap(page, max(map(len, page)), _PDF_FILL)) for page in _without_running_heads(lines)
    )
    if not text.strip():
        raise UnreadableError(f"{path} holds no text, only pictures of pages; run text recognition over it first.")
    article = Article(identity=path, text=text, path=path)
    title = tidy(title) if isinstance(title, str) else ""
    return filled(article, {"title": title}, "meta") if " " in title and not _FILE_NAME.search(title) else article


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Pages without a first or last line that most pages share, page numbers aside."""
    if len(pages) < 3:
        return pages
    edges = [re.sub(r"\d+", "#", line) for page in pages for line in {page[0], page[-1]}]
    running = {edge for edge in edges if edges.count(edge) > len(pages) / 2}
    return [
        [
            line
            for at, line in enumerate(page)
            if at not in (0, len(page) - 1) or re.sub(r"\d+", "#", line) not in running
        ]
        or [""]
        for page in pages
    ]


_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEYS = frozenset(name for names in FIELDS.values() for name in names)
# Every run is bounded or cannot hold what it starts with, so that no text takes more than linear time.
_TARGET = r"\([^()\n]{0,1000}(?:\([^()\n]{0,300}\)[^()\n]{0,300})?\)"
_MARKUP = (
    (re.compile(r"<!--.{0,1000}?-->", re.DOTALL), ""),
    (re.compile(r"^(\S.*)\n=+[ \t]*$", re.MULTILINE), r"# \1"),
    (re.compile(r"^ {0,3}(?:```|~~~).*$|^ {0,3}\[[^\[\]\n]+\]:[ \t]*\S.*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[|:-][|: \t-]*|[*_](?:[ \t]*[*_]){2,}[ \t]*)$", re.MULTILINE), ""),
    (re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE), ""),
    (re.compile(rf"!\[[^\[\]\n]{{0,1000}}\]{_TARGET}"), ""),
    (re.compile(rf"\[([^\[\]\n]{{1,1000}})\](?:{_TARGET}|\[[^\[\]\n]{{0,300}}\])"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>\n]*>"), ""),
    (re.compile(r"(\*{1,3})(?=[^\s*])([^*\n]+)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_\n]+)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)
_BLOCK_START = re.compile(r"\s*(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s)")


def markdown_article(text: str, path: str) -> Article:
    """The article of a Markdown file without markup; facts from its front matter, the title else from a heading."""
    text = text.replace("\r\n", "\n")
    facts: dict[str, object] = {}
    if matter := _FRONT_MATTER.match(text):
        facts, text = _front_matter(matter[1]), text[matter.end() :]
    for pattern, plain in _MARKUP:
        text = pattern.sub(plain, text)
    blocks: list[str] = []
    heading: str | None = None
    open_block = False
    for line in text.split("\n"):
        starts = _BLOCK_START.match(line)
        if starts and line.lstrip().startswith("#"):
            line = line.strip("# \t")
            heading = heading or line
            blocks.append(line)
            open_block = False
        elif not line.strip():
            open_block = False
        elif open_block and not starts:
            blocks[-1] += " " + line.strip()
        else:
            blocks.append(re.sub(r"^\s*[-*+]\s+", "", line))
            open_block = True
    found = filled(Article(identity=path, text="\n\n".join(blocks), path=path), facts, "front matter")
    return filled(replace(found, identity=found.url or path), {"title": heading}, "heading")


def _front_matter(block: str) -> dict[str, object]:
    """The `key: value` lines of a front matter, with lists written in brackets or one item a line.

    >>> _front_matter("title: 'A: b'\\nauthors:\\n  - Jane Doe\\n  - John Roe\\ntags: [x, y]")
    {'title': 'A: b', 'authors': ['Jane Doe', 'John Roe']}
    """
    facts: dict[str, object] = {}
    key = ""
    for line in block.split("\n"):
        item = re.match(r"\s*-\s+(.*)", line)
        field = re.match(r"(\w[\w-]*)\s*:\s*(.*)", line)
        if item and key in _KEYS:
            earlier = facts.get(key)
            facts[key] = [*(earlier if isinstance(earlier, list) else []), _unquoted(item[1])]
        elif field:
            key, value = field[1].lower().replace("-", "_"), field[2].strip()
            if key in _KEYS and value:
                bracketed = value.startswith("[") and value.endswith("]")
                facts[key] = [_unquoted(part) for part in value[1:-1].split(",")] if bracketed else _unquoted(value)
    return facts


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Silences `loggers`: libraries that report every oddity of a file, where what matters is raised anyway."""
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in loggers]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)

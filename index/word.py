"""Articles from Word documents (.docx)."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.clean import is_prose, tidy
from index.completion import completed
from index.errors import UnreadableError
from index.markup import xml_root
from index.records import filled

if TYPE_CHECKING:
    from docx.document import Document

# What a document may unpack to, pictures and all, and what of it may be markup: the tree of it takes many times that.
MAX_UNPACKED_BYTES = 400_000_000
MAX_XML_BYTES = 20_000_000
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, LookupError)
_MARKUP_FAULTS = (ValueError, TypeError, AttributeError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Other ways to show what is shown already, and what was deleted or moved away while changes were tracked.
_UNSHOWN = frozenset(
    ("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", f"{_W}del", f"{_W}moveFrom")
)
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# What templates and offices fill in where a title or a name belongs.
_NO_TITLE = re.compile(r"\.\w{2,4}$|^Microsoft |^untitled|^(?:word )?document\b", re.IGNORECASE)
_NO_NAME = re.compile(r"\b(?:office|user|admin|administrator|author|owner|unknown|python-docx)\b|\d", re.IGNORECASE)


def docx_article(data: bytes, path: str) -> Article:
    """The article of a Word document, with what its first lines and then its properties say of it.

    The properties' title counts where the document shows none, their author where it prints no byline. Their dates
    are a template's or the last edit's and do not count. Raises UnreadableError if the document is damaged, locked or
    far larger than an article.
    """
    import docx
    import docx.opc.exceptions
    from lxml import etree  # type: ignore[import-untyped]

    _check_package(data, path)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document))
        properties = document.core_properties
        title, author = tidy(properties.title), tidy(properties.author)
    except (docx.opc.exceptions.OpcError, etree.LxmlError, *_ZIP_FAULTS, *_MARKUP_FAULTS) as error:
        raise UnreadableError(f"{path} is not a Word document that can be read; save it again.") from error
    text = "\n\n".join(block for style, block in blocks if style != "Caption")
    captions = [tidy(block) for style, block in blocks if style == "Caption"]
    top = itertools.takewhile(lambda block: not is_prose(tidy(block[1])), blocks)
    shown = next((tidy(block) for style, block in top if style in ("Title", "Heading 1")), None)
    found = Article(identity=path, text=text, path=path)
    found = filled(found, {"title": shown}, "heading")
    found = filled(found, {"title": title if " " in title and not _NO_TITLE.search(title) else None}, "properties")
    found = completed(filled(found, {"captions": captions}, "caption"), first_line_is_title=True)
    return filled(found, {"author": author if " " in author and not _NO_NAME.search(author) else None}, "properties")


def _check_package(data: bytes, path: str) -> None:
    """Refuses what unpacks to far more than an article, or to more than its XML says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            markup = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            # No more than the size that is declared is ever unpacked.
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or (
                sum(part.file_size for part in markup) > MAX_XML_BYTES
            ):
                raise UnreadableError(f"{path} unpacks to more than an article can be; leave it out.")
            for part in markup:
                xml_root(package.read(part))
    except ValueError as error:
        raise UnreadableError(f"{path} declares XML entities, which no Word document does; leave it out.") from error
    except _ZIP_FAULTS as error:
        raise UnreadableError(
            f"{path} is not a Word document that can be read; save it again, and without a password."
        ) from error


def _blocks(document: Document) -> Iterator[tuple[str, str]]:
    """The paragraphs with their styles' names, and the rows of tables, in reading order."""
    names = {style.style_id: style.name or "" for style in document.styles}
    waiting: list[Any] = [document.element.body]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}p":
            style = element.find(f"{_W}pPr/{_W}pStyle")
            yield names.get(style.get(f"{_W}val"), "") if style is not None else "", _text(element)
        elif element.tag == f"{_W}tr":
            cells = [cell for cell in map(_text, element.iterchildren(f"{_W}tc", f"{_W}sdt")) if cell.strip()]
            if len(cells) > 1:
                yield "", " | ".join(" ".join(cell.split()) for cell in cells)
            else:  # no table but a layout
                waiting += reversed(element)
        elif element.tag not in _UNSHOWN:
            waiting += reversed(element)


def _text(block: Any) -> str:
    """The words of a paragraph or cell: those of links and tracked insertions, too, and of boxes that stand in it."""
    parts: list[str] = []
    waiting = [block]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _SIGNS:
            parts.append(_SIGNS[element.tag])
        elif element.tag not in _UNSHOWN:
            if element.tag == f"{_W}p" and parts:
                parts.append("\n")
            waiting += reversed(element)
    return "".join(parts)

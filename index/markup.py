"""XML and HTML that is no page of its own: what a feed or a document carries."""

from __future__ import annotations

import re

from index.clean import tidy

_NAME = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_UNREAD = frozenset("script style title noscript template svg form button iframe audio video".split())
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre"
    " section table tr ul".split()
)


def xml_root(data: bytes) -> str:
    """The name of an XML file's outermost element, without its namespace, "" if there is none.

    Raises ValueError if the file declares entities: a few bytes of them unfold to any size.

    >>> xml_root(b'<?xml version="1.0"?><!-- <a> --><atom:feed xmlns:atom="http://www.w3.org/2005/Atom">')
    'feed'
    """
    data = data.replace(b"\0", b"") if b"\0" in data[:100] else data
    at = 0
    while (at := data.find(b"<", at)) >= 0:
        if name := _NAME.match(data, at):
            return name[1].decode("ascii", "replace").rpartition(":")[2]
        if data.startswith(b"<!ENTITY", at):
            raise ValueError("it declares XML entities")
        aside = b"-->" if data.startswith(b"<!--", at) else b"?>" if data.startswith(b"<?", at) else b"<"
        if (at := data.find(aside, at + 1)) < 0:
            break
    return ""


def html_text(html: str) -> tuple[str, tuple[str, ...]]:
    """The words of a piece of HTML, a line for each of its blocks, and the captions of its pictures.

    >>> html_text("<p>A <b>ferry</b> sank.<figure><figcaption>The pier.</figcaption></figure><p>It &amp; I<script>x")
    ('A ferry sank.\\n\\nIt & I', ('The pier.',))
    """
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as parser

    root = parser.document_fromstring(f"<div>{' '.join(tidy(html).split())}</div>")
    captions = []
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _UNREAD:
            element.drop_tree()
        elif element.tag == "figcaption" or "wp-caption-text" in element.get("class", ""):
            captions.append(tidy(element.text_content()))
            element.drop_tree()
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _BLOCKS:
            pieces.append("\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    lines = (line.strip() for line in tidy("".join(pieces)).split("\n"))
    return "\n\n".join(line for line in lines if line), tuple(filter(None, captions))

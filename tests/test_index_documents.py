from __future__ import annotations

import io
import logging
import time

import pypdf
import pytest

from index.documents import markdown_article, pdf_article
from index.errors import UnreadableError


def pdf(*pages: list[str], title: str = "", password: str = "") -> bytes:
    """A PDF whose pages hold these lines, written by hand but for its table of offsets."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(width=600, height=800)
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = pypdf.generic.StreamObject()
        stream.set_data(f"BT /F1 12 Tf 50 700 Td {shown} ET".encode())
        names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject(key): pypdf.generic.NameObject(value) for key, value in names.items()}
        )
        fonts = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/F1"): font})
        page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
            {pypdf.generic.NameObject("/Font"): fonts}
        )
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


FERRY = [
    "Ferry sinks",
    "The ferry left the harbour at dawn with forty people on board, and an hour later it had gon-",
    "e down, the coast guard said on Friday at the pier.",
    "Nobody was hurt.",
]


def test_lines_of_a_pdf_become_paragraphs() -> None:
    assert pdf_article(pdf(FERRY), "/f.pdf").text.split("\n\n") == [
        "Ferry sinks",
        "The ferry left the harbour at dawn with forty people on board, and an hour later it had gone down, "
        "the coast guard said on Friday at the pier.",
        "Nobody was hurt.",
    ]


def test_running_heads_and_page_numbers_go() -> None:
    pages = [
        ["The Ledger", f"Ferry {word} is lost at sea.", f"Page {n}"] for n, word in enumerate(("one", "two", "three"))
    ]
    text = pdf_article(pdf(*pages), "/f.pdf").text
    assert "Ledger" not in text and "Page" not in text and "Ferry two is lost at sea." in text


@pytest.mark.parametrize(
    ("title", "read"),
    [("Ferry sinks at dawn", "Ferry sinks at dawn"), ("Microsoft Word - a.doc", None), ("scan01.pdf", None)],
)
def test_only_a_sensible_title_is_taken(title: str, read: str | None) -> None:
    assert pdf_article(pdf(FERRY, title=title), "/f.pdf").title == read


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([]), "pictures"),
        (pdf(FERRY, password="secret"), "password"),
        (b"%PDF-1.7 nonsense", "not a PDF"),
        (pdf(FERRY)[:400], "not a PDF|no text"),
    ],
)
def test_a_pdf_without_readable_text_says_why(data: bytes, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnreadableError, match=reason):
        pdf_article(data, "/f.pdf")
    assert not caplog.records
    assert logging.getLogger("pypdf").level == logging.NOTSET


MARKDOWN = """---
title: "Ferry sinks: all safe"
authors:
  - Jane Doe
  - John Roe
date: 2026-03-04
source: The Ledger
category: World
lang: en
---

# Another heading

The **ferry** left [the harbour](https://example.org/h) at *dawn*,
with snake_case_names and 2 * 3 * 4 people.

## Rescue

> "We are `safe`," said ![photo](a.png)a passenger.

- one
- two

***
"""


def test_markdown_reads_naturally_and_its_front_matter_is_read() -> None:
    found = markdown_article(MARKDOWN, "/f.md")
    assert (found.title, found.outlet, found.authors, found.published) == (
        "Ferry sinks: all safe",
        "The Ledger",
        ("Jane Doe", "John Roe"),
        "2026-03-04",
    )
    assert (found.section, found.language) == ("World", "en")
    assert set(found.origins.values()) == {"front matter"}
    assert found.text.split("\n\n") == [
        "Another heading",
        "The ferry left the harbour at dawn, with snake_case_names and 2 * 3 * 4 people.",
        "Rescue",
        '"We are safe," said a passenger.',
        "one",
        "two",
    ]


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    found = markdown_article("Ferry sinks\n===========\n\nA ferry sank.", "/f.md")
    assert (found.title, found.origins, found.identity) == ("Ferry sinks", {"title": "heading"}, "/f.md")


def test_a_url_in_the_front_matter_is_the_identity() -> None:
    assert (
        markdown_article("---\nurl: https://example.org/a\n---\nA ferry.", "/f.md").identity == "https://example.org/a"
    )


@pytest.mark.parametrize(
    "pattern", ["[", "![", "[a](", "*a", "_a ", "`", "<!--", "<a ", "> ", "- - ", "***", "-", "|---", "a\n="]
)
def test_time_is_linear_in_hostile_markdown(pattern: str) -> None:
    began = time.perf_counter()
    markdown_article(pattern * (100_000 // len(pattern)), "/f.md")
    assert time.perf_counter() - began < 5

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index import word
from index.errors import UnreadableError
from index.word import docx_article


def saved(fill: Callable[[Document], None], title: str = "", author: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.created = datetime.datetime(2013, 12, 23)
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def story(document: Document) -> None:
    document.add_heading("Ferry sinks", 0)
    document.add_paragraph("The ferry left the harbour at dawn with forty people on board.")
    table = document.add_table(2, 2)
    for at, words in enumerate(("Ship", "Crew", "Ada", "Six")):
        table.cell(at // 2, at % 2).text = words
    document.add_heading("Rescue", 1)
    document.add_paragraph("The pier at dawn", style="Caption")
    document.add_paragraph("Nobody was hurt.")


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def test_headings_paragraphs_and_tables_come_in_reading_order() -> None:
    found = docx_article(saved(story), "/f.docx")
    assert found.title == "Ferry sinks" and found.identity == "/f.docx"
    assert found.text.split("\n\n") == [
        "The ferry left the harbour at dawn with forty people on board.",
        "Ship | Crew",
        "Ada | Six",
        "Rescue",
        "Nobody was hurt.",
    ]
    assert found.captions == ("The pier at dawn",)
    assert found.origins == {"title": "heading", "captions": "caption"}


def test_properties_tell_what_the_document_does_not_show_and_never_a_date() -> None:
    plain = saved(lambda document: document.add_paragraph("A ferry sank.") and None, "Ferry sinks", "Jane Doe")
    found = docx_article(plain, "/f.docx")
    assert (found.title, found.authors, found.published) == ("Ferry sinks", ("Jane Doe",), None)
    assert found.origins == {"title": "properties", "authors": "properties"}

    def signed(document: Document) -> None:
        story(document)
        document.paragraphs[0].insert_paragraph_before("By John Roe")

    shown = docx_article(saved(signed, "Letter head", "Jane Doe"), "/f.docx")
    assert (shown.title, shown.authors) == ("Ferry sinks", ("John Roe",))


@pytest.mark.parametrize(
    ("title", "author"), [("Document 1", "python-docx"), ("story.docx", "Windows User"), ("Word", "")]
)
def test_what_templates_fill_in_is_neither_title_nor_author(title: str, author: str) -> None:
    found = docx_article(saved(lambda document: document.add_paragraph("It sank.") and None, title, author), "/f.docx")
    assert (found.title, found.authors) == (None, ())


def test_tracked_changes_links_controls_and_layout_tables_read_as_they_show() -> None:
    def fill(document: Document) -> None:
        word_run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
        inner = (
            f"<w:ins>{word_run.format('A ferry ')}</w:ins><w:del><w:r><w:delText>boat </w:delText></w:r></w:del>"
            f"<w:moveFrom>{word_run.format('never ')}</w:moveFrom><w:hyperlink>{word_run.format('sank.')}</w:hyperlink>"
        )
        body = document.element.body
        body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
        control = f"<w:sdtContent><w:p>{word_run.format('Controlled.')}</w:p></w:sdtContent>"
        body.insert(1, parse_xml(f"<w:sdt {nsdecls('w')}>{control}</w:sdt>"))
        cell = document.add_table(1, 1).cell(0, 0)
        cell.text = "Laid out."
        cell.add_paragraph("In a table.")

    text = docx_article(saved(fill), "/f.docx").text
    assert text.split("\n\n") == ["A ferry sank.", "Controlled.", "Laid out.", "In a table."]


def test_a_document_that_unpacks_to_giant_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MAX_UNPACKED_BYTES", 20_000_000)
    monkeypatch.setattr(word, "MAX_XML_BYTES", 2_000_000)
    bomb = with_part(saved(story), "word/media/image1.png", b"\0" * (word.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableError, match="unpacks to more"):
        docx_article(bomb, "/f.docx")
    markup = with_part(saved(story), "word/footnotes.xml", b" " * (word.MAX_XML_BYTES + 1))
    with pytest.raises(UnreadableError, match="unpacks to more"):
        docx_article(markup, "/f.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_with_entities_is_refused(encoding: str) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>{body}'
    with pytest.raises(UnreadableError, match="declares XML entities"):
        docx_article(with_part(saved(story), "word/document.xml", xml.encode(encoding)), "/f.docx")


def test_a_damaged_document_is_refused() -> None:
    data = saved(story)
    broken = (
        b"nonsense",
        data[:2000],
        with_part(data, "word/document.xml", b"<w:document"),
        with_part(data, "[Content_Types].xml", b"<Types/>"),
        b"\xd0\xcf\x11\xe0 what Word saves under a password",
    )
    for bad in broken:
        with pytest.raises(UnreadableError, match="not a Word document"):
            docx_article(bad, "/f.docx")

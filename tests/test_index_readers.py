from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from index import readers
from index.article import Article
from index.errors import InputError, UnreadableError
from index.readers import SUFFIXES, Skipped, completed, find_files, read_file

SCRAPED = """menu search share

Filed under:

Ferry sinks, all safe

The captain hopes for a new ship
Captain Ada Lee at the pier Jo Roe/NORTHWIRE
Captain Ada Lee at the pier
© Jo Roe/NORTHWIRE

PORT ELLERY, March 4. /NORTH WIRE/. A ferry sank on Wednesday.

Rescue at dawn

"We are safe," she said.

Sign up for our newsletter"""


def write(path: Path, content: str | bytes) -> Path:
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def only(path: Path) -> Article:
    (found,) = read_file(path)
    assert isinstance(found, Article)
    return found


def test_a_scraped_page_becomes_an_article(tmp_path: Path) -> None:
    found = only(write(tmp_path / "a.txt", SCRAPED))
    assert (found.title, found.outlet, found.published) == ("Ferry sinks, all safe", "NORTH WIRE", "--03-04")
    assert found.origins == {"title": "heading", "outlet": "dateline", "published": "dateline", "captions": "caption"}
    assert found.captions == ("Captain Ada Lee at the pier Jo Roe/NORTHWIRE",)
    assert found.text.split("\n\n") == [
        "The captain hopes for a new ship",
        "PORT ELLERY, March 4. /NORTH WIRE/. A ferry sank on Wednesday.",
        "Rescue at dawn",
        '"We are safe," she said.',
    ]
    assert found.identity == found.path == str(tmp_path / "a.txt")


def test_files_come_in_the_order_given_folders_sorted_each_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.jsonl.gz", "d.exe", ".hidden.txt", "sub/e.PDF", ".git/f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(find_files([tmp_path / "d.exe", tmp_path, tmp_path / "a.md"]))
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "d.exe",
        "a.md",
        "b.txt",
        "c.jsonl.gz",
        "sub/e.PDF",
    ]


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        list(find_files([tmp_path / "nowhere"]))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"x", "kind"),
        ("a.txt", b" \n ", "holds no text"),
        ("a.html", b"<html></html>", "holds no text"),
        ("a.txt", b"GIF\0\0", "binary"),
        ("a.txt", b"\x81\x8d\x8f", "not text"),
        ("a.txt", bytes(range(1, 32)) * 9, "not text"),
        ("a.txt", "Привет мир".encode("cp1251"), "not text"),
        ("a.jsonl", b"", "no records"),
        ("a.csv", b"a,b\n1,2", "no column"),
        ("a.csv", b"a,b", "no records"),
        ("a.parquet", b"PAR1 nonsense", "not a .parquet file"),
        ("a.parquet.gz", b"PAR1 nonsense", "not a .parquet file"),
        ("a.xml", b"<note>Not a feed.</note>", "not an RSS or Atom feed"),
        ("a.xml", b"plain words", "not an RSS or Atom feed"),
        ("a.rss", b"<rss><channel></channel></rss>", "without entries"),
        ("a.docx", b"PK nonsense", "not a Word document"),
        ("a.json", b"{oops", "not a .json file"),
        ("a.json", b"[" * 100_000, "not a .json|nested"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        list(read_file(write(tmp_path / name, content)))


def test_what_is_no_file_or_no_gzip_says_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "bad.txt.gz").write_bytes(b"plain")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"text": "One."}\n' * 999)[:60])
    for name, reason in (("pipe.txt", "not a file"), ("bad.txt.gz", "gzip"), ("cut.jsonl.gz", "gzip")):
        with pytest.raises(UnreadableError, match=reason):
            list(read_file(tmp_path / name))


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_file_over_the_limit_is_refused_unpacked_or_not(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MAX_FILE_BYTES", 1_000_000)
    with pytest.raises(UnreadableError, match="more than 1 MB"):
        list(read_file(write(tmp_path / name, b"word " * 1_000_000)))


@pytest.mark.parametrize(
    "content", ["Café.".encode(), b"\xef\xbb\xbfCaf\xc3\xa9.", "Café.".encode("utf-16"), "Café.".encode("cp1252")]
)
def test_text_is_read_in_the_usual_encodings(tmp_path: Path, content: bytes) -> None:
    assert only(write(tmp_path / "a.txt", content)).text == "Café."


def test_a_page_is_read_in_the_character_set_it_declares(tmp_path: Path) -> None:
    words = "Паром затонул у причала на рассвете, сообщила береговая охрана."
    head = '<head><meta charset="windows-1251"></head>'
    html = f"<html>{head}<body><article>{f'<p>{words}</p>' * 5}</article></body></html>"
    assert words in only(write(tmp_path / "a.html", html.encode("cp1251"))).text


def test_records_keep_their_facts_and_bad_ones_are_skipped(tmp_path: Path) -> None:
    records = [
        {"text": "PARIS, May 3, 2020 (AP) — A ferry sank.", "source": "The Ledger"},
        {"text": "Advertisement"},
        {"text": "Friday, January 4, 2019\n\n\nBy Jane Doe\n\nIt sank.", "date": "2019-01-04", "title": "Ferry"},
        {"text": "Friday, January 4, 2019\n\nIt sank.", "date": "2019-01-07"},
    ]
    path = write(tmp_path / "a.jsonl.gz", "\n".join(map(json.dumps, records)))
    first, furniture, third, fourth = read_file(path)
    assert isinstance(first, Article) and isinstance(third, Article) and isinstance(fourth, Article)
    assert (first.outlet, first.published, first.origins["published"]) == ("The Ledger", "2020-05-03", "dateline")
    assert isinstance(furniture, Skipped) and "no text" in furniture.reason
    assert (third.text, third.authors, third.origins["authors"]) == ("It sank.", ("Jane Doe",), "byline")
    assert fourth.published == "2019-01-07"  # the record wins, and the line that says otherwise stays to be read
    assert fourth.text.startswith("Friday, January 4, 2019")


def test_a_date_in_running_text_is_never_the_articles() -> None:
    text = "The ferry sank, " * 10 + "he said.\n\nMarch 4, 2026\n\nOn May 5, 2020 it had been built."
    assert completed(Article("a", text)).published is None


def test_a_title_is_taken_from_the_text_once() -> None:
    found = completed(Article("a", "Ferry sinks\n\nA ferry sank.", title="Ferry sinks"))
    assert (found.title, found.text, found.origins) == ("Ferry sinks", "A ferry sank.", {})


def test_a_file_name_that_is_not_text_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.txt")
    assert only(write(path, "A ferry sank.")).id


def parquet(path: Path) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"story": ["A ferry sank."], "title": ["Ferry sinks"]}), path)
    return path.read_bytes()


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "parquet"])
def test_records_are_read_from_every_kind_of_file_packed_or_not(tmp_path: Path, kind: str, packed: str) -> None:
    content = {
        "jsonl": b'{"title": "Ferry sinks", "story": "A ferry sank."}',
        "json": b'[{"title": "Ferry sinks", "story": "A ferry sank."}]',
        "csv": b"title,story\nFerry sinks,A ferry sank.",
        "parquet": parquet(tmp_path / "made"),
    }[kind]
    path = write(tmp_path / f"a.{kind}{packed}", content)
    assert f".{kind}" in SUFFIXES
    for mapping in ({}, {"text": "Story"}):
        (found,) = read_file(path, mapping)
        assert isinstance(found, Article)
        assert (found.title, found.text, found.identity) == ("Ferry sinks", "A ferry sank.", f"{path}#Ferry sinks")
    with pytest.raises(UnreadableError, match="named plot; .* of (title, story|story, title)"):
        list(read_file(path, {"text": "plot"}))


def test_packed_parquet_of_giant_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_WHOLE_BYTES", 1_000_000)
    with pytest.raises(UnreadableError, match="more than 1 MB; unpack it first"):
        list(read_file(write(tmp_path / "a.parquet.gz", b"\0" * 9_000_000)))


def test_a_mapping_is_no_concern_of_pages(tmp_path: Path) -> None:
    (found,) = read_file(write(tmp_path / "a.txt", "A ferry sank."), {"text": "story"})
    assert isinstance(found, Article)


def test_a_file_name_dates_an_article_that_says_nothing_else(tmp_path: Path) -> None:
    for name in ("2018-03-20-huntsman.txt", "20180320_huntsman.md", "2018.03.20.txt.gz"):
        found = only(write(tmp_path / name, "A ferry sank."))
        assert (found.published, found.origins["published"]) == ("2018-03-20", "file name")
    said = only(write(tmp_path / "2018-03-21.txt", "PARIS, May 3, 2020 (AP) — A ferry sank."))
    assert (said.published, said.origins["published"]) == ("2020-05-03", "dateline")


@pytest.mark.parametrize("name", ["2018-02-30-a.txt", "201803201530.txt", "20180320a.txt", "a-2018-03-20.txt", "1.txt"])
def test_no_other_number_in_a_file_name_is_a_date(tmp_path: Path, name: str) -> None:
    assert only(write(tmp_path / name, "A ferry sank.")).published is None


def test_the_name_of_a_file_of_records_dates_none_of_them(tmp_path: Path) -> None:
    assert only(write(tmp_path / "2018-03-20.jsonl", '{"text": "A ferry sank."}')).published is None


SEEDS = Path(__file__).parents[2] / "shared" / "data" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two real scraped pages are not on this machine")
def test_the_real_scraped_pages() -> None:
    deseret, tass = (only(path) for path in find_files([SEEDS]))
    assert deseret.title == "U.S. Ambassador Jon Huntsman Jr. sees Trump, Putin moving toward formal meeting"
    assert (deseret.outlet, deseret.published) == (None, None)
    assert deseret.text.startswith("SALT LAKE CITY — President Donald Trump congratulated")
    assert deseret.text.endswith('generally trying to do the right thing."')
    assert tass.title == "US ambassador to Russia calls for relations to move forward, despite sanctions"
    assert (tass.outlet, tass.published, tass.origins["published"]) == ("TASS", "--01-29", "dateline")
    assert "Japaridze" not in tass.text and "All news" not in tass.text and "\n\nKremlin report\n\n" in tass.text

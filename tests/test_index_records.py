from __future__ import annotations

import io
import json

import pytest

from index import records
from index.article import Article
from index.records import Skipped, article_from_record, filled, read_csv, read_json, read_jsonl


def article(**record: object) -> Article:
    found = article_from_record({"text": "A ferry sank.", **record}, "/a.jsonl")
    assert found is not None
    return found


def test_fields_are_found_under_the_names_data_sets_use() -> None:
    found = article_from_record(
        {
            "Body": "A ferry sank.",
            "headline": "Ferry sinks",
            "source": "The Ledger",
            "datePublished": "2026-03-04T10:00:00Z",
            "updated_at": "2026-03-05",
            "byline": "By Jane Doe and John Roe",
            "link": "https://example.org/a",
        },
        "/a.jsonl",
    )
    assert found == Article(
        identity="https://example.org/a",
        text="A ferry sank.",
        title="Ferry sinks",
        outlet="The Ledger",
        authors=("Jane Doe", "John Roe"),
        published="2026-03-04",
        modified="2026-03-05",
        url="https://example.org/a",
        path="/a.jsonl",
        origins=dict.fromkeys(("title", "outlet", "authors", "published", "modified", "url"), "record"),
    )


@pytest.mark.parametrize("missing", [None, "", "nan", "None", float("nan"), [], {}])
def test_missing_values_stay_missing(missing: object) -> None:
    found = article(title=missing, source=missing, authors=missing, date=missing, url=missing)
    assert (found.title, found.outlet, found.authors, found.published, found.url) == (None, None, (), None, None)
    assert found.origins == {}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Jane Doe", "John Roe"], ("Jane Doe", "John Roe")),
        ("['Jane Doe', 'John Roe']", ("Jane Doe", "John Roe")),
        ("Jane Doe, John Roe and Li Wei", ("Jane Doe", "John Roe", "Li Wei")),
        ([{"name": "Jane Doe"}], ("Jane Doe",)),
        ("Jane Doe, The Ledger", ("Jane Doe",)),
        ("[" * 3000, ()),
    ],
)
def test_authors_in_every_shape(value: object, names: tuple[str, ...]) -> None:
    assert article(author=value, source="The Ledger").authors == names


def test_an_unreadable_date_is_not_invented() -> None:
    assert article(date="last week").published is None


def test_the_identity_survives_new_text_and_a_new_place_in_the_file() -> None:
    assert article(id=7).identity == "/a.jsonl#7"
    assert article(title="Ferry sinks", text="One.").identity == article(title="Ferry sinks", text="Two.").identity
    assert article(text="One.").identity != article(text="Two.").identity


def test_known_facts_are_not_overwritten() -> None:
    found = filled(article(title="Kept"), {"title": "New", "date": "2026-03-04"}, "meta")
    assert (found.title, found.published, found.origins) == (
        "Kept",
        "2026-03-04",
        {"title": "record", "published": "meta"},
    )


def test_a_bad_line_does_not_stop_the_others() -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "One."}',
        b"{oops",
        b"",
        b'{"title": "x"}',
        b"[1]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"text": "Two."}',
    ]
    found = list(read_jsonl(io.BytesIO(b"\n".join(lines)), "f"))
    assert [record.text for record in found if isinstance(record, Article)] == ["One.", "Two."]
    assert [record.path for record in found if isinstance(record, Skipped)] == [f"f line {n}" for n in (2, 4, 5, 6, 7)]


def test_a_line_or_text_of_giant_size_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORD_BYTES", 100)
    monkeypatch.setattr(records, "MAX_TEXT_CHARACTERS", 50)
    lines = [{"text": "x" * 200}, {"text": "x" * 60}, {"text": "One."}]
    data = "\n".join(map(json.dumps, lines)).encode()
    first, second, third = read_jsonl(io.BytesIO(data), "f")
    assert isinstance(first, Skipped) and isinstance(second, Skipped) and isinstance(third, Article)
    assert first.path == "f line 1" and third.text == "One."


def test_json_holds_an_array_or_one_object() -> None:
    assert [type(found) for found in read_json(b'[{"text": "One."}, 5]', "f")] == [Article, Skipped]
    assert [type(found) for found in read_json(b'{"text": "One."}', "f")] == [Article]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_quotes_and_line_breaks(delimiter: str) -> None:
    rows = [["Title", "Text"], ["Ferry sinks", '"A, ferry; sank.\nTwo."'], ["Empty", ""]]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    found, empty = read_csv(io.BytesIO(data), "f")
    assert isinstance(found, Article) and isinstance(empty, Skipped)
    assert (found.title, found.text) == ("Ferry sinks", "A, ferry; sank.\nTwo.")


def test_csv_fields_may_be_long_and_not_utf8() -> None:
    data = b"text\n" + b"caf\xe9 " * 50_000 + b"\n"
    (found,) = read_csv(io.BytesIO(data), "f")
    assert isinstance(found, Article) and found.text.startswith("café") and len(found.text) > 200_000


def test_csv_without_a_text_column_is_refused() -> None:
    with pytest.raises(ValueError, match="no column"):
        list(read_csv(io.BytesIO(b"a,b\n1,2\n"), "f"))

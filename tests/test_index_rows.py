from __future__ import annotations

import datetime
import gzip
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import IO, Any

import pytest

from index import records, rows
from index.article import Article
from index.errors import UnreadableError
from index.records import FIELDS, Row, Skipped, articles
from index.rows import csv_rows, json_rows, jsonl_rows, parquet_rows


def read(
    reader: Callable[[IO[bytes], str], Iterator[Row | Skipped]], data: bytes, mapping: dict[str, str] | None = None
) -> list[Article | Skipped]:
    return list(articles(lambda: reader(io.BytesIO(data), "f"), "f", mapping or {}))


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
    found = read(jsonl_rows, b"\n".join(lines))
    assert [record.text for record in found if isinstance(record, Article)] == ["One.", "Two."]
    assert [record.path for record in found if isinstance(record, Skipped)] == [f"f line {n}" for n in (2, 4, 5, 6, 7)]


def test_a_line_or_text_of_giant_size_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_RECORD_BYTES", 100)
    monkeypatch.setattr(records, "MAX_TEXT_CHARACTERS", 50)
    lines = [{"text": "x" * 200}, {"text": "x" * 60}, {"text": "One."}]
    data = "\n".join(map(json.dumps, lines)).encode()
    first, second, third = read(jsonl_rows, data)
    assert isinstance(first, Skipped) and isinstance(second, Skipped) and isinstance(third, Article)
    assert first.path == "f line 1" and third.text == "One."


def as_json(stream: IO[bytes], path: str) -> Iterator[Row | Skipped]:
    return iter(json_rows(stream.read(), path))


def test_json_holds_an_array_or_one_object() -> None:
    assert [type(row) for row in read(as_json, b'[{"text": "One."}, 5]')] == [Article, Skipped]
    assert [type(row) for row in read(as_json, b'{"text": "One."}')] == [Article]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_quotes_and_line_breaks(delimiter: str) -> None:
    rows = [["Title", "Text"], ["Ferry sinks", '"A, ferry; sank.\nTwo."'], ["Empty", ""]]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    found, empty = read(csv_rows, data)
    assert isinstance(found, Article) and isinstance(empty, Skipped)
    assert (found.title, found.text) == ("Ferry sinks", "A, ferry; sank.\nTwo.")


def test_csv_fields_may_be_long_and_not_utf8() -> None:
    data = b"text\n" + b"caf\xe9 " * 50_000 + b"\n"
    (found,) = read(csv_rows, data)
    assert isinstance(found, Article) and found.text.startswith("café") and len(found.text) > 200_000


def test_csv_without_a_text_column_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no column"):
        read(csv_rows, b"a,b\n1,2\n")


def test_a_csv_row_of_giant_size_is_skipped_and_the_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_RECORD_BYTES", 100)
    data = b"title,text\na,One.\nb," + b"x" * 300 + b"\nc,Three.\n"
    first, giant, third = read(csv_rows, data)
    assert isinstance(first, Article) and isinstance(giant, Skipped) and isinstance(third, Article)
    assert giant.path == "f line 3" and "longer than" in giant.reason and third.text == "Three."
    with pytest.raises(ValueError, match="first line is longer"):
        read(csv_rows, b"text," * 100 + b"\nOne.\n")


def test_an_open_quote_takes_no_more_than_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_RECORD_BYTES", 100)
    found = read(csv_rows, b'text\nOne.\n"' + b"never closed\n" * 500)
    assert isinstance(found[0], Article) and isinstance(found[1], Skipped) and found[1].path == "f line 3"


def test_a_packed_csv_without_line_ends_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_RECORD_BYTES", 1_000_000)
    packed = gzip.compress(b"text\n" + b"x" * 60_000_000)
    tracemalloc.start()
    with gzip.open(io.BytesIO(packed)) as stream:
        (skipped,) = csv_rows(stream, "f")
    assert tracemalloc.get_traced_memory()[1] < 15_000_000
    tracemalloc.stop()
    assert isinstance(skipped, Skipped)


WANTED = {name for names in FIELDS.values() for name in names}


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def as_parquet(stream: IO[bytes], path: str) -> Iterator[Row | Skipped]:
    return parquet_rows(stream, path, WANTED)


def test_parquet_holds_records() -> None:
    data = parquet(
        {
            "Text": [f"Ferry {number} sank." for number in range(200)],
            "date": [datetime.datetime(2026, 3, 4, 23, 30)] * 200,
            "authors": [["Jane Doe", "John Roe"]] * 200,
            "vector": [[0.1] * 8] * 200,
        },
        row_group_size=50,
    )
    found = read(as_parquet, data)
    assert len(found) == 200 and isinstance(found[150], Article)
    assert (found[150].text, found[150].published) == ("Ferry 150 sank.", "2026-03-04")
    assert found[150].authors == ("Jane Doe", "John Roe")


def test_parquet_reads_only_the_columns_that_count_but_names_all() -> None:
    row = next(as_parquet(io.BytesIO(parquet({"text": ["One."], "vector": [[0.1] * 8]})), "f"))
    assert isinstance(row, Row) and row.record == {"text": "One.", "vector": None}
    with pytest.raises(UnreadableError, match="which it is of a, b"):
        read(as_parquet, parquet({"a": ["One."], "b": [1]}))


def test_a_bad_value_in_parquet_skips_its_row() -> None:
    import pyarrow as pa

    broken = pa.array([b"One.", b"\xff\xfe", b"Three."]).cast(pa.string(), safe=False)
    first, second, third = read(as_parquet, parquet({"text": broken}))
    assert isinstance(first, Article) and isinstance(second, Skipped) and isinstance(third, Article)
    dates = pa.array([0, 2**62], pa.timestamp("us"))
    kept, late = read(as_parquet, parquet({"text": ["One.", "Two."], "date": dates}))
    assert isinstance(kept, Article) and isinstance(late, Skipped) and late.path == "f row 2"


@pytest.mark.parametrize("cut", [0, 3, 40, -20, -3])
def test_a_damaged_parquet_file_is_refused(cut: int) -> None:
    with pytest.raises(ValueError):
        read(as_parquet, parquet({"text": ["One."] * 10})[:cut])

"""Records out of the files that hold many: JSON Lines, JSON, CSV and Parquet, a record at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator
from gzip import GzipFile
from typing import IO, Any

from index.records import Row, Skipped, plain_name

MAX_RECORD_BYTES = 50_000_000
# Rows of a Parquet file that are unpacked at a time.
_BATCH_ROWS = 64


def jsonl_rows(stream: IO[bytes] | GzipFile, path: str) -> Iterator[Row | Skipped]:
    """The records of a JSON Lines file, one a line; a line that holds none is skipped with its reason."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        where = f"{path} line {number}"
        if len(line) > MAX_RECORD_BYTES:
            _skip_line(stream, line)
            yield Skipped(where, f"the line is longer than {MAX_RECORD_BYTES // 1_000_000} MB; split it up.")
        elif line.strip():
            try:
                record = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                yield Skipped(where, "the line is not valid JSON in UTF-8; mend or remove it.")
            else:
                yield Row(where, record)


def json_rows(data: bytes, path: str) -> list[Row | Skipped]:
    """The records of a JSON array, or the one record that the file is.

    Raises ValueError or RecursionError if `data` is not JSON.
    """
    content = json.loads(data.decode("utf-8-sig"))
    records = content if isinstance(content, list) else [content]
    return [Row(f"{path} record {number}", record) for number, record in enumerate(records, 1)]


def csv_rows(stream: IO[bytes] | GzipFile, path: str) -> Iterator[Row | Skipped]:
    """The rows of a CSV file whose first row names the columns; comma, semicolon or tab divides them.

    Raises ValueError if the first line is longer than a record may be.
    """
    lines = _Lines(stream)
    try:
        header = next(lines, "")
    except OverflowError as error:
        raise ValueError(f"its first line is longer than {MAX_RECORD_BYTES // 1_000_000} MB") from error
    delimiter = max(",;\t", key=header.count)
    csv.field_size_limit(MAX_RECORD_BYTES)
    columns = next(csv.reader([header], delimiter=delimiter), [])
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        where = f"{path} line {lines.number + 1}"
        lines.left = MAX_RECORD_BYTES
        try:
            row = next(rows, None)
        except OverflowError:
            yield Skipped(where, f"the row is longer than {MAX_RECORD_BYTES // 1_000_000} MB; split it up.")
            continue
        except csv.Error:
            yield Skipped(
                where, "from here on the file is not CSV, perhaps for a quote that is never closed; mend the row."
            )
            return
        if row is None:
            return
        if row:
            yield Row(where, dict(zip(columns, row, strict=False)))


class _Lines:
    """A file's lines as text, `left` bytes of them at most; OverflowError for the line beyond, which is passed over."""

    def __init__(self, stream: IO[bytes] | GzipFile) -> None:
        self.left = MAX_RECORD_BYTES
        self.number = 0
        self._stream = stream

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self.left + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self.left:
            _skip_line(self._stream, line)
            raise OverflowError
        self.left -= len(line)
        if self.number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            return line.decode().replace("\0", "")
        except UnicodeDecodeError:
            return line.decode("cp1252", "replace").replace("\0", "")


def _skip_line(stream: IO[bytes] | GzipFile, line: bytes) -> None:
    while not line.endswith(b"\n") and (line := stream.readline(1_000_000)):
        pass


def parquet_rows(stream: IO[bytes] | GzipFile, path: str, wanted: Collection[str]) -> Iterator[Row | Skipped]:
    """The rows of a Parquet file, some at a time; of its columns those whose plain name is `wanted` are read.

    Raises ValueError if it is not a Parquet file that can be read.
    """
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20)
        names = list(file.schema_arrow.names)
        columns = [name for name in names if plain_name(name) in wanted]
        number = 0
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns, use_threads=False):
            arrays = [_plain_times(batch.column(at), pa) for at in range(batch.num_columns)]
            for at in range(batch.num_rows):
                number += 1
                where = f"{path} row {number}"
                try:
                    values = {name: array[at].as_py() for name, array in zip(batch.schema.names, arrays, strict=True)}
                except (ValueError, OverflowError):
                    yield Skipped(where, "a value of the row is not text in UTF-8 or no date that exists; mend it.")
                else:
                    # The other columns are there by name, so that a message can list them.
                    yield Row(where, dict.fromkeys(names) | values)
    except (pa.ArrowException, OSError) as error:
        raise ValueError(str(error).split("\n")[0][:200].rstrip(".")) from error


def _plain_times(array: Any, pa: Any) -> Any:
    """Times to the microsecond, the finest that Python's own can hold."""
    return array.cast(pa.timestamp("us", array.type.tz), safe=False) if pa.types.is_timestamp(array.type) else array

"""Full-text search in tantivy: derived from the store, read from mapped files, refused when damaged."""

from __future__ import annotations

import json
import os
import struct
import time
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Filter, Index, Occur, Query

from index.errors import InputError

Row = tuple[int, str, str]

# Files of at most this size together are read through at every opening, larger ones when they look touched.
FULL_CHECK_BYTES = 64_000_000

# The name goes into the files: one that analyses otherwise needs another, so that older files are made anew.
_ANALYZER = "news-1"
_STATE = "meta.json"
_STAMP = "checked.json"
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")

# A segment is written when this memory is full. One thread fills it: search is fastest in few, large segments.
_BUILD_HEAP = 1_000_000_000
_UPDATE_HEAP = 64_000_000
_SMALL_UPDATE = 20_000

_FOOTER = struct.Struct("<II")  # the length of the JSON before it, and tantivy's magic number
_MAGIC = 1337
_BLOCK = 1 << 20
_TRIES = 50
_PAUSE = 0.02  # seconds


class FullText:
    """BM25 over the words of chunks and their articles' headings.

    Words count in their English stem, whatever their case and accents. One process writes, any number read: each
    sees one whole commit, the one it opened or last reloaded, until it reloads. A thread may search while another
    does. Every call that reads the files raises ValueError when they are damaged: make the index anew then.
    """

    def __init__(self, folder: Path | None, index: Index) -> None:
        self._folder = folder
        self._schema = _schema()
        self._analyzer = _analyzer()
        self._take(index)

    @classmethod
    def create(cls, folder: Path | None) -> FullText:
        """An empty index in `folder`, new or empty, or in memory. Raises InputError if it cannot be written there."""
        if folder is None:
            return cls(None, Index(_schema()))
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise FileExistsError("there are files in it already")
            Index(_schema(), path=str(folder))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> FullText:
        """What lies in `folder`. Raises OSError when nothing is there, ValueError when damaged or of another kind."""
        return cls(folder, _open(folder))

    def close(self) -> None:
        """Let go of the files."""
        self._take(Index(self._schema))

    def __len__(self) -> int:
        """The number of chunks."""
        return self._searcher.num_docs

    def reload(self) -> None:
        """Take the newest commit. Raises OSError, ValueError as `open` does, and stays with the one at hand then."""
        if self._folder is not None:
            self._take(_open(self._folder))

    def verify(self) -> None:
        """Read all files through. Raises OSError or ValueError when they are damaged."""
        if self._folder is not None:
            _open(self._folder, thorough=True)

    def add(self, rows: Iterable[Row]) -> None:
        """Take in chunks, each as (id, heading, body) and each once; an id that is known is replaced.

        All are committed together at the end. Raises InputError when they cannot be written, and takes in none then.
        """
        rows = iter(rows)
        first = list(islice(rows, _SMALL_UPDATE))
        heap = _UPDATE_HEAP if len(first) < _SMALL_UPDATE else _BUILD_HEAP
        self._write(heap, chain(first, rows), ())

    def remove(self, ids: Iterable[int]) -> None:
        """Take chunks out. No search finds them any more, but their words may stay in the files until made anew."""
        self._write(_UPDATE_HEAP, (), ids)

    def match(self, words: Sequence[str], limit: int, within: Iterable[int] | None = None) -> dict[int, float]:
        """BM25 of the `limit` best chunks that hold any of the words, best first; of those `within` alone, if given."""
        terms = [(Occur.Should, term) for term in self._terms(words)]
        if within is None or not terms:
            return self._search(terms, limit)
        only = Query.const_score_query(Query.term_set_query(self._schema, "id", list(within)), 0.0)
        return self._search([(Occur.Must, Query.boolean_query(terms)), (Occur.Must, only)], limit)

    def holding(self, words: Sequence[str], limit: int) -> list[int]:
        """Ids of at most `limit` chunks that hold all of the words, in whatever form they take."""
        terms = [(Occur.Must, term) for term in self._terms(words)]
        return list(self._search(terms or [(Occur.Must, Query.all_query())], limit))

    def _terms(self, words: Sequence[str]) -> list[Query]:
        stems = dict.fromkeys(stem for word in words for stem in self._analyzer.analyze(_composed(word)))
        return [Query.term_query(self._schema, "words", stem, index_option="freq") for stem in stems]

    def _search(self, terms: Sequence[tuple[Occur, Query]], limit: int) -> dict[int, float]:
        if not terms or limit < 1:
            return {}
        searcher = self._searcher
        with _refusing(self._folder):
            # Without a count, tantivy skips the blocks of chunks that cannot come among the best.
            hits = searcher.search(Query.boolean_query(terms), limit, count=False).hits
            ids = searcher.fast_field_values("id", [address for _, address in hits])
        ranked = sorted((-score, int(chunk)) for chunk, (score, _) in zip(ids, hits, strict=True) if chunk is not None)
        return {chunk: -score for score, chunk in ranked}

    def _write(self, heap: int, rows: Iterable[Row], removed: Iterable[int]) -> None:
        known = len(self) > 0
        with _writing(self._folder):
            writer = self._index.writer(heap, 1)
            try:
                for chunk in removed:
                    writer.delete_documents_by_term("id", chunk)
                for chunk, heading, body in rows:
                    if known:
                        writer.delete_documents_by_term("id", chunk)
                    writer.add_document(tantivy.Document(id=chunk, words=[_composed(heading), _composed(body)]))
                writer.commit()
            except BaseException:
                with suppress(ValueError):  # a writer that broke down has nothing to take back
                    writer.rollback()
                raise
            finally:
                writer.wait_merging_threads()  # those that the commit brought on; lets go of the writer's lock, too
        if self._folder is None:
            self._index.reload()
            self._take(self._index)
        else:
            self.reload()

    def _take(self, index: Index) -> None:
        index.register_tokenizer(_ANALYZER, self._analyzer)
        self._index, self._searcher = index, index.searcher()


def _schema() -> tantivy.Schema:
    # Frequencies without positions: no search asks for phrases, and the files are half as large.
    fields = tantivy.SchemaBuilder().add_integer_field("id", indexed=True, fast=True)
    return fields.add_text_field("words", tokenizer_name=_ANALYZER, index_option="freq").build()


def _analyzer() -> tantivy.TextAnalyzer:
    """Runs of letters and digits, folded before they are lowered: a dotted capital I would keep its dot."""
    tokens = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return tokens.filter(Filter.ascii_fold()).filter(Filter.lowercase()).filter(Filter.stemmer("english")).build()


def _composed(text: str) -> str:
    """A letter and its accent as one character: apart, the accent would cut the word in two."""
    return unicodedata.normalize("NFC", text)


def _open(folder: Path, thorough: bool = False) -> Index:
    """The newest commit, with its files checked: all at one moment, whatever a writer does meanwhile."""
    for _ in range(_TRIES):
        state = (folder / _STATE).read_bytes()
        try:
            _check(folder, state, thorough)
            with _refusing(folder):
                index = Index.open(str(folder))
                index.config_reader("manual")  # the default keeps a thread that watches the folder
                index.reload()
        except (OSError, ValueError):
            if (folder / _STATE).read_bytes() == state:
                raise
        else:
            if (folder / _STATE).read_bytes() == state:
                if index.schema != _schema():
                    raise ValueError(f"The full-text index {folder} is of another version; make it anew.")
                return index
        time.sleep(_PAUSE)
    raise ValueError(f"The full-text index {folder} changes faster than it can be opened; try again.")


def _check(folder: Path, state: bytes, thorough: bool) -> None:
    """Raises OSError or ValueError when a file of the commit is missing or not as it was written."""
    try:
        files = [folder / name for segment in json.loads(state)["segments"] for name in _files(segment)]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"The full-text index {folder} is damaged ({_STATE}: {error!r}); make it anew.") from error
    facts = {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in files}
    large = sum(size for size, _ in facts.values()) > FULL_CHECK_BYTES
    if large and not thorough and _stamp(folder) == facts:
        return
    for path in files:
        if not _is_whole(path):
            raise ValueError(f"The full-text index {folder} is damaged ({path.name}); make it anew.")
    if large:
        with suppress(OSError):  # in a folder that is read only they are read through each time
            _write_stamp(folder, facts)


def _files(segment: dict[str, Any]) -> Iterator[str]:
    """The names of a segment's files, as tantivy makes them."""
    name = segment["segment_id"].replace("-", "")
    yield from (f"{name}.{part}" for part in _PARTS)
    if segment["deletes"]:
        yield f"{name}.{segment['deletes']['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    """Whether a file of tantivy's is as its footer says.

    The footer is JSON with the CRC-32 of all before it, then its own length, then the magic number.
    """
    with path.open("rb") as file:
        rest = os.fstat(file.fileno()).st_size - _FOOTER.size
        if rest < 0:
            return False
        file.seek(rest)
        length, magic = _FOOTER.unpack(file.read(_FOOTER.size))
        if magic != _MAGIC or length > rest:
            return False
        file.seek(rest - length)
        try:
            said = json.loads(file.read(length))["crc"]
        except (ValueError, LookupError, TypeError):
            return False
        file.seek(0)
        crc, rest = 0, rest - length
        while rest and (block := file.read(min(_BLOCK, rest))):
            crc, rest = zlib.crc32(block, crc), rest - len(block)
        return rest == 0 and bool(crc == said)


def _stamp(folder: Path) -> object:
    try:
        return json.loads((folder / _STAMP).read_bytes())
    except (OSError, ValueError):
        return None


def _write_stamp(folder: Path, facts: dict[str, list[int]]) -> None:
    part = folder / f"{_STAMP}.{os.getpid()}.part"
    part.write_text(json.dumps(facts))
    os.replace(part, folder / _STAMP)


@contextmanager
def _refusing(folder: Path | None) -> Iterator[None]:
    """Turns what tantivy raises over files that it cannot read into ValueError."""
    try:
        yield
    except BaseException as error:
        # A panic in Rust has no class that could be named here.
        if isinstance(error, ValueError) or type(error).__name__ == "PanicException":
            raise ValueError(f"The full-text index {folder} cannot be read ({error}); make it anew.") from error
        raise


@contextmanager
def _writing(folder: Path | None) -> Iterator[None]:
    """Turns what tantivy raises over files that it cannot write into InputError."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, (ValueError, OSError)) or type(error).__name__ == "PanicException":
            raise InputError(
                f"The full-text index {folder} cannot be written ({error}); "
                "check its permissions and the free space on its disk."
            ) from error
        raise

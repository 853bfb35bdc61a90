"""The FAISS index: derived from the store, checked before it is read, made anew when in doubt."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors

Ids = NDArray[np.int64]
Read = Callable[[Ids], Vectors]

EXACT_LIMIT = 50_000  # vectors; up to here a look at every one of them takes a few milliseconds
PROBED_LISTS = 256  # of about 4 * sqrt(n)
SAMPLE_PER_LIST = 40
ROUNDS = 6  # of k-means
BATCH = 10_000  # vectors held in memory at once while an index is built
CHECKED_SIZE = 64 << 20  # bytes; up to here a file is read in full before it is trusted


class VectorIndex:
    """Inner-product search over unit vectors: exact while small, above that an inverted file of 8-bit codes.

    Up to `EXACT_LIMIT` vectors every one is compared in full precision. Above, k-means parts them into lists, a search
    looks through the lists nearest to the question, and the file is mapped into memory rather than read. The scores are
    then off by up to .006: take more than are wanted and score them anew from the true vectors.

    Searches may run in several threads at once; `add` and `remove` want the index for themselves.
    """

    def __init__(self, index: Any, mapped: bool = False) -> None:
        self._index = index
        self._mapped = mapped

    @classmethod
    def build(cls, dimension: int, ids: Ids, read: Read) -> VectorIndex:
        """Index the unit vectors of `ids`, shape (n,), none of them negative or twice there.

        `read` gives the vectors of some of the ids, in their order, shape (len(some), dimension). It is asked for at
        most `BATCH` at a time, so that never all are in memory: where there are lists to be laid out, first for a
        sample spread over all of them. The same ids and vectors make the same index.
        """
        import faiss

        lists = _lists(len(ids))
        if lists:
            sample = _sample(ids, lists * SAMPLE_PER_LIST)
            index = _inverted_file(dimension, lists, np.concatenate([read(batch) for batch in _batches(sample)]))
        else:
            index = faiss.IndexIDMap(faiss.IndexFlatIP(dimension))
        for batch in _batches(ids):
            index.add_with_ids(read(batch), batch)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> VectorIndex:
        """What `save` wrote to `path`; nothing is read before its checksum is found right.

        Of a file with lists that is larger than `CHECKED_SIZE` and untouched since it was written, only the part that
        tells where the lists lie is checked: a fault of the disk elsewhere could cost a candidate, but not make a wrong
        score of one that is scored anew. One that was copied or written to is checked in full.

        Raises OSError when it or the stamp beside it cannot be read, ValueError when it is damaged or made by a version
        of FAISS that this one does not understand. Either way build it anew.
        """
        import faiss

        stamp = _check(path, whole=False)
        mapped = stamp.head > 0
        try:
            flags = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY if mapped else 0
            index: Any = faiss.read_index(str(path), flags)
        except RuntimeError as error:
            raise ValueError(f"{path} is not of this version of FAISS: build it anew.") from error
        if _Identity.of(path) != stamp.identity:
            raise ValueError(f"{path} was replaced while it was opened: open it again.")
        if mapped:
            index.nprobe = PROBED_LISTS
        return cls(index, mapped)

    @staticmethod
    def verify(path: Path) -> None:
        """Read all of the file and compare its checksum: as `open`, with the same errors, but never by halves."""
        _check(path, whole=True)

    def save(self, path: Path) -> None:
        """Write the index to `path` and its stamp beside it, as `.json`.

        Each is complete on the disk before it takes its name. Between the two names the pair does not fit and `open`
        refuses it, so give every save a path of its own where there are readers. Raises OSError.
        """
        import faiss

        with _part(path) as part:
            try:
                faiss.write_index(self._index, str(part))
            except RuntimeError as error:
                raise OSError(f"{path} cannot be written: see that its folder is there and has room.") from error
            with part.open("rb+") as file:
                os.fsync(file.fileno())
                head = os.fstat(file.fileno()).st_size - self._lists_size() if self._lists else 0
                checksums = _sha256(file, head), _sha256(file)
            os.replace(part, path)
        _Stamp(head, *checksums, _Identity.of(path)).write(_stamp_path(path))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Index `vectors`, shape (n, dimension), under new `ids`. A mapped index is read into memory first."""
        self._own()
        self._index.add_with_ids(vectors, ids)

    def remove(self, ids: Ids) -> None:
        """Forget `ids` and their vectors; unknown ones are passed over. A mapped index is read into memory first.

        The next `save` writes a file without them. Where lists were laid out by a sample that they were in, they have
        had their share in the lists' means.
        """
        self._own()
        self._index.remove_ids(ids)

    def search(self, vector: Vectors, limit: int, within: Ids | None = None) -> dict[int, float]:
        """Cosines of the `limit` chunks nearest to `vector`, shape (dimension,), best first; rough if not `exact`.

        Of the chunks `within` alone, where given.
        """
        return self.search_all(vector[None, :], limit, within)[0]

    def search_all(self, vectors: Vectors, limit: int, within: Ids | None = None) -> list[dict[int, float]]:
        """What `search` finds for each of the `vectors`, shape (n, dimension)."""
        limit = min(limit, len(self) if within is None else len(within))
        if not limit:
            return [{} for _ in vectors]
        with _one_thread():
            scores, ids = self._index.search(vectors, limit, params=self._only(within))
        # Where the lists looked through hold fewer than were asked for, the rest of the ids are -1.
        return [
            {int(chunk): float(score) for chunk, score in zip(*row, strict=True) if chunk >= 0}
            for row in zip(ids, scores, strict=True)
        ]

    def _only(self, within: Ids | None) -> Any:
        """What restricts a search to some ids."""
        if within is None:
            return None
        import faiss

        parameters: Any = faiss.SearchParametersIVF() if self._lists else faiss.SearchParameters()
        if self._lists:
            parameters.nprobe = self._index.nprobe
        parameters.sel = faiss.IDSelectorBatch(within)
        return parameters

    @property
    def exact(self) -> bool:
        """Whether scores are true cosines and nothing is overlooked."""
        return self._lists == 0

    @property
    def outgrown(self) -> bool:
        """Whether it holds so many that one built anew would be laid out for more: searches get slower, not wrong."""
        return _lists(len(self)) > self._lists

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def _lists(self) -> int:
        return int(getattr(self._index, "nlist", 0))

    def _lists_size(self) -> int:
        """Bytes that the codes and ids of all lists take in a file, where they lie at the end."""
        return len(self) * (int(self._index.code_size) + np.dtype(np.int64).itemsize)

    def _own(self) -> None:
        """Take the lists out of the mapped file, which FAISS cannot change (it would end the process)."""
        import faiss

        if not self._mapped:
            return
        mapped = self._index.invlists
        lists: Any = faiss.ArrayInvertedLists(mapped.nlist, mapped.code_size)
        every_id = (0, 0, np.iinfo(np.int64).max)
        mapped.copy_subset_to(lists, *every_id)
        self._index.replace_invlists(lists, True)
        lists.this.disown()
        self._mapped = False


def _lists(count: int) -> int:
    """How many lists for `count` vectors: none up to `EXACT_LIMIT`, then a power of two near 4 * sqrt(count).

    >>> _lists(50_000), _lists(100_000), _lists(1_000_000)
    (0, 1024, 4096)
    """
    return 0 if count <= EXACT_LIMIT else 2 ** round(2 + math.log2(count) / 2)


def _sample(ids: Ids, size: int) -> Ids:
    """At most `size` of `ids`, drawn from all over them, in their order; the same ones every time."""
    if size >= len(ids):
        return ids
    return ids[np.sort(np.random.default_rng(0).choice(len(ids), size, replace=False))]


def _batches(ids: Ids) -> Iterator[Ids]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _inverted_file(dimension: int, lists: int, sample: Vectors) -> Any:
    """An empty index whose lists' means and codes' ranges are learned from `sample`."""
    import faiss

    index: Any = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = ROUNDS
    index.cp.min_points_per_centroid = 1  # else it prints a warning
    index.nprobe = PROBED_LISTS
    index.train(sample)
    return index


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep FAISS to the calling thread: on a busy machine a team of threads waits for its slowest, and long."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


@dataclass(frozen=True)
class _Identity:
    """What changes when a file is written to, replaced or copied."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @classmethod
    def of(cls, file: Path | int) -> _Identity:
        stat = os.stat(file)
        return cls(stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@dataclass(frozen=True)
class _Stamp:
    """What lies beside an index to check it by."""

    head: (
        int  # bytes before the codes and ids of its lists, from which FAISS takes its offsets; 0 if there are no lists
    )
    head_sha256: str
    rest_sha256: str
    identity: _Identity

    @classmethod
    def read(cls, path: Path) -> _Stamp:
        try:
            fields = json.loads(path.read_bytes())
            return cls(**{**fields, "head": int(fields["head"]), "identity": _Identity(**fields["identity"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} is damaged: build the index anew.") from error

    def write(self, path: Path) -> None:
        with _part(path) as part:
            with part.open("wb") as file:
                file.write(json.dumps(asdict(self)).encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _check(path: Path, whole: bool) -> _Stamp:
    """The stamp of the file at `path`, once its bytes are found to fit. Raises OSError and ValueError."""
    stamp = _Stamp.read(_stamp_path(path))
    with path.open("rb") as file:
        identity = _Identity.of(file.fileno())
        whole = whole or not stamp.head or identity.size <= CHECKED_SIZE or identity != stamp.identity
        sound = _sha256(file, min(stamp.head, identity.size)) == stamp.head_sha256
        if sound and whole:
            sound = _sha256(file) == stamp.rest_sha256
    if not sound:
        raise ValueError(f"{path} is damaged: build it anew.")
    if identity != stamp.identity:
        stamp = replace(stamp, identity=identity)
        with suppress(OSError):  # where one may only read, it is checked in full every time
            stamp.write(_stamp_path(path))
    return stamp


def _sha256(file: BufferedIOBase, size: int | None = None) -> str:
    """The checksum of the next `size` bytes, or of all that follow."""
    return (hashlib.file_digest(file, "sha256") if size is None else hashlib.sha256(file.read(size))).hexdigest()


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    """A place to write what is then renamed to `path`; what is left of it goes."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)

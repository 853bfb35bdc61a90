"""The FAISS index: derived from the store, stamped with the generation it was made from, made anew when in doubt."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class VectorIndex:
    """Exact inner-product search over the unit vectors of one generation of the store."""

    def __init__(self, generation: str, index: Any) -> None:
        self.generation = generation
        self._index = index

    @classmethod
    def build(cls, generation: str, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
        """Index `vectors`, shape (n, dimension), under `ids`, shape (n,)."""
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, ids)
        return cls(generation, index)

    @classmethod
    def load(cls, path: Path, generation: str) -> VectorIndex | None:
        """What lies at `path`, or None when it is missing, damaged, or of another generation."""
        import faiss

        try:
            stamp = json.loads(_stamp(path).read_bytes())
            data = path.read_bytes()
        except (OSError, ValueError):
            return None
        if stamp != {"generation": generation, "sha256": hashlib.sha256(data).hexdigest()}:
            return None
        try:
            return cls(generation, faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))
        except RuntimeError:  # written by another version of FAISS
            return None

    def save(self, path: Path) -> None:
        """Write the index and then its stamp; a stamp that does not fit the index makes both be made anew."""
        import faiss

        data = faiss.serialize_index(self._index).tobytes()
        stamp = {"generation": self.generation, "sha256": hashlib.sha256(data).hexdigest()}
        _replace(path, data)
        _replace(_stamp(path), json.dumps(stamp).encode())

    def search(self, vector: NDArray[np.float32], limit: int) -> dict[int, float]:
        """Cosines of the `limit` chunks nearest to `vector`, shape (dimension,), best first."""
        limit = min(limit, self._index.ntotal)
        if not limit:
            return {}
        scores, ids = self._index.search(vector[None, :], limit)
        return {int(chunk): float(score) for chunk, score in zip(ids[0], scores[0], strict=True)}


def _stamp(path: Path) -> Path:
    return path.with_suffix(".json")


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)

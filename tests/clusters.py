"""Unit vectors in clusters, and indexes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.vectors import VectorIndex

Vectors = NDArray[np.float32]

FIRST_ID = 10**12  # so that an id's bytes are seen in a file


def normalised(vectors: NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def clustered(count: int) -> Vectors:
    """In 400 clusters, as passages about the same things are, shape (count, 32)."""
    draw = np.random.default_rng(8)
    centres = normalised(draw.normal(size=(400, 32)))
    return normalised(centres[draw.integers(400, size=count)] + 0.12 * draw.normal(size=(count, 32)))


def build(vectors: Vectors) -> VectorIndex:
    ids = np.arange(FIRST_ID, FIRST_ID + len(vectors), dtype=np.int64)
    return VectorIndex.build(vectors.shape[1], ids, lambda some: vectors[some - FIRST_ID])


def saved(index: VectorIndex, folder: Path) -> Path:
    index.save(folder / "vectors.faiss")
    return folder / "vectors.faiss"

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.vectors import VectorIndex


@pytest.fixture
def unit_vectors() -> NDArray[np.float32]:
    vectors = np.random.default_rng(7).normal(size=(50, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def build(vectors: NDArray[np.float32], generation: str = "g1") -> VectorIndex:
    return VectorIndex.build(generation, np.arange(100, 100 + len(vectors), dtype=np.int64), vectors)


def test_search_gives_ids_and_cosines_as_numpy_does(unit_vectors: NDArray[np.float32]) -> None:
    question = unit_vectors[7] + 0.1 * unit_vectors[9]
    question /= np.linalg.norm(question)
    found = build(unit_vectors).search(question, 5)
    cosines = unit_vectors @ question
    best = np.argsort(-cosines)[:5]
    assert list(found) == [100 + row for row in best]
    assert list(found.values()) == pytest.approx(cosines[best].tolist(), abs=1e-6)


def test_more_than_there_are_gives_all(unit_vectors: NDArray[np.float32]) -> None:
    assert len(build(unit_vectors).search(unit_vectors[0], 1000)) == len(unit_vectors)


def test_an_empty_index_finds_nothing() -> None:
    assert build(np.zeros((0, 16), dtype=np.float32)).search(np.ones(16, dtype=np.float32), 10) == {}


def test_saved_and_loaded_it_finds_the_same(tmp_path: Path, unit_vectors: NDArray[np.float32]) -> None:
    path = tmp_path / "vectors.faiss"
    index = build(unit_vectors)
    index.save(path)
    loaded = VectorIndex.load(path, "g1")
    assert loaded is not None
    assert loaded.generation == "g1"
    assert loaded.search(unit_vectors[3], 9) == index.search(unit_vectors[3], 9)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["vectors.faiss", "vectors.json"]


def test_another_generation_is_not_loaded(tmp_path: Path, unit_vectors: NDArray[np.float32]) -> None:
    build(unit_vectors).save(tmp_path / "vectors.faiss")
    assert VectorIndex.load(tmp_path / "vectors.faiss", "g2") is None


@pytest.mark.parametrize("file", ["vectors.faiss", "vectors.json"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: bytes(len(data)),
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"[" * 50,
    ],
    ids=["empty", "truncated", "zeroed", "one bit flipped", "something else"],
)
def test_a_damaged_file_is_not_loaded(
    tmp_path: Path, unit_vectors: NDArray[np.float32], file: str, damage: Callable[[bytes], bytes]
) -> None:
    build(unit_vectors).save(tmp_path / "vectors.faiss")
    (tmp_path / file).write_bytes(damage((tmp_path / file).read_bytes()))
    assert VectorIndex.load(tmp_path / "vectors.faiss", "g1") is None


def test_a_file_that_faiss_does_not_know_is_not_loaded_even_with_a_stamp_that_fits(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"IxNw of a later FAISS")
    stamp = {"generation": "g1", "sha256": hashlib.sha256(b"IxNw of a later FAISS").hexdigest()}
    (tmp_path / "vectors.json").write_text(json.dumps(stamp))
    assert VectorIndex.load(tmp_path / "vectors.faiss", "g1") is None


def test_a_missing_file_is_not_loaded(tmp_path: Path) -> None:
    assert VectorIndex.load(tmp_path / "vectors.faiss", "g1") is None


def test_a_failed_save_leaves_the_old_index_and_no_scraps(tmp_path: Path, unit_vectors: NDArray[np.float32]) -> None:
    path = tmp_path / "vectors.faiss"
    path.mkdir()
    (path / "in the way").touch()
    with pytest.raises(OSError):
        build(unit_vectors).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from clusters import Vectors, build, clustered, saved
from news import overwrite

from index import vectors
from index.vectors import VectorIndex


@pytest.fixture(scope="module")
def many() -> Vectors:
    return clustered(3000)


@pytest.fixture
def with_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand vectors are many."""
    monkeypatch.setattr(vectors, "EXACT_LIMIT", 1000)


@pytest.mark.parametrize("count", [50, 1100], ids=["exact", "lists"])
@pytest.mark.parametrize("file", ["vectors.faiss", "vectors.json"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b"0",
        lambda data: bytes(len(data)),
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"[" * 50,
        lambda data: b'{"head": 0}',
    ],
    ids=["empty", "half", "a byte short", "a byte more", "zeroed", "one bit flipped", "brackets", "something else"],
)
@pytest.mark.usefixtures("with_lists")
def test_a_damaged_file_is_refused(
    tmp_path: Path, many: Vectors, count: int, file: str, damage: Callable[[bytes], bytes]
) -> None:
    path = saved(build(many[:count]), tmp_path)
    overwrite(tmp_path / file, damage((tmp_path / file).read_bytes()))
    for read in (VectorIndex.open, VectorIndex.verify):
        with pytest.raises(ValueError, match="is damaged: build"):
            read(path)


@pytest.mark.parametrize("count", [50, 1100], ids=["exact", "lists"])
@pytest.mark.parametrize("checked", [0, 64 << 20], ids=["large", "small"])
@pytest.mark.usefixtures("with_lists")
def test_a_bit_flipped_anywhere_is_never_read(
    tmp_path: Path, many: Vectors, monkeypatch: pytest.MonkeyPatch, count: int, checked: int
) -> None:
    monkeypatch.setattr(vectors, "CHECKED_SIZE", checked)
    path = saved(build(many[:count]), tmp_path)
    intact = path.read_bytes()
    draw = random.Random(3)
    for _ in range(60):
        place, bit = draw.randrange(len(intact)), draw.randrange(8)
        overwrite(path, intact[:place] + bytes([intact[place] ^ 1 << bit]) + intact[place + 1 :])
        with pytest.raises(ValueError, match="damaged"):
            VectorIndex.open(path)


@pytest.mark.usefixtures("with_lists")
def test_a_bit_flipped_in_the_stamp_changes_nothing_or_is_refused(tmp_path: Path, many: Vectors) -> None:
    path = saved(build(many[:1100]), tmp_path)
    stamp = path.with_suffix(".json")
    intact, found = stamp.read_bytes(), VectorIndex.open(path).search(many[0], 20)
    refused = 0
    for place in range(len(intact)):
        stamp.write_bytes(intact[:place] + bytes([intact[place] ^ 1 << place % 7]) + intact[place + 1 :])
        try:
            assert VectorIndex.open(path).search(many[0], 20) == found
        except ValueError:
            refused += 1
    assert refused > 150


@pytest.fixture
def large(tmp_path: Path, many: Vectors, with_lists: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with lists of a size that is not checked in full every time."""
    monkeypatch.setattr(vectors, "CHECKED_SIZE", 0)
    return saved(build(many[:3000]), tmp_path)


def test_of_a_large_file_that_lay_untouched_only_the_head_is_checked(large: Path) -> None:
    stamp = json.loads(large.with_suffix(".json").read_bytes())
    assert large.stat().st_size - stamp["head"] == 3000 * (32 + 8)
    large.with_suffix(".json").write_text(json.dumps({**stamp, "rest_sha256": "another"}))
    VectorIndex.open(large)
    with pytest.raises(ValueError, match="damaged"):
        VectorIndex.verify(large)
    large.with_suffix(".json").write_text(json.dumps({**stamp, "head_sha256": "another"}))
    with pytest.raises(ValueError, match="damaged"):
        VectorIndex.open(large)


def test_a_large_file_that_was_touched_is_checked_in_full_once(large: Path) -> None:
    os.utime(large, ns=(0, 0))
    VectorIndex.open(large)
    stamp = json.loads(large.with_suffix(".json").read_bytes())
    assert stamp["identity"]["modified_ns"] == 0
    large.with_suffix(".json").write_text(json.dumps({**stamp, "rest_sha256": "another"}))
    VectorIndex.open(large)


def test_damage_is_seen_though_the_file_is_dated_back(large: Path) -> None:
    stat = large.stat()
    data = large.read_bytes()
    overwrite(large, data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(large, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(ValueError, match="damaged"):
        VectorIndex.open(large)


def test_a_copy_can_be_opened(large: Path, many: Vectors) -> None:
    copy = large.parent / "copy"
    copy.mkdir()
    for file in (large, large.with_suffix(".json")):
        shutil.copy(file, copy)
    assert VectorIndex.open(copy / large.name).search(many[0], 9) == VectorIndex.open(large).search(many[0], 9)


@pytest.mark.parametrize("head", [0, 9])
def test_a_file_that_faiss_does_not_know_is_refused_even_with_a_stamp_that_fits(tmp_path: Path, head: int) -> None:
    data, path = b"IxNw of a later FAISS", tmp_path / "vectors.faiss"
    path.write_bytes(data)
    stat = path.stat()
    identity = {"inode": stat.st_ino, "size": 21, "modified_ns": stat.st_mtime_ns, "changed_ns": stat.st_ctime_ns}
    checksums = [hashlib.sha256(piece).hexdigest() for piece in (data[:head], data[head:])]
    stamp = {"head": head, "head_sha256": checksums[0], "rest_sha256": checksums[1], "identity": identity}
    path.with_suffix(".json").write_text(json.dumps(stamp))
    with pytest.raises(ValueError, match="not of this version of FAISS"):
        VectorIndex.open(path)


@pytest.mark.parametrize("missing", ["vectors.faiss", "vectors.json"])
def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path, many: Vectors, missing: str) -> None:
    path = saved(build(many[:50]), tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(FileNotFoundError):
        VectorIndex.open(path)


def test_a_failed_save_leaves_the_old_index_and_no_scraps(tmp_path: Path, many: Vectors) -> None:
    path = tmp_path / "vectors.faiss"
    path.mkdir()
    (path / "in the way").touch()
    with pytest.raises(OSError):
        build(many[:50]).save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]


def test_a_folder_that_is_not_there_is_an_error_that_says_so(tmp_path: Path, many: Vectors) -> None:
    with pytest.raises(OSError, match="see that its folder is there"):
        build(many[:50]).save(tmp_path / "nowhere" / "vectors.faiss")

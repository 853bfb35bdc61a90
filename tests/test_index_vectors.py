from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from clusters import FIRST_ID, Vectors, build, clustered, normalised, saved

from index import vectors
from index.vectors import Ids, VectorIndex


@pytest.fixture
def few() -> Vectors:
    return normalised(np.random.default_rng(7).normal(size=(50, 16)))


@pytest.fixture(scope="module")
def many() -> Vectors:
    return clustered(20_000)


@pytest.fixture(scope="module")
def questions(many: Vectors) -> Vectors:
    draw = np.random.default_rng(9)
    return normalised(many[draw.integers(len(many), size=100)] + 0.1 * draw.normal(size=(100, 32)))


@pytest.fixture
def with_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand vectors are many."""
    monkeypatch.setattr(vectors, "EXACT_LIMIT", 1000)
    monkeypatch.setattr(vectors, "PROBED_LISTS", 64)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# Exact


def test_search_gives_ids_and_cosines_as_numpy_does(few: Vectors) -> None:
    question = normalised(few[7] + 0.1 * few[9])
    index = build(few)
    found = index.search(question, 5)
    cosines = few @ question
    best = np.argsort(-cosines)[:5]
    assert index.exact
    assert list(found) == [FIRST_ID + row for row in best]
    assert list(found.values()) == pytest.approx(cosines[best].tolist(), abs=1e-6)


def test_more_than_there_are_gives_all(few: Vectors) -> None:
    assert len(build(few).search(few[0], 1000)) == len(few)


def test_an_empty_index_finds_nothing_and_can_be_saved_and_added_to(tmp_path: Path, few: Vectors) -> None:
    path = saved(build(np.zeros((0, 16), dtype=np.float32)), tmp_path)
    index = VectorIndex.open(path)
    assert index.search(few[0], 10) == {}
    index.add(np.array([3]), few[:1])
    assert list(index.search(few[0], 10)) == [3]


def test_vectors_are_read_in_batches(few: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "BATCH", 20)
    asked: list[int] = []

    def read(ids: Ids) -> Vectors:
        asked.append(len(ids))
        return few[ids]

    index = VectorIndex.build(16, np.arange(50, dtype=np.int64), read)
    assert asked == [20, 20, 10]
    assert list(index.search(few[45], 1)) == [45]


# With lists


@pytest.mark.usefixtures("with_lists")
def test_with_lists_the_nearest_ten_are_among_the_candidates_and_scores_are_near(
    many: Vectors, questions: Vectors
) -> None:
    index = build(many)
    cosines = questions @ many.T
    best = np.argsort(-cosines, axis=1)[:, :10]
    recalled = 0
    for row, question in enumerate(questions):
        found = index.search(question, 100)
        recalled += len(set(best[row] + FIRST_ID) & set(found))
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert list(found.values()) == pytest.approx([cosines[row, chunk - FIRST_ID] for chunk in found], abs=0.02)
    assert not index.exact
    assert recalled / best.size >= 0.97


@pytest.mark.usefixtures("with_lists")
def test_the_same_vectors_make_the_same_file(tmp_path: Path, many: Vectors) -> None:
    for name in ("a.faiss", "b.faiss"):
        build(many[:3000]).save(tmp_path / name)
    assert (tmp_path / "a.faiss").read_bytes() == (tmp_path / "b.faiss").read_bytes()


@pytest.mark.usefixtures("with_lists")
def test_fewer_in_the_lists_looked_through_than_wanted_are_no_chunks_that_are_not(
    many: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "PROBED_LISTS", 1)
    found = build(many[:3000]).search(many[0], 2000)
    assert 0 < len(found) < 2000
    assert min(found) >= FIRST_ID


@pytest.mark.usefixtures("with_lists")
def test_lists_are_learned_from_a_sample(many: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "SAMPLE_PER_LIST", 4)
    asked: list[Ids] = []

    def read(ids: Ids) -> Vectors:
        asked.append(ids)
        return many[ids]

    VectorIndex.build(32, np.arange(4000, dtype=np.int64), read)
    assert len(asked[0]) == 4 * 256
    assert list(asked[0]) == sorted(asked[0])
    assert asked[0][0] < 400 and asked[0][-1] >= 3600


@pytest.mark.usefixtures("with_lists")
def test_it_is_outgrown_when_one_built_anew_would_be_another(many: Vectors) -> None:
    index = build(many[:1000])
    assert (index.exact, index.outgrown) == (True, False)
    index.add(np.array([1]), many[1000:1001])
    assert (index.exact, index.outgrown) == (True, True)
    index = build(many[:1001])
    assert (index.exact, index.outgrown) == (False, False)
    index.add(np.arange(50_000, 55_000), many[2000:7000])
    assert index.outgrown
    assert not build(many[:6001]).outgrown


# Several at once, and within some ids


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_several_searched_at_once_find_what_each_finds(many: Vectors, questions: Vectors, count: int) -> None:
    index = build(many[:count])
    within = FIRST_ID + np.arange(0, count, 7, dtype=np.int64)
    for only in (None, within):
        together = index.search_all(questions[:9], 20, only)
        assert len(together) == 9
        for question, found in zip(questions, together, strict=False):
            alone = index.search(question, 20, only)
            assert list(found) == list(alone)
            assert list(found.values()) == pytest.approx(list(alone.values()), abs=1e-6)


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_within_some_ids_the_nearest_of_them_are_found_also_after_opening(
    tmp_path: Path, many: Vectors, questions: Vectors, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "PROBED_LISTS", 256)  # all of them
    index = build(many[:count])
    rows = np.random.default_rng(3).choice(count, 60, replace=False)
    within = np.sort(rows) + FIRST_ID
    cosines = questions @ many[within - FIRST_ID].T
    for searched in (index, VectorIndex.open(saved(index, tmp_path))):
        for row, found in enumerate(searched.search_all(questions[:20], 10, within)):
            assert len(found) == 10 and set(found) <= set(within.tolist())
            true = [cosines[row, within.tolist().index(chunk)] for chunk in found]
            assert list(found.values()) == pytest.approx(true, abs=0.02)
            assert min(true) >= np.sort(cosines[row])[-10] - 0.02


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_within_few_ids_no_more_than_these_are_found_and_unknown_ones_are_passed_over(
    many: Vectors, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "PROBED_LISTS", 256)
    index = build(many[:count])
    within = np.array([FIRST_ID + 3, FIRST_ID + 4, 77_777_777], dtype=np.int64)
    for found in index.search_all(many[3:5], 400, within):
        assert set(found) == {FIRST_ID + 3, FIRST_ID + 4}
    assert index.search_all(many[:2], 400, within[:0]) == [{}, {}]
    assert index.search_all(many[:0], 400, within) == []
    assert index.search(many[3], 0, within) == {}


# Opened, added to, removed from


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_saved_and_opened_it_finds_the_same(tmp_path: Path, many: Vectors, count: int) -> None:
    index = build(many[:count])
    opened = VectorIndex.open(saved(index, tmp_path))
    assert (len(opened), opened.exact) == (count, index.exact)
    assert opened.search(many[3], 9) == index.search(many[3], 9)
    assert names(tmp_path) == ["vectors.faiss", "vectors.json"]


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_what_is_added_is_found_and_what_is_removed_is_not_also_after_opening(
    tmp_path: Path, many: Vectors, count: int
) -> None:
    index = VectorIndex.open(saved(build(many[:count]), tmp_path))
    index.add(np.array([90_000, 90_001]), many[count : count + 2])
    index.remove(np.array([FIRST_ID, FIRST_ID + 5, 90_001, 77_777_777]))
    index.save(tmp_path / "next.faiss")
    for again in (index, VectorIndex.open(tmp_path / "next.faiss")):
        assert len(again) == count - 1
        assert next(iter(again.search(many[count], 5))) == 90_000
        found = {chunk for row in (0, 5, count + 1) for chunk in again.search(many[row], 50)}
        assert found.isdisjoint({FIRST_ID, FIRST_ID + 5, 90_001})
    # What is on the disk under the first name is as it was.
    assert next(iter(VectorIndex.open(tmp_path / "vectors.faiss").search(many[5], 1))) == FIRST_ID + 5


def code(path: Path, chunk: int) -> bytes:
    """How the vector of `chunk` lies in a file with lists."""
    index = faiss.read_index(str(path))
    size = index.code_size
    for number in range(index.nlist):
        count = index.invlists.list_size(number)
        ids = list(faiss.rev_swig_ptr(index.invlists.get_ids(number), count))
        if chunk in ids:
            codes = faiss.rev_swig_ptr(index.invlists.get_codes(number), count * size)
            return bytes(codes.tobytes()[ids.index(chunk) * size :][:size])
    raise KeyError(chunk)


@pytest.mark.parametrize("count", [500, 3000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_removed_vectors_are_gone_from_the_file(tmp_path: Path, many: Vectors, count: int) -> None:
    index = build(many[:count])
    path = saved(index, tmp_path)
    chunk = np.array([FIRST_ID + 17], dtype=np.int64)
    vector = many[17].tobytes() if index.exact else code(path, FIRST_ID + 17)
    before = path.read_bytes()
    assert vector in before and chunk.tobytes() in before
    opened = VectorIndex.open(path)
    opened.remove(chunk)
    after = saved(opened, tmp_path).read_bytes()
    assert vector not in after and chunk.tobytes() not in after
    assert len(after) == len(before) - len(vector) - 8


@pytest.mark.usefixtures("with_lists")
def test_a_mapped_index_outlives_its_file(tmp_path: Path, many: Vectors, questions: Vectors) -> None:
    path = saved(build(many), tmp_path)
    opened = VectorIndex.open(path)
    before = [opened.search(question, 50) for question in questions]
    build(many[:2000]).save(path)
    path.unlink()
    assert [opened.search(question, 50) for question in questions] == before
    opened.remove(np.array([FIRST_ID]))
    assert len(opened) == len(many) - 1


@pytest.mark.parametrize("count", [1000, 20_000], ids=["exact", "lists"])
@pytest.mark.usefixtures("with_lists")
def test_threads_searching_at_once_find_what_one_finds(
    tmp_path: Path, many: Vectors, questions: Vectors, count: int
) -> None:
    index = VectorIndex.open(saved(build(many[:count]), tmp_path))
    alone = [index.search(question, 50) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: index.search(question, 50), [*questions] * 8))
    assert together == alone * 8


def test_a_search_leaves_the_number_of_threads_as_it_was(few: Vectors) -> None:
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        build(few).search(few[0], 5)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)

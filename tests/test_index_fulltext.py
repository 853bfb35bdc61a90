from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news import overwrite

from index import fulltext
from index.errors import InputError
from index.fulltext import FullText

ROWS = [
    (
        3,
        "Ferry sinks | Harbor Ledger | March 4, 2026",
        "The mayor signed nothing. Divers searched the harbor for hours.",
    ),
    (7, "Ferry sinks | Harbor Ledger | March 4, 2026", "A crane lifted the wreck; tickets cost 8,350 crowns."),
    (20, "Budget signed | City Post | April 1, 2026", "Signing the budget, Mayor O'Brien praised the café's owners."),
    (1 << 40, "Łódź wins", "Huntsman’s team beat İzmir in a well-known stadium."),
]
WORDS = ("ferry", "mayor", "harbor", "budget", "team", "crowns", "divers", "cafe")


@pytest.fixture
def in_memory() -> FullText:
    words = FullText.create(None)
    words.add(ROWS)
    return words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index on disk of two segments, one of them with a removed chunk."""
    words = FullText.create(tmp_path / "words")
    words.add([*ROWS, (99, "Removed", "This mayor is no more.")])
    words.add([(100, "", "A second ferry.")])
    words.remove([99])
    words.close()
    return tmp_path / "words"


def answers(words: FullText) -> list[dict[int, float]]:
    return [words.match([word], 10) for word in WORDS]


def test_any_of_the_words_matches_and_more_or_rarer_ones_come_first(in_memory: FullText) -> None:
    found = in_memory.match(["ferry", "mayor", "divers", "unheard"], 10)
    assert list(found) == [3, 7, 20] or list(found) == [3, 20, 7]
    assert all(better >= worse > 0 for better, worse in pairwise(found.values()))
    assert in_memory.match(["divers"], 10)[3] > in_memory.match(["ferry"], 10)[3]


def test_scores_are_bm25() -> None:
    words = FullText.create(None)
    words.add([(1, "", "ferry boat"), (2, "", "ferry ferry"), (3, "", "budget talks")])
    # ln(1 + (3 - 2 + .5) / (2 + .5)) * f * 2.2 / (f + 1.2), as all are of the same length
    assert words.match(["ferry"], 10) == pytest.approx({2: 0.47000 * 4.4 / 3.2, 1: 0.47000}, abs=1e-4)


def test_no_more_than_the_limit_are_given(in_memory: FullText) -> None:
    assert list(in_memory.match(["ferry", "divers"], 1)) == [3]
    assert len(in_memory.holding(["ferry"], 1)) == 1
    assert in_memory.match(["ferry"], 0) == {}


@pytest.mark.parametrize("words", [[], ["?!"], [""], ["unheard"]])
def test_nothing_matches_no_words(in_memory: FullText, words: list[str]) -> None:
    assert in_memory.match(words, 10) == {}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("SIGNS", {3, 20}),
        ("search", {3}),
        ("Lodz", {1 << 40}),
        ("ŁÓDŹ", {1 << 40}),
        ("Lo\u0301dz\u0301", {1 << 40}),
        ("cafe", {20}),
        ("cafe\u0301", {20}),
        ("izmir", {1 << 40}),
        ("huntsman", {1 << 40}),
        ("well-known", {1 << 40}),
        ("8,350", {7}),
        ("o’brien", {20}),
        ("Brien", {20}),
    ],
)
def test_a_word_is_found_in_whatever_form_it_takes(in_memory: FullText, word: str, found: set[int]) -> None:
    assert set(in_memory.match([word], 10)) == found
    assert set(in_memory.holding([word], 10)) == found


def test_holding_wants_all_words_of_a_chunk_and_its_heading(in_memory: FullText) -> None:
    assert in_memory.holding(["O", "Brien", "signed", "April"], 10) == [20]
    assert in_memory.holding(["mayor", "crowns"], 10) == []
    assert set(in_memory.holding([], 10)) == {3, 7, 20, 1 << 40}


def test_within_some_chunks_these_alone_match_and_score_as_they_do_among_all(in_memory: FullText) -> None:
    everywhere = in_memory.match(["ferry", "mayor"], 10)
    assert set(everywhere) == {3, 7, 20}
    assert in_memory.match(["ferry", "mayor"], 10, [20, 7, 12345]) == pytest.approx(
        {chunk: everywhere[chunk] for chunk in (7, 20)}
    )
    assert in_memory.match(["team"], 10, iter([1 << 40])) == pytest.approx(in_memory.match(["team"], 10))


def test_the_limit_counts_what_is_within(in_memory: FullText) -> None:
    assert list(in_memory.match(["ferry", "divers"], 1, [7, 20])) == [7]
    assert in_memory.match(["ferry"], 0, [7]) == {}


@pytest.mark.parametrize(
    ("words", "within"), [(["ferry"], []), (["ferry"], [20]), ([], [3, 7]), (["ferry"], [999])], ids=str
)
def test_within_chunks_that_hold_none_of_the_words_nothing_matches(
    in_memory: FullText, words: list[str], within: list[int]
) -> None:
    assert in_memory.match(words, 10, within) == {}


def test_removed_chunks_do_not_match_within_either(folder: Path) -> None:
    words = FullText.open(folder)
    assert set(words.match(["mayor", "ferry"], 10, [99, 3, 100])) == {3, 100}


def test_an_id_added_again_is_replaced(in_memory: FullText) -> None:
    in_memory.add([(3, "", "Quokka"), (4, "", "Quokka")])
    assert in_memory.match(["divers"], 10) == {}
    assert set(in_memory.match(["quokka"], 10)) == {3, 4}
    assert len(in_memory) == 5


def test_removed_chunks_are_found_no_more(in_memory: FullText) -> None:
    in_memory.remove([3, 12345])
    assert list(in_memory.match(["ferry"], 10)) == [7]
    assert in_memory.holding(["divers"], 10) == []
    assert len(in_memory) == 3


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    words = FullText.create(tmp_path / "words")
    words.add([])
    assert len(words) == 0
    assert words.match(["ferry"], 10) == {}
    assert words.holding([], 10) == []


def test_what_is_closed_can_be_opened_again(tmp_path: Path, in_memory: FullText) -> None:
    words = FullText.create(tmp_path / "deep" / "words")
    words.add(ROWS)
    words.close()
    again = FullText.open(tmp_path / "deep" / "words")
    assert answers(again) == answers(in_memory)
    assert len(again) == len(ROWS)
    again.verify()


def test_a_reader_keeps_its_commit_until_it_reloads(folder: Path) -> None:
    reader, writer = FullText.open(folder), FullText.open(folder)
    writer.add([(200, "", "A third ferry.")])
    writer.remove([3])
    assert set(reader.match(["ferry"], 10)) == {3, 7, 100}
    reader.reload()
    assert set(reader.match(["ferry"], 10)) == {7, 100, 200}


def test_a_chunk_all_of_whose_segment_is_removed_leaves_no_file(folder: Path) -> None:
    before = set(folder.glob("*.idx"))
    writer = FullText.open(folder)
    writer.add([(300, "", "Xylograph")])
    (fresh,) = set(folder.glob("*.idx")) - before
    writer.remove([300])
    assert not fresh.exists()


def test_many_small_updates_are_merged(tmp_path: Path) -> None:
    words = FullText.create(tmp_path / "words")
    for chunk in range(30):
        words.add([(chunk, "", f"ferry number{chunk}")])
    assert len(list((tmp_path / "words").glob("*.idx"))) < 15
    assert set(words.match(["ferry"], 100)) == set(range(30))


def test_rows_that_fail_leave_everything_as_it_was(folder: Path) -> None:
    def failing() -> Iterator[tuple[int, str, str]]:
        yield 500, "", "Zyzzyva"
        raise KeyError("the store went away")

    words = FullText.open(folder)
    before = answers(words)
    with pytest.raises(KeyError):
        words.add(failing())
    assert answers(words) == before
    words.add([(501, "", "xylograph")])  # the lock was let go
    assert (list(words.match(["xylograph"], 9)), words.match(["zyzzyva"], 9)) == ([501], {})


def test_a_missing_index_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        FullText.open(tmp_path / "none")
    with pytest.raises(OSError):
        FullText.open(tmp_path)


def test_what_cannot_be_written_is_said(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "_SMALL_UPDATE", 0)  # no row is read before there is a writer
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file", folder):
        with pytest.raises(InputError, match="cannot be written"):
            FullText.create(place)
    one, other = FullText.open(folder), FullText.open(folder)

    def meanwhile() -> Iterator[tuple[int, str, str]]:
        with pytest.raises(InputError, match="cannot be written"):
            other.add(ROWS)
        yield 600, "", "zyzzyva"

    one.add(meanwhile())
    assert list(one.match(["zyzzyva"], 10)) == [600]


def test_an_index_of_another_make_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "_ANALYZER", "news-0")
    with pytest.raises(ValueError, match="another version"):
        FullText.open(folder)


def _truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _empty(data: bytes) -> bytes:
    return b""


def _zero(data: bytes) -> bytes:
    return bytes(len(data))


def _grow(data: bytes) -> bytes:
    return data + b"\0" * 512


@pytest.mark.parametrize("damage", [_truncate, _empty, _zero, _grow])
def test_damaged_files_are_refused(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    files = [path for path in folder.iterdir() if path.suffix != ".lock"]
    assert len(files) > 14
    for path in files:
        whole = path.read_bytes()
        overwrite(path, damage(whole))
        with pytest.raises((ValueError, OSError)):
            FullText.open(folder)
        path.unlink()
        if path.name != ".managed.json":  # which tantivy can do without
            with pytest.raises((ValueError, OSError)):
                FullText.open(folder)
        path.write_bytes(whole)
    FullText.open(folder).verify()


def test_flipped_bits_are_refused_or_change_no_answer(folder: Path) -> None:
    chance = random.Random(5)
    files = [path for path in sorted(folder.iterdir()) if path.suffix != ".lock"]
    right = [set(found) for found in answers(FullText.open(folder))]
    refused = 0
    for path in files * 12:
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        overwrite(path, flipped)
        try:
            assert [set(found) for found in answers(FullText.open(folder))] == right
        except (ValueError, OSError):
            refused += 1
        overwrite(path, whole)
    assert refused > 10 * len(files)


def test_large_files_are_read_through_once_and_again_when_touched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "FULL_CHECK_BYTES", 0)
    FullText.open(folder)
    path = max(folder.glob("*.idx"), key=lambda path: path.stat().st_size)
    whole, facts = path.read_bytes(), path.stat()
    overwrite(path, bytes(len(whole) - 100) + whole[-100:])
    with pytest.raises(ValueError, match="damaged"):
        FullText.open(folder)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # as a failing disk would leave it
    unsuspecting = FullText.open(folder)
    with pytest.raises(ValueError, match="damaged"):
        unsuspecting.verify()


def test_a_panic_over_files_that_were_not_read_through_is_a_value_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "FULL_CHECK_BYTES", 0)
    FullText.open(folder)
    for path in [*folder.glob("*.term"), *folder.glob("*.idx"), *folder.glob("*.fast")]:
        whole, facts = path.read_bytes(), path.stat()
        overwrite(path, b"\xff" * (len(whole) - 150) + whole[-150:])
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(ValueError, match="make it anew"):
        answers(FullText.open(folder))


WRITER = """
import sys
from pathlib import Path
from index.fulltext import FullText
words = FullText.open(Path(sys.argv[1]))
for round in range(40):
    words.add((round * 20 + k, "", "alpha" if k % 2 else "beta") for k in range(20))
    if round % 5 == 4:
        words.remove(range((round - 3) * 20, (round - 2) * 20))
"""


def test_readers_see_whole_commits_while_another_process_writes_and_merges(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    FullText.create(folder).close()
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], cwd=Path(__file__).parents[1])
    reader, seen = FullText.open(folder), set()
    while writer.poll() is None:
        reader.reload()
        for words in (reader, FullText.open(folder)):
            alpha, beta = words.match(["alpha"], 2000), words.match(["beta"], 2000)
            assert len(alpha) == len(beta) == len(words) / 2
            assert len(words) % 20 == 0
            seen.add(len(words))
    assert writer.returncode == 0
    reader.reload()
    assert len(reader) == 40 * 20 - 8 * 20
    assert len(seen) > 5


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_can_be_added_and_looked_for(body: str, words: list[str]) -> None:
    index = FullText.create(None)
    index.add([(1, "", body)])
    assert set(index.match(words, 10)) <= {1}
    assert set(index.holding(words, 10)) <= {1}


def test_a_question_of_a_thousand_words_is_answered(in_memory: FullText) -> None:
    assert list(in_memory.match([f"word{n}" for n in range(1000)] + ["divers"], 10)) == [3]

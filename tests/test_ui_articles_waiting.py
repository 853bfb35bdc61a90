"""Two who change the articles at once: whoever adds waits for the other, and a short write waits a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import FakeEmbedder
from numpy.typing import NDArray

from index import Archive
from index.errors import IndexBusyError, InputError
from ui.page.articles_adding import Adding, add_addresses, add_files, adding_html
from ui.page.articles_editing import remove, undo
from ui.page.articles_keeping import FOLDER
from ui.page.articles_waiting import BUSY, line_to_add, patiently
from ui.turns import Line


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text("A headline\n\nThe harvest is late this year.")
    return path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.page.articles_waiting.PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr("ui.page.articles_waiting.AGAIN_SECONDS", 0.05)


def told(archive: Archive, states: Iterator[Adding]) -> str:
    return adding_html(next(states), archive.folder)


def until(has_come: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not has_come():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def result(attempts: Generator[str, None, Any]) -> tuple[list[str], Any]:
    """What was told meanwhile, and what the write gave."""
    told = []
    while True:
        try:
            told.append(next(attempts))
        except StopIteration as end:
            return told, end.value


def test_whoever_adds_is_told_at_once_that_others_come_first(archive: Archive, story: Path) -> None:
    line = Line()
    with line.turn():
        states = add_files(archive, [story], line)
        assert "Waiting: somebody else is adding articles ..." in told(archive, states)
        third = add_addresses(archive, "http://127.0.0.1:9/a", line)
        assert "Waiting: 2 others are adding articles" in told(archive, third)
        third.close()
        until(lambda: len(line) == 2)
        assert story.exists()
    assert [state.update.added for state in states if state.done and state.update] == [1]
    assert len(line) == 0


def test_one_who_stops_while_waiting_leaves_the_line_and_nothing_is_kept(archive: Archive, story: Path) -> None:
    line = Line()
    with line.turn():
        states = add_files(archive, [story], line)
        next(states).stop.set()
        *_, last = states
        assert (last.done, last.update, len(line)) == (True, None, 1)
    assert "Stopped before anything was added." in adding_html(last, archive.folder)
    assert not (archive.folder / FOLDER).exists()


def test_too_many_who_wait_to_add_are_told_so(archive: Archive, story: Path) -> None:
    line = Line(0, "{} others are waiting already to add articles; try again when they are done.")
    with line.turn():
        *_, last = add_files(archive, [story], line)
    assert last.done and last.error == "0 others are waiting already to add articles; try again when they are done."
    assert line_to_add()._full.startswith("8 others")


def test_whoever_leaves_is_not_waited_for_and_what_was_in_hand_is_finished(tmp_path: Path, story: Path) -> None:
    begun, go_on, settled = (threading.Event() for _ in range(3))

    class Slow(FakeEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            begun.set()
            assert go_on.wait(30)
            return super().embed_passages(texts)

    line = Line()
    with Archive(tmp_path / "index", Slow()) as archive:
        states = add_files(archive, [story], line, after=settled.set)
        next(states)
        assert begun.wait(30)
        states.close()  # would not come back before the passages are embedded
        assert (len(line), settled.is_set()) == (1, False)
        go_on.set()
        until(lambda: len(line) == 0)
        assert settled.is_set()
        assert [article.title for article in archive.articles()] == ["A headline"]
        assert (archive.folder / FOLDER / "story.txt").exists()


def test_an_adding_waits_for_whatever_else_writes(archive: Archive, story: Path) -> None:
    states = add_files(archive, [story], Line())
    with Archive(archive.folder, FakeEmbedder()) as other, other._writing():
        next(states)
        while not (waiting := next(states)).before:
            pass
        assert "Waiting: somebody else is adding articles ..." in adding_html(waiting, archive.folder)
    *_, last = states
    assert last.error is None and last.update and last.update.added == 1


def test_an_adding_that_waits_for_another_process_can_be_stopped(archive: Archive, story: Path) -> None:
    with archive._writing():
        states = add_files(archive, [story], Line())
        next(states).stop.set()
        *_, last = states
    assert (last.done, last.update, last.error) == (True, None, None)
    assert not (archive.folder / FOLDER / "story.txt").exists()


def test_a_short_write_waits_for_the_other_to_end(archive: Archive, news: Path, impatient: None) -> None:
    archive.update([news])
    (first, second) = (entry.id for entry in archive.entries())
    with archive._writing():
        attempts = patiently(lambda: remove(archive, [first]), "waiting")
        assert next(attempts) == "waiting"
    none, removal = result(attempts)
    assert (none, removal.removed.ids) == ([], (first,))
    assert result(patiently(lambda: undo(removal), "waiting")) == ([], "1 article put back.")
    assert result(patiently(lambda: archive.correct(second, {"title": "x"}).title, "waiting")) == ([], "x")


def test_a_short_write_that_waited_in_vain_is_refused_in_a_sentence_for_the_page(
    archive: Archive, news: Path, impatient: None
) -> None:
    archive.update([news])
    before = archive.entries()
    with archive._writing():
        attempts = patiently(lambda: remove(archive, [before[0].id]), "waiting")
        assert next(attempts) == "waiting"
        with pytest.raises(IndexBusyError, match="^Articles are being added; try again when that is done.$") as refusal:
            next(attempts)
    assert str(refusal.value) == BUSY and str(archive.folder) not in BUSY
    assert archive.entries() == before


def test_what_else_goes_wrong_is_told_at_once(archive: Archive) -> None:
    with pytest.raises(InputError, match="There is no article"):
        next(patiently(lambda: archive.correct("nobody", {"title": "x"}), "waiting"))

"""The questions that are offered to begin with, over an archive that changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from fake_assistant import Reciter
from news import BUDGET, FERRY, write

from index import Archive
from index.errors import IndexDamagedError
from ui.page.desk import Desk
from ui.page.offering import offered, offering

SAID = {**FERRY, "text": "“All are safe,” said Ruth Oyelaran, the captain. “Nobody is missing,” said Ruth Oyelaran."}
FOUND = ["What did Ruth Oyelaran say?"]


@pytest.fixture
def desk(archive: Archive, tmp_path: Path) -> Desk:
    archive.update([write(tmp_path / "budget.jsonl", BUDGET)])
    return Desk(Reciter(), ("Who was saved?",), archive=archive)


def test_the_questions_are_made_anew_when_the_articles_are_others(desk: Desk, tmp_path: Path) -> None:
    assert offered(desk) == ("Who was saved?",)
    with Archive(desk.library().folder, FakeEmbedder()) as other:  # as the command line does
        other.update([write(tmp_path / "said.jsonl", SAID)])
    assert offered(desk) == FOUND
    budget, ferry = (entry.id for entry in desk.library().entries())
    removed = desk.library().take_out([ferry])
    assert offering(desk) == ["", "", "", ""]
    desk.library().put_back(removed)
    assert offered(desk) == FOUND
    for id in (budget, ferry):
        desk.library().correct(id, {"title": "Elm Harbor votes"})
    assert offered(desk) == [*FOUND, "What is the latest on Elm Harbor?"]


def test_they_are_made_once_for_each_state_of_the_articles(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    newest = Archive.newest
    monkeypatch.setattr(Archive, "newest", lambda archive, count: made.append(count) or newest(archive, count))
    offered(desk)
    assert made == []
    desk.library().update([write(tmp_path / "said.jsonl", SAID)])
    assert [offered(desk), offered(desk)] == [FOUND, FOUND]
    assert len(made) == 1


def test_the_samples_keep_their_own(desk: Desk, tmp_path: Path) -> None:
    samples = replace(desk, is_sample=True)
    desk.library().update([write(tmp_path / "said.jsonl", SAID)])
    assert offered(samples) == ("Who was saved?",)


def test_while_the_articles_cannot_be_read_those_of_before_stand(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(archive: Archive, count: int) -> None:
        raise IndexDamagedError("It cannot be read.")

    monkeypatch.setattr(Archive, "newest", fails)
    desk.library().update([write(tmp_path / "said.jsonl", SAID)])
    assert offered(desk) == ("Who was saved?",)

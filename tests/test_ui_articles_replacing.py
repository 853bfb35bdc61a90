"""Files dropped again under the name of an earlier one: asked about, kept beside it, or in its place."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder
from news import write

from index import Archive
from index.errors import InputError
from ui.page.articles_adding import Adding, add_files, adding_html
from ui.page.articles_keeping import FOLDER
from ui.page.articles_replacing import NAMES_SHOWN, Intake, apart, asking_html, discard, put_back_replaced
from ui.turns import Line

OLD, NEW = "The harvest\n\nThe harvest is late this year.", "The harvest\n\nThe harvest is two weeks late this year."


class Drop:
    """Drops files as Gradio hands them over, each in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def __call__(self, content: str, name: str = "story.txt") -> Path:
        self._number += 1
        path = self._folder / "uploads" / str(self._number) / name
        path.parent.mkdir(parents=True)
        path.write_text(content)
        return path


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def added(archive: Archive, *uploads: Path, is_newer: bool = False) -> Adding:
    *_, last = add_files(archive, uploads, Line(), is_newer)
    return last


def counts(adding: Adding) -> tuple[int, int, int]:
    assert adding.error is None and adding.update is not None
    return adding.update.added, adding.update.changed, adding.update.unchanged


def kept(archive: Archive) -> dict[str, str]:
    """What lies in the folder of kept files."""
    folder = archive.folder / FOLDER
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def names(uploads: Sequence[Path]) -> list[str]:
    return [upload.name for upload in uploads]


# What is asked


def test_it_is_asked_only_where_a_kept_file_of_that_name_differs(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD), drop("Other\n\nAnother story.", "other.txt"))
    uploads = [drop(NEW), drop("Other\n\nAnother story.", "other.txt"), drop("New\n\nA new one.", "new.txt")]
    plain, asked = apart(archive.folder, uploads, archive.entries())
    assert (names(plain), names(asked)) == (["other.txt", "new.txt"], ["story.txt"])


def test_it_is_not_asked_whose_copy_a_file_is_where_several_have_its_name(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    two = [drop(NEW), drop("Quite\n\nanother one.")]
    assert apart(archive.folder, two, archive.entries()) == (two, [])
    added(archive, *two)
    third = drop("A third\n\nof that name.")
    assert apart(archive.folder, [third], archive.entries()) == ([third], [])


def test_articles_with_an_address_are_the_same_in_whatever_file(archive: Archive, drop: Drop) -> None:
    record = '{"url": "https://bay.test/a", "text": "The harbor works went on."}'
    added(archive, drop(record, "news.jsonl"))
    changed = drop(record.replace("went on", "stopped"), "news.jsonl")
    assert apart(archive.folder, [changed], archive.entries()) == ([changed], [])
    last = added(archive, changed)
    assert counts(last) == (0, 1, 0)
    assert last.remarks == []
    assert list(kept(archive)) == ["2/news.jsonl"]  # of the earlier file nothing is from any more


def test_the_question_names_the_files_and_is_escaped() -> None:
    page = asking_html([Path("<img src=x>.txt")])
    assert "&#60;img src=x&#62;.txt differs" in page and "<img" not in page
    many = asking_html([Path(f"{number}.txt") for number in range(NAMES_SHOWN + 2)])
    assert "<li>99.txt</li><li>and 2 more</li>" in many
    assert asking_html([]) == ""


def test_what_is_left_out_is_deleted(drop: Drop) -> None:
    upload = drop(NEW)
    discard([upload, upload])
    assert not upload.exists()


# Replacing


def test_a_newer_copy_becomes_a_new_version_and_the_earlier_one_is_kept(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    (entry,) = archive.entries()
    archive.correct(entry.id, {"outlet": "Bay Post"})
    last = added(archive, drop(NEW), is_newer=True)
    assert (counts(last), last.remarks) == ((0, 1, 0), [])
    (article,) = archive.articles()
    assert (article.id, article.text, article.outlet) == (
        entry.id,
        "The harvest is two weeks late this year.",
        "Bay Post",
    )
    assert [version.article.text for version in archive.versions(entry.id)] == ["The harvest is late this year."]
    assert kept(archive) == {"story.txt": NEW}
    assert [path.name for path in (archive.folder / FOLDER).iterdir()] == ["story.txt"]


def test_records_that_are_gone_from_the_newer_copy_stay(archive: Archive, drop: Drop, tmp_path: Path) -> None:
    def records(*texts: str) -> str:
        rows = ({"id": str(number), "text": text} for number, text in enumerate(texts) if text)
        return write(tmp_path / "news.jsonl", *rows).read_text()

    added(archive, drop(records("One.", "Two.", "Three."), "news.jsonl"))
    last = added(archive, drop(records("One.", "Two, corrected.", "", "Four."), "news.jsonl"), is_newer=True)
    assert counts(last) == (1, 1, 1)
    assert sorted(article.text for article in archive.articles()) == ["Four.", "One.", "Three.", "Two, corrected."]


def test_kept_both_they_are_two_articles_and_it_is_told_how_to_replace(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    last = added(archive, drop(NEW))
    assert counts(last) == (1, 0, 0)
    assert kept(archive) == {"2/story.txt": NEW, "story.txt": OLD}
    told = "story.txt is kept beside another file of that name. If it is a newer copy of that one, remove the earlier"
    assert told in adding_html(last, archive.folder)
    again = added(archive, drop(NEW))
    assert (counts(again), again.remarks) == ((0, 0, 1), [])


def test_of_two_files_of_one_name_neither_is_written_over(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    other = "Quite\n\nanother one."
    last = added(archive, drop(NEW), drop(other), is_newer=True)
    assert counts(last) == (1, 1, 0)
    assert kept(archive) == {"2/story.txt": other, "story.txt": NEW}
    assert len(last.remarks) == 1
    third = "A third\n\nof that name."
    assert counts(added(archive, drop(third), is_newer=True)) == (1, 0, 0)
    assert kept(archive) == {"2/story.txt": other, "3/story.txt": third, "story.txt": NEW}


def test_a_file_that_is_dropped_again_has_no_second_article_whichever_were_removed(
    archive: Archive, drop: Drop
) -> None:
    added(archive, drop(OLD))
    added(archive, drop(NEW))
    (archive.folder / FOLDER / "story.txt").unlink()
    assert counts(added(archive, drop(NEW))) == (0, 0, 1)


# When it goes wrong


def test_what_cannot_be_read_leaves_the_earlier_file_where_it_is(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    before = archive.entries()
    last = added(archive, drop(""), is_newer=True)
    assert counts(last) == (0, 0, 0) and last.update and len(last.update.skipped) == 1
    assert "story.txt was not read, and the earlier file of that name stands." in adding_html(last, archive.folder)
    assert (kept(archive), archive.entries()) == ({"story.txt": OLD}, before)


@pytest.mark.parametrize("error", [InputError("The disk is full."), RuntimeError("a fault of the program")])
def test_when_the_update_fails_the_earlier_file_comes_back(
    archive: Archive, drop: Drop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(self: FakeEmbedder, texts: Sequence[str]) -> None:
        raise error

    added(archive, drop(OLD))
    before = list(archive.articles())
    monkeypatch.setattr(FakeEmbedder, "embed_passages", fails)
    if isinstance(error, InputError):
        assert added(archive, drop(NEW), is_newer=True).error == "The disk is full."
    else:
        with pytest.raises(RuntimeError):
            added(archive, drop(NEW), is_newer=True)
    assert (kept(archive), list(archive.articles())) == ({"story.txt": OLD}, before)


def test_when_it_is_stopped_before_it_the_earlier_file_comes_back(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    with archive._writing():
        states = add_files(archive, [drop(NEW)], Line(), is_newer=True)
        while not (waiting := next(states)).before:
            pass
        assert kept(archive)["story.txt"] == NEW
        waiting.stop.set()
        *_, last = states
    assert last.done and last.update is None
    assert kept(archive) == {"story.txt": OLD}


def test_of_several_those_stand_that_were_read_before_it_was_stopped(
    archive: Archive, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()
    count = FakeEmbedder.count_tokens

    def count_later(self: FakeEmbedder, texts: Sequence[str]) -> list[int]:
        reading.set()
        go_on.wait(30)
        return count(self, texts)

    uploads = [(f"{number}.txt", f"Story {number}\n\nPart {number} says this.") for number in range(3)]
    added(archive, *(drop(text, name) for name, text in uploads))
    monkeypatch.setattr(FakeEmbedder, "count_tokens", count_later)
    states = add_files(archive, [drop(f"{text} And more.", name) for name, text in uploads], Line(), is_newer=True)
    adding = next(states)
    assert reading.wait(30)
    adding.stop.set()
    go_on.set()
    *_, last = states
    assert [article.text.endswith("And more.") for article in archive.articles()] == [True, False, False]
    assert [text.endswith("And more.") for text in kept(archive).values()] == [True, False, False]
    assert len(last.remarks) == 2


def test_what_a_kill_left_aside_is_put_back_at_the_next_start(archive: Archive, drop: Drop) -> None:
    added(archive, drop(OLD))
    added(archive, drop(NEW))
    (archive.folder / FOLDER / "story.txt").unlink()
    newest = drop("The harvest\n\nThe harvest is lost.")
    intake = Intake(archive.folder, archive.entries())
    intake.take(newest, is_newer=True)
    assert kept(archive)["2/story.txt"].endswith("is lost.")
    put_back_replaced(archive.folder)
    assert kept(archive)["2/story.txt"].endswith("is lost.")  # another page that is opened leaves what goes on alone
    del intake  # as a kill does, this lets go of the lock
    put_back_replaced(archive.folder)
    assert kept(archive)["2/story.txt"] == NEW
    assert sorted(path.name for path in (archive.folder / FOLDER).iterdir()) == ["2", "story.txt"]
    assert kept(archive)["story.txt"].endswith("is lost.")  # which an article may be from by now


def test_a_newer_page_that_is_another_article_is_told_of(archive: Archive, drop: Drop) -> None:
    page = "<html><head><title>Harvest</title>{}</head><body><article>{}</article></body></html>"
    told = "".join(f"<p>The harvest is late this year, said farmer {number} of the valley.</p>" for number in range(9))
    added(archive, drop(page.format("", told), "story.html"))
    canonical = '<link rel="canonical" href="https://ledger.test/harvest">'
    last = added(archive, drop(page.format(canonical, f"{told}<p>It is lost.</p>"), "story.html"), is_newer=True)
    assert len(list(archive.articles())) == 2
    assert last.remarks == [
        "story.html has an address of its own now, and is another article. "
        "If it is a newer copy, remove the earlier article."
    ]


def test_what_was_stored_before_an_error_keeps_its_file(
    archive: Archive, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.updating.BATCH_CHUNKS", 1)
    embed = FakeEmbedder.embed_passages

    def fails_later(self: FakeEmbedder, texts: Sequence[str]) -> Any:
        if "quokka" in texts[0]:
            raise InputError("The disk is full.")
        return embed(self, texts)

    added(archive, drop(OLD), drop("Zoo\n\nNo animal is there.", "zoo.txt"))
    monkeypatch.setattr(FakeEmbedder, "embed_passages", fails_later)
    uploads = drop(NEW), drop("Zoo\n\nA quokka is there.", "zoo.txt")
    assert added(archive, *uploads, is_newer=True).error == "The disk is full."
    assert kept(archive) == {"story.txt": NEW, "zoo.txt": "Zoo\n\nNo animal is there."}
    monkeypatch.undo()
    archive.correct(list(archive.articles())[1].id, {"outlet": "Bay Post"})  # publishes what stands ready
    assert [article.text for article in archive.articles()] == [NEW.split("\n\n")[1], "No animal is there."]

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, ZOO, at_call, found, in_another_process, sql, write
from numpy.typing import NDArray

from index import Archive, Update

REPORTS = [{"url": f"u{number}", "text": f"Report {number} is about harbor {number}."} for number in range(12)]


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch holds one chunk."""
    monkeypatch.setattr("index.updating.BATCH_CHUNKS", 1)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return write(tmp_path / "reports.jsonl", *REPORTS)


def stop_after(batches: int) -> tuple[Callable[[Update], None], Callable[[], bool]]:
    """A progress and a stop: it stops once so many batches were told of."""
    told: list[Update] = []
    return told.append, lambda: len(told) >= batches


# What an update counts


def test_an_article_whose_facts_alone_changed_is_stored_again_without_embedding(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.update([news])
    before = fake(archive).embedded.copy()
    update = archive.update([write(news, {**FERRY, "section": "Harbor", "title": "Ferry lost"}, BUDGET)])
    assert (update.added, update.changed, update.unchanged, update.embedded) == (0, 1, 1, 0)
    assert fake(archive).embedded == before
    (ferry, _) = archive.articles()
    assert (ferry.title, ferry.section) == ("Ferry lost", "Harbor")
    assert archive.mentions(["lost"])
    assert not archive.mentions(["Kell"])
    assert [version.article.title for version in archive.versions(ferry.id)] == [FERRY["title"]]


def test_the_files_are_told_that_an_article_was_read_from(archive: Archive, news: Path, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text("A headline\n\nThe harvest is late.")
    empty.touch()
    for _ in range(2):  # whether or not it is new
        assert archive.update([empty, good, news]).paths == {str(good), str(news)}
    assert archive.update([news, good], stop=lambda: True).paths == {str(news)}


@pytest.mark.usefixtures("one_at_a_time")
def test_progress_is_told_after_each_batch_and_at_the_end(archive: Archive, news: Path) -> None:
    told: list[tuple[int, int]] = []
    update = archive.update([news], progress=lambda update: told.append((update.read, update.embedded)))
    assert told == [(1, 1), (2, 2), (2, 2)]
    assert update.fraction == 1
    assert update.seconds > 0


@pytest.mark.usefixtures("one_at_a_time")
def test_the_share_that_is_done_waits_for_what_is_read_to_be_embedded(
    archive: Archive, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Update] = []
    seen: list[tuple[float, int]] = []
    embed = FakeEmbedder.embed_passages

    def look(embedder: FakeEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
        seen.extend((update.fraction, update.vectors) for update in told[-1:])
        return embed(embedder, texts)

    monkeypatch.setattr(FakeEmbedder, "embed_passages", look)
    update = archive.update([reports], told.append)
    assert len(seen) > 5 and all(fraction <= made / len(REPORTS) + 1e-9 for fraction, made in seen)
    assert (update.fraction, update.found, update.vectors) == (1, len(REPORTS), len(REPORTS))


def test_a_batch_is_embedded_in_slices_that_others_can_come_between(
    archive: Archive, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.updating.SLICE_CHUNKS", 5)
    sizes: list[int] = []
    embed = FakeEmbedder.embed_passages

    def look(embedder: FakeEmbedder, texts: Sequence[str]) -> NDArray[np.float32]:
        sizes.append(len(texts))
        return embed(embedder, texts)

    monkeypatch.setattr(FakeEmbedder, "embed_passages", look)
    archive.update([reports])
    assert sizes == [5, 5, 2]
    assert found(archive, "Report 7 is about harbor 7.", 1) == [REPORTS[7]["text"]]


def test_files_that_are_all_empty_are_skipped(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    update = archive.update([tmp_path / "empty.txt"])
    assert (update.read, len(update.skipped), update.articles) == (0, 1, 0)


# Published all at once, or from time to time


@pytest.mark.usefixtures("one_at_a_time")
def test_nothing_of_an_update_is_seen_before_its_end(archive: Archive, news: Path, reports: Path) -> None:
    archive.update([news])
    seen: list[tuple[int, int]] = []
    with Archive(archive.folder, FakeEmbedder()) as reader:

        def look(update: Update) -> None:
            seen.append((len(reader.search("harbor ferry", 100)), reader.counts()[0]))

        archive.update([reports], progress=look)
        assert set(seen[:-1]) == {(2, 2)}
        assert seen[-1] == (14, 14)


@pytest.mark.usefixtures("one_at_a_time")
def test_a_long_update_is_published_from_time_to_time(
    archive: Archive, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.updating.PUBLISH_CHUNKS", 5)
    seen: list[int] = []
    archive.update([reports], progress=lambda update: seen.append(archive.counts()[0]))
    assert seen == [0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 12]
    assert len(archive.search("harbor", 100)) == 12


# Stopping


@pytest.mark.usefixtures("one_at_a_time")
def test_when_it_is_stopped_what_is_in_hand_is_finished_and_the_next_goes_on(archive: Archive, reports: Path) -> None:
    progress, stop = stop_after(3)
    update = archive.update([reports], progress, stop)
    stored = update.added
    assert update.stopped
    assert 3 <= stored <= 6
    assert update.articles == archive.counts()[0] == len(archive.search("harbor", 100)) == stored
    assert len(fake(archive).embedded) == stored
    again = archive.update([reports])
    assert (again.stopped, again.added, again.unchanged, again.articles) == (False, 12 - stored, stored, 12)
    assert sorted(fake(archive).embedded) == sorted(report["text"] for report in REPORTS)


@pytest.mark.usefixtures("one_at_a_time")
def test_stopping_at_once_leaves_what_was_there(archive: Archive, news: Path, reports: Path) -> None:
    archive.update([news])
    update = archive.update([reports], stop=lambda: True)
    assert (update.stopped, update.articles) == (True, 2 + update.added)
    assert update.added <= 1
    assert found(archive, "ferry")[0] == FERRY["text"]


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_update_is_not_seen_and_the_next_goes_on_from_it(
    archive: Archive, news: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    archive.update([news])
    with monkeypatch.context() as patch:
        patch.setattr(archive.embedder, "embed_passages", at_call(6, error, archive.embedder.embed_passages))
        with pytest.raises(error):
            archive.update([reports])
    assert len(archive.search("harbor ferry", 100)) == archive.counts()[0] == 2
    done = len(fake(archive).embedded) - 2
    assert done >= 5
    update = archive.update([news, reports])
    assert (update.unchanged, update.added) == (2 + 5, 7)
    assert update.articles == len(archive.search("harbor ferry", 100)) == 14


# Killed


@pytest.mark.parametrize("batch", range(1, 5))
def test_a_killed_update_leaves_the_old_state_and_the_next_completes_without_embedding_twice(
    archive: Archive, news: Path, tmp_path: Path, batch: int
) -> None:
    archive.update([news])
    records = write(tmp_path / "more.jsonl", {**FERRY, "text": "The ferry was raised."}, ZOO, *REPORTS[:2])
    killed = in_another_process(
        f"""
        import os
        import index.updating
        index.updating.BATCH_CHUNKS = 1

        class Killed(FakeEmbedder):
            def embed_passages(self, texts):
                vectors = super().embed_passages(texts)
                if len(self.embedded) == {batch}:
                    os.kill(os.getpid(), {int(signal.SIGKILL)})
                return vectors

        Archive(Path({str(archive.folder)!r}), Killed()).update([{str(records)!r}])
        """
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    ready = sql(archive.folder, "SELECT count(*) FROM articles WHERE pending = 1")[0][0]
    assert ready == max(0, batch - 2) or ready == batch - 1  # the one before may have been on its way
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert found(again, "ferry", 100)[0] == FERRY["text"]
        assert again.counts() == (2, 2)
        update = again.update([records])
        assert update.embedded == len(fake(again).embedded) == 4 - ready
        assert (update.unchanged, update.articles, update.chunks) == (ready, 5, 5)
        texts = found(again, "ferry quokka harbor council", 100)
        assert sorted(texts) == sorted([BUDGET["text"], "The ferry was raised.", ZOO["text"], *two_reports()])


def two_reports() -> list[str]:
    return [report["text"] for report in REPORTS[:2]]


# Rebuilding


class Doubled(FakeEmbedder):
    """Another model: every word counts twice, in vectors of another length."""

    def __init__(self) -> None:
        super().__init__("doubled", 48)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().embed_queries([f"{text} {text}" for text in texts])


def test_a_rebuild_embeds_the_stored_articles_for_another_embedder(archive: Archive, news: Path) -> None:
    archive.update([news])
    (ferry, _) = archive.articles()
    archive.correct(ferry.id, {"outlet": "AP"})
    archive.close()
    news.unlink()
    with Archive(archive.folder, Doubled(), rebuild=True) as other:
        update = other.rebuild()
        assert (update.changed, update.added, update.embedded, update.articles) == (2, 0, 2, 2)
        assert other.article(ferry.id).outlet == "AP"
        assert other.versions(ferry.id) == []
    with Archive(archive.folder, Doubled()) as other:
        assert found(other, "Captain Oyelaran ferry")[0] == FERRY["text"]
        assert fake(other).embedded == []


@pytest.mark.parametrize("embedder", [FakeEmbedder, Doubled])
def test_a_rebuild_makes_chunks_of_another_size(
    archive: Archive, news: Path, embedder: Callable[[], FakeEmbedder]
) -> None:
    archive.update([news])
    archive.close()
    with Archive(archive.folder, embedder(), chunk_tokens=12, rebuild=True) as other:
        assert other.rebuild().chunks == 5
    with Archive(archive.folder, embedder()) as other:
        assert "Captain Oyelaran led the rescue." in found(other, "Captain Oyelaran rescue")
        assert len(found(other, "ferry council", 100)) == 5


def test_an_empty_index_may_be_rebuilt_too(archive: Archive) -> None:
    archive.close()
    with Archive(archive.folder, Doubled(), rebuild=True) as other:
        other.rebuild()
    with Archive(archive.folder, Doubled()) as other:
        assert other.search("ferry") == []


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("interrupt", ["stop", "interrupt"])
def test_an_interrupted_rebuild_goes_on_and_the_old_state_is_searched_meanwhile(
    archive: Archive, reports: Path, monkeypatch: pytest.MonkeyPatch, interrupt: str
) -> None:
    archive.update([reports])
    expected = archive.search("harbor 7")
    with Archive(archive.folder, Doubled(), rebuild=True) as other:
        if interrupt == "stop":
            assert other.rebuild(*stop_after(4)).stopped
        else:
            monkeypatch.setattr(
                other.embedder, "embed_passages", at_call(6, KeyboardInterrupt, Doubled().embed_passages)
            )
            with pytest.raises(KeyboardInterrupt):
                other.rebuild()
    with Archive(archive.folder, FakeEmbedder()) as old:
        assert old.search("harbor 7") == archive.search("harbor 7") == expected
    done = sql(archive.folder, "SELECT count(*) FROM articles WHERE pending = 1")[0][0]
    assert 4 <= done < 12
    with Archive(archive.folder, Doubled(), rebuild=True) as other:
        assert other.rebuild().unchanged == done
        assert len(fake(other).embedded) == 12 - done
        assert found(other, "harbor 7")[0] == REPORTS[7]["text"]
        assert other.counts() == (12, 12)


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("doing", ["update", "remove", "correct"])
def test_what_an_interrupted_rebuild_left_does_not_mix_with_the_old_state(
    archive: Archive, reports: Path, news: Path, doing: str
) -> None:
    archive.update([reports])
    with Archive(archive.folder, Doubled(), rebuild=True) as other:
        assert other.rebuild(*stop_after(4)).stopped
    first = next(archive.articles()).id
    work: dict[str, Callable[[], object]] = {
        "update": lambda: archive.update([news]),
        "remove": lambda: archive.remove([first]),
        "correct": lambda: archive.correct(first, {"outlet": "AP"}),
    }
    work[doing]()
    with Archive(archive.folder, FakeEmbedder()) as again:
        assert (
            len(again.search("harbor 7", 100))
            == again.counts()[0]
            == {"update": 14, "remove": 11, "correct": 12}[doing]
        )
        assert found(again, "harbor 7")[0] == REPORTS[7]["text"]

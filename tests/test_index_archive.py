from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, ZOO, found, holders, write

from index import Archive
from index import archive as archive_module
from index.errors import IndexBusyError, IndexDamagedError, IndexMismatchError, InputError

TESTS = Path(__file__).parent


# Updating


def test_new_articles_are_added_and_counted(archive: Archive, news: Path) -> None:
    update = archive.update([news])
    assert (update.added, update.changed, update.unchanged, update.skipped) == (2, 0, 0, [])
    assert (update.articles, update.chunks) == archive.counts() == (2, 2)
    assert [article.url for article in archive.articles()] == [FERRY["url"], BUDGET["url"]]
    assert update.seconds > 0


def test_chunks_are_embedded_by_their_text_and_found_by_the_words_of_their_heading(
    archive: Archive, news: Path
) -> None:
    archive.update([news])
    assert fake(archive).embedded == [FERRY["text"], BUDGET["text"]]
    assert archive.mentions(["Ledger", "Kell", "March"])


def test_unchanged_articles_cost_no_embedding(archive: Archive, news: Path) -> None:
    archive.update([news])
    embedded = len(fake(archive).embedded)
    generation = (archive.folder / "vectors.json").read_text()
    update = archive.update([news])
    assert (update.added, update.changed, update.unchanged) == (0, 0, 2)
    assert len(fake(archive).embedded) == embedded
    assert (archive.folder / "vectors.json").read_text() == generation


def test_a_changed_article_replaces_the_old_one_everywhere(archive: Archive, news: Path) -> None:
    archive.update([news, write(news.with_name("zoo.jsonl"), ZOO)])
    embedded = len(fake(archive).embedded)
    update = archive.update([write(news, FERRY, BUDGET, {**ZOO, "text": "A wombat was born."})])
    assert (update.added, update.changed, update.unchanged, update.articles) == (0, 1, 2, 3)
    assert len(fake(archive).embedded) == embedded + 1
    assert found(archive, "Which wombat was born?")[0] == "A wombat was born."
    assert not any("quokka" in text for text in found(archive, "quokka", k=100))
    assert not archive.mentions(["quokka"])
    assert archive.mentions(["wombat"])
    assert holders(archive.folder, b"xylograph") == []


def test_a_second_article_of_one_identity_is_skipped_with_the_reason(archive: Archive, news: Path) -> None:
    copy = write(news.with_name("other.jsonl"), {**FERRY, "text": "Another text under the same address."})
    update = archive.update([news, copy])
    assert update.added == 2
    assert [(skip.path, FERRY["url"] in skip.reason) for skip in update.skipped] == [(str(copy), True)]
    assert found(archive, "ferry")[0] == FERRY["text"]


def test_what_cannot_be_read_is_skipped_with_the_reason_and_the_rest_is_indexed(archive: Archive, news: Path) -> None:
    (news.parent / "empty.txt").touch()
    (news.parent / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (news.parent / "damaged.pdf").write_bytes(b"%PDF-1.4 no more")
    with news.open("a") as file:
        file.write('{"title": "no text"}\nnot json\n"just a string"\n')
    update = archive.update([news.parent])
    assert update.added == 2
    assert sorted(Path(skip.path.split(" ")[0]).name for skip in update.skipped) == [
        *("binary.txt", "damaged.pdf", "empty.txt"),
        *("news.jsonl", "news.jsonl", "news.jsonl"),
    ]
    assert all(skip.reason.endswith(".") for skip in update.skipped)


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(archive: Archive, news: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        archive.update([news, news.parent / "nowhere"])
    assert archive.counts() == (0, 0)


def test_a_folder_without_articles_is_refused(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "picture.png").touch()
    with pytest.raises(InputError, match="no articles"):
        archive.update([tmp_path / "empty"])


def test_progress_is_told_after_each_batch_and_at_the_end(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH_CHUNKS", 1)
    read: list[int] = []
    archive.update([news], progress=lambda update: read.append(update.read))
    assert read == [1, 2, 2]


def test_an_article_without_a_heading_is_found(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The lighthouse went dark at midnight.")
    archive.update([tmp_path / "note.txt"])
    (article,) = archive.articles()
    assert article.heading == ""
    assert found(archive, "lighthouse") == ["The lighthouse went dark at midnight."]


def test_a_sentence_of_20_000_words_is_cut_into_passages_that_lie_in_the_article(
    archive: Archive, tmp_path: Path
) -> None:
    text = " ".join(f"word{number}" for number in range(20_000))
    archive.update([write(tmp_path / "long.jsonl", {"url": "u", "text": text})])
    (article,) = archive.articles()
    passages = archive.search("word19999", 1000)
    assert "word19999" in passages[0].text
    assert all(article.text[passage.start : passage.end] == passage.text for passage in passages)
    assert max(len(text.split()) for text in fake(archive).embedded) <= fake(archive).max_tokens


@pytest.mark.parametrize("text", ["Nul \0 inside the ferry.", "Half a pair \ud83d of the ferry.", "\ufeffThe ferry."])
def test_letters_that_a_database_cannot_hold_do_no_harm(archive: Archive, tmp_path: Path, text: str) -> None:
    assert archive.update([write(tmp_path / "odd.jsonl", {"url": "u", "text": text})]).added == 1
    (article,) = archive.articles()
    (passage,) = archive.search("ferry")
    assert "\0" not in passage.text
    assert passage.text == article.text[passage.start : passage.end] != ""


# Interrupts


class Interrupting(FakeEmbedder):
    """Is interrupted at its second batch."""

    calls = 0

    def embed_passages(self, texts):  # type: ignore[no-untyped-def]
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_an_interrupted_update_keeps_what_was_stored_and_the_next_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH_CHUNKS", 1)
    records = write(tmp_path / "news.jsonl", FERRY, BUDGET, ZOO)
    with Archive(tmp_path / "index", Interrupting()) as archive:
        with pytest.raises(KeyboardInterrupt):
            archive.update([records])
        assert found(archive, "ferry") == [FERRY["text"]]
        update = archive.update([records])
        assert (update.added, update.unchanged, update.articles) == (2, 1, 3)
        assert len(found(archive, "ferry")) == 3


def test_a_killed_update_keeps_what_was_stored_and_the_next_completes(tmp_path: Path) -> None:
    records = write(tmp_path / "news.jsonl", FERRY, BUDGET, ZOO)
    killed = in_another_process(
        f"""
        import os, signal
        from index import archive as archive_module
        archive_module.BATCH_CHUNKS = 1

        class Killed(FakeEmbedder):
            def embed_passages(self, texts):
                if any("quokka" in text for text in texts):
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().embed_passages(texts)

        Archive(Path({str(tmp_path / "index")!r}), Killed()).update([{str(records)!r}])
        """
    )
    assert killed.returncode == -signal.SIGKILL
    with Archive(tmp_path / "index", FakeEmbedder()) as archive:
        stored, _ = archive.counts()
        assert stored in (1, 2)  # the second batch is stored while the third is embedded
        assert FERRY["text"] in found(archive, "ferry")
        update = archive.update([records])
        assert (update.added, update.unchanged, update.articles) == (3 - stored, stored, 3)


# Removing


def test_a_removed_article_is_found_no_more_and_the_others_are(archive: Archive, news: Path) -> None:
    archive.update([news, write(news.with_name("zoo.jsonl"), ZOO)])
    zoo = archive.articles()[2]
    assert archive.remove([zoo.id, "nobody"]) == 1
    assert archive.counts() == (2, 2)
    assert not any("quokka" in text for text in found(archive, "quokka", k=100))
    assert not archive.mentions(["quokka"])
    assert found(archive, "council budget vote")[0] == BUDGET["text"]
    with pytest.raises(InputError, match=zoo.id):
        archive.article(zoo.id)


def test_no_file_keeps_a_word_or_the_vector_of_a_removed_article(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.update([write(news.with_name("zoo.jsonl"), ZOO)])
    vector = fake(archive).embed_queries([ZOO["text"]])[0].tobytes()
    # With a second reader on the file, so that the log is not emptied by closing.
    with Archive(archive.folder, FakeEmbedder()) as reader:
        assert found(reader, "quokkafish")
        needles = [b"quokkafish", b"zyzzyv", b"xylograph", b"ledger.test/zoo", vector]
        assert all(holders(archive.folder, needle) for needle in needles)
        archive.remove([archive.articles()[2].id])
        assert [holders(archive.folder, needle) for needle in needles] == [[]] * len(needles)
        assert found(reader, "ferry")[0] == FERRY["text"]


def test_an_article_may_come_back_after_it_was_removed(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.remove([article.id for article in archive.articles()])
    assert archive.counts() == (0, 0)
    assert archive.search("ferry") == []
    assert archive.update([news]).added == 2
    assert found(archive, "ferry")[0] == FERRY["text"]


# Other processes


def in_another_process(script: str) -> subprocess.CompletedProcess[str]:
    head = (
        f"import sys; sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]\n"
        "from pathlib import Path\nfrom conftest import FakeEmbedder\nfrom index import Archive\n"
    )
    program = [sys.executable, "-c", head + textwrap.dedent(script)]
    return subprocess.run(program, capture_output=True, text=True, timeout=120)


def test_a_reader_sees_what_another_process_wrote(archive: Archive, news: Path) -> None:
    archive.update([news])
    assert not any("quokka" in text for text in found(archive, "quokka"))
    zoo = write(news.with_name("zoo.jsonl"), ZOO)
    writer = in_another_process(f"Archive(Path({str(archive.folder)!r}), FakeEmbedder()).update([{str(zoo)!r}])")
    assert writer.returncode == 0, writer.stderr
    assert found(archive, "Was a quokka born?")[0] == ZOO["text"]
    assert archive.counts() == (3, 3)


def test_a_second_writer_is_refused_while_readers_are_not(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "BATCH_CHUNKS", 1)
    refused: list[str] = []

    def meanwhile(update: object) -> None:
        if refused:
            return
        with Archive(archive.folder, FakeEmbedder()) as other:
            assert found(other, "ferry") == [FERRY["text"]]
            for write_too in (lambda: other.update([news]), lambda: other.remove(["nobody"])):
                with pytest.raises(IndexBusyError) as refusal:
                    write_too()
                refused.append(str(refusal.value))

    archive.update([news], progress=meanwhile)
    assert len(refused) == 2
    with Archive(archive.folder, FakeEmbedder()) as other:
        assert other.update([news]).unchanged == 2


def test_the_writer_lets_go_after_a_failure(archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(archive.embedder, "embed_passages", lambda texts: 1 / 0)
        with pytest.raises(ZeroDivisionError) as kept_alive:
            archive.update([news])
    with Archive(archive.folder, FakeEmbedder()) as other:
        assert other.update([news]).added == 2
    assert kept_alive.type is ZeroDivisionError


# Indexes that cannot be used


def test_an_index_by_another_embedder_is_refused(archive: Archive) -> None:
    with pytest.raises(IndexMismatchError, match="embedder fake, not other"):
        Archive(archive.folder, FakeEmbedder(name="other"))


def test_a_damaged_index_is_called_so(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.close()
    (archive.folder / "articles.sqlite").write_bytes(b"not a database " * 1000)
    with pytest.raises(IndexDamagedError, match="cannot be used"):
        Archive(archive.folder, FakeEmbedder())


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_where_no_index_can_be_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="--index"):
        Archive(tmp_path / place, FakeEmbedder())

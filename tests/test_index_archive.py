from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, ZOO, at_call, found, holders, in_another_process, started, write

from index import Archive
from index.errors import IndexBusyError, IndexDamagedError, IndexMismatchError, InputError

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
    files = sorted((archive.folder / "search").iterdir())
    update = archive.update([news])
    assert (update.added, update.changed, update.unchanged) == (0, 0, 2)
    assert len(fake(archive).embedded) == embedded
    assert sorted((archive.folder / "search").iterdir()) == files


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
    (zoo,) = (article for article in archive.articles() if article.url == ZOO["url"])
    assert [version.article.text for version in archive.versions(zoo.id)] == [ZOO["text"]]


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


# Removing


def test_a_removed_article_is_found_no_more_and_the_others_are(archive: Archive, news: Path) -> None:
    archive.update([news, write(news.with_name("zoo.jsonl"), ZOO)])
    zoo = list(archive.articles())[2]
    assert archive.remove([zoo.id, "nobody"]) == 1
    assert archive.counts() == (2, 2)
    assert not any("quokka" in text for text in found(archive, "quokka", k=100))
    assert not archive.mentions(["quokka"])
    assert found(archive, "council budget vote")[0] == BUDGET["text"]
    with pytest.raises(InputError, match=zoo.id):
        archive.article(zoo.id)


def test_no_file_keeps_a_word_or_the_vector_of_a_removed_article(archive: Archive, news: Path) -> None:
    earlier = {**ZOO, "text": "An okapi was born. Zyzzyva! Xylograph."}
    archive.update([news])
    archive.update([write(news.with_name("zoo.jsonl"), earlier)])
    archive.update([write(news.with_name("zoo.jsonl"), ZOO)])
    zoo = list(archive.articles())[2].id
    archive.correct(zoo, {"section": "Quaggas"})
    vectors = [vector.tobytes() for vector in fake(archive).embed_queries([ZOO["text"]])]
    # With a second reader on the file, so that the log is not emptied by closing.
    with Archive(archive.folder, FakeEmbedder()) as reader:
        assert found(reader, "quokkafish")
        needles = [*(b"quokkafish", b"okapi", b"zyzzyv", b"xylograph", b"ledger.test/zoo", b"quaggas"), *vectors]
        assert all(holders(archive.folder, needle) for needle in needles)
        archive.remove([zoo])
        assert [holders(archive.folder, needle) for needle in needles] == [[]] * len(needles)
        assert found(reader, "ferry")[0] == FERRY["text"]
    assert archive.versions(zoo) == []


def test_what_an_interrupted_update_made_of_a_removed_article_goes_with_it(
    archive: Archive, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.update([news])
    with monkeypatch.context() as patch:
        patch.setattr("index.updating.publish", at_call(1, KeyboardInterrupt, print))
        with pytest.raises(KeyboardInterrupt):
            archive.update([write(news, {**FERRY, "text": "A quokka was saved."}, ZOO)])
    assert archive.remove([list(archive.articles())[0].id]) == 1
    assert [article.url for article in archive.articles()] == [BUDGET["url"], ZOO["url"]]
    assert holders(archive.folder, b"quokka was saved") == []


def test_an_article_may_come_back_after_it_was_removed(archive: Archive, news: Path) -> None:
    archive.update([news])
    archive.remove([article.id for article in archive.articles()])
    assert archive.counts() == (0, 0)
    assert archive.search("ferry") == []
    assert archive.update([news]).added == 2
    assert found(archive, "ferry")[0] == FERRY["text"]


# Other processes


def test_a_reader_sees_what_another_process_wrote(archive: Archive, news: Path) -> None:
    archive.update([news])
    assert not any("quokka" in text for text in found(archive, "quokka"))
    zoo = write(news.with_name("zoo.jsonl"), ZOO)
    writer = in_another_process(f"Archive(Path({str(archive.folder)!r}), FakeEmbedder()).update([{str(zoo)!r}])")
    assert writer.returncode == 0, writer.stderr
    assert found(archive, "Was a quokka born?")[0] == ZOO["text"]
    assert archive.counts() == (3, 3)


def test_a_second_writer_is_refused_while_readers_are_not(archive: Archive, news: Path) -> None:
    archive.update([news])
    first = next(archive.articles()).id
    refused: list[str] = []

    def meanwhile(update: object) -> None:
        with Archive(archive.folder, FakeEmbedder()) as other:
            assert found(other, "ferry")[0] == FERRY["text"]
            writes: list[Callable[[], object]] = [
                *(lambda: other.update([news]), lambda: other.remove(["nobody"]), other.rebuild),
                lambda: other.correct(first, {"title": "x"}),
            ]
            for write_too in writes:
                with pytest.raises(IndexBusyError) as refusal:
                    write_too()
                refused.append(str(refusal.value))

    archive.update([write(news.with_name("zoo.jsonl"), ZOO)], progress=meanwhile)
    assert len(refused) == 8
    with Archive(archive.folder, FakeEmbedder()) as other:
        assert other.update([news]).unchanged == 2


def test_readers_in_another_process_see_the_old_state_or_the_new(archive: Archive, tmp_path: Path) -> None:
    """Every state holds two articles whose texts both name its number."""

    def write_state(number: int) -> None:
        texts = [f"Ferry {part} of state{number} sailed." for part in ("one", "two")]
        articles = [{"url": f"u{part}", "text": text} for part, text in enumerate(texts)]
        archive.update([write(tmp_path / "state.jsonl", *articles)])

    write_state(0)
    reader = started(
        f"""
        archive = Archive(Path({str(archive.folder)!r}), FakeEmbedder())
        print("ready", flush=True)
        states = []
        while not states or states[-1] != ("state15", "state15"):
            passages, articles = archive.retrieve("Which ferry sailed?")
            assert len(passages) == 2
            states.append(tuple(passage.text.split()[3] for passage in passages))
            assert all(articles[p.article_id].text[p.start : p.end] == p.text for p in passages)
        assert all(one == other for one, other in states), states
        print(len(set(states)))
        """
    )
    assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    for number in range(1, 16):
        write_state(number)
        assert {passage.text.split()[3] for passage in archive.search("ferry")} == {f"state{number}"}
    seen, _ = reader.communicate(timeout=60)
    assert reader.returncode == 0
    assert int(seen) > 1


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
    with pytest.raises(IndexMismatchError, match="embedder fake, not other.*citewire index --rebuild"):
        Archive(archive.folder, FakeEmbedder(name="other"))
    with pytest.raises(IndexMismatchError, match="citewire index --rebuild"):
        Archive(archive.folder, FakeEmbedder(), chunk_tokens=99)


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

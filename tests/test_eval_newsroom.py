from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from fake_cli import Cli, one_line, records

from eval import newsroom
from eval.newsroom import Evidence, Question, answers_stand_in, article_files, is_right, load_questions, score
from index import Article, Passage
from index.errors import InputError
from index.passage import Copy
from index.readers import read_file

FERRY, ZOO = "https://ledger.test/ferry", "https://ledger.test/zoo"
TWO = Question("t", "dev", "two", "Who?", (Evidence((FERRY,), ("41 people",)), Evidence((ZOO,), ("quokka", "lion"))))


def passage(url: str, text: str, *copies: str) -> Passage:
    others = tuple(Copy(copy, None, None, copy) for copy in copies)
    return Passage(url, None, None, None, url, 0, len(text), text, 1.0, others)


class Shelf:
    """A searcher that gives the same passages for every question."""

    def __init__(self, *passages: Passage) -> None:
        self.passages = passages
        self.asked: list[str] = []

    def search(self, question: str, k: int) -> list[Passage]:
        self.asked.append(question)
        return list(self.passages[:k])


def test_a_passage_is_right_by_its_article_and_by_its_words() -> None:
    ferry = TWO.evidence[0]
    assert is_right(passage(FERRY, "All 41\n people were saved."), ferry)
    assert not is_right(passage(FERRY, "All 42 people were saved."), ferry)
    assert not is_right(passage(ZOO, "All 41 people were saved."), ferry)


def test_a_copy_of_the_article_is_as_good() -> None:
    assert is_right(passage(ZOO, "All 41 people were saved.", FERRY), TWO.evidence[0])
    assert not is_right(passage(ZOO, "All were saved.", FERRY), TWO.evidence[0])


def test_any_address_and_any_answer_does() -> None:
    either = Evidence((FERRY, ZOO), ("41 people", "forty-one"))
    assert is_right(passage(ZOO, "forty-one were saved"), either)
    assert is_right(passage(FERRY, "41 people"), either)


def test_case_and_letters_count_and_white_space_does_not() -> None:
    assert answers_stand_in("the\u00a0Vistula \n river", ["Vistula river"])
    assert not answers_stand_in("the vistula", ["Vistula"])
    assert not answers_stand_in("theVistula river", ["the Vistula"])


def test_scores_of_two_pieces_of_evidence() -> None:
    nothing: list[int] = []
    assert score([nothing, [0], nothing, nothing, nothing, [1]], 2) == {
        "recall@5": 0.5, "hits@1": 0.0, "hits@5": 1.0, "mrr@10": 0.5, "all@10": 1.0,
    }  # fmt: skip
    assert score([[0, 1]], 2) == dict.fromkeys(("recall@5", "hits@1", "hits@5", "mrr@10", "all@10"), 1.0)
    assert score([nothing] * 10 + [[0]], 1) == dict.fromkeys(("recall@5", "hits@1", "hits@5", "mrr@10", "all@10"), 0.0)


def test_a_run_tells_where_each_piece_stood_and_averages_by_kind() -> None:
    single = Question("s", "dev", "single", "How many?", TWO.evidence[:1])
    shelf = Shelf(passage("https://x.test", "41 people"), passage(FERRY, "41 people"))
    report = newsroom.run(shelf, [TWO, single], retriever="words", embedder="fake")
    assert [row.details["ranks"] for row in report.rows] == [[2, None], [2]]
    assert [row.passed for row in report.rows] == [False, True]
    assert {kind: figures["recall@5"] for kind, figures in report.kinds().items()} == {"two": 0.5, "single": 1.0}
    assert report.summary()["all@10"].mean == 0.5
    assert report.settings["retriever"] == "words" and report.embedder == "fake"


def test_an_interrupted_run_goes_on_only_with_the_same_retriever(tmp_path: Path) -> None:
    log = tmp_path / "run.json.part"
    newsroom.run(Shelf(), [TWO], log=log)
    again = Shelf()
    newsroom.run(again, [TWO], log=log)
    assert len(again.asked) == 1  # to load the models
    with pytest.raises(InputError, match="different run"):
        newsroom.run(Shelf(), [TWO], retriever="dense", log=log)


def test_a_run_without_questions_is_refused() -> None:
    with pytest.raises(InputError, match="no question"):
        newsroom.run(Shelf(), [])


def test_there_are_200_questions_in_two_halves() -> None:
    questions = load_questions()
    assert len({question.id for question in questions}) == len({question.question for question in questions}) == 200
    for collection in "wn":
        own = [question for question in questions if question.id.startswith(collection)]
        assert Counter(question.kind for question in own) == {"single": 45, "date": 20, "quote": 15, "two": 20}
        assert Counter(question.split for question in own) == {"dev": 50, "test": 50}
        # Dealt out in the order of the hashes, so that nobody chose.
        own.sort(key=lambda one: (one.kind, hashlib.sha256(one.question.encode()).hexdigest()))
        assert [question.split for question in own] == ["dev", "test"] * 50
    assert len(load_questions("dev")) == len(load_questions("test")) == 100
    with pytest.raises(InputError, match="dev or test"):
        load_questions("train")


def test_every_question_asks_for_as_much_as_its_kind_says() -> None:
    for question in load_questions():
        assert len(question.evidence) == (2 if question.kind == "two" else 1), question.id
        assert all(one.urls and one.answers and all(map(str.strip, one.answers)) for one in question.evidence)
        assert not any(answers_stand_in(question.question, one.answers) for one in question.evidence), question.id
        if question.kind == "two":
            assert {*question.evidence[0].urls} != {*question.evidence[1].urls}, question.id


@pytest.fixture(scope="module")
def articles(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Article]:
    """By address, the articles that the questions are about, as citewire reads them."""
    wanted = {url for question in load_questions() for one in question.evidence for url in one.urls}
    path = tmp_path_factory.mktemp("newsroom") / "articles.jsonl"
    with path.open("w", encoding="utf-8") as chosen:
        for file in article_files(shared_data):
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                chosen.writelines(line for line in lines if json.loads(line)["url"] in wanted)
    return {item.url: item for item in read_file(path) if isinstance(item, Article) and item.url}


def test_every_answer_stands_in_its_articles_as_citewire_reads_them(articles: dict[str, Article]) -> None:
    for question in load_questions():
        for evidence in question.evidence:
            assert not set(evidence.urls) - set(articles), question.id
            texts = [articles[url].text for url in evidence.urls]
            assert all(answers_stand_in(text, evidence.answers) for text in texts), question.id
            assert all(any(answers_stand_in(text, [one]) for text in texts) for one in evidence.answers), question.id


def write_collections(data: Path, **collections: list[Article]) -> Path:
    for name, articles in collections.items():
        folder = data / name.replace("_", "-")
        folder.mkdir(parents=True)
        rows = [{"url": article.url, "title": article.title, "text": article.text} for article in articles]
        content = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "articles.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    return data


def test_the_command_searches_both_collections(
    cli: Cli, articles: dict[str, Article], tmp_path: Path, folder: Path
) -> None:
    """On the articles of the first questions about each, and none of the others'."""
    some = [one for start in (0, 100) for one in load_questions()[start : start + 8]]
    chosen = [articles[url] for question in some for one in question.evidence for url in one.urls]
    wiki = [article for article in chosen if "wikinews" in (article.url or "")]
    data = write_collections(tmp_path / "data", wikinews=wiki, news_10k=[one for one in chosen if one not in wiki])
    code, out, _ = cli("eval", "newsroom", "--data", data, "--retriever", "words", "--json")
    (report,) = records(out)
    found = Counter(row["id"][0] for row in report["rows"] if row["passed"])
    assert code == 0 and report["count"] == 200
    assert found.keys() == {"w", "n"} and min(found.values()) >= 5 and found.total() <= len(some)
    assert not folder.exists()


def test_the_command_takes_a_split_and_a_number(cli: Cli, tmp_path: Path) -> None:
    article = Article("a", "The ferry sank on Tuesday.", title="Ferry", url=FERRY)
    data = write_collections(tmp_path, wikinews=[article], news_10k=[replace(article, url=ZOO, text="A quokka.")])
    code, out, _ = cli("eval", "newsroom", "--data", data, "--split", "test", "--queries", "3")
    assert code == 0 and out.startswith("newsroom: 3 questions")


def test_a_collection_that_is_missing_is_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "wikinews").mkdir()
    (tmp_path / "wikinews" / "articles.jsonl.gz").write_bytes(gzip.compress(b"{}"))
    code, _, err = cli("eval", "newsroom", "--data", tmp_path)
    assert code == 1 and one_line(err) and "news-10k" in err

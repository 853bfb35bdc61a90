from __future__ import annotations

from pathlib import Path

import pytest
from fake_cli import Cli, one_line, records
from squad_data import write_squad

from eval import squad
from eval.reader import Question, Squad, load, part_of
from eval.squad import addresses, questions_of, score, write_articles
from index import Passage
from index.errors import InputError
from index.readers import read_file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_squad(tmp_path / "data")


@pytest.fixture
def collection(data: Path) -> Squad:
    return load(data)


class Always:
    """A searcher that gives the paragraphs of those addresses, whatever is asked."""

    def __init__(self, *found: str) -> None:
        self.passages = [Passage("a", None, None, None, address, 0, 1, "x", 1.0) for address in found]
        self.asked: list[str] = []

    def search(self, question: str, k: int) -> list[Passage]:
        self.asked.append(question)
        return self.passages[:k]


def test_parts_are_of_whole_articles_and_only_answerable_questions_are_asked(collection: Squad) -> None:
    assert (part_of("Warsaw"), part_of("Steam engine")) == ("A", "B")
    assert [question.id for question in questions_of(collection)] == ["q1", "q3"]
    assert questions_of(collection, "b") == questions_of(collection)
    assert [question.id for question in questions_of(collection, "a")] == ["q4"]
    with pytest.raises(InputError, match="choose A or B"):
        questions_of(collection, "dev")


def test_paragraphs_become_articles_that_are_read_as_they_stand(collection: Squad, tmp_path: Path) -> None:
    path = tmp_path / "cache" / "squad.jsonl"
    write_articles(collection, path)
    write_articles(collection, path)
    articles = list(read_file(path))
    assert [article.identity for article in articles] == addresses(collection.paragraphs)
    assert [(article.title, article.text) for article in articles] == [
        (paragraph.title, paragraph.text) for paragraph in collection.paragraphs
    ]
    assert [file.name for file in path.parent.iterdir()] == ["squad.jsonl"]


def test_only_a_passage_of_the_right_paragraph_is_a_hit() -> None:
    found = Always(*(f"squad:Oxygen/{number}" for number in range(10))).passages
    assert score(found, "squad:Oxygen/0") == {"hit@1": 1.0, "hit@5": 1.0, "mrr@10": 1.0}
    assert score(found, "squad:Oxygen/4") == {"hit@1": 0.0, "hit@5": 1.0, "mrr@10": 0.2}
    assert score(found, "squad:Oxygen/9") == {"hit@1": 0.0, "hit@5": 0.0, "mrr@10": 0.1}
    assert score(found, "squad:Oxygen/10") == {"hit@1": 0.0, "hit@5": 0.0, "mrr@10": 0.0}


def test_a_run_is_averaged_over_all_questions_and_by_article(collection: Squad) -> None:
    searcher = Always("squad:Steam_engine/1", "squad:Steam_engine/0", "squad:Warsaw/0")
    questions = [*questions_of(collection, "B"), *questions_of(collection, "A")]
    report = squad.run(searcher, collection, questions, retriever="dense", embedder="fake")
    assert {name: one.mean for name, one in report.summary().items()} == {
        "hit@1": pytest.approx(1 / 3),
        "hit@5": 1.0,
        "mrr@10": pytest.approx((1 / 2 + 1 + 1 / 3) / 3),
    }
    assert {kind: figures["hit@1"] for kind, figures in report.kinds().items()} == {"Steam engine": 0.5, "Warsaw": 0.0}
    assert [row.passed for row in report.rows] == [False, True, False]
    assert report.settings["retriever"] == "dense" and report.embedder == "fake"


def test_an_interrupted_run_goes_on_only_with_the_same_retriever(collection: Squad, tmp_path: Path) -> None:
    questions, log = questions_of(collection), tmp_path / "run.json.part"
    squad.run(Always(), collection, questions, log=log)
    again = Always()
    squad.run(again, collection, questions, log=log)
    assert len(again.asked) == 1  # to load the models
    with pytest.raises(InputError, match="different run"):
        squad.run(Always(), collection, questions, retriever="words", log=log)


def test_a_run_without_questions_is_refused(collection: Squad) -> None:
    with pytest.raises(InputError, match="no question"):
        squad.run(Always(), collection, [])


@pytest.mark.parametrize("retriever", ["hybrid", "dense", "words"])
def test_the_command_measures_the_whole_or_a_part(cli: Cli, data: Path, folder: Path, retriever: str) -> None:
    code, out, _ = cli("eval", "squad", "--data", data, "--retriever", retriever, "--json")
    (report,) = records(out)
    assert code == 0 and report["count"] == 2
    assert report["settings"] == {"retriever": retriever, "k": 10}
    assert report["metrics"]["hit@5"]["mean"] == 1.0
    assert not folder.exists()


def test_data_that_is_missing_or_was_not_named_is_said(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("eval", "squad", "--data", tmp_path)
    assert code == 1 and one_line(err) and "dev-v2.0-part.json.gz" in err
    with pytest.raises(SystemExit):
        cli("eval", "squad")
    with pytest.raises(SystemExit):
        cli("eval", "sample", "--retriever", "words")


def test_every_paragraph_of_the_real_part_is_an_article_of_its_own(shared_data: Path, tmp_path: Path) -> None:
    collection = load(shared_data)
    write_articles(collection, tmp_path / "squad.jsonl")
    articles = list(read_file(tmp_path / "squad.jsonl"))
    assert [article.url for article in articles] == addresses(collection.paragraphs)
    assert len({article.id for article in articles}) == len(collection.paragraphs) > 700
    parts = [questions_of(collection, part) for part in ("A", "B")]
    assert all(len(part) > 300 for part in parts)
    titles = [{collection.paragraphs[one.paragraph].title for one in part} for part in parts]
    assert not titles[0] & titles[1]
    assert all(isinstance(one, Question) and one.answers for part in parts for one in part)

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.corrupted import sample_articles
from eval.followups import CHANGE, FollowUp, is_understood, load, run
from eval.questions import Question
from index import Article
from index.errors import InputError
from rag.asking.gender import Gender, gender

SAMPLE = Path(__file__).parents[1] / "eval" / "sample" / "followups.jsonl"
NEWS = Article("a.txt", "Bastian Orre, 58, left.", path="a.txt")


def case(question: str = "How old is he?", kind: str = "person") -> FollowUp:
    history = ({"role": "user", "content": "Who left?"}, {"role": "assistant", "content": "Bastian Orre left. [1]"})
    return FollowUp(Question("f", question, ("58",), ("a.txt",), kind=kind, history=history), ("Orre",), ("he",))


def line(**fields: object) -> str:
    return json.dumps({"id": "f", "question": "Who?", "answers": [], "articles": [], **fields})


def test_the_sample_has_ten_of_each_kind_and_two_equal_halves() -> None:
    cases = load(SAMPLE)
    assert Counter(one.asked.kind for one in cases) == dict.fromkeys(("person", "thing", "ellipsis", CHANGE), 10)
    assert len(load(SAMPLE, "dev")) == len(load(SAMPLE, "test")) == 20
    assert all(one.asked.history and one.asked.articles and one.asked.answers for one in cases)


def test_an_accepted_answer_stands_in_an_article_of_each_follow_up() -> None:
    texts = {name: article.text for article in sample_articles() for name in (article.url, Path(article.identity).name)}
    for one in load(SAMPLE):
        held = " ".join(texts[name] for name in one.asked.articles)
        assert any(answer in held for answer in one.asked.answers), one.id


def test_what_was_meant_is_understood() -> None:
    articles = [article.text for article in sample_articles()]

    def gender_of(name: str) -> Gender | None:
        return gender(name, [text for text in articles if name in text])

    report = run(load(SAMPLE), lambda question, k: [], gender_of)
    assert [row.details["standalone"] for row in report.rows if not row.passed] == []


def test_a_row_tells_how_a_question_was_understood_and_whether_its_article_is_found() -> None:
    found = run([case()], lambda question, k: [NEWS] if "Orre" in question else [], lambda name: None)
    (row,) = found.rows
    assert row.passed and row.scores == {"understood": 1.0, "found@5": 1.0}
    assert row.details == {"standalone": "How old is Bastian Orre?"}


def test_a_change_of_topic_passes_when_it_is_left_alone() -> None:
    (row,) = run([case("Who won the cup?", CHANGE)], lambda question, k: [], lambda name: None).rows
    assert row.passed and row.scores == {"left_alone": 1.0, "found@5": 0.0}
    assert not is_understood(case("Who won the cup?", CHANGE), "Who left, and who won the cup?")


@pytest.mark.parametrize("fields", [{"expects": "Orre"}, {"forbidden": [1]}])
def test_a_line_at_fault_is_told(tmp_path: Path, fields: dict[str, object]) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(f"{line()}\n\n{line(**{**fields, 'id': 'g'})}\n")
    with pytest.raises(InputError, match="of g must be lists of texts"):
        load(path)


def test_no_question_is_told() -> None:
    with pytest.raises(InputError, match="no follow-up"):
        run([], lambda question, k: [], lambda name: None)

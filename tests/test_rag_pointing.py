"""Answers of a model that points at the words that answer, with a fake for the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pointing import Pointing

from index import Archive
from rag import Answer, Assistant

FERRY = {
    "url": "https://ledger.test/ferry",
    "title": "Ferry sinks off Kell Point",
    "source": "Harbor Ledger",
    "published_at": "2026-03-04",
    "text": "The ferry Lady Ann sank off Kell Point on Monday. All 41 people aboard the ferry were saved. "
    "Captain Ruth Oyelaran led the rescue of the ferry.",
}
SAVED = "All 41 people aboard the ferry were saved."
RESCUE = "Captain Ruth Oyelaran led the rescue of the ferry."
HOW_MANY = "How many people aboard the ferry were saved?"
WHO = "Who led the rescue of the ferry?"


@pytest.fixture
def news(archive: Archive, tmp_path: Path) -> Archive:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(FERRY) + "\n")
    archive.update([file])
    return archive


def ask(news: Archive, question: str, model: Pointing) -> Answer:
    return Assistant(news, model).ask(question)


def test_the_model_is_told_the_words_that_it_pointed_at(news: Archive) -> None:
    model = Pointing({HOW_MANY: "41"}, "All 41 people were saved.")
    answer = ask(news, HOW_MANY, model)
    assert answer.text == "All 41 people were saved. [1]"
    assert [citation.quote for citation in answer.citations] == [SAVED]
    prompt = model.heard[0][-1]["content"]
    assert 'Key words: "41"' in prompt and SAVED in prompt


@pytest.mark.parametrize("written", ["All people were saved.", "All 14 people were saved.", "Bananas grow well.", ""])
def test_what_nothing_carries_gives_way_to_the_words_and_their_sentence(news: Archive, written: str) -> None:
    answer = ask(news, HOW_MANY, Pointing({HOW_MANY: "41"}, written))
    assert answer.text == f"41. [1] Harbor Ledger: {SAVED} [1]"
    assert answer.answered and len(answer.citations) == 1


def test_what_is_likelier_not_there_is_not_answered(news: Archive) -> None:
    model = Pointing({HOW_MANY: "41"}, "All 41 people were saved.", none=0.8)
    answer = ask(news, HOW_MANY, model)
    assert not answer.answered and not answer.citations
    assert answer.nearest
    assert not model.heard


def test_where_what_is_pointed_at_stands_nowhere_the_model_writes_from_the_evidence(news: Archive) -> None:
    assert ask(news, HOW_MANY, Pointing({HOW_MANY: "nobody"}, "All 41 people were saved.")).text == (
        "All 41 people were saved. [1]"
    )
    invented = ask(news, HOW_MANY, Pointing({HOW_MANY: "nobody"}, "All 14 people were saved."))
    assert "14" not in invented.text


def test_each_of_two_things_is_answered_and_marks_go_on(news: Archive) -> None:
    both = f"{HOW_MANY.rstrip('?')}, and {WHO.lower()}"
    model = Pointing({HOW_MANY: "41", WHO: "Ruth Oyelaran"})
    answer = ask(news, both, model)
    assert model.asked == [HOW_MANY, WHO]
    assert answer.text == f"41. [1] Harbor Ledger: {SAVED} [1] Ruth Oyelaran. [2] Harbor Ledger: {RESCUE} [2]"
    assert [citation.quote for citation in answer.citations] == [SAVED, RESCUE]


def test_the_half_that_the_articles_hold_is_answered_and_the_other_told_to_be_missing(news: Archive) -> None:
    both = f"{HOW_MANY.rstrip('?')}, and {WHO.lower()}"
    answer = ask(news, both, Pointing({WHO: "Ruth Oyelaran"}))
    missing = "The articles do not say how many people aboard the ferry were saved."
    assert answer.text == f"Ruth Oyelaran. [1] Harbor Ledger: {RESCUE} [1] {missing}"
    assert (answer.sentences[-1].support, answer.sentences[-1].citations) == ("partly", ())

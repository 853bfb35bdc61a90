"""Questions to begin with, made from the articles at hand."""

from __future__ import annotations

import pytest

from index import Archive, Article
from index.embedder import load_embedder
from rag import Assistant, load_generator
from rag.asking.suggesting import suggest
from rag.reranking import load_reranker
from ui.archives import cached_archive, sample_folder

RAIN = Article("rain", "It rained all day. The roads were wet.", title="Rain in Elm Harbor")
VOTE = Article("vote", "“We won,” said Ann Lee, the mayor. “By a mile,” said Bo Day.", title="Elm Harbor votes")
AGAIN = Article("again", "“Again,” said Ann Lee in Elm Harbor.", title="Lee wins in Elm Harbor")


def test_nothing_is_suggested_where_nobody_speaks_and_nothing_is_named_twice() -> None:
    assert suggest([RAIN]) == []
    assert suggest([]) == []


def test_who_is_quoted_by_most_and_what_is_in_most_titles_comes_first() -> None:
    assert suggest([RAIN, VOTE, AGAIN]) == [
        "What did Ann Lee say?",
        "What is the latest on Elm Harbor?",
        "What did Bo Day say?",
    ]


def test_a_speaker_without_a_name_is_no_suggestion() -> None:
    told = "“It was loud,” said one person. “It is safe,” said The Report. “No,” said Ann Lee."
    assert suggest([Article("told", told)]) == ["What did Ann Lee say?"]


def test_no_more_are_suggested_than_asked_for_and_each_is_about_something_else() -> None:
    titled = [Article(str(number), "It rained.", title="Ann Lee wins again") for number in range(3)]
    assert suggest([VOTE, *titled], count=2) == ["What did Ann Lee say?", "What did Bo Day say?"]


@pytest.mark.integration
def test_what_is_suggested_over_the_samples_is_answered() -> None:
    with cached_archive(sample_folder() / "articles", load_embedder().name) as archive:
        assistant = Assistant(archive, load_generator("smollm2-135m-instruct"), load_reranker())
        questions = suggest(archive.newest(40))
        assert len(questions) == 4
        answers = [assistant.ask(question) for question in questions]
    assert [answer.question for answer in answers if not answer.answered] == []


def test_the_newest_articles_come_first_and_those_without_a_day_last(
    archive: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("news")
    for name, day in (("old", "January 4, 2024"), ("new", "March 4, 2026"), ("none", "")):
        (folder / f"{name}.txt").write_text(
            f"Title of {name}\nHarbor Ledger\n{day}\n\nThe ferry {name} sank off Kell Point."
        )
    archive.update([folder])
    assert [article.published for article in archive.newest(3)] == ["2026-03-04", "2024-01-04", None]
    assert len(archive.newest(1)) == 1

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeGenerator
from samples import ARTICLES, sample

from index import Archive
from rag.answer import Answer
from rag.asking.question import read_question
from rag.assistant import Assistant
from rag.reports.accounts import Difference
from rag.reports.listing import accounts_answer, as_topic, timeline_answer
from rag.reports.timeline import find_events

ASKED = Answer("?", "", answered=False, done=False)
WRONG, RIGHT = sample("The reservoir stood at 31 percent"), sample("The correct figure is 21 percent.")


def test_accounts_stand_in_their_own_words_with_outlet_and_date() -> None:
    answer = accounts_answer(ASKED, Difference("correction", (WRONG, RIGHT)))
    assert answer.form == "accounts" and answer.answered and answer.done
    assert [sentence.label for sentence in answer.sentences] == [
        "",
        "Harbor Ledger, April 8, 2026",
        "Correction, Harbor Ledger, April 10, 2026",
    ]
    assert answer.text.startswith("A later report corrects an earlier one. [1][2] Harbor Ledger, April 8, 2026: “The")
    for citation, item in zip(answer.citations, (WRONG, RIGHT), strict=True):
        assert citation.quote == item.article.text[citation.start : citation.end] == item.text


def test_a_contradiction_is_not_told_as_a_later_report() -> None:
    answer = accounts_answer(
        ASKED, Difference("contradiction", (sample("injured at 14"), sample("treated 17 injured")))
    )
    assert answer.sentences[0].text == "The reports differ."
    assert [sentence.label for sentence in answer.sentences[1:]] == [
        "NORTH WIRE, March 4",
        "Harbor Ledger, March 4, 2026",
    ]


def test_a_dateline_is_not_quoted() -> None:
    crash, other = sample("A passenger ferry with 171 people aboard"), sample("treated 17 injured")
    answer = accounts_answer(ASKED, Difference("contradiction", (crash, other)))
    assert answer.sentences[1].text.startswith("“A passenger ferry")


def test_each_event_has_its_day_and_one_citation_and_the_undated_are_told_as_such() -> None:
    items = [sample("Thieves came through a skylight"), sample("The Veyra Cup stands 19 centimeters high")]
    answer = timeline_answer(ASKED, find_events(items, ["veyra", "cup"]))
    assert answer.form == "timeline"
    assert [(one.day, one.label, one.citations) for one in answer.sentences[:2]] == [
        ("2026-02-22", "February 22, 2026 (Harbor Ledger)", (1,)),
        (None, "No date printed (NORTH WIRE)", (2,)),
    ]
    assert answer.sentences[2].text == "No day is known for what stands last."


def test_the_topic_of_a_question_over_time_names_what_it_is_about() -> None:
    question = as_topic(read_question("Timeline of the Veyra Cup theft"))
    assert (question.text, question.names) == ("Veyra Cup theft", ("Veyra Cup",))
    other = read_question("Who stole the Veyra Cup?")
    assert as_topic(other) == other


def test_a_question_whether_reports_agree_is_answered_yes_or_no_first() -> None:
    question = as_topic(read_question("Do the reports agree on the number of injured on the Grey Heron?"))
    assert question.text == "What is the number of injured on the Grey Heron?"
    told = Difference("contradiction", (sample("injured at 14"), sample("treated 17 injured")))
    assert accounts_answer(ASKED, told, "No: ").text.startswith("No: the reports differ. [1][2]")


def test_a_follow_up_whether_reports_agree_is_about_what_it_points_at() -> None:
    alone = "Do the reports agree on the ferry accident?"
    question = as_topic(read_question("Do the reports agree on that?", alone))
    assert (question.text, question.asked) == ("What is the ferry accident?", alone)


@pytest.mark.integration
def test_the_sample_articles_are_listed_where_they_differ_and_over_time(tmp_path: Path) -> None:
    from index import load_embedder
    from rag.reranking import load_reranker

    with Archive(tmp_path / "index", load_embedder()) as archive:
        archive.update([ARTICLES])
        assistant = Assistant(archive, FakeGenerator("Nobody knows."), load_reranker())
        hurt = assistant.ask("How many people were hurt when the Grey Heron hit the breakwater?")
        assert (hurt.form, hurt.sentences[0].text) == ("accounts", "The reports differ.")
        assert "injuring 14 people" in hurt.text and "17 injured passengers" in hurt.text
        level = assistant.ask("How full was Lake Ostrow at the beginning of April?")
        assert level.sentences[-1].label.startswith("Correction") and "21 percent" in level.sentences[-1].text
        agreed = assistant.ask("Do the papers differ over how many votes Tolland won by?")
        assert agreed.sentences[0].text.startswith("Yes: ") and "212" in agreed.text and "187" in agreed.text
        single = assistant.ask("For what sum is the Veyra Cup insured?")
        assert single.form == "answer"
        theft = assistant.ask("What happened when in the theft of the Veyra Cup?")
        days = [sentence.day for sentence in theft.sentences if sentence.day and not sentence.day.startswith("--")]
        assert theft.form == "timeline" and len(days) >= 3 and days == sorted(days)
        latest = assistant.ask("What is the latest on the Grey Heron?")
        assert "June 2, 2026" in latest.sentences[0].label
        for answer in (hurt, level, theft, latest):
            for citation in answer.citations:
                text = archive.article(citation.article_id).text
                assert text[citation.start : citation.end] == citation.quote

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_assistant import ABSTAINED, CHECKED, DIFFER, HOSTILE, INJECTED, NEAR, SAVED, cite
from hypothesis import given
from hypothesis import strategies as st
from tags import Tags

from rag import Answer
from rag.answer import Sentence
from ui.page.render import escape, exchange_html, progress, summary


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"])))
def test_escaped_text_holds_no_markup_and_reads_as_it_was(text: str) -> None:
    assert not set("<>\"'`*_[]!$\\{}") & set(escape(text))
    assert Tags(escape(text)).text == text


def test_each_cited_mark_is_a_link_to_its_card_and_names_its_source() -> None:
    links = [attributes for tag, attributes in Tags(exchange_html(SAVED, 3)).elements if tag == "a"]
    assert [link["href"] for link in links] == ["#source-3-1", "#source-3-2"]
    assert [link["id"] for link in links] == ["mark-3-1", "mark-3-2"]
    assert links[0]["aria-label"] == "Source 1: Harbor Ledger, March 4, 2026"


def test_a_mark_without_a_citation_is_plain_text() -> None:
    tags = Tags(exchange_html(Answer("Who?", "Nobody [7].", answered=True), 1))
    assert "Nobody [7]." in tags.text
    assert [attributes.get("class") for tag, attributes in tags.elements if tag == "a"] == ["cw-link"]


def test_hostile_answer_and_question_become_text() -> None:
    question = "<iframe src=http://evil.test></iframe>"
    tags = Tags(exchange_html(replace(INJECTED, question=question), 1))
    assert {tag for tag, _ in tags.elements} == {"article", "h2", "p", "a", "div", "button"}
    assert question in tags.text
    assert "<img src=x onerror='window.hit=6'> ![x](http://evil.test/y) **bold**" in tags.text


def test_an_abstention_is_told_apart_from_an_answer_and_from_a_stop() -> None:
    abstained = Tags(exchange_html(ABSTAINED, 1)).text
    assert "Not in these articles" in abstained
    assert "No article mentions the World Cup." in abstained
    stopped = Tags(exchange_html(replace(SAVED, done=False), 1)).text
    assert "Stopped before the answer was complete." in stopped
    assert "Stopped" not in Tags(exchange_html(replace(SAVED, done=False), 1, writing=True)).text


def test_status_follows_the_answer_from_search_to_summary() -> None:
    growing = replace(SAVED, done=False)
    assert progress(replace(growing, text="")) == "Searching the articles ..."
    assert progress(growing) == "Writing ..."
    assert summary(SAVED) == "Answered from 2 sources in 0.5 s"
    assert summary(growing) == "Stopped"


# How far each sentence is supported


def labels(markup: str) -> list[str | None]:
    marks = (attributes for _, attributes in Tags(markup).elements if attributes.get("class") == "cw-mark")
    return [mark.get("aria-label") for mark in marks]


def test_each_mark_says_how_far_its_source_carries_the_sentence() -> None:
    markup = exchange_html(CHECKED, 1)
    assert labels(markup) == [
        "Supported by source 1: Harbor Ledger, March 4, 2026",
        "Partly supported by source 1: Harbor Ledger, March 4, 2026 - the source does not say: Tuesday",
        "Partly supported by source 2: Harbor Ledger, March 4, 2026 - the source does not say: Tuesday",
    ]
    assert "All 41 people aboard were saved. [1]✓" in Tags(markup).text
    assert "on a Tuesday. [1][2]partly" in Tags(markup).text


def test_what_a_source_does_not_say_is_shown_below_the_answer() -> None:
    shown = Tags(exchange_html(CHECKED, 1)).text
    assert "Partly supported: “The boats came after eleven minutes, on a Tuesday.” - the source does not say" in shown
    supported = exchange_html(replace(CHECKED, sentences=CHECKED.sentences[:1]), 1)
    assert "Partly supported" not in Tags(supported).text


def test_a_source_that_two_sentences_cite_is_led_back_to_the_first() -> None:
    ids = [attributes["id"] for tag, attributes in Tags(exchange_html(CHECKED, 4)).elements if "id" in attributes]
    assert ids == ["mark-4-1", "mark-4-2"]


def test_a_sentence_that_is_being_written_is_said_to_be_checked() -> None:
    growing = replace(CHECKED, sentences=(CHECKED.sentences[0], Sentence("The bo", "pending")), done=False)
    assert "[1]✓ The bo checking" in Tags(exchange_html(growing, 1, writing=True)).text
    assert "checking" not in exchange_html(CHECKED, 1)


def test_a_sentence_may_name_a_source_that_there_is_not() -> None:
    markup = exchange_html(replace(CHECKED, citations=()), 1)
    assert "on a Tuesday. [1][2]partly" in Tags(markup).text
    assert labels(markup) == []


def test_hostile_sentences_reasons_and_outlets_become_text() -> None:
    evil = "<img src=x onerror='window.hit=6'>"
    sentence = Sentence(evil, "partly", (1,), (f"the source does not say: {evil}",))
    tags = Tags(exchange_html(replace(INJECTED, sentences=(sentence,), standalone=evil), 1))
    assert {tag for tag, _ in tags.elements} == {
        *("article", "h2", "details", "summary", "p", "span", "a", "ul", "li", "b", "div", "button"),
    }
    assert tags.text.count(evil) == 4
    assert not [name for _, attributes in tags.elements for name in attributes if name.startswith("on")]


# Where there is no answer, and where there was another question


def test_an_abstention_shows_what_comes_nearest_and_calls_it_no_answer() -> None:
    markup = exchange_html(NEAR, 2)
    shown = Tags(markup).text
    assert "What the articles do hold:" in shown
    assert "“The first boats came after eleven minutes” Harbor Ledger, March 4, 2026 [1]" in shown
    assert labels(markup)[0] == "Near sentence 1: Harbor Ledger, March 4, 2026 - it does not answer the question"
    assert 'href="#source-2-1"' in markup and 'id="mark-2-2"' in markup
    assert "What the articles do hold" not in exchange_html(ABSTAINED, 1)


def test_a_hostile_nearest_sentence_becomes_text() -> None:
    tags = Tags(exchange_html(replace(ABSTAINED, nearest=(cite(1, HOSTILE, HOSTILE.text),)), 1))
    assert HOSTILE.text in tags.text and "<i>Outlet</i>" in tags.text
    assert not {"script", "img", "i"} & {tag for tag, _ in tags.elements}


def test_a_follow_up_shows_on_demand_what_it_was_understood_as() -> None:
    tags = Tags(exchange_html(replace(SAVED, standalone="Who led the rescue of the Lady Ann?"), 1))
    assert "Understood as ...Who led the rescue of the Lady Ann?" in tags.text
    assert ("details", {"class": "cw-understood"}) in tags.elements
    assert "Understood" not in exchange_html(SAVED, 1)


# Lists: reports that differ, and events

TIMELINE = replace(
    SAVED,
    form="timeline",
    sentences=(
        Sentence("“It sank.”", "supported", (1,), label="March 4, 2026", day="2026-03-04"),
        Sentence("“A <b>wreck</b>.”", "supported", (2,), label="No date <i>printed</i>"),
        Sentence("No day is known for what stands last.", "supported", (2,)),
    ),
)


def test_events_are_a_list_in_order_with_their_days() -> None:
    tags = Tags(exchange_html(TIMELINE, 1))
    names = [tag for tag, _ in tags.elements]
    assert (names.count("ol"), names.count("li"), names.count("time")) == (1, 2, 1)
    assert next(attributes["datetime"] for tag, attributes in tags.elements if tag == "time") == "2026-03-04"
    assert "No day is known" in tags.text and "A <b>wreck</b>." in tags.text and "No date <i>printed</i>" in tags.text
    assert not {"b", "i"} & set(names)


def test_accounts_stand_side_by_side_below_what_is_said_of_them() -> None:
    said = Sentence("The reports differ.", "supported", (1, 2))
    told = tuple(replace(one, label="Harbor Ledger, March 4, 2026") for one in TIMELINE.sentences[:2])
    html = exchange_html(replace(TIMELINE, form="accounts", sentences=(said, *told)), 1)
    names = [tag for tag, _ in Tags(html).elements]
    assert (names.count("ul"), names.count("li"), names.count("time")) == (1, 2, 0)
    assert html.index("The reports differ.") < html.index("cw-accounts") < html.index("It sank.")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("The reports differ.", "≠ Contradiction"),
        ("No: the reports differ.", "≠ Contradiction"),
        ("The reports change over time; the latest stands last.", "→ Change over time"),
        ("A later report corrects an earlier one.", "✎ Correction"),
    ],
)
def test_accounts_are_named_by_how_they_differ(said: str, name: str) -> None:
    above = replace(DIFFER.sentences[0], text=said)
    shown = Tags(exchange_html(replace(DIFFER, sentences=(above, *DIFFER.sentences[1:])), 1)).text
    assert name in shown


def test_each_account_has_its_outlet_and_date_and_says_whether_it_is_the_later_one() -> None:
    first, second = DIFFER.sentences[1:]
    later = replace(second, label=f"Correction, {second.label}")
    tags = Tags(exchange_html(replace(DIFFER, sentences=(first, later)), 1))
    assert "Harbor Ledger March 4, 2026 “all 41 people aboard were saved”" in tags.text
    assert "Correction Bay Post March 5, 2026 “Only 38 people were saved”" in tags.text
    assert "cw-kind" not in [attributes.get("class") for _, attributes in tags.elements]

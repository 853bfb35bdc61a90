from __future__ import annotations

import re

import pytest
from conftest import FakeEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article
from rag.asking.question import read_question
from rag.draft import Draft
from rag.evidence import Evidence
from rag.reports.deciding import Decision, Part

TEXT = (
    "The ferry Lady Ann sank off Kell Point on March 4. All 41 people aboard were saved [3]. "
    "Captain Ruth Oyelaran led the rescue in the U.S. Army boat. “We saw the flares,” she said."
)
ARTICLE = Article("ferry", TEXT, title="Ferry sinks", outlet="Harbor Ledger")


def piece(text: str, score: float = 2.0) -> Evidence:
    start = TEXT.index(text)
    return Evidence(ARTICLE, start, start + len(text), text, "", score)


SANK = piece("The ferry Lady Ann sank off Kell Point on March 4.")
SAVED = piece("All 41 people aboard were saved [3].")
CAPTAIN = piece("Captain Ruth Oyelaran led the rescue in the U.S. Army boat.")
FLARES = piece("“We saw the flares,” she said.")
EVIDENCE = (SANK, SAVED, CAPTAIN, FLARES)
FARFETCHED = tuple(piece(item.text, score=0.0) for item in EVIDENCE)


def draft(asked: str = "What happened to the ferry?", evidence: tuple[Evidence, ...] = FARFETCHED) -> Draft:
    return Draft(read_question(asked), evidence, FakeEmbedder())


def finished(
    *pieces: str, asked: str = "What happened to the ferry?", evidence: tuple[Evidence, ...] = FARFETCHED
) -> Draft:
    made = draft(asked, evidence)
    for text in pieces:
        made.add(text)
    made.finish()
    if not made.answers:
        made.quote()
    return made


def numbers(made: Draft) -> list[int]:
    return sorted({int(number) for number in re.findall(r"\[(\d+)\]", made.text)})


def test_each_sentence_gets_the_mark_of_what_carries_it() -> None:
    made = finished("The ferry Lady Ann sank off Kell Point. All 41 people aboard were saved.")
    assert made.text == "The ferry Lady Ann sank off Kell Point. [1] All 41 people aboard were saved. [2]"
    assert [citation.quote for citation in made.citations] == [SANK.text, SAVED.text]


def test_the_same_evidence_keeps_its_number() -> None:
    made = finished("It sank off Kell Point. Captain Ruth Oyelaran led the rescue. The Lady Ann sank on March 4.")
    assert re.findall(r"\[\d+\]", made.text) == ["[1]", "[2]", "[1]"]
    assert len(made.citations) == 2


@pytest.mark.parametrize(
    "invented",
    [
        "It had cost 12 million.",
        "It sank on May 4.",
        "Mayor Jens Holm saw the flares.",
        'She said "we saw nothing".',
        "Bananas grow well in warm rain.",
    ],
)
def test_a_sentence_that_nothing_carries_goes(invented: str) -> None:
    made = finished(f"The ferry Lady Ann sank off Kell Point. {invented} All 41 people aboard were saved.")
    assert made.text == "The ferry Lady Ann sank off Kell Point. [1] All 41 people aboard were saved. [2]"


def test_a_sentence_said_twice_stands_once() -> None:
    assert finished("All 41 people aboard were saved. All 41 people aboard were saved.").text.count("saved") == 1


def test_the_models_own_marks_are_not_shown() -> None:
    made = finished("The ferry Lady Ann sank off Kell Point [2]. [7] All 41 people aboard were saved [1, 9].")
    assert made.text == "The ferry Lady Ann sank off Kell Point. [1] All 41 people aboard were saved. [2]"


def test_initials_that_a_model_parts_are_printed_as_in_the_article() -> None:
    assert "U.S. Army" in finished("Captain Ruth Oyelaran led the rescue in the U. S. Army boat.").text


def test_a_word_that_is_still_growing_ends_no_sentence() -> None:
    # "U.S. A" could be the end of one and the beginning of the next; "U.S. Army" cannot.
    assert finished(*CAPTAIN.text).text == finished(CAPTAIN.text).text == f"{CAPTAIN.text} [1]"


def test_before_its_end_a_sentence_is_shown_without_a_mark() -> None:
    made = draft()
    made.add("The ferry Lady Ann sank off")
    assert (made.text, made.citations) == ("The ferry Lady Ann sank off", ())
    made.add(" Kell Point. All 41 peop")
    assert made.text == "The ferry Lady Ann sank off Kell Point. [1] All 41 peop"
    assert len(made.citations) == 1


def test_nothing_carried_and_no_clear_evidence_leaves_nothing() -> None:
    made = finished("Bananas grow well.")
    assert (made.text, made.citations) == ("", ())


@pytest.mark.parametrize("written", ["", "Bananas grow well.", "The evidence does not mention it.", "[1]", "..."])
def test_clear_evidence_speaks_for_itself_where_the_model_says_nothing_of_use(written: str) -> None:
    made = finished(written, evidence=EVIDENCE)
    assert made.text == f"Harbor Ledger: {SANK.text} [1]"
    assert [citation.quote for citation in made.citations] == [SANK.text]


def test_an_answer_without_what_was_asked_for_gives_way_to_evidence_that_has_it() -> None:
    made = finished("The people aboard were saved.", asked="How many people were saved?", evidence=EVIDENCE[1:])
    assert made.text.startswith("Harbor Ledger: All 41 people aboard were saved")


def test_marks_that_an_article_brings_are_no_citations() -> None:
    made = finished("", evidence=(SAVED,))
    assert numbers(made) == [1]
    assert [citation.quote for citation in made.citations] == [SAVED.text]


SENTENCES = [
    "The ferry Lady Ann sank off Kell Point.",
    "All 41 people aboard were saved [2].",
    "All 41 people aboard were saved.[2]",
    "Captain Ruth Oyelaran led the rescue in the U.S. Army boat.",
    "She was in the U.S.",
    "Hernandez saw the flares.",
    "He saw the flares.",
    "“We saw the flares,” she said.",
    'She said: "We saw the flares."',
    "It cost 12.5 million.",
    "Based on the evidence, the ferry Lady Ann sank.",
    "Gov.",
    "At 9 a.m.",
    "Monday it sank",
    "Moscow was calm.",
    "…",
    "1. The ferry sank.",
    "The evidence does not say.",
    "— A. B. C.",
    "沉没。",
]


@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from([" ", "\n", "  ", "\n\n", ""])), max_size=6),
    st.lists(st.integers(0, 400), max_size=30),
)
def test_where_the_pieces_are_cut_makes_no_difference(written: list[tuple[str, str]], places: list[int]) -> None:
    text = "".join(sentence + space for sentence, space in written)
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    whole = finished(text)
    in_pieces = finished(*(text[start:end] for start, end in zip(ends, ends[1:], strict=False)))
    assert in_pieces.text == whole.text
    assert in_pieces.citations == whole.citations


@given(st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=30), st.just(" ")), max_size=12), st.booleans())
def test_at_every_moment_marks_and_citations_are_the_same_numbers(pieces: list[str], clear: bool) -> None:
    made = draft(evidence=EVIDENCE if clear else FARFETCHED)
    for text in pieces:
        made.add(text)
        check_citations(made)
    made.finish()
    check_citations(made)


def check_citations(made: Draft) -> None:
    assert [citation.number for citation in made.citations] == list(range(1, len(made.citations) + 1))
    assert numbers(made) == [citation.number for citation in made.citations]
    for citation in made.citations:
        assert TEXT[citation.start : citation.end] == citation.quote


def test_a_decision_is_a_verdict_of_partial_support_and_the_reports_in_their_own_words() -> None:
    parts = tuple(Part("", item, 1.5, stated=True, denied=False) for item in (SANK, SAVED, SANK))
    made = draft()
    made.add("What a model wrote. And more")
    made.decide(Decision("yes", "The articles report it.", parts))
    assert made.text == (
        "Yes – as far as the reports found go. [1][2] Harbor Ledger: The ferry Lady Ann sank off Kell Point on March "
        "4. [1] Harbor Ledger: All 41 people aboard were saved. [2]"
    )
    assert [sentence.support for sentence in made.sentences] == ["partly", "supported", "supported"]
    assert made.sentences[0].reasons == ("The articles report it.",)
    assert [citation.quote for citation in made.citations] == [SANK.text, SAVED.text]


def test_a_second_attempt_starts_from_nothing() -> None:
    made = draft()
    made.add("The ferry Lady Ann sank off Kell Point. Bananas")
    made.start_again()
    assert (made.text, made.citations, made.sentences) == ("", (), ())
    made.add("All 41 people aboard were saved.")
    made.finish()
    assert made.text == "All 41 people aboard were saved. [1]"


def test_what_is_written_is_pending_until_it_is_checked() -> None:
    made = draft()
    made.add("The ferry Lady Ann sank off Kell Point. All 41 people")
    assert [(one.text, one.support) for one in made.sentences] == [
        ("The ferry Lady Ann sank off Kell Point.", "supported"),
        ("All 41 people", "pending"),
    ]

from __future__ import annotations

import pytest
from conftest import FakeEmbedder

from index import Article
from rag.checking import Check, check
from rag.citing import cite, strip_marks
from rag.evidence import Evidence

TEXT = (
    "Jon Huntsman went to Moscow as ambassador last October. He is expected to stay. "
    "The act was signed by Donald Trump on August 2, 2017. "
    "“No resets, no redos,” Huntsman said. Some 1,200 visitors came to the museum."
)
ARTICLE = Article("a", TEXT, title="Ambassador starts", outlet="Daily", published="2018-01-29", url="https://a.test")


def piece(text: str, context: str = "") -> Evidence:
    start = TEXT.index(text)
    return Evidence(ARTICLE, start, start + len(text), text, context, 1.0)


WENT = piece("Jon Huntsman went to Moscow as ambassador last October.")
SIGNED = piece("The act was signed by Donald Trump on August 2, 2017.", "He is expected to stay. ")
QUOTE = piece("“No resets, no redos,” Huntsman said.")
VISITORS = piece("Some 1,200 visitors came to the museum.")
EVIDENCE = (WENT, SIGNED, QUOTE, VISITORS)


def checked(sentence: str, question: str = "What happened?") -> Check:
    vectors = FakeEmbedder().embed_passages([sentence, *(item.text for item in EVIDENCE)])
    return check(sentence, EVIDENCE, (vectors[1:] @ vectors[0]).tolist(), question)


def holds(sentence: str, question: str = "What happened?") -> bool:
    return checked(sentence, question).verdict != "unsupported"


@pytest.mark.parametrize(
    ("sentence", "carrier"),
    [
        ("Huntsman went to Moscow last October.", WENT),
        ("The act was signed on August 2, 2017.", SIGNED),
        ("It was signed on 2 August 2017 by Trump.", SIGNED),
        ('Huntsman said "no resets, no redos".', QUOTE),
        ("About 1200 visitors came.", VISITORS),
    ],
)
def test_a_sentence_is_carried_by_the_evidence_that_says_so(sentence: str, carrier: Evidence) -> None:
    found = checked(sentence)
    assert found.verdict != "unsupported"
    assert EVIDENCE[found.carriers[0]] == carrier


@pytest.mark.parametrize(
    "sentence",
    [
        "Huntsman went to Moscow in 2015.",
        "The act was signed on August 3, 2017.",
        "The act was signed on July 2, 2017.",
        "The act was signed by Donald Trump and Angela Merkel on August 2, 2017.",
        "Some 1,300 visitors came to the museum.",
        "Some 12 visitors came to the museum.",
        'Huntsman said "no resets, ever".',
        "Bananas grow well in warm rain.",
    ],
)
def test_what_no_evidence_says_is_not_carried(sentence: str) -> None:
    assert not holds(sentence)


def test_a_sentence_that_only_repeats_the_question_is_not_carried() -> None:
    assert not holds("Huntsman went to Moscow.", "Why did Huntsman go, who went to Moscow?")


def test_what_the_question_says_need_not_stand_in_the_evidence() -> None:
    assert holds("The envoy Huntsman went to Moscow.", "Where did the envoy go?")


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Merkel went to Moscow as ambassador last October.", "Who went to Moscow?"),
        ("The American envoy Huntsman went to Moscow.", "Where did the American envoy go?"),
        ("Two ambassadors, Jon Huntsman among them, went to Moscow.", "Who went to Moscow?"),
    ],
)
def test_names_and_numbers_that_no_article_holds_are_not_carried_by_the_question_or_their_place(
    sentence: str, question: str
) -> None:
    assert not holds(sentence, question)


def test_a_sentence_of_two_facts_is_carried_by_both() -> None:
    found = checked("Huntsman went to Moscow last October and 1,200 visitors came to the museum.")
    assert found.verdict != "unsupported"
    assert {EVIDENCE[place].text for place in found.carriers} == {WENT.text, VISITORS.text}


def test_without_evidence_nothing_is_carried() -> None:
    assert check("He went.", (), (), "What?").verdict == "unsupported"


def test_a_citation_quotes_the_article() -> None:
    citation = cite(3, VISITORS)
    assert citation.number == 3
    assert ARTICLE.text[citation.start : citation.end] == citation.quote == VISITORS.text
    assert (citation.article_id, citation.title, citation.outlet) == (ARTICLE.id, "Ambassador starts", "Daily")
    assert (citation.published, citation.url) == ("2018-01-29", "https://a.test")


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("He left [1].", "He left."),
        ("He left[1][2], she stayed [3, 4].", "He left, she stayed."),
        ("[1] He left [2-4] today", " He left today"),
        ("He left [sic].", "He left [sic]."),
        ("He left in [2017 or so].", "He left in [2017 or so]."),
    ],
)
def test_the_models_own_marks_go_and_nothing_else(text: str, bare: str) -> None:
    assert strip_marks(text) == bare

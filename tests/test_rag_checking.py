from __future__ import annotations

import time

import pytest
from conftest import FakeEmbedder

from index import Article
from rag.checking import Check, check
from rag.evidence import Evidence

TEXT = (
    "Jon Huntsman went to Moscow as ambassador last October, 7 weeks after Russia accused Ukraine of lying. "
    "He is expected to stay. "
    "The act was signed by Donald Trump on August 2, 2017, and 69 percent of the voters backed it. "
    "“No resets, no redos,” Huntsman said in Moscow on Tuesday. "
    "Wim Achterly, the engineer of the ferry, said the company had refused to replace the pump. "
    "Ines Tolland has won the election by 187 votes, and Gareth Quillan conceded. "
    "The coast guard said that 14 people were injured and that two boats sank. "
    "The museum did not dispute the claim of Tomas Reyl, 41."
)
ARTICLE = Article("a", TEXT, title="Ambassador starts", outlet="Harbor Ledger", published="2018-01-31")


def shelf() -> list[Evidence]:
    found, end = [], 0
    for text in TEXT.replace(". ", ".\n").split("\n"):
        start = TEXT.index(text, end)
        found.append(Evidence(ARTICLE, start, start + len(text), text, TEXT[max(0, end - 90) : start], 1.0))
        end = start + len(text)
    return found


EVIDENCE = shelf()


def checked(sentence: str, question: str = "") -> Check:
    vectors = FakeEmbedder().embed_passages([sentence, *(item.text for item in EVIDENCE)])
    return check(sentence, EVIDENCE, [float(cosine) for cosine in vectors[1:] @ vectors[0]], question)


@pytest.mark.parametrize(
    "sentence",
    [
        "Huntsman went to Moscow as ambassador last October.",
        "The act was signed on 2 August 2017 by Trump.",
        "The act was signed by Donald Trump on Aug. 2, 2017.",
        "69% of the voters backed the act.",
        'Huntsman said "no resets, no redos".',
        'Huntsman said "No resets, no redos" on January 30.',
        "According to the Harbor Ledger, Tolland has won the election by 187 votes.",
        "The engineer Wim Achterly said that the company refused to replace the pump.",
        "According to Achterly, the company did not replace the pump.",
        "The coast guard said fourteen people were injured.",
        "2 boats sank, the coast guard said.",
        "Russia accused Ukraine of lying.",
        "Ukraine was accused of lying by Russia.",
        "The museum didn't dispute the claim of Reyl, who is 41 years old.",
    ],
)
def test_what_the_source_says_is_supported(sentence: str) -> None:
    assert checked(sentence).verdict == "supported", checked(sentence)
    assert checked(sentence).reasons == ()


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Some 15 people were injured, the coast guard said.", "the number 15 does not stand in the source"),
        ("14 boats sank, the coast guard said.", "the source says the number 14 of something else"),
        ("Jon Huntsman is 7 weeks old.", "the age 7 does not stand in the source"),
        ("The act was signed by Trump on August 3, 2017.", "the date August 3, 2017 does not stand in the source"),
        ("The act was signed by Trump on August 2, 2018.", "the date August 2, 2018 does not stand in the source"),
        ("Huntsman said “No resets, no redos” in Moscow on Monday.", "the date Monday does not stand in the source"),
        ("The act was signed by Angela Merkel on August 2, 2017.", "the name Angela Merkel does not stand"),
        ("Ines Quillan conceded.", "the name Ines Quillan does not stand"),
        ("Huntsman said “no resets, ever” in Moscow.", "the quoted words “no resets, ever” do not stand"),
        ("The museum disputed the claim of Tomas Reyl.", "the source says otherwise about “disputed”"),
        ("Ines Tolland has not won the election by 187 votes.", "the source says otherwise about “won”"),
        ("Ukraine accused Russia of lying.", "the source has it the other way round"),
        ("Russia was accused by Ukraine of lying.", "the source has it the other way round"),
        ("Gareth Quillan has won the election by 187 votes.", "the source says it of another than Quillan"),
        ("The coast guard said the company had refused to replace the pump.", "does not give The coast guard as"),
        ("“No resets, no redos,” Trump said in Moscow.", "does not give Trump as the speaker"),
    ],
)
def test_what_the_source_does_not_say_is_unsupported_for_a_reason(sentence: str, reason: str) -> None:
    found = checked(sentence)
    assert found.verdict == "unsupported"
    assert any(reason in one for one in found.reasons), found.reasons


def test_a_sentence_that_goes_further_is_supported_in_part() -> None:
    found = checked("Huntsman went to Moscow as ambassador last October because friends urged family visits.")
    assert found.verdict == "partly"
    assert 0.3 < found.share < 0.9
    assert "urged" in found.reasons[0] and "Moscow" not in found.reasons[0]


def test_a_sentence_about_something_else_is_unsupported() -> None:
    assert checked("Bananas grow well in warm rain.").verdict == "unsupported"


def test_two_sources_carry_a_sentence_of_two_facts() -> None:
    found = checked("Huntsman went to Moscow as ambassador, and the act was signed by Trump and backed by the voters.")
    assert found.verdict == "supported"
    assert set(found.carriers) == {0, 2}


def test_the_nearest_source_carries_a_sentence() -> None:
    assert checked("Two boats sank.").carriers == (6,)


def test_what_only_repeats_the_question_is_unsupported() -> None:
    assert checked("Huntsman went to Moscow.", "Why did Huntsman go, who went to Moscow?").verdict == "unsupported"


def test_words_of_the_question_need_not_stand_in_the_source_but_names_and_numbers_have_to() -> None:
    assert checked("The envoy Huntsman went to Moscow.", "Where did the envoy go?").verdict == "supported"
    asked = "Where did the American envoy go?"
    assert checked("The American envoy Huntsman went to Moscow.", asked).verdict == "unsupported"


def test_nothing_carries_without_evidence() -> None:
    assert check("He went.", (), ()).verdict == "unsupported"


def test_a_check_against_six_sources_takes_less_than_five_milliseconds() -> None:
    sentence = "The engineer Wim Achterly said that the company refused to replace the pump."
    checked(sentence)
    started = time.perf_counter()
    for _ in range(20):
        check(sentence, EVIDENCE[:6], [0.5] * 6)
    assert (time.perf_counter() - started) / 20 < 0.005

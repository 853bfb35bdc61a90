from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeGenerator

from index import Archive, Article
from rag import Assistant
from rag.answer import Answer
from rag.asking.question import read_question
from rag.evidence import Evidence
from rag.missing import NEAREST, abstained, held, not_said, shortened

SPOKE = "Jon Huntsman spoke of peace with Russia."
LONG = (
    "Huntsman, 58, who used to be the governor of Utah, arrived in Moscow as the ambassador of the United States in "
    "October, and he has said that the two great powers have much to talk about before summer comes."
)


def piece(text: str, title: str | None = None, context: str = "") -> Evidence:
    return Evidence(Article(text, text, title=title), 0, len(text), text, context, 1.0)


def held_by(asked: str, *evidence: Evidence) -> list[str]:
    return [item.text for item in held(read_question(asked), evidence)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("How old is Huntsman?", "The articles do not say how old Huntsman is."),
        ("who designed the bridge", "The articles do not say who designed the bridge."),
        ("When will the inquiry end?", "The articles do not say when the inquiry will end."),
        ("Huntsman's age, please", "The articles do not answer this."),
    ],
)
def test_what_is_missing_is_told_in_the_question_s_words(asked: str, told: str) -> None:
    assert not_said(read_question(asked)) == told


def test_an_abstention_says_why_and_shows_what_is_held_of_those_who_were_named() -> None:
    question = read_question("How old is Huntsman?")
    evidence = [piece("Putin is 65 years old."), piece(SPOKE)]
    answer = abstained(Answer("How old is Huntsman?", "", answered=False, done=False), question, evidence)
    assert (answer.done, answer.answered) == (True, False)
    assert answer.text == answer.reason == "The articles do not say how old Huntsman is."
    assert [(one.number, one.quote) for one in answer.nearest] == [(1, SPOKE)]
    assert abstained(answer, question, evidence, "Because.").text == "Because."


def test_sentences_that_name_all_are_held_before_those_that_name_one() -> None:
    both = "Huntsman met Putin."
    assert held_by("When did Huntsman meet Putin?", piece(SPOKE), piece(both)) == [both]


def test_a_person_who_is_only_he_is_known_by_the_name_before() -> None:
    asked = "Which language does Huntsman speak at home?"
    found = [piece("He did not speak of home.", context="Huntsman came. "), piece("They speak of it at home.")]
    assert held_by(asked, *found) == ["He did not speak of home."]


def test_nothing_is_held_of_what_no_sentence_is_about() -> None:
    assert held_by("How long should a sourdough loaf bake?", piece(SPOKE), piece("The vote was long.")) == []
    assert held_by("How old is Huntsman?") == []
    assert held_by("How does photosynthesis work?", piece("They work all night.")) == []
    assert held_by("How old is the captain of the ferry?", piece("The ferry sank.")) == ["The ferry sank."]


def test_what_is_known_of_the_rest_is_held_where_a_name_stands_nowhere() -> None:
    called = "Huntsman called for peace."
    assert held_by("Why did Merkel call for peace?", piece(SPOKE), piece(called)) == [called]


def test_a_cup_is_known_by_its_whole_name_and_a_place_is_not_what_is_asked_about() -> None:
    assert held_by(
        "Who won the Halvern Cup?", piece("The Veyra Cup was won."), piece("The Halvern Cup is silver.")
    ) == ["The Halvern Cup is silver."]
    assert held_by("How will the weather be in Port Ellery?", piece("A thief left Port Ellery.")) == []
    assert held_by("How will the weather be in Port Ellery?", piece("Port Ellery has bad weather.")) != []


def test_a_sentence_is_held_without_the_dateline_before_it() -> None:
    text = "Talks begin\n\nMOSCOW, March 4, 2026. /NORTH WIRE/. Huntsman spoke of peace."
    item = Evidence(Article("a", text), 13, len(text), text[13:], "", 1.0)
    assert held_by("How old is Huntsman?", item) == ["Huntsman spoke of peace."]


def test_few_sentences_are_held_and_none_says_what_another_said() -> None:
    others = [piece(f"Huntsman met {name} in {place}.") for name, place in zip("ABCDE", "VWXYZ", strict=True)]
    again = piece("Jon Huntsman, in Moscow, spoke of peace with Russia.")
    assert held_by("How old is Huntsman?", piece(SPOKE), again) == [SPOKE]
    assert len(held_by("How old is Huntsman?", *others)) <= NEAREST


def test_a_long_sentence_is_cut_where_a_clause_ends_and_stands_so_in_the_article() -> None:
    cut = shortened(piece(LONG), ["Huntsman"])
    assert cut.text.endswith("in October") and cut.article.text[cut.start : cut.end] == cut.text
    assert shortened(piece(SPOKE)).text == SPOKE


@pytest.mark.parametrize(
    "text",
    [
        f"{'So it went on and on ' * 8}until Huntsman, who was there, left.",  # the name would be lost
        f"“Peace is what we want, all of us, {'and we want it now ' * 8}” Huntsman said.",  # the quote would stay open
        "Huntsman spoke of peace " * 8,
    ],
)
def test_a_sentence_that_cannot_be_cut_stays_whole(text: str) -> None:
    assert shortened(piece(text), ["Huntsman"]).text == text


@pytest.mark.integration
def test_a_follow_up_that_the_sample_does_not_answer_is_told_in_full_with_what_is_held(tmp_path: Path) -> None:
    from index import load_embedder
    from rag.reranking import load_reranker

    asked = "Who is the chief executive of Tarrow Microworks?"
    history = [{"role": "user", "content": asked}, {"role": "assistant", "content": "Klaas Wennerby. [1]"}]
    with Archive(tmp_path / "index", load_embedder()) as archive:
        archive.update([Path(__file__).parents[1] / "eval" / "sample" / "articles"])
        answer = Assistant(archive, FakeGenerator(""), load_reranker()).ask("And how old is he?", history)
        assert answer.standalone == "How old is Klaas Wennerby?"
        assert answer.reason == "The articles do not say how old Klaas Wennerby is."
        assert answer.nearest and all("Wennerby" in citation.quote for citation in answer.nearest)
        for citation in answer.nearest:
            assert archive.article(citation.article_id).text[citation.start : citation.end] == citation.quote

from __future__ import annotations

from collections.abc import Sequence

from index import Article
from rag.adapter.task import Finding, Found, Piece
from rag.evidence import Evidence
from rag.finding import Finder, head, point, sentence_with, stretches_of
from rag.question import read_question

FERRY = Article(
    identity="ferry",
    title="Ferry hits wall",
    outlet="Ledger",
    published="2026-03-04",
    text="The ferry hit a wall. It sank at noon. Tomas Reyl died. The harbor is closed. Nobody knows why.",
)
WHO = read_question("Who died?", "Who died?")
VOTE = Article(identity="vote", text="The council voted. Ann Lee won by 11 votes.")


def sentence(article: Article, text: str, context: str = "") -> Evidence:
    start = article.text.index(text)
    return Evidence(article, start, start + len(text), text, context, 1.0)


class Pointing:
    """A finder that always points at one piece and one run of words."""

    def __init__(self, place: int, words: str) -> None:
        self.place, self.words = place, words
        self.read: list[Piece] = []

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        self.read = list(pieces)
        return Finding(0.25, (Found(self.place, self.words),), (0.5,))


def test_what_stands_before_is_read_once_and_an_articles_stand_together_in_its_order() -> None:
    evidence = [
        sentence(FERRY, "Tomas Reyl died.", "It sank at noon. "),
        sentence(VOTE, "Ann Lee won by 11 votes.", "The council voted. "),
        sentence(FERRY, "It sank at noon.", "The ferry hit a wall. "),
        sentence(FERRY, "Nobody knows why."),
    ]
    assert [item.text for item in stretches_of(evidence)] == [
        "The ferry hit a wall. It sank at noon.",
        "Tomas Reyl died.",
        "Nobody knows why.",
        "The council voted. Ann Lee won by 11 votes.",
    ]


def test_so_many_stretches_and_no_more() -> None:
    evidence = [sentence(FERRY, "Tomas Reyl died."), sentence(VOTE, "Ann Lee won by 11 votes.")]
    assert [item.text for item in stretches_of(evidence, most=1)] == ["Tomas Reyl died."]


def test_stretches_stand_where_they_say() -> None:
    evidence = [sentence(FERRY, "It sank at noon.", "The ferry hit a wall. "), sentence(FERRY, "Nobody knows why.")]
    for item in stretches_of(evidence):
        assert item.article.text[item.start : item.end] == item.text


def test_a_finder_reads_heads_and_its_words_lead_to_their_sentence() -> None:
    finder = Pointing(0, "Tomas Reyl")
    assert isinstance(finder, Finder)
    pointed = point(WHO, [sentence(FERRY, "Tomas Reyl died.", "It sank at noon. ")], finder)
    assert finder.read == [Piece("Ferry hits wall (Ledger, March 4, 2026)", "It sank at noon. Tomas Reyl died.")]
    assert pointed is not None
    assert (pointed.words, pointed.evidence.text, pointed.none) == ("Tomas Reyl", "Tomas Reyl died.", 0.25)
    assert FERRY.text[pointed.evidence.start : pointed.evidence.end] == pointed.evidence.text
    assert pointed.evidence.context == "It sank at noon. "


def test_words_that_stand_nowhere_are_no_answer() -> None:
    assert point(WHO, [sentence(FERRY, "Tomas Reyl died.")], Pointing(0, "Ann Lee")) is None
    assert point(WHO, [], Pointing(0, "Ann Lee")) is None


def test_part_of_a_word_is_not_the_word() -> None:
    assert sentence_with(sentence(VOTE, "Ann Lee won by 11 votes."), "1") is None
    assert sentence_with(sentence(VOTE, "Ann Lee won by 11 votes."), "") is None


def test_a_head_of_what_is_known() -> None:
    assert head(Article(identity="x", text="x")) == ""
    assert head(Article(identity="x", text="x", outlet="Ledger")) == "(Ledger)"


def test_of_several_answers_one_in_the_form_that_is_asked_for_goes_first() -> None:
    class Several:
        def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
            return Finding(0.1, (Found(0, "noon"), Found(0, "Tomas Reyl")), (0.5, 0.2))

    pointed = point(WHO, [sentence(FERRY, "Tomas Reyl died.", "It sank at noon. ")], Several())
    assert pointed is not None and pointed.words == "Tomas Reyl"


def test_words_are_found_in_another_stretch_than_the_one_named() -> None:
    pointed = point(
        WHO,
        [sentence(VOTE, "Ann Lee won by 11 votes."), sentence(FERRY, "Tomas Reyl died.")],
        Pointing(0, "Tomas Reyl"),
    )
    assert pointed is not None and pointed.evidence.article == FERRY

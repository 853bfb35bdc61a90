from __future__ import annotations

from conftest import FakeEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Passage
from rag.asking.question import read_question
from rag.evidence import Evidence, find_evidence, plain, stems
from rag.reranking import Reading

FERRY = Article(
    "ferry",
    "Rescue at sea\n\nThe ferry Lady Ann sank off Kell Point on Monday. Captain Ruth Oyelaran led the rescue. "
    "She had no radio. “We saw the flares,” she said. All 41 people aboard were saved.",
    title="Ferry sinks",
)
COPY = Article("copy", "The ferry Lady Ann sank off Kell Point, on Monday.", title="Wire")


def whole(article: Article, score: float = 1.0) -> Passage:
    facts = (article.id, article.title, article.outlet, article.published, article.url)
    return Passage(*facts, 0, len(article.text), article.text, score)


def evidence_for(asked: str, *articles: Article) -> list[Evidence]:
    passages = [whole(article) for article in articles]
    known = {article.id: article for article in articles}
    return find_evidence(read_question(asked), passages, known, FakeEmbedder())


def test_every_piece_is_the_words_of_its_article() -> None:
    for item in evidence_for("Where did the ferry sink?", FERRY, COPY):
        assert item.article.text[item.start : item.end] == item.text
        assert item.article.text[item.start - len(item.context) : item.start] == item.context


def test_the_best_comes_first() -> None:
    found = evidence_for("Where did the ferry Lady Ann sink?", FERRY)
    assert found[0].text.startswith("The ferry Lady Ann sank")
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def test_the_sentence_in_which_a_reader_found_the_answer_comes_first() -> None:
    asked, passage = read_question("Where did the ferry Lady Ann sink?"), whole(FERRY)
    at = FERRY.text.index("All 41")
    for answered, first in ((0.9, "All 41 people aboard were saved."), (0.0, "The ferry Lady Ann sank")):
        readings = {passage: Reading(1.0, answered, at, at + 6)}
        found = find_evidence(asked, [passage], {FERRY.id: FERRY}, FakeEmbedder(), readings)
        assert found[0].text.startswith(first)


def test_headings_are_no_evidence() -> None:
    assert "Rescue at sea" not in [item.text for item in evidence_for("Who led the rescue at sea?", FERRY)]


def test_copies_of_a_sentence_count_once_and_the_better_found_one_stays() -> None:
    found = evidence_for("Where did the ferry sink?", FERRY, COPY)
    sank = [item for item in found if plain(item.text).startswith("the ferry lady ann sank")]
    assert [item.article.identity for item in sank] == ["ferry"]


def test_a_quote_keeps_the_two_sentences_before_it_where_its_speaker_is_named() -> None:
    (quote,) = [item for item in evidence_for("Who saw the flares?", FERRY) if "flares" in item.text]
    assert quote.context.startswith("Captain Ruth Oyelaran led the rescue. She had no radio.")


def test_the_sentence_with_the_quoted_words_wins_whatever_their_quote_marks() -> None:
    assert "flares" in evidence_for('Who said "we saw the flares" of the ferry Lady Ann?', FERRY)[0].text


def test_no_passages_give_no_evidence() -> None:
    assert find_evidence(read_question("Who sank?"), [], {}, FakeEmbedder()) == []


@given(st.text(max_size=400), st.text(min_size=1, max_size=60))
def test_any_text_gives_evidence_that_is_its_own_words(text: str, asked: str) -> None:
    article = Article("any", text)
    for item in evidence_for(asked, article):
        assert text[item.start : item.end] == item.text
        assert item.text.strip() == item.text != ""


def test_endings_do_not_hide_a_word() -> None:
    assert stems("He signed the studies") == stems("signing a study, he signs")

from __future__ import annotations

from dataclasses import replace

from samples import sample

from rag.corrections import find_correction, is_correction
from rag.evidence import Evidence

RIGHT = "The correct figure is 21 percent."
WRONG = "The reservoir stood at 31 percent"


def test_the_wrong_sentence_and_the_correction_are_found() -> None:
    wrong, told = find_correction([sample(RIGHT), sample(WRONG)])
    assert wrong == sample(WRONG)
    assert told.text == told.article.text[told.start : told.end]
    assert "31 percent" in told.text and told.text.endswith(RIGHT)


def test_a_correction_stands_alone_where_the_wrong_article_is_not_found() -> None:
    (told,) = find_correction([sample(RIGHT), sample("has climbed to 34 percent")])
    assert told.text.endswith(RIGHT)


def test_only_a_correction_among_the_nearest_sentences_counts() -> None:
    assert find_correction([sample("stands at 38 percent"), sample("has climbed to 34 percent"), sample(RIGHT)]) == ()


def test_an_article_says_of_itself_that_it_is_a_correction() -> None:
    assert is_correction(sample(RIGHT))
    assert not is_correction(sample(WRONG))


def test_a_sentence_that_reads_like_one_is_none_in_another_article() -> None:
    item = sample(WRONG)
    text = "The correct figure is 21 percent."
    other: Evidence = replace(
        item, article=replace(item.article, text=text), start=0, end=len(text), text=text, context=""
    )
    assert find_correction([other]) == ()

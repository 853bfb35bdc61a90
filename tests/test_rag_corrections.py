from __future__ import annotations

from dataclasses import replace

from samples import sample

from index import Article
from rag.evidence import Evidence
from rag.reports.corrections import find_correction, is_correction

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


def test_a_name_is_corrected_like_a_figure() -> None:
    wrong_text = "The winner of the prize was the poet Ann Lee, the jury said on Monday."
    right_text = (
        "Correction: another won. A report of Tuesday said that the winner of the prize was the poet Ann Lee. "
        "It should have said Ida Moor."
    )
    wrong, right = Article("w", wrong_text), Article("r", right_text)
    at, start = right_text.index("A report"), right_text.index("It should")
    told = Evidence(right, start, len(right_text), right_text[start:], right_text[at:start], 1.0)
    first, second = find_correction([told, Evidence(wrong, 0, len(wrong_text), wrong_text, "", 0.9)])
    assert first.text == wrong_text and second.text == right_text[at:]

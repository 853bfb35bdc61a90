from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import STOPWORDS, content_words, words


def test_words_keep_inner_apostrophes_numbers_and_any_script() -> None:
    assert words("Don't pay $3,500 in Łódź, 北京!") == ["don't", "pay", "3", "500", "in", "łódź", "北京"]


def test_an_accent_of_its_own_does_not_cut_a_word() -> None:
    assert words("Cafe\u0301 Lo\u0301dz\u0301") == ["café", "lódź"]


def test_content_words_come_once_in_order_without_stop_words() -> None:
    assert content_words("The ferry and the Ferry: was it the harbor ferry?") == ["ferry", "harbor"]


@pytest.mark.parametrize(
    ("text", "bare"),
    [("mayor's", "mayor"), ("mayor’s", "mayor"), ("James' boat", "james"), ("she'd've sailed", "she'd"), ("U.S.", "u")],
)
def test_endings_of_possession_and_contraction_are_dropped(text: str, bare: str) -> None:
    assert content_words(text)[0] == bare


@pytest.mark.parametrize("text", ["", " ", "Who was it?", "?!… — ***", "What's that?"])
def test_questions_of_stop_words_or_punctuation_alone_have_no_content_words(text: str) -> None:
    assert content_words(text) == []


@given(st.text())
def test_content_words_are_words_that_are_no_stop_words(text: str) -> None:
    found = content_words(text)
    assert len(found) == len(set(found))
    assert not set(found) & STOPWORDS
    assert all(word and not set(word) & set(' "*()^:+-') for word in found)

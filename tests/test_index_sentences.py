from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Former Utah Gov. Jon Huntsman Jr. spoke to Mr. Smith of St. Paul.",
        "J. K. Rowling met George W. Bush in the U.S. Senate.",
        "In the Jan. 31 interview he named No. 3 of the list.",
        "Rates rose 3.5 percent at 9 a.m. Monday in Washington.",
        "The plant closes at 5 p.m. ET every day.",
        "MOSCOW, January 29. /TASS/. US Ambassador Jon Huntsman is hopeful.",
        "Trump's man, former Gov. Huntsman Jr. — once of Utah — said so.",
        "Visit example.org today.",
        '"Really?" she asked.',
        "1. Buy milk.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert sentences(f"It began. {sentence} Then it was over.") == ["It began.", sentence, "Then it was over."]


@pytest.mark.parametrize(
    "parts",
    [
        ["He lives in the U.S.", "The rest do not."],
        ["They left at 5 p.m.", "Police came."],
        ["He said no.", "She said yes."],
        ['"We moved on."', "“So did we.”", "Then silence…", "It ended!"],
        ["\"We'll see.", 'We wish for more."', '"And we’ll ask," he said.'],
        ["She left (for good).", "He stayed."],
        ["Sales fell.", "iPhone prices rose.", "$5 million was lost."],
        ["他来了。", "我走了。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_heading_is_a_sentence_of_its_own() -> None:
    assert sentences("It moves slowly\n\nKremlin report\n\nOn January 29 it came.") == [
        "It moves slowly",
        "Kremlin report",
        "On January 29 it came.",
    ]


def test_empty_text_has_no_sentences() -> None:
    assert sentence_spans(" \n\n ") == []


@given(st.text(alphabet=st.sampled_from(list("aA1.!?…\"'”)(。 \n\t\u00a0U.S/—")) | st.characters(), max_size=200))
def test_spans_are_ordered_stripped_and_cover_every_character_but_space(text: str) -> None:
    at = 0
    for start, end in sentence_spans(text):
        assert at <= start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize("pattern", [".", ". ", "a.", "A. ", '("', "\n", " ", "。", ".\n "])
def test_time_is_linear_in_hostile_text(pattern: str) -> None:
    text = pattern * (300_000 // len(pattern))
    began = time.perf_counter()
    sentence_spans(text)
    assert time.perf_counter() - began < 5  # a quadratic scan takes minutes

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.chunks import CountTokens, chunk_text


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_letters(texts: Sequence[str]) -> list[int]:
    return [len(re.sub(r"\s", "", text)) for text in texts]


LETTERS = st.sampled_from("ab. \n\u00a0\t!?\"'A1。é😀") | st.characters(exclude_categories=["Cs"])
ANY_TEXT = st.text(LETTERS, max_size=300)


@given(ANY_TEXT, st.integers(1, 40), st.sampled_from([count_words, count_letters]))
@example("a  b     c", 1, count_words)
@example("x" * 500, 3, count_letters)
@example("word " * 500, 7, count_words)
@example("One. Two.\n\nThree", 2, count_words)
def test_chunks_are_in_order_within_the_limit_and_leave_nothing_out(text: str, limit: int, count: CountTokens) -> None:
    chunks = chunk_text(text, count, limit)

    assert all(size <= limit for size in count([text[chunk.start : chunk.end] for chunk in chunks]))
    assert all(before.end <= after.start for before, after in zip(chunks, chunks[1:], strict=False))
    assert all(chunk.start < chunk.end for chunk in chunks)
    pieces = [text[chunk.start : chunk.end] for chunk in chunks]
    assert [piece.strip() for piece in pieces] == pieces
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_sentences_are_packed_together_until_the_limit_and_never_cut() -> None:
    text = "One two three. Four five. Six seven eight nine. Ten."
    chunks = chunk_text(text, count_words, 5)
    assert [text[chunk.start : chunk.end] for chunk in chunks] == [
        "One two three. Four five.",
        "Six seven eight nine. Ten.",
    ]


def test_a_sentence_longer_than_the_limit_is_cut_between_words() -> None:
    text = " ".join(f"word{number}" for number in range(20_000))
    chunks = chunk_text(text, count_words, 200)
    pieces = [text[chunk.start : chunk.end] for chunk in chunks]
    assert " ".join(pieces) == text
    assert max(count_words(pieces)) <= 200
    assert len(chunks) < 200


def test_an_unbroken_run_of_letters_is_cut() -> None:
    text = "x" * 20_000
    chunks = chunk_text(text, count_letters, 256)
    assert "".join(text[chunk.start : chunk.end] for chunk in chunks) == text
    assert all(chunk.end - chunk.start <= 256 for chunk in chunks)


def test_a_letter_that_alone_exceeds_the_limit_ends_the_cutting() -> None:
    chunks = chunk_text("\U0001f600\U0001f600", lambda texts: [len(text.encode()) for text in texts], 3)
    assert [(chunk.start, chunk.end) for chunk in chunks] == [(0, 1), (1, 2)]


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_text_without_words_gives_no_chunk(text: str) -> None:
    assert chunk_text(text, count_words, 10) == []

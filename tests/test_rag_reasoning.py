from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rag.models.reasoning import without_reasoning

WRITTEN = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "think", ">", "/", "He is 41.", " ", "<b>"]), max_size=12
)


def cut(text: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(text) + 1) for place in places} | {0, len(text)})
    return [text[start:end] for start, end in zip(ends, ends[1:], strict=False)]


@given(WRITTEN.map("".join), st.lists(st.integers(0, 1000)), st.booleans())
def test_where_the_pieces_are_cut_makes_no_difference(text: str, places: list[int], inside: bool) -> None:
    whole = "".join(without_reasoning([text], inside))
    assert "".join(without_reasoning(cut(text, places), inside)) == whole


@given(WRITTEN.map("".join))
def test_what_is_shown_is_what_stands_outside_of_the_tags(text: str) -> None:
    assert "".join(without_reasoning(text)) == re.sub(r"<think>.*?(?:</think>|\Z)", "", text, flags=re.DOTALL)


def test_text_is_passed_on_as_soon_as_it_cannot_be_a_tag() -> None:
    pieces = without_reasoning(iter(["He is 41", " <", "b> old"]))
    assert [next(pieces), next(pieces), next(pieces)] == ["He is 41", " ", "<b> old"]


def test_reasoning_that_the_prompt_has_opened_ends_at_its_closing_tag() -> None:
    assert "".join(without_reasoning(["He seems old.</think>He is 58."], inside=True)) == "He is 58."


def test_reasoning_that_never_ends_is_never_shown() -> None:
    assert list(without_reasoning(["<think>He seems", " old"])) == []

from __future__ import annotations

import pytest

from rag.asking.gender import Gender, gender
from rag.asking.phrases import people, phrases


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("When was the Grey Heron built?", [("the Grey Heron", "name")]),
        ("When did the strike at Tarrow Microworks begin?", [("the strike at Tarrow Microworks", "thing")]),
        ("Did the Bank of England rule on Monday?", [("the Bank of England", "name")]),
        ("Who heads the Valley Growers' Union?", [("the Valley Growers' Union", "name")]),
        ("Bellmont & Saye told a court.", [("Bellmont & Saye", "name"), ("a court", "thing")]),
        ("The mayor, Ines Tolland, left.", [("The mayor", "thing"), ("Ines Tolland", "person")]),
        ("He is the", []),
        ("", []),
    ],
)
def test_names_and_noun_phrases_are_read(text: str, found: list[tuple[str, str]]) -> None:
    assert [(phrase.text, phrase.kind) for phrase in phrases(text)] == found
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in phrases(text))


def test_a_head_tells_one_from_several() -> None:
    assert [phrase.plural for phrase in phrases("the growers of Elm and the glass")] == [True, False]


def test_a_very_long_phrase_is_read() -> None:
    (phrase,) = phrases("Who is the " + "A of " * 2000 + "B?")
    assert phrase.text.endswith("A of B")


def test_what_has_a_the_before_it_is_no_person() -> None:
    assert people("Ann Lee saw the Grey Heron and the ferry Lady Ann. Lee's aide, Bo Day, did not.") == [
        "Ann Lee",
        "Bo Day",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ruth Amarin chairs it. She spoke.", "she"),
        ("Amarin said that she would sit.", "she"),
        ("Spokesman Ruth Amarin spoke.", "he"),
        ("Ruth Amarin met Wim Orlo, who lost his hat.", None),
        ("Ruth Amarin chairs it. A guard began his round.", None),
        ('"He is late," Ruth Amarin said.', None),
        ("Nobody came. She left.", None),
    ],
)
def test_a_person_is_he_or_she_by_what_is_said_of_nobody_else(text: str, told: Gender | None) -> None:
    # A given name that tells would hide what the sentences do.
    text = text.replace("Ruth", "Quin")
    assert gender("Quin Amarin", [text]) == told

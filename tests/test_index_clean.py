from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clean import clean, clean_and_captions, is_furniture, paragraphs, tidy


@pytest.mark.parametrize(
    "line",
    [
        "clock menu more-arrow no yes",
        "Facebook Twitter Whatsapp Reddit Email Share",
        "Share this article",
        "Advertisement",
        "Filed under:",
        "All news",
        "Read more: Storm closes harbour",
        "Related: Ferry captain charged",
        "Article continues below this ad",
        "Sign up for our free weekly newsletter and get the best stories of the week in your inbox.",
        "Follow us on Twitter",
        "Follow Jane Doe on Twitter: @janedoe.",
        "5 min read",
        "12 comments",
        "© 2026 The Harbor Ledger",
        "(Photo by Ada Lee/Getty Images)",
        "Photo: Ada Lee",
        "Copyright 2026 The Wire. All rights reserved.",
        "CLICK HERE TO GET THE NEWS APP",
        "***",
    ],
)
def test_furniture_goes(line: str) -> None:
    assert clean(f"The ferry sank.\n\n{line}\n\nNobody was hurt.") == "The ferry sank.\n\nNobody was hurt."


@pytest.mark.parametrize(
    "line",
    [
        "Kremlin report",
        "Ambassador’s meetings",
        "Jewish Museum and Tolerance Center",
        "No.",
        "No comment.",
        "Related deaths rise",
        "What is known about HIV/AIDS",
        "“Share the money with us,” she said.",
        "Read more books, the minister told pupils in a speech on Friday.",
        "The company said 3,000 readers had subscribed to its newsletter since the paper was sold in March.",
        "Facebook and Twitter must share data with researchers, a court in Berlin ruled on Friday.",
        "The photo was taken by a passenger who later told the Reuters news agency what happened.",
    ],
)
def test_what_the_article_says_stays(line: str) -> None:
    assert clean(f"The ferry sank.\n\n{line}\n\nNobody was hurt.") == f"The ferry sank.\n\n{line}\n\nNobody was hurt."


def test_a_caption_goes_with_its_credit_and_its_repetition() -> None:
    captions = "Envoy Ada Lee in Geneva Jo Roe/NORTHWIRE\nEnvoy Ada Lee in Geneva\n© Jo Roe/NORTHWIRE"
    assert clean(f"Envoy calls for talks\n{captions}\nShe spoke.") == "Envoy calls for talks\n\nShe spoke."


@pytest.mark.parametrize(
    "credit",
    ["Ada Lee/Getty Images", "(Image credit: Ada Lee)", "Ada B. Lee/Pool/AP", "Photograph: Ada Lee/The Guardian"],
)
def test_a_credit_after_prose_leaves_the_prose(credit: str) -> None:
    prose = "The ferry is seen at the pier on Friday, a day before it sank."
    assert clean(f"{prose} {credit}") == prose


@pytest.mark.parametrize(
    ("line", "captions"),
    [
        ("The ferry at dawn. Ada Lee/AP", ("The ferry at dawn. Ada Lee/AP",)),
        ("Envoy Ada Lee in Geneva Jo Roe/NORTHWIRE", ("Envoy Ada Lee in Geneva Jo Roe/NORTHWIRE",)),
        ("The ferry. Ada Lee/AP\nThe ferry.\n(Photo by Ada Lee/AP)", ("The ferry. Ada Lee/AP",)),
        ("(Image credit: Ada Lee/Getty Images)", ("Image credit: Ada Lee/Getty Images",)),
        ("Photo: Ada Lee", ("Photo: Ada Lee",)),
        ("© AFP", ("© AFP",)),
        ("Photograph: Courtesy", ()),
        ("© 2026 The Harbor Ledger", ()),
        ("© The Harbor Ledger", ()),
        ("Embed from Getty Images", ()),
        ("Share on Facebook", ()),
    ],
)
def test_captions_and_credits_are_kept_apart(line: str, captions: tuple[str, ...]) -> None:
    text = f"The ferry sank.\n\n{line}\n\nNobody was hurt."
    assert clean_and_captions(text) == ("The ferry sank.\n\nNobody was hurt.", captions)


def test_a_caption_that_is_a_sentence_stays_in_the_text_without_its_credit() -> None:
    prose = "The ferry is seen at the pier on Friday, a day before it sank."
    assert clean_and_captions(f"{prose} Ada Lee/AP") == (prose, (f"{prose} Ada Lee/AP",))
    long = f"{prose} " * 6 + prose
    assert clean_and_captions(f"{long} Ada Lee/AP") == (long, ("Ada Lee/AP",))


def test_paragraphs_are_one_blank_line_apart_and_free_of_control_characters() -> None:
    assert (
        clean("One\0 one.\r\nTwo\u200b\u00a0two.\n\n\n\nThr\x1bee.\x0cFour.")
        == "One one.\n\nTwo two.\n\nThree.\n\nFour."
    )


def test_a_lone_surrogate_becomes_storable() -> None:
    assert tidy("a\ud800b").encode() == b"a?b"


def test_text_wrapped_to_a_width_is_unwrapped() -> None:
    wrapped = (
        "Ferry sinks\n\nThe ferry left the harbour at dawn with forty people\n"
        "aboard, the coast guard said on Friday, and sank\n"
        "within the hour. Nobody was hurt in the accident, but\nthe pier is closed.\n\nDivers will look at the wreck."
    )
    unwrapped = (
        wrapped.replace("people\naboard", "people aboard")
        .replace("sank\nwithin", "sank within")
        .replace("but\n", "but ")
    )
    assert clean(wrapped) == unwrapped


def test_lines_of_a_scraped_page_are_paragraphs_of_their_own() -> None:
    assert paragraphs("A short line\nAnother short line\n" + "A long paragraph. " * 20)[:2] == [
        "A short line",
        "Another short line",
    ]


PIECES = [*"aA. \n/©", "Photo by ", "Getty Images", "Share", "Read more: ", "A ferry sank. "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(line.strip() == line and line and not is_furniture(line) for line in once.split("\n\n") if once)


@pytest.mark.parametrize("pattern", ["A/", "A ", "a, ", "(", "Photo by ", "Sign up your ", "- ", ". "])
def test_time_is_linear_in_hostile_text(pattern: str) -> None:
    text = pattern * (300_000 // len(pattern))
    began = time.perf_counter()
    clean(text)
    assert time.perf_counter() - began < 5

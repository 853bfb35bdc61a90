"""What a question was asked within is told in the same words wherever its answer goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fake_assistant import ABSTAINED, CHECKED, READ, SAVED
from tags import Tags

from index.filters import Filter
from rag import Answer, Scope
from ui.conversations.footnotes import document
from ui.conversations.markdown import markdown
from ui.conversations.record import Conversation
from ui.conversations.webpage import webpage
from ui.page.chips import asked_html
from ui.page.render import copied_text
from ui.within import asked_within

LOOSER = ("No article is by Ann Lee; searched without the author.",)
ASKED = replace(
    CHECKED,
    question="And when?",
    scope=Scope(Filter(("Harbor Ledger",), ("Ann Lee",), until="2026-03-31"), date(2026, 3, 20)),
    read=(replace(READ.read[0], ignored=True), READ.read[1]),
    loosened=LOOSER,
)
WORDS = (
    "Asked with: Outlet: Harbor Ledger; Author: Ann Lee; Published until March 31, 2026; As of March 20, 2026; "
    "“Ledger” not taken as a filter"
)
LOOSENED = f"Loosened: {LOOSER[0]}"
REFUSED = replace(ABSTAINED, question="Who won?", scope=ASKED.scope, loosened=LOOSER)
REFUSED_WITH = WORDS.rpartition("; ")[0]


@pytest.mark.parametrize(("answer", "words"), [(ASKED, WORDS), (REFUSED, REFUSED_WITH)])
def test_the_page_the_copy_and_both_downloads_tell_the_same(answer: Answer, words: str) -> None:
    talk = document(Conversation((answer,)))
    copied = copied_text(answer)
    assert copied.split("\n\n")[1].splitlines() == [words, LOOSENED]
    assert Tags(asked_html(answer)).text == f"{words}{LOOSENED}"
    assert f"\n\n*{words}*\n\n*{LOOSENED}*\n\n" in markdown(talk)
    assert f"{words}{LOOSENED}" in Tags(webpage(talk)).text
    assert webpage(talk).index("Asked with") < webpage(talk).index("<p><b>Not in" if answer is REFUSED else "Tuesday")


def test_where_nothing_was_set_nothing_is_told() -> None:
    talk = document(Conversation((READ,)))
    for text in (copied_text(READ), asked_html(READ), markdown(talk), webpage(talk)):
        assert "Asked with" not in text and "Loosened" not in text
    assert asked_within(SAVED) == {}


def test_what_is_copied_says_what_its_sources_do_not() -> None:
    question, told, remarks, *_ = copied_text(replace(CHECKED, question="And when?")).split("\n\n")
    assert question == "And when?" and told.endswith("on a Tuesday. [1][2]")
    assert remarks.splitlines() == [
        "Understood as: When were the people aboard the Lady Ann saved?",
        "Partly supported: “The boats came after eleven minutes, on a Tuesday.” - the source does not say: Tuesday",
    ]


def test_hostile_names_stay_words() -> None:
    evil = "<img src=x>*\n\x1b[31m# y"
    answer = replace(SAVED, question="Who?", scope=Scope(Filter((evil,))))
    talk = document(Conversation((answer,)))
    assert "Asked with: Outlet: <img src=x>* [31m# y\n" in copied_text(answer)
    assert "*Asked with: Outlet: \\<img src=x\\>\\* \\[31m\\# y*" in markdown(talk)
    assert not [tag for tag, _ in Tags(webpage(talk)).elements if tag == "img"]

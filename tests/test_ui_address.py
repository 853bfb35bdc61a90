"""A link to a question tells what it was asked within, and is read back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from fake_assistant import BOATS, CHECKED, FERRY, HOSTILE, READ, SAVED, Shelf
from tags import Tags

from index.catalogue import Catalogue
from index.filters import Filter
from rag import Answer, Scope
from ui.page.address import MOST_FILTERS, TOO_MANY, Linked, address, read_address
from ui.page.linked import NOT_ASKED, set_by
from ui.page.render import exchange_html

ODD = "A & B+C=D; 100% é?#"
SHELF = Shelf((FERRY, BOATS, HOSTILE, replace(FERRY, identity="odd", outlet=ODD, authors=('O\'Neill, "Ann"',))))


def catalogue() -> Catalogue:
    return SHELF.catalogue()


def followed(told: str) -> Linked:
    """What the address of a link asks, as the server reads it."""
    assert told.startswith("?")
    return read_address(parse_qsl(told[1:], keep_blank_values=True), catalogue)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(Filter(("Harbor Ledger", "Bay Post"), ("Ann Lee", "Bo Chi"), "2026-03-01", "2026-03-31")),
        Scope(Filter((ODD, "<i>Outlet</i>"), ('O\'Neill, "Ann"',)), date(2026, 3, 20)),
        Scope(Filter(until="2026-03-31"), date(2026, 3, 20), frozenset({"outlet:ledger", "days:in march"})),
    ],
)
def test_a_link_leads_to_the_same_question_within_the_same(scope: Scope) -> None:
    read = tuple(replace(hint, ignored=hint.key in scope.ignored) for hint in READ.read)
    answer = replace(SAVED, question=" Who & how? ", scope=scope, read=read)
    assert followed(address(answer)) == Linked("Who & how?", scope)
    links = [attributes for _, attributes in Tags(exchange_html(answer, 1)).elements if "cw-link" in str(attributes)]
    assert [link["href"] for link in links] == [address(answer)]


def test_a_link_names_the_whole_form_of_a_follow_up_and_what_is_not_taken_as_a_filter_in_words() -> None:
    assert address(CHECKED) == "?q=When%20were%20the%20people%20aboard%20the%20Lady%20Ann%20saved%3F"
    ignored = replace(READ, question="Who?", read=(replace(READ.read[1], ignored=True),))
    assert address(ignored) == "?q=Who%3F&ignored=days:in%20march"
    assert address(Answer(" ", "", answered=False)) == ""


def test_a_question_alone_and_what_other_parameters_there_are() -> None:
    assert followed("?q=Who%3F&__theme=dark&outlet=&as_of=%20") == Linked("Who?")
    assert followed("?utm=1") == Linked()
    assert followed("?outlet=bay+post") == Linked(scope=Scope(Filter(("bay post",))))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("since=soon", "soon is no day; write it as 2018-03-20."),
        ("as_of=2026-02-30", "2026-02-30 is no day; write it as 2018-03-20."),
        ("outlet=Nobody", "No article is of Nobody; `citewire articles` shows what outlets there are."),
        ("author=Ann", "No article is by Ann; give a name as `citewire articles --json` shows it."),
        ("until=2026-03-01", "No day is from March 2, 2026 to March 1, 2026; change one of the two."),
        (
            "as_of=2026-03-01",
            "Nothing published since March 2, 2026 was known on March 1, 2026; change one of the two.",
        ),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_the_rest_is_set(wrong: str, told: str) -> None:
    linked = followed(f"?q=Who%3F&since=2026-03-02&{wrong}&{wrong}&outlet=Bay%20Post")
    assert linked == Linked("Who?", Scope(Filter(("Bay Post",), since="2026-03-02")), told)
    scope, row = set_by(linked)
    assert scope == linked.scope and "Outlet: Bay Post" in row
    assert Tags(row).text.endswith(f"{told} {NOT_ASKED} ") and 'role="alert"' in row


def test_each_of_two_wrong_filters_is_told() -> None:
    assert followed("?outlet=One&outlet=Two").fault.count("No article is of") == 2


def test_an_address_cannot_have_any_number_of_filters_looked_up() -> None:
    within = "&".join(["outlet=Bay%20Post"] * MOST_FILTERS)
    assert followed(f"?q=Who%3F&{within}") == Linked("Who?", Scope(Filter(("Bay Post",))))
    assert followed(f"?q=Who%3F&{within}&since=2026-03-01") == Linked("Who?", fault=TOO_MANY)


def test_the_link_in_the_guide_for_programs_means_what_it_says() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "programs.md").read_text(encoding="utf-8")
    (link,) = re.findall(r"^http://127\.0\.0\.1:7860/(\?q=.+)$", guide, re.MULTILINE)
    assert followed(link) == Linked("How many were saved?", Scope(Filter(("Harbor Ledger",), since="2026-03-01")))


def test_what_is_ignored_is_ignored_for_the_linked_question_alone() -> None:
    assert set_by(Linked("Who?", Scope(ignored=frozenset({"outlet:ledger"})))) == (Scope(), "")

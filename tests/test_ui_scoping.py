"""Filters of the page as they are added, removed and shown, without the page."""

from __future__ import annotations

from datetime import date

import pytest
from fake_assistant import FERRY, HOSTILE, READ, Shelf

from index.errors import InputError
from index.filters import Filter
from rag import Scope
from ui.page.chips import asked_html, read_html, set_html
from ui.page.scoping import choices, narrowed, widened
from ui.within import AS_OF, set_chips

CATALOGUE = Shelf((FERRY, HOSTILE)).catalogue()
FULL = Scope(Filter(("Harbor Ledger", "AP"), ("Ann Lee",), "2026-03-01", "2026-03-31"), date(2026, 3, 20))


def test_a_form_narrows_what_is_set_already() -> None:
    scope = narrowed(Scope(), {"outlet": "harbor ledger", "since": " 2026-03-01 ", "author": " "}, CATALOGUE)
    assert scope == Scope(Filter(("harbor ledger",), since="2026-03-01"))
    scope = narrowed(scope, {"outlet": "harbor ledger", "as_of": "2026-03-09"}, CATALOGUE)
    assert scope == Scope(Filter(("harbor ledger",), since="2026-03-01"), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"outlet": ""}, "Nothing is filled in"),
        ({"outlet": "Bay Post"}, "No article is of Bay Post"),
        ({"author": "Ann"}, "No article is by Ann"),
        ({"since": "soon"}, "soon is no day; write it as 2018-03-20."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "No day is from March 2, 2026 to March 1, 2026"),
        ({"since": "2026-03-02", "as_of": "2026-03-01"}, "Nothing published since March 2, 2026 was known"),
    ],
)
def test_a_form_that_cannot_be_met_is_refused(wanted: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        narrowed(Scope(), wanted, CATALOGUE)


def test_each_chip_is_removed_by_its_key() -> None:
    keys = [chip.key for chip in set_chips(FULL)]
    assert keys == ["outlet:Harbor Ledger", "outlet:AP", "author:Ann Lee", "since", "until", AS_OF]
    for key in keys:
        assert [chip.key for chip in set_chips(widened(FULL, key))] == [other for other in keys if other != key]
    assert widened(FULL, "no such key") == FULL


def test_an_outlet_is_offered_by_its_name_and_once() -> None:
    assert choices(CATALOGUE) == {"outlets": ["<i>Outlet</i>", "Harbor Ledger"], "authors": []}


def test_whose_a_chip_is_stands_in_words() -> None:
    assert "From the question" in read_html(READ.read) and "Set by you" in set_html(FULL)
    assert (read_html(()), set_html(Scope()), asked_html(READ)) == ("", "", "")


def test_what_is_set_is_shown_as_it_is_written() -> None:
    html = set_html(Scope(Filter(('<img src="x">',))), "<i>said</i>", "error")
    assert "<img" not in html and "<i>" not in html and 'src="x"' not in html
    assert "&#60;img src=&#34;x&#34;&#62;" in html and 'role="alert">&#60;i&#62;said' in html

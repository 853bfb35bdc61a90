"""A conversation as Markdown and as a page of its own."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest
from fake_assistant import ABSTAINED, CHECKED, FERRY, INJECTED, NEAR, SAVED, cite

from rag import Answer
from rag.answer import Sentence
from ui.conversations.footnotes import document
from ui.conversations.links import downloads_html
from ui.conversations.markdown import escaped, markdown
from ui.conversations.record import Conversation
from ui.conversations.webpage import JOINED, webpage

TALK = Conversation(
    (
        replace(SAVED, question="Who was saved?"),
        replace(CHECKED, question="And when?"),
        replace(NEAR, question="How old?"),
        replace(ABSTAINED, question="Who won the World Cup?"),
    ),
    name="The ferry",
)


def test_footnotes_are_numbered_once_through_the_whole_document() -> None:
    written = document(TALK)
    assert [note.quote for note in written.notes] == [
        "all 41 people aboard were saved",
        "The first boats came after eleven minutes",
        "She led the rescue.",
    ]
    assert [said.notes for exchange in written.exchanges for (*_, said) in exchange.paragraphs] == [(), (1, 2), (), ()]
    assert [item.notes for item in written.exchanges[2].items] == [(2,), (3,)]


def test_the_markdown_holds_every_sentence_every_quote_and_every_refusal() -> None:
    text = markdown(document(TALK))
    assert text.startswith("# The ferry\n")
    assert "All 41 people aboard were saved[^1]. The first boats came after eleven minutes[^2]." in text
    assert "*Understood as: When were the people aboard the Lady Ann saved?*" in text
    assert "on a Tuesday.[^1][^2] (partly supported: the source does not say: Tuesday)" in text
    assert "**Not in these articles**\n\nNo article mentions the World Cup." in text
    assert "- “She led the rescue.”[^3]" in text
    note = (
        "[^1]: “all 41 people aboard were saved” Harbor Ledger, March 4, 2026: "
        "[Ferry sinks; all aboard saved](<https://ledger.test/ferry>)"
    )
    assert text.count(note) == 1


def test_the_page_links_marks_and_footnotes_and_needs_nothing_else() -> None:
    page = webpage(document(TALK))
    assert page.count('id="note-') == 3 and page.count('id="mark-1"') == 1
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page
    assert not re.search(r"<(script|img|link|iframe)\b|\bsrc=|@import|url\(", page)
    assert "default-src 'none'" in page and "prefers-color-scheme: dark" in page and "@media print" in page
    assert 'href="https://ledger.test/ferry"' in page


def test_reports_that_differ_and_events_are_lists() -> None:
    told = (
        Sentence("The reports differ.", "supported", (1, 2)),
        Sentence("“41.”", "supported", (1,), label="Harbor Ledger"),
        Sentence("“43.”", "supported", (2,), label="Bay Post"),
    )
    cited = (cite(1, FERRY, "all 41 people"), cite(2, FERRY, "She led the rescue."))
    answer = Answer("How many?", "...", answered=True, sentences=told, citations=cited, form="accounts")
    written = document(Conversation((answer,)))
    assert "The reports differ.[^1][^2]\n\n- **Harbor Ledger** “41.”[^1]\n- **Bay Post** “43.”[^2]" in markdown(written)
    assert f"<ul><li><b>Harbor Ledger</b> “41.”{JOINED}<sup>" in webpage(written)


def test_an_answer_that_was_stopped_says_so() -> None:
    stopped = Answer("Who?", "All 41 people", answered=True, done=False)
    assert "Stopped before the answer was complete." in markdown(document(Conversation((stopped,))))


def test_hostile_words_stay_words_in_both() -> None:
    written = document(
        Conversation((replace(INJECTED, question="# <b>Who</b>\n- x"),), name="<script>alert(1)</script>")
    )
    page, text = webpage(written), markdown(written)
    assert not re.search(r"<(script|img|b onclick)\b", page)
    assert "javascript" not in page and "javascript" not in text
    assert not re.search(r"(?<!\\)<(?!https?:)|(?<!\\)!\[", text)
    assert text.splitlines()[2] == "## \\# \\<b\\>Who\\</b\\> - x"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- a", "\\- a"),
        ("12) a", "12\\) a"),
        ("a - b (c).", "a - b (c)."),
        ("[^1]: x", "\\[\\^1\\]: x"),
        ("a\r\n\r\n# b", "a \\# b"),
        ("$x$ and ~y~", "\\$x\\$ and \\~y\\~"),
    ],
)
def test_markdown_signs_are_escaped_where_they_mean_something(text: str, written: str) -> None:
    assert escaped(text) == written


def test_an_address_leads_to_the_same_place_and_stays_within_its_brackets() -> None:
    cited = replace(cite(1, FERRY, "She led the rescue."), url="https://ledger.test/a b\u3000c>d")
    answer = Answer("Who?", "Oyelaran. [1]", answered=True, citations=(cited,))
    assert "](<https://ledger.test/a%20b%E3%80%80c%3Ed>)" in markdown(document(Conversation((answer,))))


def test_the_downloads_hold_the_files_themselves() -> None:
    html = downloads_html(TALK)
    names = re.findall(r'download="([^"]+)"', html)
    assert names == ["the-ferry.md", "the-ferry.html"]
    files = [base64.b64decode(data).decode() for data in re.findall(r'base64,([^"]+)"', html)]
    assert files == [markdown(document(TALK)), webpage(document(TALK))]

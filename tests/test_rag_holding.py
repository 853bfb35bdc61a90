from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeGenerator

from index import Archive
from index.article import Article
from rag import Assistant
from rag.evidence import Evidence
from rag.holding import read_unheld, why_unheld
from rag.outlets import known_outlets, read_outlets

KNOWN = known_outlets(["Harbor Ledger", "BBC News - Technology"])


def unheld(question: str) -> list[str]:
    return read_unheld(question, [(found.start, found.end) for found in read_outlets(question, KNOWN)], KNOWN)


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What does an article in the Evening Post say of the harbor?", ["Evening Post"]),
        ("What do a Morning Star report and a piece from 'The Courier' agree on?", ["Morning Star", "The Courier"]),
        ("Which port is in both a Harbor Ledger story and one from the Evening Post?", ["Evening Post"]),
        ("Who won, as reported by both Reuters and others?", ["Reuters"]),
        ("What is new in an article on Forbes about shipping?", ["Forbes"]),
        ("What is new in the Evening Post's coverage of the storm?", ["Evening Post"]),
    ],
)
def test_an_outlet_that_the_archive_lacks(question: str, outlets: list[str]) -> None:
    assert unheld(question) == outlets


@pytest.mark.parametrize(
    "question",
    [
        "What does the Harbor Ledger report say?",
        "What does a report from it say?",
        "What does the BBC article say?",
        "What did the report on Jon Huntsman say?",
        "Which article of the treaty was broken?",
        "What was published in October, and in a report from Monday?",
        "What is the story of Bastian Orre?",
        "",
    ],
)
def test_nothing_is_missed(question: str) -> None:
    assert unheld(question) == []


def test_what_another_outlet_tells_of_a_report_is_not_missed() -> None:
    text = "The Evening Post reported that the ferry sank."
    evidence = [Evidence(Article("a", text, outlet="Harbor Ledger"), 0, len(text), text, "", 1.0)]
    assert why_unheld(["Evening Post"], evidence) is None
    assert why_unheld(["Evening Post", "Reuters"], evidence) == "No article found is of or about Reuters."
    assert why_unheld([], evidence) is None


def test_the_assistant_says_which_outlet_it_has_nothing_of(archive: Archive, news: Path) -> None:
    archive.update([news])
    generator = FakeGenerator("The ferry sank.")
    answer = Assistant(archive, generator).ask("Which ferry sank, as reported by the Morning Courier?")
    assert not answer.answered and answer.nearest
    assert answer.reason == "No article found is of or about Morning Courier."
    assert generator.heard == []

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import FakeEmbedder, FakeGenerator

from index import Archive
from index.article import Article
from index.filters import Filter
from index.slots import Slot
from rag import Assistant
from rag.asking.outlets import known_outlets, read_outlets
from rag.evidence import Evidence
from rag.reports.holding import read_unheld, why_not_held, why_unheld
from rag.reports.parts import weigh

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


def test_outlets_whose_articles_speak_of_something_else_are_told() -> None:
    asked = Slot(
        "the old ferry sank at night", ("old", "ferry", "sank", "night"), Filter(outlets=("Evening Post", "post.test"))
    )
    texts = {"Evening Post": "Parents welcomed a school.", "Harbor Ledger": "The old ferry sank at night."}
    evidence = [
        Evidence(Article(outlet, text, outlet=outlet), 0, len(text), text, "", 1.0) for outlet, text in texts.items()
    ]
    parts = weigh("", [asked], evidence, FakeEmbedder())
    assert why_not_held(parts) == "No article found of Evening Post speaks of this."
    anywhere = weigh("", [replace(asked, prefer=Filter())], evidence, FakeEmbedder())
    assert why_not_held(anywhere) is None
    held = weigh("", [replace(asked, prefer=Filter(outlets=("Harbor Ledger",)))], evidence, FakeEmbedder())
    assert why_not_held(held) is None
    assert why_not_held(weigh("", [asked], [], FakeEmbedder())) is not None
    latest = Slot("what is the latest", ("latest",), asked.prefer)
    assert why_not_held(weigh("", [latest], evidence, FakeEmbedder())) is None

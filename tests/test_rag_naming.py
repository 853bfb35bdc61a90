from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeEmbedder, FakeGenerator
from news import write
from parts import part, sentences

from index import Archive
from index.article import Article
from index.slots import Slot
from rag import Assistant
from rag.reports.naming import Named, Register, find_name
from rag.reports.parts import weigh

LEDGER = Article(
    "ledger",
    "Drivers sued the ride company Swiftcab over unpaid wages on Monday. However, the mayor of Elm stayed silent. "
    "A lawyer said Swiftcab owed each driver a month of wages.",
    title="Drivers sue over wages",
    outlet="Harbor Ledger",
)
POST = Article(
    "post",
    "Its rival Longhaul bought Swiftcab for two million. Longhaul will keep the drivers. Parents welcomed a school.",
    title="A rival is bought",
    outlet="Evening Post",
)
TRIAL = Article(
    "trial",
    "Ann Reyl testified in court that she hid the losses. Lawyers for Reyl said she acted in good faith.",
    title="Reyl testifies",
    outlet="Harbor Ledger",
)
RISE = Article(
    "rise",
    "Investors once called Reyl the queen of shipping. She met James Orre, who praised her ships. Orre left.",
    title="The rise and fall of a shipping queen",
    outlet="Evening Post",
)


def named(question: str, *slots: Slot, articles: tuple[Article, ...]) -> Named | None:
    return find_name(question, weigh(question, slots, sentences(*articles), FakeEmbedder()))


SUED = part("sued by its drivers over unpaid wages", "Harbor Ledger")
BOUGHT = part("bought by its rival for two million", "Evening Post")
HID = part("testified in court that the losses were hidden", "Harbor Ledger")
QUEEN = part("was called the queen of shipping by investors", "Evening Post")


def test_the_name_that_the_parts_have_in_common_is_found_with_a_sentence_for_each() -> None:
    question = "Which company, sued by its drivers as the Ledger reported, was bought by a rival according to the Post?"
    found = named(question, SUED, BOUGHT, articles=(LEDGER, POST))
    assert found is not None and found.text == "Swiftcab"
    assert [item.article.outlet for item in found.evidence] == ["Harbor Ledger", "Evening Post"]
    assert found.reason == "Swiftcab is the name that the reports found have most in common."


def test_what_the_question_names_is_not_its_answer() -> None:
    question = "Which company bought Swiftcab, which its drivers sued?"
    found = named(question, BOUGHT, SUED, articles=(LEDGER, POST))
    assert found is not None and found.names == ("Longhaul",)


def test_a_person_is_named_in_full_and_asked_for_as_one() -> None:
    question = "Who hid the losses according to the Ledger, and was called the queen of shipping by the Post?"
    found = named(question, HID, QUEEN, articles=(TRIAL, RISE))
    assert found is not None and found.names == ("Ann Reyl",)


def test_she_is_not_a_man() -> None:
    met = part("met somebody who praised the ships", "Evening Post")
    question = "Who hid the losses according to the Ledger, and met somebody who praised {} ships?"
    him = named(question.format("his"), met, met, articles=(RISE,))
    her = named(question.format("her"), met, met, articles=(RISE,))
    assert him is not None and him.names == ("James Orre",)
    assert her is None


def test_two_are_named_where_two_are_asked_for() -> None:
    met = part("met somebody who praised the ships", "Evening Post")
    found = named("Which two people met, according to the Post?", HID, met, articles=(TRIAL, RISE))
    assert found is not None and set(found.names) == {"Ann Reyl", "James Orre"}
    assert found.reason.endswith("are the names that the reports found have most in common.")


@pytest.mark.parametrize(
    ("question", "slots", "articles"),
    [
        ("Did a rival buy the company that its drivers sued?", (SUED, BOUGHT), (LEDGER, POST)),
        ("Which day was the company sued by its drivers, and then bought?", (SUED, BOUGHT), (LEDGER, POST)),
        ("Which company was sued, and when was it bought?", (SUED, BOUGHT), (LEDGER, POST)),
        ("Which company was sued?", (part("company was sued", "Harbor Ledger"),), (LEDGER,)),
        ("Which company, sued by its drivers, was bought?", (part(SUED.text), part(BOUGHT.text)), (LEDGER, POST)),
        ("Which company, sued by its drivers, was bought?", (SUED, BOUGHT), ()),
    ],
)
def test_no_name_is_sought(question: str, slots: tuple[Slot, ...], articles: tuple[Article, ...]) -> None:
    assert named(question, *slots, articles=articles) is None


def test_names_are_told_from_what_a_sentence_begins_with() -> None:
    text = "Whereas Longhaul grew, others fell. However, Ann Reyl of Longhaul sold. Reyl left. Every ship of Reyl sank."
    register = Register(Article("a", text, title="Why Longhaul Grew"))
    assert register.between(0, len(text)) == ["Longhaul", "Ann Reyl", "Longhaul", "Reyl", "Reyl"]
    assert register.full["Reyl"] == "Ann Reyl" and register.full["Longhaul"] == "Longhaul"
    assert register.in_title == ("Longhaul",)


def test_a_short_form_behind_the_full_one_is_told() -> None:
    register = Register(Article("a", "The Transport Authority met. Then the Trans said the Authority, and Trans, won."))
    assert register.full["Authority"] == register.full["Trans"] == "Transport Authority"


def test_the_assistant_gives_the_name_and_the_reports_that_hold_it_without_the_model(
    archive: Archive, tmp_path: Path
) -> None:
    records = [
        {"url": f"https://{one.id}.test/a", "title": one.title, "outlet": one.outlet, "body": one.text}
        for one in (LEDGER, POST)
    ]
    archive.update([write(tmp_path / "news.jsonl", *records)])
    generator = FakeGenerator("Longhaul.")
    question = (
        "Which company, sued by its drivers over unpaid wages as the Harbor Ledger reported, was bought by its rival "
        "for two million according to the Evening Post?"
    )
    answer = Assistant(archive, generator).ask(question)
    assert answer.answered and answer.text.startswith("Swiftcab – as far as the reports found go. [1]")
    assert [one.support for one in answer.sentences[:2]] == ["partly", "supported"]
    assert {cited.outlet for cited in answer.citations} == {"Harbor Ledger", "Evening Post"}
    assert generator.heard == []

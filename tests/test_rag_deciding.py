from __future__ import annotations

import pytest
from conftest import FakeEmbedder
from parts import part, sentences

from index.article import Article
from index.slots import Slot
from rag.reports.deciding import NOT_SETTLED, Decision, asks_order, asks_which, asks_yes_no, decide
from rag.reports.parts import weigh

LEDGER = Article(
    "ledger",
    "The harbor was closed on Monday after the storm. The ferry company lost two boats.",
    title="Storm closes harbor",
    outlet="Harbor Ledger",
    published="2026-03-02",
)
POST = Article(
    "post",
    "The mayor opened a new school in the old town. Parents welcomed the school.",
    title="School opens",
    outlet="Evening Post",
    published="2026-03-09",
)


def decided(question: str, *slots: Slot, articles: tuple[Article, ...] = (LEDGER, POST)) -> Decision:
    return decide(question, weigh(question, slots, sentences(*articles), FakeEmbedder()))


HARBOR = part("the harbor was closed after the storm", "Harbor Ledger")
SCHOOL = part("the mayor opened a new school", "Evening Post")


@pytest.mark.parametrize(
    "question",
    [
        "Is the harbor open?",
        "Didn't the ferry sink?",
        "And was he there?",
        "Can the ferry company go on?",
        "After the Ledger reported the storm on March 2, 2026, did the Post agree?",
        "Between the report of May 3, which the Ledger wrote, and the next, was there a change?",
        "When the harbor was closed, were the boats inside?",
        "In the Ledger's report, which covers the storm, was the harbor closed?",
    ],
)
def test_questions_for_yes_or_no(question: str) -> None:
    assert asks_yes_no(question) and not asks_which(question)


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("Which company lost two boats?", True),
        ("Who, did he say, was there?", True),
        ("Of the two reports, which one names the mayor?", True),
        ("In the report, what boat is it?", True),
        ("Of the two reports, which company, named in both, is the older?", True),
        ("When did the ferry sink?", False),
        ("How many were saved, and is that all?", False),
        ("Why is the harbor closed?", False),
        ("Tell me about the harbor.", False),
        ("", False),
    ],
)
def test_other_questions(question: str, which: bool) -> None:
    assert not asks_yes_no(question) and asks_which(question) is which


def test_what_is_asked_after_is_no_question_of_order() -> None:
    assert asks_order("Did the Ledger report the storm after the Post mentioned the school?")
    assert not asks_order("After the Ledger reported the storm, did the Post mention the school?")
    assert not asks_order("Did the mayor resign before the vote?")
    assert not asks_order("Who reported the storm before the Post mentioned it?")


def test_a_claim_that_the_articles_carry_is_answered_with_yes_and_its_evidence() -> None:
    decision = decided("Does the Ledger say the harbor was closed, while the Post covers a new school?", HARBOR, SCHOOL)
    assert decision.verdict == "yes"
    assert [p.evidence.article.id for p in decision.parts] == [LEDGER.id, POST.id]
    assert decision.parts[0].evidence.text.startswith("The harbor was closed")


def test_a_claim_that_negates_what_is_reported_is_answered_with_no() -> None:
    slot = part("the harbor was not closed on Monday after the storm", "Harbor Ledger")
    decision = decided(
        "Does the Ledger say that the harbor was not closed, while the Post covers a school?", slot, SCHOOL
    )
    assert decision.verdict == "no" and [p.denied for p in decision.parts] == [True, False]


def test_an_aside_about_what_is_left_out_negates_nothing() -> None:
    aside = "the harbor was closed after the storm without saying that nobody was hurt, not even slightly"
    assert decided(f"Does the Ledger say that {aside}?", part(aside, "Harbor Ledger")).verdict == "yes"


def test_a_negation_in_what_is_taken_as_given_is_not_asked() -> None:
    given = part("the harbor was not closed on Monday after the storm", "Harbor Ledger")
    question = f"After the Ledger reported that {given.text}, did the Post cover the new school?"
    assert decided(question, given, SCHOOL).verdict == "yes"


def test_a_negation_that_the_article_shares_is_carried() -> None:
    article = Article("n", "The harbor was not closed after the storm.", outlet="Harbor Ledger")
    slot = part("the harbor was not closed after the storm", "Harbor Ledger")
    assert decided("Was the harbor not closed after the storm?", slot, articles=(article,)).verdict == "yes"


def test_what_the_articles_are_not_about_is_not_settled() -> None:
    away = part("quarterly profits doubled at the Zenith bank", "Harbor Ledger")
    decision = decided("Does the Ledger say that profits doubled at the Zenith bank?", away)
    assert (decision.verdict, decision.reason) == (None, NOT_SETTLED)
    assert decision.parts[0].evidence.article.id == LEDGER.id


def test_nothing_is_settled_without_evidence_or_for_another_question() -> None:
    assert decided("Is the harbor closed?", HARBOR, articles=()).verdict is None
    assert decided("Who closed the harbor after the storm?", HARBOR) == Decision(None, NOT_SETTLED)


def test_where_no_outlet_is_named_every_word_must_stand_in_a_statement() -> None:
    decision = decided("Was the harbor closed on Monday after the storm?")
    assert decision.verdict == "yes" and len(decision.parts) == 1
    for text in ("It is unclear whether the harbor was closed on Monday.", "The harbor was not closed on Monday."):
        assert decided("Was the harbor closed on Monday?", articles=(Article("g", text),)).verdict is None
    assert decided("Was the harbor master hurt in the storm?").verdict is None
    assert decided("Did the harbor master change his mind after the storm?").verdict is None
    assert decided("Do they agree that the harbor was closed on Monday after the storm?").verdict is None


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("do the Ledger and the Post agree?", "no"),
        ("does the Ledger contradict the Post?", "yes"),
        ("is the Ledger consistent or inconsistent with the Post?", "inconsistent"),
    ],
)
def test_figures_of_one_matter_that_differ_are_a_conflict(asked: str, verdict: str) -> None:
    one = Article("1", "The storm hurt 17 people in the harbor.", outlet="Harbor Ledger")
    other = Article("2", "The storm hurt 20 people in the harbor.", outlet="Evening Post")
    slots = [part("the storm hurt people in the harbor", outlet) for outlet in ("Harbor Ledger", "Evening Post")]
    decision = decided(f"On the people hurt in the harbor by the storm, {asked}", *slots, articles=(one, other))
    assert decision.verdict == verdict and "figures" in decision.reason


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("was the reporting consistent?", "yes"),
        ("do the two agree?", "yes"),
        ("was there inconsistency in the reporting?", "no"),
        ("did the Post contradict the Ledger?", "no"),
        ("did they fail to maintain consistency?", "no"),
        ("was there a lack of agreement?", "no"),
        ("was there a change in the tone?", "yes"),
        ("do they differ?", "yes"),
        ("was there no change in the tone?", "no"),
        ("has the tone remained the same?", "no"),
        ("is the tone consistent or inconsistent?", "consistent"),
    ],
)
def test_two_reports_are_compatible_and_not_the_same(asked: str, verdict: str) -> None:
    assert decided(f"Between the Ledger's report and the Post's, {asked}", HARBOR, SCHOOL).verdict == verdict


@pytest.mark.parametrize(
    ("joint", "first", "second", "verdict"),
    [
        ("before", HARBOR, SCHOOL, "yes"),
        ("after", HARBOR, SCHOOL, "no"),
        ("before", SCHOOL, HARBOR, "no"),
        ("after", SCHOOL, HARBOR, "yes"),
    ],
)
def test_the_days_of_publication_tell_which_came_first(joint: str, first: Slot, second: Slot, verdict: str) -> None:
    last = Slot(f"{joint} {second.text}", second.words, second.prefer)
    question = f"Did the one report that {first.text} {joint} the other reported that {second.text}?"
    assert decided(question, first, last).verdict == verdict


def test_failing_to_report_first_turns_the_order_round() -> None:
    first = Slot(f"Did fail to report that {HARBOR.text}", HARBOR.words, HARBOR.prefer)
    last = Slot(f"before mentioned that {SCHOOL.text}", SCHOOL.words, SCHOOL.prefer)
    assert (
        decided("Did the Ledger fail to report it before the Post mentioned the school?", first, last).verdict == "no"
    )


def test_before_or_after_is_answered_with_the_word() -> None:
    last = Slot(f"after the report that {SCHOOL.text}", SCHOOL.words, SCHOOL.prefer)
    question = "Was the report on the harbor published before or after the report on the school?"
    assert decided(question, HARBOR, last).verdict == "before"


@pytest.mark.parametrize("published", [None, "2026-03-09", "2026-03", "--03-02"])
def test_an_order_of_days_that_are_not_known_or_equal_is_not_settled(published: str | None) -> None:
    undated = Article("u", LEDGER.text, title=LEDGER.title, outlet=LEDGER.outlet, published=published)
    last = Slot(f"before the report that {SCHOOL.text}", SCHOOL.words, SCHOOL.prefer)
    question = "Did the Ledger report the storm before the Post reported the school?"
    assert decided(question, HARBOR, last, articles=(undated, POST)).verdict is None


def test_of_two_like_sentences_the_named_outlet_s_is_taken() -> None:
    other = Article("o", LEDGER.text, title=LEDGER.title, outlet="Evening Post", published="2026-03-01")
    (found, _) = decided("Is it so?", HARBOR, SCHOOL, articles=(other, LEDGER, POST)).parts
    assert found.evidence.article.outlet == "Harbor Ledger"


def test_for_a_question_of_another_form_nothing_is_embedded() -> None:
    parts = weigh("Who closed the harbor?", [], sentences(LEDGER), FakeEmbedder())
    assert decide("Who closed the harbor?", parts).verdict is None
    assert "vectors" not in vars(parts)

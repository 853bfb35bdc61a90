from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import FakeEmbedder
from samples import articles, sample

from rag.agreement import MOST_OTHERS, find_agreeing
from rag.asking.question import read_question
from rag.draft import Draft
from rag.evidence import Evidence

BOSS = "Who is the boss of Tarrow Microworks?"
SAYS = "Klaas Wennerby is the chief executive of Tarrow Microworks."
STANDARD = sample("Klaas Wennerby, chief executive of Tarrow, called the demand out of reach.")
WIRE = sample("Klaas Wennerby, the chief executive, said he was relieved.")
RECOUNT = sample("the returning officer said on Tuesday after a recount")
COPY = sample("the returning officer announced on Tuesday after a recount")
WON = "Ines Tolland has won the election for mayor of Dunmarrow by 187 votes."


def agreeing(sentence: str, carrier: Evidence, *others: Evidence, question: str = "") -> list[Evidence]:
    return find_agreeing(sentence, [carrier], [carrier, *others], FakeEmbedder(dimension=512), question)


def test_another_outlet_that_says_the_same_is_found() -> None:
    assert agreeing(SAYS, STANDARD, WIRE, question=BOSS) == [WIRE]


def test_a_copy_of_the_story_is_no_second_source() -> None:
    assert agreeing(WON, RECOUNT, COPY) == []
    body = f"{COPY.text} {STANDARD.article.text}"
    alone = replace(COPY, article=replace(COPY.article, text=body), start=0, end=len(COPY.text), context="")
    assert agreeing(WON, RECOUNT, alone) == [alone]


def test_an_outlet_agrees_once_and_not_with_itself() -> None:
    again = sample("Klaas Wennerby, the chief executive, said the company would study the plan.")
    assert agreeing(SAYS, STANDARD, again, question=BOSS) == []
    assert agreeing(SAYS, WIRE, STANDARD, again, question=BOSS) == [STANDARD]


@pytest.mark.parametrize(
    ("sentence", "carrier", "other"),
    [
        (
            "The ferry killed a deckhand and injured 14 people.",
            "killing a deckhand and injuring 14",
            "treated 17 injured",
        ),
        (
            "The ferry hit the north breakwater on Tuesday.",
            "hit the north breakwater of Port",
            "opened its inquiry into",
        ),
        ("Tolland leads by 212 votes.", "is ahead by 212 votes", "by 187 votes, the returning officer said"),
    ],
)
def test_another_figure_or_day_is_no_agreement(sentence: str, carrier: str, other: str) -> None:
    assert agreeing(sentence, sample(carrier), sample(other)) == []


def test_a_denial_is_no_agreement() -> None:
    denied = replace(WIRE, article=replace(WIRE.article, text="Klaas Wennerby is not the chief executive of Tarrow."))
    denied = replace(denied, start=0, end=len(denied.article.text), text=denied.article.text, context="")
    assert agreeing(SAYS, STANDARD, denied, question=BOSS) == []


def test_no_more_outlets_are_cited_than_show_that_they_agree() -> None:
    def of(outlet: str, body: str) -> Evidence:
        article = replace(WIRE.article, identity=outlet, outlet=outlet, text=f"{body} {WIRE.text}")
        return replace(WIRE, article=article, start=len(body) + 1, end=len(article.text), context="")

    papers = [of(f"Paper {number}", article.text) for number, article in enumerate(articles()[:4])]
    assert len(agreeing("Klaas Wennerby is the chief executive.", STANDARD, *papers)) == MOST_OTHERS


def test_a_draft_cites_both() -> None:
    vote = sample("Workers at the Tarrow Microworks chip plant in Skellin have voted")
    draft = Draft(read_question(BOSS), [STANDARD, vote], FakeEmbedder(dimension=512), [STANDARD, vote, WIRE])
    draft.add(SAYS)
    draft.finish()
    assert [citation.outlet for citation in draft.citations] == ["The Halvern Standard", "NORTH WIRE"]
    assert draft.text.endswith("[1][2]")

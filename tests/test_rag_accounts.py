from __future__ import annotations

from dataclasses import replace

import pytest
from samples import read, sample

from rag.asking.days import Days
from rag.asking.question import read_question
from rag.evidence import Evidence
from rag.reports.accounts import BOTH_SURE, Difference, find_difference

INJURED_14 = "The coast guard put the number of injured at 14"
INJURED_17 = "St. Brannoc Hospital said it treated 17 injured"
HURT = "How many people were hurt when the Grey Heron hit the breakwater?"
LEVEL = "How full is Lake Ostrow?"


def difference(asked: str, *told: tuple[str, str], sure: float = 0.6, days: tuple[Days, ...] = ()) -> Difference | None:
    """What is found where the reader takes a span of each of these sentences for the answer."""
    items = [sample(words) for words, _ in told]
    readings = dict(read(item, span, sure) for item, (_, span) in zip(items, told, strict=True))
    return find_difference(read_question(asked), items, readings, days)


def test_two_outlets_that_differ_on_one_day_contradict_each_other() -> None:
    found = difference(HURT, (INJURED_14, "14"), (INJURED_17, "17"))
    assert found and found.kind == "contradiction"
    assert [item.article.outlet for item in found.accounts] == ["NORTH WIRE", "Harbor Ledger"]
    for item in found.accounts:
        assert item.article.text[item.start : item.end] == item.text


def test_a_later_figure_of_what_runs_is_a_change_and_stands_last() -> None:
    found = difference(LEVEL, ("has climbed to 34 percent", "34 percent"), ("stands at 38 percent", "38 percent"))
    assert found and found.kind == "change"
    assert [item.article.published for item in found.accounts] == ["2026-02-09", "2026-06-05"]


def test_a_later_report_that_tells_of_the_earlier_figure_is_a_change() -> None:
    asked = "What is the daily water limit per person in Dunmarrow?"
    found = difference(
        asked, ("The daily water limit in", "140 to 180 liters"), ("will be limited to 140", "140 liters")
    )
    assert found and found.kind == "change" and "from 140 to 180" in found.accounts[-1].text


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        # Figures of other things: people aboard and people hurt, hours of work and weeks of learning, two crossings.
        (HURT, (INJURED_17, "17"), ("Four coast guard boats", "50 minutes")),
        (
            "How long may night shifts be?",
            ("Her plan would also cap", "ten hours"),
            ("I have learned more", "six weeks"),
        ),
        (
            "How many passengers were on the ferry to Tern Island?",
            ("a ferry left Port Ellery for Tern Island", "118 passengers"),
            ("Four coast guard boats", "164 passengers"),
        ),
        # What somebody asks for, and what is.
        (
            "How many years does Lodane have to spend in prison?",
            ("asked for seven years in prison", "seven years"),
            ("sentenced Piet Lodane to five years", "five years"),
        ),
        # The same figure, and a question that asks for none.
        (
            "How large was the cut for farms?",
            ("Farms are to give up 45", "45 percent"),
            ("made farms around", "45 percent"),
        ),
        ("Who was hurt on the Grey Heron?", (INJURED_14, "14"), (INJURED_17, "17")),
    ],
)
def test_what_is_not_at_odds_is_no_difference(asked: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    assert difference(asked, one, other) is None


def test_a_reader_that_is_not_sure_tells_no_difference() -> None:
    assert difference(HURT, (INJURED_14, "14"), (INJURED_17, "17"), sure=BOTH_SURE / 2 - 0.01) is None


def test_it_need_not_be_as_sure_where_the_question_asks_for_differences() -> None:
    items = [sample(INJURED_14), sample(INJURED_17)]
    readings = dict((read(items[0], "14", 0.6), read(items[1], "17", 0.3)))
    asked = read_question("What is the number of injured on the Grey Heron?")
    assert find_difference(asked, items, readings) is None
    typed = replace(asked, asked="Do the reports agree on the number of injured on the Grey Heron?")
    assert find_difference(typed, items, readings)


def test_articles_that_do_not_name_what_is_asked_about_are_left_out() -> None:
    asked = "How many people were hurt on the White Tern?"
    assert difference(asked, (INJURED_14, "14"), (INJURED_17, "17")) is None


def test_only_reports_of_the_days_asked_for_count() -> None:
    told = ("has climbed to 34 percent", "34 percent"), ("stands at 38 percent", "38 percent")
    february = Days(0, 0, "2026-02-01", "2026-02-28")
    assert difference(LEVEL, *told, days=(february,)) is None


def test_a_sentence_that_tells_of_both_figures_is_not_at_odds() -> None:
    one, other = sample(INJURED_14), sample(INJURED_17)
    text = "The hospital treated 17 injured passengers, more than the 14 injured that the coast guard counted."
    both = replace(other, article=replace(other.article, text=f"Grey Heron. {text}"), start=12, end=12 + len(text))
    both = replace(both, text=text, context="")
    readings = dict((read(one, "14", 0.6), read(both, "17", 0.6)))
    assert find_difference(read_question(HURT), [one, both], readings) is None


def test_accounts_without_outlet_and_date_are_not_set_side_by_side() -> None:
    items = [
        replace(one, article=replace(one.article, outlet=None, published=None))
        for one in (sample(INJURED_14), sample(INJURED_17))
    ]
    readings = dict((read(items[0], "14", 0.6), read(items[1], "17", 0.6)))
    assert find_difference(read_question(HURT), items, readings) is None


def test_copies_of_one_story_do_not_differ() -> None:
    one = sample(INJURED_14)
    text = one.article.text.replace("injured at 14", "injured at 16")
    copy = replace(one.article, identity="copy", text=text, outlet="Harbor Ledger")
    other = replace(one, article=copy, text=text[one.start : one.end])
    readings = dict((read(one, "14", 0.6), read(other, "16", 0.6)))
    assert find_difference(read_question(HURT), [one, other], readings) is None


def test_dates_that_cannot_be_the_same_differ_and_a_moved_one_is_a_change() -> None:
    asked = "When will the pipeline from the Arden River be working?"
    found = difference(asked, ("it could be working by November", "November"), ("now expected in January", "January"))
    assert found and found.kind == "change"
    assert "January" in found.accounts[-1].text


def test_a_short_sentence_is_told_with_the_one_before_it() -> None:
    right = sample("The correct figure is 21 percent.")
    full = sample("Lake Ostrow, the reservoir that supplies all three, stands at 38")
    readings = dict((read(right, "21 percent", 0.6), read(full, "38 percent", 0.6)))
    found = find_difference(read_question(LEVEL), [full, sample("has climbed to 34"), right], readings)
    assert found and found.kind == "change"
    assert found.accounts[1].text.startswith("It said that the reservoir stood at 31 percent")


def test_a_correction_is_told_with_what_was_wrong() -> None:
    asked = "How full was Lake Ostrow at the beginning of April?"
    wrong, right = sample("The reservoir stood at 31 percent"), sample("The correct figure is 21 percent.")
    found = find_difference(read_question(asked), [right, wrong], {})
    assert found and found.kind == "correction"
    assert [item.article.published for item in found.accounts] == ["2026-04-08", "2026-04-10"]
    assert found.accounts[1].text.endswith("The correct figure is 21 percent.")


def test_a_correction_that_is_far_from_the_question_is_none() -> None:
    near: list[Evidence] = [sample("stands at 38 percent"), sample("has climbed to 34 percent")]
    assert find_difference(read_question(LEVEL), [*near, sample("The correct figure is 21 percent.")], {}) is None

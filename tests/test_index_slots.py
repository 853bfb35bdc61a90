from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.passage import passage_of
from index.slots import Found, Request, Slot, take_turns

SLOTS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 5), max_size=6), max_size=4)
FERRY = Article("ferry", "The ferry sank. All were saved.")
ZOO = Article("zoo", "A quokka was born. It is well.")


def best_first(slots: list[dict[str, float]]) -> list[dict[str, float]]:
    return [dict(sorted(slot.items(), key=lambda item: -item[1])) for slot in slots]


def order(*slots: dict[str, float]) -> str:
    return "".join(item for item, _ in take_turns(slots))


def test_the_slots_take_turns_and_within_a_turn_the_better_comes_first() -> None:
    assert order({"a": 0.9, "b": 0.8, "c": 0.7}, {"x": 2.0, "y": 0.1}) == "xabyc"


def test_a_slot_of_low_scores_has_its_turn_all_the_same() -> None:
    assert order({"a": 9.0, "b": 8.0, "c": 7.0}, {"x": -3.0}) == "axbc"


def test_a_slot_whose_best_was_taken_is_served_with_its_next() -> None:
    assert order({"a": 0.9, "b": 0.1}, {"a": 1.0, "c": 0.2}, {"d": 0.5}) == "abdc"


def test_two_slots_of_the_same_give_it_once() -> None:
    assert order({"a": 0.9, "b": 0.8}, {"a": 0.9, "b": 0.8}) == "ab"


@pytest.mark.parametrize("slots", [(), ({},), ({}, {})])
def test_no_items_are_no_turns(slots: tuple[dict[str, float], ...]) -> None:
    assert order(*slots) == ""


def test_an_empty_slot_takes_no_turn() -> None:
    assert order({}, {"a": 1.0, "b": 0.5}) == "ab"


@given(SLOTS)
def test_each_item_is_taken_once_with_a_score_that_a_slot_gives_it(slots: list[dict[str, float]]) -> None:
    taken = list(take_turns(best_first(slots)))
    assert sorted(item for item, _ in taken) == sorted({item for slot in slots for item in slot})
    assert all(any(slot.get(item) == score for slot in slots) for item, score in taken)


@given(SLOTS)
def test_the_best_of_every_slot_is_among_the_first_turn(slots: list[dict[str, float]]) -> None:
    ranked = [slot for slot in best_first(slots) if slot]
    first = [item for item, _ in take_turns(ranked)][: len(ranked)]
    assert {next(iter(slot)) for slot in ranked} <= set(first)


@given(SLOTS, st.integers(1, 8))
def test_no_slot_gets_less_than_its_share(slots: list[dict[str, float]], turns: int) -> None:
    """After so many whole turns, every slot has had that many of its own passages, if it has them."""
    ranked = [slot for slot in best_first(slots) if slot]
    taken = {item for item, _ in list(take_turns(ranked))[: turns * len(ranked)]}
    assert all(set(list(slot)[:turns]) <= taken or len(taken & set(slot)) >= turns for slot in ranked)


def test_the_best_of_what_was_found_counts_a_passage_of_two_slots_once() -> None:
    sank, saved = passage_of(FERRY, 0, 15, 1.5), passage_of(FERRY, 16, 31, 0.4)
    again, born = passage_of(FERRY, 0, 15, 0.7), passage_of(ZOO, 0, 18, 0.2)
    found = Found(((sank, saved), (again, born)), {FERRY.id: FERRY, ZOO.id: ZOO})
    assert found.best(10) == [sank, born, saved]
    assert [len(found.best(k)) for k in (0, 1, 2, 3, 4)] == [0, 1, 2, 3, 3]


def test_the_best_of_nothing_is_nothing() -> None:
    assert Found(((), ()), {}).best(5) == []
    assert Found(((passage_of(ZOO, 0, 18, 0.2),),), {ZOO.id: ZOO}).best(-1) == []


def test_a_request_searches_for_itself_and_for_each_slot() -> None:
    request = Request("Who sank?", ("sank",), (Slot("a ferry", ("ferry",)), Slot("a zoo", ("zoo",))))
    assert request.words == [("sank",), ("ferry",), ("zoo",)]

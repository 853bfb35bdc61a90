"""A few of many questions that stand for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from index.errors import InputError

T = TypeVar("T")


def proportionate(items: Sequence[T], count: int, text: Callable[[T], str], kind: Callable[[T], str]) -> list[T]:
    """The `count` items that stand for all: each kind in proportion, chosen by a hash of each item's text.

    A smaller sample is the beginning of a larger one, so that an interrupted run is a sample too. Raises InputError
    for less than one item.

    >>> proportionate(["a1", "a2", "b1", "a3", "b2", "a4"], 3, text=str, kind=lambda item: item[0])
    ['a2', 'b2', 'a4']
    """
    if count < 1:
        raise InputError(f"The number of queries must be 1 or more, not {count}.")
    chosen_first = sorted(range(len(items)), key=lambda number: hashlib.sha256(text(items[number]).encode()).digest())
    kinds: dict[str, list[int]] = {}
    for number in chosen_first:
        kinds.setdefault(kind(items[number]), []).append(number)
    places = {
        number: ((place + 0.5) / len(group), name)
        for name, group in kinds.items()
        for place, number in enumerate(group)
    }
    return [items[number] for number in sorted(places, key=places.__getitem__)[:count]]

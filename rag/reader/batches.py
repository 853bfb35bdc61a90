"""From readings to tensors: the tokens of question, head and passage in one row, cropped, sorted and padded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.reader.examples import Reading, window

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_QUESTION = 48
MAX_HEAD = 40
CLS, SEP = 101, 102


class Row(NamedTuple):
    """Token ids of one reading, where its passage begins in them, and the offsets of the passage's tokens."""

    ids: list[int]
    types: list[int]
    first: int
    offsets: list[tuple[int, int]]


class Arrays(NamedTuple):
    """A padded batch, each of shape (rows, longest): ids, segment types, the mask, and what may hold a span."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    mask: NDArray[np.int64]
    passage: NDArray[np.bool_]


@dataclass(frozen=True)
class Example:
    """A row with its target span (token positions, 0 for none), its kind and the group that it belongs to."""

    row: Row
    start: int
    end: int
    kind: str
    group: int


def row(question: Sequence[int], head: Sequence[int], passage: Sequence[int], offsets: list[tuple[int, int]]) -> Row:
    """One row of tokens.

    >>> row([7], [8], [9, 10], [(0, 1), (2, 3)]).ids
    [101, 7, 102, 8, 102, 9, 10, 102]
    >>> row([7], [], [9], [(0, 1)]).first
    3
    """
    asked = [CLS, *question[:MAX_QUESTION], SEP]
    headed = [*head[:MAX_HEAD], SEP] if head else []
    ids = [*asked, *headed, *passage, SEP]
    return Row(ids, [0] * len(asked) + [1] * (len(ids) - len(asked)), len(asked) + len(headed), offsets)


def padded(rows: Sequence[Row]) -> Arrays:
    """Rows as arrays; position 0, which stands for "not here", may hold a span as the passage's tokens may.

    >>> padded([row([7], [], [9], [(0, 1)])]).passage.tolist()
    [[True, False, False, True, False]]
    """
    longest = max(len(one.ids) for one in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    types, mask, passage = np.zeros_like(ids), np.zeros_like(ids), np.zeros(ids.shape, dtype=np.bool_)
    for number, one in enumerate(rows):
        ids[number, : len(one.ids)] = one.ids
        types[number, : len(one.ids)] = one.types
        mask[number, : len(one.ids)] = 1
        passage[number, one.first : one.first + len(one.offsets)] = True
    passage[:, 0] = True
    return Arrays(ids, types, mask, passage)


def encode(readings: Sequence[Reading], group: int, tokenizer: Tokenizer, size: int, chance: Random) -> list[Example]:
    """The readings of a group as examples whose passages have at most `size` tokens.

    An altered question keeps the window of its own paragraph, so that the cut does not give it away.
    """
    texts = [piece for reading in readings for piece in (reading.question, reading.head, reading.text)]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    cut: dict[str, tuple[int, int]] = {}
    examples = []
    for number, reading in enumerate(readings):
        question, head, passage = encoded[3 * number : 3 * number + 3]
        if reading.text not in cut:
            start, end = reading.start, reading.end
            if reading.focus is not None:
                start, end = reading.focus, reading.focus + 1
            cut[reading.text] = window(passage.offsets, start, end, size, chance)
        left, right = cut[reading.text]
        offsets = passage.offsets[left:right]
        one = row(question.ids, head.ids, passage.ids[left:right], offsets)
        begin, last = 0, 0
        if reading.end > reading.start:
            inside = [i for i, (a, b) in enumerate(offsets) if a < reading.end and b > reading.start]
            begin, last = one.first + inside[0], one.first + inside[-1]
        examples.append(Example(one, begin, last, reading.kind, group))
    return examples


def batched(groups: Sequence[list[Example]], tokens: int, chance: Random) -> list[list[Example]]:
    """Batches of whole groups of about the same length, at most `tokens` with their padding, in an order by chance."""
    ordered = sorted(groups, key=lambda group: max(len(example.row.ids) for example in group))
    batches: list[list[Example]] = []
    batch: list[Example] = []
    for group in ordered:
        longest = max(len(example.row.ids) for example in group)
        if batch and (len(batch) + len(group)) * longest > tokens:
            batches.append(batch)
            batch = []
        batch = batch + group
    if batch:
        batches.append(batch)
    chance.shuffle(batches)
    return batches

"""Evidence slots: a question that asks for several things is searched once for each, and each gets its share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from index.article import Article
from index.filters import Filter
from index.passage import Passage

Item = TypeVar("Item")


@dataclass(frozen=True)
class Slot:
    """One thing that a question asks for: the text that asks for it, the words that are looked up, and where it is
    said to stand.

    `prefer` lifts what it fits, and forbids nothing: a question may be wrong about who said a thing.
    """

    text: str
    words: tuple[str, ...]
    prefer: Filter = Filter()


@dataclass(frozen=True)
class Request:
    """A question as the index searches for it: its own text and words, its slots, and what articles it is `within`."""

    text: str
    own_words: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    within: Filter = Filter()

    @property
    def words(self) -> list[tuple[str, ...]]:
        """What is looked up: the request's own words, then those of each slot."""
        return [self.own_words, *(slot.words for slot in self.slots)]


@dataclass(frozen=True)
class Found:
    """The passages of each slot, best first, and their articles by id: all of one state of the archive."""

    slots: tuple[tuple[Passage, ...], ...]
    articles: Mapping[str, Article]

    def best(self, k: int) -> list[Passage]:
        """The `k` passages that come first when the slots take turns, each once."""
        where = [{(at.article_id, at.start): at for at in slot} for slot in self.slots]
        turns = take_turns([{key: at.score for key, at in slot.items()} for slot in where])
        of = {(key, at.score): at for slot in where for key, at in slot.items()}
        return [of[turn] for turn in islice(turns, max(k, 0))]


def take_turns(ranked: Sequence[Mapping[Item, float]]) -> Iterator[tuple[Item, float]]:
    """The items of all slots, each once: the best of each slot, then each one's next, within a turn by score.

    >>> [item for item, _ in take_turns([{"a": 0.9, "b": 0.8}, {"a": 1.0, "c": 0.1}])]
    ['a', 'b', 'c']
    """
    waiting = [iter(slot.items()) for slot in ranked]
    taken: set[Item] = set()
    while waiting:
        heads = []
        for rest in list(waiting):
            head = next(((item, score) for item, score in rest if item not in taken), None)
            if head is None:
                waiting.remove(rest)
            else:
                heads.append((head, rest))
        for (item, score), rest in sorted(heads, key=lambda entry: -entry[0][1]):
            if item in taken:  # another slot's head, too: this one's next takes its turn
                following = next(((item, score) for item, score in rest if item not in taken), None)
                if following is None:
                    continue
                item, score = following
            taken.add(item)
            yield item, score

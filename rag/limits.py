"""How much an answer is made from, and how near to a question its sentences have to come."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import InputError

MOST_PASSAGES = 50


@dataclass(frozen=True)
class Limits:
    """What a person may set.

    `passages` is how many of them are searched for. A question is refused when its best sentence scores below
    `least_score`; a sentence speaks for itself, where the model's words are not carried, from `clear_score` on. Scores
    are those of `rag.evidence`: cosines of meaning with what the words add, 0 for nothing in common, over 1 for a
    sentence that holds all that was asked. Higher thresholds refuse more and quote less. The defaults were set on the
    development half of the sample questions: below .35 the best sentence had nothing to do with what was asked, from
    .7 on it answered most questions by itself. Raises InputError for what cannot be one.

    >>> Limits(passages=12).passages
    12
    """

    passages: int = 8
    least_score: float = 0.35
    clear_score: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.passages <= MOST_PASSAGES:
            raise InputError(f"{self.passages} passages cannot be read; give a number from 1 to {MOST_PASSAGES}.")
        for name in ("least_score", "clear_score"):
            if not 0 <= getattr(self, name) <= 2:
                raise InputError(f"{name} cannot be {getattr(self, name)}; give a number from 0 to 2.")


DEFAULT_LIMITS = Limits()

"""What stands together: of the first passages, those come before others whose one sentence holds most of what is asked.

BM25 counts the words of a passage wherever they stand. A sentence that has many of them says how they belong together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from index.article import Article
from index.passage import Passage
from index.sentences import sentence_spans

# Further down, passages are hardly ever worth lifting.
FIRST = 16
# Words are taken for the same that begin alike: "regulator" and "regulatory", which stemming keeps apart.
BEGINNING = 6
# A word of the heading is understood in every sentence, but is no reason to prefer one.
IN_HEADING = 0.5


def reordered(
    passages: Sequence[Passage], articles: Mapping[str, Article], words: Sequence[str], weight: float
) -> tuple[Passage, ...]:
    """The passages, best first, with the FIRST of them ordered anew by their score and their best sentence's share.

    `weight` is what one standard deviation of the shares counts for, in the unit of the scores.
    """
    first = passages[:FIRST]
    wanted = frozenset(word[:BEGINNING] for word in words)
    shares = np.array([best_share(wanted, articles[at.article_id].heading, at.text) for at in first])
    if not weight or not len(shares) or not np.ptp(shares):
        return tuple(passages)
    lifts = weight * (shares - shares.mean()) / shares.std()
    lifted = [replace(at, score=at.score + lift) for at, lift in zip(first, lifts.tolist(), strict=True)]
    lifted.sort(key=lambda at: -at.score)
    rest = passages[FIRST:]
    above = max(0.0, rest[0].score - lifted[-1].score) if rest else 0.0
    return (*lifted, *(replace(at, score=at.score - above) for at in rest))


def best_share(wanted: frozenset[str], heading: str, text: str) -> float:
    """How much of what is `wanted`, the beginnings of words in lower case, stands in one sentence of the text, 0 to 1.

    >>> best_share(frozenset({"ferry", "sank"}), "Harbor news", "A ferry came. It sank, a ferry of iron.")
    1.0
    >>> best_share(frozenset({"ferry", "sank"}), "Ferry lost", "It sank.")
    0.75
    """
    if not wanted:
        return 0.0
    headed = {word for word, _ in _places(wanted, heading)}
    here: dict[int, set[str]] = {}
    ends = _sentence_ends(text)
    for word, place in _places(wanted, text):
        here.setdefault(bisect_right(ends, place), set()).add(word)
    found = [set(), *here.values()]
    return max(len(words) + IN_HEADING * len(headed - words) for words in found) / len(wanted)


@lru_cache(maxsize=256)  # the slots of a question have many of their passages in common
def _sentence_ends(text: str) -> list[int]:
    return [end for _, end in sentence_spans(text)]


def _places(wanted: Iterable[str], text: str) -> Iterator[tuple[str, int]]:
    """Where words of the text begin as wanted; a shorter word than a beginning is wanted whole.

    >>> sorted(_places({"regula", "act"}, "The Regulator and regulatory acts of the act"))
    [('act', 41), ('regula', 4), ('regula', 18)]
    """
    lower = text.lower()
    for word in wanted:
        at = lower.find(word)
        while at >= 0:
            end = at + len(word)
            if not lower[at - 1 : at].isalnum() and (len(word) == BEGINNING or not lower[end : end + 1].isalnum()):
                yield word, at
            at = lower.find(word, end)

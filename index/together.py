"""What stands together: of the first passages, those come before others whose one sentence holds most of what is asked.

BM25 counts the words of a passage wherever they stand. A sentence that has many of them says how they belong together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from index.sentences import sentence_spans

# Further down, passages are hardly ever worth lifting.
FIRST = 16
# Words are taken for the same that begin alike: "regulator" and "regulatory", which stemming keeps apart.
BEGINNING = 6
# A word of the heading is understood in every sentence, but is no reason to prefer one.
IN_HEADING = 0.5


def reordered(
    scores: Mapping[int, float], texts: Mapping[int, tuple[str, str]], words: Sequence[str], weight: float
) -> dict[int, float]:
    """The chunks' scores, best first, with the FIRST of them ordered anew by theirs and their best sentence's share.

    `texts` has the heading and the text of each. `weight` is what one standard deviation of the shares counts for, in
    the unit of the scores.

    >>> texts = {1: ("", "A ferry came. The boat sank."), 2: ("", "A ferry sank."), 3: ("", "It rains.")}
    >>> list(reordered({1: 0.2, 2: 0.1, 3: -0.3}, texts, ["ferry", "sank"], 0.7))
    [2, 1, 3]
    """
    first = list(scores)[:FIRST]
    wanted = frozenset(word[:BEGINNING] for word in words)
    shares = np.array([best_share(wanted, *texts[chunk]) for chunk in first]) if weight else np.zeros(0)
    if not len(shares) or not np.ptp(shares):
        return dict(scores)
    lifts = (weight * (shares - shares.mean()) / shares.std()).tolist()
    lifted = [(chunk, scores[chunk] + lift) for chunk, lift in zip(first, lifts, strict=True)]
    lifted.sort(key=lambda item: -item[1])
    rest = list(scores.items())[FIRST:]
    above = max(0.0, rest[0][1] - lifted[-1][1]) if rest else 0.0
    return dict([*lifted, *((chunk, score - above) for chunk, score in rest)])


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
    places = list(_places(wanted, text))
    here: dict[int, set[str]] = {}
    # One word stands together with none, wherever the sentences end.
    ends = _sentence_ends(text) if len({word for word, _ in places}) > 1 else []
    for word, place in places:
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

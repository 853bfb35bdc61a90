"""Metrics of one question each; a report averages them over the questions to which they apply.

Retrieval metrics take `relevant`, which holds for each retrieved text, best first, the gold facts that stand in it,
and `gold`, all facts that were to be found. Averaged over queries, `hits_at` is Hits@k, `reciprocal_rank` is MRR@k
and `average_precision` is MAP@k.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Fact = TypeVar("Fact", bound=Hashable)

_ARTICLES = frozenset(("a", "an", "the"))
_PUNCTUATION = str.maketrans("", "", string.punctuation)
# "U.S." is one word; "3.5" and "10:30" are one number; "$" is a word of its own, so that "5" stands in "$5".
_WORDS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\b\.?|\d+(?:[.:]\d+)+\w*|\w+|[$£€¥]")
_POSSESSIVE = re.compile(r"(?<=[\w.])'s?(?!\w)")


def hits_at(relevant: Sequence[Sequence[object]], k: int) -> float:
    """1 when any of the first `k` texts holds a gold fact, else 0 (MultiHop-RAG, arXiv 2401.15391).

    >>> hits_at([[], ["a"], ["b"]], k=1), hits_at([[], ["a"], ["b"]], k=2)
    (0.0, 1.0)
    """
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[Sequence[object]], k: int) -> float:
    """One over the rank of the first of `k` texts that holds a gold fact, 0 without one (Voorhees, TREC-8, 1999).

    >>> reciprocal_rank([[], ["a"], ["b"]], k=10), reciprocal_rank([[], ["a"]], k=1)
    (0.5, 0.0)
    """
    ranks = (1 / rank for rank, facts in enumerate(relevant[:k], 1) if facts)
    return next(ranks, 0.0)


def average_precision(relevant: Sequence[Sequence[Fact]], gold: Sequence[Fact], k: int) -> float:
    """Facts found for the first time at each rank over that rank, summed, over min(len(gold), k).

    This is the rule of MultiHop-RAG's public scorer (arXiv 2401.15391), not the textbook's: several facts may be
    found at one rank, and a text that only repeats a fact adds nothing.

    >>> average_precision([["a"], ["a"], ["b", "c"]], gold=["a", "b", "c"], k=10)  # (1/1 + 2/3) / 3
    0.5555555555555555
    """
    seen: set[Fact] = set()
    total = 0.0
    for rank, facts in enumerate(relevant[:k], 1):
        total += sum(fact not in seen for fact in facts) / rank
        seen.update(facts)
    return total / min(len(gold), k)


def recall_at(relevant: Sequence[Iterable[Fact]], gold: Iterable[Fact], k: int) -> float:
    """Share of the different gold facts that stand in the first `k` texts (Manning et al., IIR, 2008, ch. 8).

    >>> recall_at([["a"], ["a", "b"]], gold=["a", "b", "c", "d"], k=10)
    0.5
    """
    wanted = set(gold)
    found = {fact for facts in relevant[:k] for fact in facts}
    return len(wanted & found) / len(wanted)


def all_evidence_at(relevant: Sequence[Iterable[Fact]], gold: Iterable[Fact], k: int) -> float:
    """1 when the first `k` texts together hold every gold fact: without it a question of several hops is a guess.

    >>> all_evidence_at([["a"], ["b"]], gold=["a", "b"], k=2), all_evidence_at([["a"], ["b"]], gold=["a", "b"], k=1)
    (1.0, 0.0)
    """
    return float(recall_at(relevant, gold, k) == 1)


def squad_normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces (SQuAD's scorer, arXiv 1606.05250).

    >>> squad_normalise("The  U.S. Senate,")
    'us senate'
    """
    words = text.lower().translate(_PUNCTUATION).split()
    return " ".join(word for word in words if word not in _ARTICLES)


def exact_match(prediction: str, answers: Iterable[str]) -> float:
    """1 when the prediction is one of the accepted answers after SQuAD's normalisation (arXiv 1606.05250).

    No accepted answer means that there is none: then the empty prediction matches (SQuAD 2.0, arXiv 1806.03822).

    >>> exact_match("the Kremlin.", ["Kremlin"]), exact_match("in the Kremlin", ["Kremlin"]), exact_match("", [])
    (1.0, 0.0, 1.0)
    """
    return float(squad_normalise(prediction) in {squad_normalise(answer) for answer in list(answers) or [""]})


def token_f1(prediction: str, answers: Iterable[str]) -> float:
    """Harmonic mean of the precision and recall of words, best over the accepted answers (arXiv 1606.05250).

    >>> token_f1("in October last year", ["last October"])  # 2 words shared, precision 2/4, recall 2/2
    0.6666666666666666
    """
    return max(_f1(squad_normalise(prediction), squad_normalise(answer)) for answer in list(answers) or [""])


def token_recall(prediction: str, answers: Iterable[str]) -> float:
    """The share of an accepted answer's words that stand in the prediction, best over the accepted answers.

    Words beside the answer cost nothing, which suits whole sentences (Adlakha et al., arXiv 2307.16877).

    >>> token_recall("He came in October last year.", ["last October"]), token_recall("", ["last October"])
    (1.0, 0.0)
    """
    found = Counter(squad_normalise(prediction).split())
    wanted = [Counter(squad_normalise(answer).split()) for answer in answers]
    return max(((found & words).total() / words.total() for words in wanted if words), default=0.0)


def _f1(prediction: str, answer: str) -> float:
    found, wanted = prediction.split(), answer.split()
    if not found or not wanted:
        return float(found == wanted)
    return 2 * (Counter(found) & Counter(wanted)).total() / (len(found) + len(wanted))


def plain_words(text: str) -> list[str]:
    """The words by which an answer is recognised in a sentence: no case, accents, punctuation, articles, possessives.

    SQuAD's normalisation joins what punctuation parts ("41-year-old" is "41yearold"), which suits short spans; in
    whole sentences the parts must stay apart.

    >>> plain_words("The U.S.’s 41-year-old envoy, São Tomé: 69% of $1,500, up 3.5")
    ['us', '41', 'year', 'old', 'envoy', 'sao', 'tome', '69', 'percent', 'of', '$', '1500', 'up', '3.5']
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    bare = _POSSESSIVE.sub("", re.sub("[‘’ʼ]", "'", bare))
    bare = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", bare).replace("per cent", "percent").replace("%", " percent ")
    words = (re.sub(r"(?<=[^\W\d_])\.", "", word) for word in _WORDS.findall(bare))
    return [word for word in words if word not in _ARTICLES]


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the accepted answers stands in the text, in whole words.

    >>> contains_answer("He was born in 1941.", ["41"]), contains_answer("He is 41-years old.", ["41", "forty-one"])
    (False, True)
    """
    padded = f" {' '.join(plain_words(text))} "
    return any(f" {' '.join(words)} " in padded for answer in answers if (words := plain_words(answer)))


def abstention(refused: bool, answerable: bool) -> dict[str, float]:
    """What one question adds to the rates of abstention; averaged over the questions that have each.

    ``unanswerable_refused`` is the recall of abstention (as in SQuAD 2.0's no-answer score, arXiv 1806.03822),
    ``abstention_precision`` the share of refusals that were due, ``answerable_refused`` the share of false alarms.

    >>> abstention(refused=True, answerable=False)
    {'unanswerable_refused': 1.0, 'abstention_precision': 1.0}
    >>> abstention(refused=False, answerable=True)
    {'answerable_refused': 0.0}
    """
    scores = {"answerable_refused" if answerable else "unanswerable_refused": float(refused)}
    return scores | {"abstention_precision": float(not answerable)} if refused else scores


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value below which `percent` of the values lie, between neighbours in proportion; None for no values.

    (Hyndman and Fan, The American Statistician 50, 1996, definition 7, numpy's default.)

    >>> percentile([4.0, 1.0, 2.0, 3.0], 50), percentile([], 50)
    (2.5, None)
    """
    import numpy as np

    return float(np.percentile(values, percent)) if values else None


def bootstrap_interval(values: Sequence[float], resamples: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95% interval of the mean by resampling the questions (Efron and Tibshirani, 1993, ch. 13, percentile interval).

    >>> low, high = bootstrap_interval([0.0, 1.0] * 50)
    >>> 0.38 < low < 0.45 and 0.55 < high < 0.62
    True
    """
    import numpy as np

    sample = np.asarray(values, dtype=float)
    generator = np.random.default_rng(seed)
    means = [generator.choice(sample, sample.size).mean() for _ in range(resamples)]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)

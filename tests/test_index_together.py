from __future__ import annotations

import pytest

from index.sentences import sentence_spans
from index.together import BEGINNING, FIRST, IN_HEADING, best_share, reordered

APART = "The ferry came. A boat sank. It rained."
AS_ONE = "The ferry sank. A boat came. It rained."
NEITHER = "The council met. Taxes rise."
WORDS = ["ferry", "sank"]


def share(text: str, *wanted: str, heading: str = "") -> float:
    return best_share(frozenset(wanted), heading, text)


def anew(scores: list[float], texts: list[str], weight: float = 1.0, words: list[str] = WORDS) -> dict[int, float]:
    headed = {chunk: ("", text) for chunk, text in enumerate(texts)}
    return reordered(dict(enumerate(scores)), headed, words, weight)


# The best sentence's share


def test_words_count_for_more_in_one_sentence_than_in_two() -> None:
    assert share(AS_ONE, *WORDS) == 1.0
    assert share(APART, *WORDS) == 0.5
    assert share(NEITHER, *WORDS) == share("", *WORDS) == 0.0


def test_a_word_counts_once_however_often_it_stands_there() -> None:
    assert share("Ferry, ferry, ferry. It sank.", *WORDS) == 0.5


def test_words_that_begin_alike_are_the_same_and_short_ones_are_wanted_whole() -> None:
    beginning = "regulator"[:BEGINNING]
    for text in ("The regulator.", "Regulatory acts.", "(REGULATION)"):
        assert share(text, beginning) == 1.0
    assert share("The deregulation.", beginning) == 0.0
    assert share("An act.", "act") == 1.0
    for text in ("An actor.", "A fact.", "Actors and facts react."):
        assert share(text, "act") == 0.0


def test_what_is_no_whole_word_hides_none_behind_it() -> None:
    assert share("Actors act.", "act") == 1.0


def test_a_word_of_the_heading_counts_half_in_every_sentence() -> None:
    assert share("It sank.", *WORDS, heading="Ferry lost") == (1 + IN_HEADING) / 2
    assert share("It rained.", *WORDS, heading="Ferry lost") == IN_HEADING / 2
    assert share("The ferry came. It sank.", *WORDS, heading="Ferry lost") == (1 + IN_HEADING) / 2
    assert share(AS_ONE, *WORDS, heading="Ferry sank") == 1.0


def test_nothing_wanted_is_no_share() -> None:
    assert share(AS_ONE) == 0.0


@pytest.mark.parametrize("text", [APART, AS_ONE, "Gov. Ferry sank in the U.S. on Monday. The sea.", "Ferry\nsank"])
def test_sentences_are_those_of_a_text_of_their_own(text: str) -> None:
    alone = max(share(text[start:end], *WORDS) for start, end in sentence_spans(text))
    assert share(text, *WORDS) == alone


# The new order


def test_what_stands_together_comes_first_if_it_is_not_far_behind() -> None:
    assert list(anew([0.2, 0.1], [APART, AS_ONE])) == [1, 0]
    assert list(anew([9.0, 0.1], [APART, AS_ONE])) == [0, 1]


def test_the_weight_is_what_one_standard_deviation_of_the_shares_counts_for() -> None:
    assert anew([0.5, 0.25], [AS_ONE, NEITHER], weight=2.0) == pytest.approx({0: 2.5, 1: -1.75})


def test_those_of_one_share_keep_their_order() -> None:
    texts = [APART, AS_ONE, APART, AS_ONE, APART]
    assert list(anew([0.0] * 5, texts)) == [1, 3, 0, 2, 4]


@pytest.mark.parametrize(
    ("weight", "words", "texts"),
    [(0.0, WORDS, [APART, AS_ONE]), (1.0, [], [APART, AS_ONE]), (1.0, WORDS, [AS_ONE, AS_ONE]), (1.0, WORDS, [])],
    ids=["no weight", "no words", "all alike", "no chunks"],
)
def test_where_nothing_tells_the_chunks_apart_nothing_changes(
    weight: float, words: list[str], texts: list[str]
) -> None:
    scores = [0.75, 0.5][: len(texts)]
    assert anew(scores, texts, weight, words) == dict(enumerate(scores))


def test_only_the_first_are_ordered_anew_and_the_others_stay_behind_them() -> None:
    texts = [*[APART] * (FIRST - 1), NEITHER, AS_ONE, APART]
    scores = [1 - number / 100 for number in range(len(texts))]
    found = anew(scores, texts, weight=3.0)
    assert list(found)[-2:] == [FIRST, FIRST + 1]
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert found[FIRST] - found[FIRST + 1] == pytest.approx(scores[FIRST] - scores[FIRST + 1])


def test_the_others_keep_their_scores_where_those_are_below_already() -> None:
    texts = [AS_ONE, *[APART] * FIRST]
    scores = [*[1.0] * FIRST, -50.0]
    assert anew(scores, texts)[FIRST] == -50.0

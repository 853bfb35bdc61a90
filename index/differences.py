"""What two copies of a story differ in, sentence by sentence, so that small edits stay visible."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from index.sentences import sentence_spans
from index.words import words

# From this share of common words on, a sentence is another one changed.
_SAME_SENTENCE = 0.5


@dataclass(frozen=True)
class Difference:
    """A sentence that only `one` or only `other` has, or, with both set, a sentence and its changed form."""

    one: str | None
    other: str | None


def differences(one: str, other: str) -> list[Difference]:
    """What two copies differ in, sentence by sentence, in the order of the texts.

    White space, the shape of quotation marks and the place of a sentence make no difference.

    >>> for change in differences("Nine died. The mayor wept.", "Ten died. The mayor wept. Rain fell."):
    ...     print(change)
    Difference(one='Nine died.', other='Ten died.')
    Difference(one=None, other='Rain fell.')
    """
    ours, theirs = _sentences(one), _sentences(other)
    our_keys, their_keys = [_key(sentence) for sentence in ours], [_key(sentence) for sentence in theirs]
    our_set, their_set = set(our_keys), set(their_keys)
    found: list[Difference] = []
    for kind, i, j, k, m in SequenceMatcher(None, our_keys, their_keys, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _paired(
                [ours[at] for at in range(i, j) if our_keys[at] not in their_set],
                [theirs[at] for at in range(k, m) if their_keys[at] not in our_set],
            )
    return found


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _key(sentence: str) -> str:
    straight = unicodedata.normalize("NFKC", sentence).translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return " ".join(straight.split())


def _paired(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
    """Each of our sentences with the next of theirs that resembles it, in order; the others alone."""
    their_words = [Counter(words(sentence)) for sentence in theirs]
    after = 0
    for sentence in ours:
        our_words = Counter(words(sentence))
        likeness = [_resemblance(our_words, their_words[at]) for at in range(after, len(theirs))]
        best = max(range(len(likeness)), key=likeness.__getitem__, default=0)
        if likeness and likeness[best] >= _SAME_SENTENCE:
            yield from (Difference(None, theirs[at]) for at in range(after, after + best))
            yield Difference(sentence, theirs[after + best])
            after += best + 1
        else:
            yield Difference(sentence, None)
    yield from (Difference(None, theirs[at]) for at in range(after, len(theirs)))


def _resemblance(one: Counter[str], other: Counter[str]) -> float:
    """Twice the words in common over all words (Dice)."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0

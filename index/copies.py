"""Which articles are copies of one story: signatures to find candidates by, an exact check, and a face.

Candidates are found by MinHash over word shingles (Broder, "On the resemblance and containment of documents", 1997)
and banding; whether two of them are copies is decided on their texts.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.article import Article

if TYPE_CHECKING:
    import numpy as np
    from datasketch import MinHash
    from numpy.typing import NDArray

# Numbers in a signature: half are of the whole text, half of its opening, which a cut at the end leaves as it was.
PERMUTATIONS = 192
OPENING_WORDS = 120
# Words to a shingle, in signatures and in the exact check: four in a row are seldom met by chance.
SHINGLE = 4
# Numbers to a band. With 32 bands of 3, a pair at similarity .3 is a candidate in 59 of 100 cases, at .5 in 99.
_ROWS = 3

# What makes a pair copies; set on the development half of the labelled set (`eval.copies`).
_EVIDENCE = 1.075
_OPENING_WEIGHT = 0.25
_OPENING, _OPENING_REACH = 100, 300
_CONTAINED, _CONTAINED_SHARE = 0.95, 0.5
_FIGURES, _FIGURES_SHARED = 6, 0.4

_NEARLY_AS_FULL = 0.8
_WITNESSES = 8

# A sign of a script that puts no spaces between words counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_CORRECTION = re.compile(
    r"^\W*(?:correct(?:ion|ed)|clarification)\b|\ban earlier version of this (?:article|story|report)\b"
    r"|\bthis (?:article|story|report) (?:has been|was) (?:corrected|amended)\b",
    re.IGNORECASE | re.MULTILINE,
)


def signature(text: str) -> NDArray[np.uint32]:
    """The MinHash signature of a text: 192 numbers that resemble those of a similar text.

    The same text gives the same numbers on every machine. A text of fewer than four words has no shingles; its
    numbers are all the greatest there is.

    >>> one = signature("The ferry left the harbour at nine and came back at noon with forty people on board.")
    >>> other = signature("The ferry left the harbour at nine and came back at noon with fifty people on board.")
    >>> one.shape, 0.3 < float((one == other).mean()) < 0.8
    ((192,), True)
    """
    import numpy as np

    words = _words(text)
    return np.concatenate((_min_hash(words), _min_hash(words[:OPENING_WORDS])))


def bands(signature: NDArray[np.uint32]) -> list[int]:
    """The buckets a signature falls into, as signed 64-bit numbers; texts that share one are candidates.

    64 of them, or none for a text without shingles, which resembles nothing.

    >>> one, other = signature("a b c d e f g h"), signature("A, b - c: d e f g h!")
    >>> len(bands(one)), bands(one) == bands(other), bands(signature("too short"))
    (64, True, [])
    """
    rows = signature.astype("<u4").reshape(-1, _ROWS)
    if (rows == 0xFFFFFFFF).all():
        return []
    return [_bucket(number, row.tobytes()) for number, row in enumerate(rows)]


def buckets(text: str) -> list[int]:
    """The buckets of a text: `bands` of its `signature`.

    >>> len(buckets("The ferry left the harbour at nine."))
    64
    """
    return bands(signature(text))


def is_copy(one: str, other: str) -> bool:
    """Whether two texts tell one story in the same words, as a wire story does in two outlets.

    The evidence is the share of the shorter text's words that lie in shingles of the longer one, and a quarter of the
    share of one opening that is found near the other's beginning: a follow-up shares its background, but opens anew.
    A text that is nearly all found in another, and makes half of it, needs no common opening. Texts whose figures
    mostly differ are two issues of one template.

    Time grows with the length of the texts.

    >>> story = "The council voted nine to four on Monday to close the old bridge for repairs that will last a year."
    >>> is_copy(story, "ELM CITY (AP) - " + story), is_copy(story, "The council will vote on Monday on the old bridge.")
    (True, False)
    """
    return are_copies(Wording(one), Wording(other))


class Wording:
    """The words of a text, with what `are_copies` asks of them, found once for all the texts it is compared with."""

    def __init__(self, text: str) -> None:
        self.words = _words(text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def figures(self) -> frozenset[str]:
        return frozenset(word for word in self.vocabulary if any(sign.isdigit() for sign in word))

    @cached_property
    def shingles(self) -> list[tuple[str, ...]]:
        return _shingles(self.words)

    @cached_property
    def known(self) -> frozenset[tuple[str, ...]]:
        return frozenset(self.shingles)

    @cached_property
    def known_early(self) -> frozenset[tuple[str, ...]]:
        return frozenset(_shingles(self.words[:_OPENING_REACH]))


def are_copies(one: Wording, other: Wording) -> bool:
    """`is_copy` of texts whose words are known.

    >>> are_copies(Wording("The ferry left at nine on Monday."), Wording("THE FERRY left at nine, on Monday"))
    True
    """
    short, long = sorted((one, other), key=lambda wording: (len(wording.words), wording.words))
    if short.words == long.words or len(short.words) < SHINGLE:
        return bool(short.words) and short.words == long.words
    kept = _covered(short.shingles, long.known, len(short.words))
    opening = max(_opening_found(short, long), _opening_found(long, short))
    contained = kept >= _CONTAINED and len(short.words) >= _CONTAINED_SHARE * len(long.words)
    return (contained or kept + _OPENING_WEIGHT * opening >= _EVIDENCE) and not _other_figures(short, long)


def face(copies: Sequence[Article]) -> int:
    """Which of the copies of a story stands for it, as its place in `copies`, which must not be empty.

    First, a version that its own outlet has superseded is out. Of one outlet (by name, else by the URL's host), a
    copy with a correction note supersedes one without; among equals in that, one modified or published later
    supersedes an earlier one that it is nearly as full as. "Nearly" is four fifths of the words. Then the
    earliest published of those nearly as full as the fullest; a date without a year is no date, and comes last. Then
    the fullest, then the first identity in the alphabet.

    >>> wire = Article("a", "Nine people died in the fire on Monday.", outlet="Ledger", published="2026-03-04")
    >>> later = Article("b", "Nine people died in the fire on Monday.", outlet="Post", published="2026-03-05")
    >>> fixed = Article("c", "Six people died in the fire on Monday.", outlet="Ledger", modified="2026-03-06")
    >>> face([later, wire]), face([later, wire, fixed])
    (1, 0)
    """
    sizes = [len(_words(article.text)) for article in copies]
    corrected = [bool(_CORRECTION.search(article.text)) for article in copies]

    def supersedes(new: int, old: int) -> bool:
        if not _same_outlet(copies[new], copies[old]):
            return False
        if corrected[new] != corrected[old]:
            return corrected[new]
        return sizes[new] >= _NEARLY_AS_FULL * sizes[old] and _later(_version(copies[new]), _version(copies[old]))

    everyone = range(len(copies))
    standing = [at for at in everyone if not any(supersedes(new, at) for new in everyone if new != at)]
    fullest = max(sizes[at] for at in standing)
    return min(
        (at for at in standing if sizes[at] >= _NEARLY_AS_FULL * fullest),
        key=lambda at: (_known(copies[at].published) or "~", -sizes[at], copies[at].identity),
    )


def connected(pairs: Iterable[tuple[int, int]], members: Iterable[int]) -> list[tuple[int, ...]]:
    """The members that hang together through pairs, however long the chain; each group and the list in order.

    >>> connected([(1, 2), (2, 5)], [1, 2, 3, 5])
    [(1, 2, 5), (3,)]
    """
    leader = {member: member for member in members}

    def find(member: int) -> int:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        leader[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for member in sorted(leader):
        groups[find(member)].append(member)
    return [tuple(group) for group in groups.values()]


def components(
    pairs: Iterable[tuple[int, int]],
    members: Iterable[int],
    alike: Callable[[int, int], bool],
) -> list[tuple[int, ...]]:
    """The members that are one story, out of the pairs that were found to be copies; alone ones are stories too.

    Stories do not chain: in each connected group the member with the most copies begins a story, and another joins
    only if it is a copy of more than half of those who joined first (of eight of them, at most). So of A~B~C with A
    and C not alike, C is left to a story of its own. `alike` is asked for the pairs of a group that are not among
    `pairs`: copies may share no bucket by bad luck, and need not have been looked for. The result depends on no order
    and on no other group, so that the group which an update touches can be done anew by itself.

    >>> [components([(1, 2), (2, 3)], [1, 2, 3], lambda one, other: answer) for answer in (False, True)]
    [[(1, 2), (3,)], [(1, 2, 3)]]
    """
    links: dict[int, set[int]] = defaultdict(set)
    for one, other in (pairs := list(pairs)):
        links[one].add(other)
        links[other].add(one)

    def agree(one: int, other: int) -> bool:
        return other in links[one] or alike(min(one, other), max(one, other))

    stories: list[tuple[int, ...]] = []
    for group in connected(pairs, members):
        rest = sorted(group, key=lambda member: (-len(links[member]), member))
        while rest:
            story, left = rest[:1], list[int]()
            for member in rest[1:]:
                witnesses = story[:_WITNESSES]
                joins = 2 * sum(agree(member, witness) for witness in witnesses) > len(witnesses)
                (story if joins else left).append(member)
            stories.append(tuple(sorted(story)))
            rest = left
    return sorted(stories)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return _WORD.findall(plain)


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


@cache
def _sketch() -> MinHash:
    # Kept, because setting up the permutations takes longer than a short article does.
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS // 2, seed=1, hashfunc=int, scheme="affine32")


def _min_hash(words: Sequence[str]) -> NDArray[np.uint32]:
    sketch = _sketch().copy()
    sketch.update_batch([zlib.crc32(" ".join(shingle).encode()) for shingle in set(_shingles(words))])
    digest: NDArray[np.uint32] = sketch.digest()
    return digest


def _bucket(number: int, row: bytes) -> int:
    digest = blake2b(row, digest_size=8, salt=number.to_bytes(8, "little")).digest()
    return int.from_bytes(digest, "little", signed=True)


def _covered(shingles: Iterable[tuple[str, ...]], known: frozenset[tuple[str, ...]], words: int) -> float:
    """The share of the words, so many, that lie in one of the known shingles."""
    covered, reach = 0, 0
    for at, shingle in enumerate(shingles):
        if shingle in known:
            covered += at + SHINGLE - max(reach, at)
            reach = at + SHINGLE
    return covered / words


def _opening_found(one: Wording, other: Wording) -> float:
    words = min(len(one.words), _OPENING)
    return _covered(islice(one.shingles, words - SHINGLE + 1), other.known_early, words)


def _other_figures(short: Wording, long: Wording) -> bool:
    figures = short.figures
    return len(figures) >= _FIGURES and len(figures & long.vocabulary) < _FIGURES_SHARED * len(figures)


def _same_outlet(one: Article, other: Article) -> bool:
    mine, theirs = ((a.outlet or urlsplit(a.url or "").hostname or "").casefold().strip() for a in (one, other))
    return bool(mine) and mine == theirs


def _known(date: str | None) -> str | None:
    return date[:10] if date and not date.startswith("--") else None


def _version(article: Article) -> str | None:
    return _known(article.modified) or _known(article.published)


def _later(new: str | None, old: str | None) -> bool:
    """Whether one date is after another as far as both are known: no day of January is after "January"."""
    if new is None or old is None:
        return False
    known = min(len(new), len(old))
    return new[:known] > old[:known]

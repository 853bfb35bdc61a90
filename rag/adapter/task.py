"""What the adapted model reads and writes: numbered sentences and a question; the number and words that answer, or 0.

    # Ferry hits breakwater (Harbor Ledger, March 4, 2026)
    [1] The ferry sank at noon.
    [2] The operator named the dead man as Tomas Reyl, 41.

    Question: Who died?

is answered with ``2: Tomas Reyl``, and a question that none of the sentences answers with ``0``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.prompt import fence

# Digits are one token each, so the first token of an answer is the whole choice.
MOST_PIECES = 9
NONE = "0"

OPENING = "<|im_start|>user\n"
CLOSING = "<|im_end|>\n<|im_start|>assistant\n"
END = "<|im_end|>"


@dataclass(frozen=True)
class Piece:
    """A sentence or two to read, under the head of the article they stand in, which may be empty."""

    head: str
    text: str


@dataclass(frozen=True)
class Found:
    """The place of a piece, counted from 0, and the words in it that answer."""

    place: int
    words: str


@dataclass(frozen=True)
class Finding:
    """How likely it is that no piece answers, 0 to 1, and what the likeliest pieces would answer, best first.

    `chances` tell how likely each of the answers is: its piece and all of its words together.
    """

    none: float
    answers: tuple[Found, ...]
    chances: tuple[float, ...]


def reading(pieces: Sequence[Piece]) -> str:
    """The part of the prompt that questions over the same pieces share; at most MOST_PIECES.

    Pieces that stand next to each other under the same head are read under it once.

    >>> print(reading([Piece("Ferry (Ledger)", "It sank."), Piece("Ferry (Ledger)", "Reyl died.")]), end="")
    <|im_start|>user
    # Ferry (Ledger)
    [1] It sank.
    [2] Reyl died.
    <BLANKLINE>
    """
    lines = []
    above = ""
    for number, piece in enumerate(pieces, start=1):
        head = fence(piece.head)
        if head != above:
            lines.append(f"# {head}")
            above = head
        lines.append(f"[{number}] {fence(piece.text)}")
    return OPENING + "".join(f"{line}\n" for line in lines) + "\n"


def asking(question: str) -> str:
    """The rest of the prompt, behind which the model writes.

    >>> asking("Who died?")
    'Question: Who died?<|im_end|>\\n<|im_start|>assistant\\n'
    """
    return f"Question: {fence(question)}{CLOSING}"


def answer(found: Found | None) -> str:
    """What the model is to write.

    >>> answer(Found(1, "Tomas Reyl")), answer(None)
    ('2: Tomas Reyl', '0')
    """
    return f"{found.place + 1}: {' '.join(found.words.split())}" if found else NONE

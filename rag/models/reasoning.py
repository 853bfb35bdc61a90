"""What a reasoning model thinks before it answers is no part of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPENING = "<think>"
CLOSING = "</think>"


def without_reasoning(pieces: Iterable[str], inside: bool = False) -> Iterator[str]:
    """The pieces without what stands between the tags, which may be cut anywhere between two pieces.

    `inside` tells that the prompt has opened the reasoning already. What is never closed is never shown.

    >>> list(without_reasoning(["<thi", "nk>He is", " 41?</th", "ink>", "He is 58.", " <b"]))
    ['He is 58.', ' <b']
    """
    held = ""
    for piece in pieces:
        held += piece
        while (tag := CLOSING if inside else OPENING) in held:
            before, _, held = held.partition(tag)
            if before and not inside:
                yield before
            inside = not inside
        sure = len(held) - _begun(tag, held)
        if sure and not inside:
            yield held[:sure]
        held = held[sure:]
    if held and not inside:
        yield held


def _begun(tag: str, text: str) -> int:
    """How many characters of the tag the text ends with."""
    return max(length for length in range(len(tag)) if text.endswith(tag[:length]))

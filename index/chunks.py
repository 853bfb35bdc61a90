"""Cutting an article into chunks of whole sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from index.article import Chunk
from index.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]


def chunk_text(text: str, count_tokens: CountTokens, limit: int) -> list[Chunk]:
    """Pack the sentences of `text`, in order, into as few chunks of at most `limit` tokens as hold them, alike in size.

    Alike, because a short rest at an article's end would be found for its heading alone. A sentence that is longer
    than `limit` by itself is cut at spaces. Chunks do not overlap.

    >>> words = lambda texts: [len(text.split()) for text in texts]
    >>> chunk_text("One two three. Four five. Six.", words, limit=5)
    [Chunk(start=0, end=14), Chunk(start=15, end=30)]
    """
    spans = sentence_spans(text)
    counts = count_tokens([text[start:end] for start, end in spans])
    pieces = list(_pieces(text, spans, counts, count_tokens, limit))
    total = sum(count for _, count in pieces)
    share = total / max(1, math.ceil(total / limit))
    chunks: list[Chunk] = []
    size = before = 0
    for (start, end), count in pieces:
        if chunks and size + count <= limit and before + count / 2 < share * len(chunks):
            chunks[-1] = Chunk(chunks[-1].start, end)
            size += count
        else:
            chunks.append(Chunk(start, end))
            size = count
        before += count
    return chunks


def _pieces(
    text: str, spans: Sequence[tuple[int, int]], counts: Sequence[int], count_tokens: CountTokens, limit: int
) -> Iterator[tuple[tuple[int, int], int]]:
    """The spans with their token counts, each longer than `limit` halved at a space until it fits."""
    for (start, end), count in zip(spans, counts, strict=True):
        if count <= limit or end - start == 1:
            yield (start, end), count
            continue
        halves = _halve(text, start, end)
        yield from _pieces(text, halves, count_tokens([text[s:e] for s, e in halves]), count_tokens, limit)


def _halve(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Two spans of `text`, cut at the space nearest the middle, or in the middle of an unbroken run.

    The span begins and ends with a letter, so neither half is empty.
    """
    middle = (start + end) // 2
    before, after = text.rfind(" ", start, middle), text.find(" ", middle, end)
    cuts = [cut for cut in (before, after) if start < cut < end - 1]
    cut = min(cuts, key=lambda place: abs(place - middle), default=middle)
    return [(start, start + len(text[start:cut].rstrip())), (end - len(text[cut:end].lstrip()), end)]

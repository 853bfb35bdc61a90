"""The best span of a passage, from the logits of where it begins and ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_SPAN = 30


def best_span(
    starts: NDArray[np.float32], ends: NDArray[np.float32], longest: int = MAX_SPAN
) -> tuple[int, int, float]:
    """First and last token of the span of at most `longest` tokens with the highest sum of logits, and that sum.

    `starts` and `ends` have a logit for each token of the passage, shape (tokens,), at least one.

    >>> best_span(np.float32([0, 5, 1]), np.float32([4, 0, 2]))
    (1, 2, 7.0)
    """
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, dtype=bool)) & ~np.triu(np.ones_like(sums, dtype=bool), longest)
    flat = int(np.argmax(np.where(allowed, sums, -np.inf)))
    first, last = divmod(flat, len(ends))
    return first, last, float(sums[first, last])

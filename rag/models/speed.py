"""How fast a chat model is on this machine, measured on a prompt of the size that a question makes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rag.models.generator import Generator

WRITTEN = 48
_SENTENCE = "The council of Port Meriden voted on Tuesday to widen the northern breakwater by eleven metres. "


@dataclass(frozen=True)
class Speed:
    """Tokens a second: read before the first word comes, and written from then on."""

    read: float
    written: float


def measure(generator: Generator, clock: Callable[[], float] = time.perf_counter) -> Speed:
    """One answer of at most 48 tokens, timed. Raises ModelError, EndpointError.

    A model that ends its answer with the first piece is taken to write as fast as it reads.
    """
    prompt = _SENTENCE * 20 + "Retell this in your own words, in three sentences."
    started = clock()
    times, text = [started], ""
    for piece in generator.stream([{"role": "user", "content": prompt}], WRITTEN):
        text += piece
        times.append(clock())
    read = generator.count_tokens(prompt) / max(times[min(1, len(times) - 1)] - started, 1e-6)
    rest = times[-1] - times[min(1, len(times) - 1)]
    return Speed(read, max(generator.count_tokens(text) - 1, 1) / rest if rest > 0 else read)

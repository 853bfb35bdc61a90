"""Waiting for whoever else is changing the articles, for one may at a time. No widget is known here."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TypeVar

from index.errors import IndexBusyError
from ui.turns import Line

LONGEST = 8
FULL = "{} others are waiting already to add articles; try again when they are done."
PATIENCE_SECONDS = 5.0
AGAIN_SECONDS = 0.2
WAITING = "Waiting for somebody else who is changing the articles ..."
BUSY = "Articles are being added; try again when that is done."

Told = TypeVar("Told")
Result = TypeVar("Result")


def line_to_add() -> Line:
    """A line for those who add articles: an adding may take long, and the next waits for its end."""
    return Line(LONGEST, FULL)


def patiently(write: Callable[[], Result], meanwhile: Told) -> Generator[Told, None, Result]:
    """What a short write gives, tried again for some seconds while somebody else writes; `meanwhile` is yielded then.

    Raises IndexBusyError, in a sentence for the page, when it was in vain, and what else `write` raises.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    has_told = False
    while True:
        try:
            return write()
        except IndexBusyError as error:
            if time.monotonic() >= until:
                raise IndexBusyError(BUSY) from error
        if not has_told:
            yield meanwhile
        has_told = True
        time.sleep(AGAIN_SECONDS)


def spoken_wait(before: int) -> str:
    """What one is told who waits to add articles, with so many before.

    >>> spoken_wait(1), spoken_wait(3)
    ('Waiting: somebody else is adding articles ...', 'Waiting: 3 others are adding articles, one after the other ...')
    """
    if before == 1:
        return "Waiting: somebody else is adding articles ..."
    return f"Waiting: {before} others are adding articles, one after the other ..."

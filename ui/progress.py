"""Long work on an index: a bar that shows how far it has got, and Ctrl-C that lets it come to an orderly end."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.updating import Progress, Stop, Update

BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left"
FINISHING = "Finishing the batch in hand; press Ctrl-C again to stop at once.\n"
_STDERR = 2


@contextmanager
def update_bar(what: str, share: Callable[[Update], float]) -> Iterator[Progress]:
    """Shows an update as it goes on, on terminals only; `share` tells how much of it is done, from 0 to 1."""
    from tqdm import tqdm

    with tqdm(
        desc=f"{what}:",
        total=1.0,
        leave=False,
        file=sys.stderr,
        mininterval=0,
        bar_format=BAR,
        disable=not sys.stderr.isatty(),
    ) as bar:

        def show(update: Update) -> None:
            bar.set_description_str(f"{what}: {rate_text(update)}", refresh=False)
            if not bar.update(share(update) - bar.n):
                bar.refresh()

        yield show


def rate_text(update: Update) -> str:
    """How much has been read, and how fast it is embedded.

    >>> from index.updating import Update
    >>> rate_text(Update(added=1199, unchanged=1, embedded=300, seconds=4.0))
    '1,200 articles, 75 chunks/s'
    """
    return f"{update.read:,} articles, {update.embedded / max(update.seconds, 1e-3):.0f} chunks/s"


@contextmanager
def finishing_first() -> Iterator[Stop]:
    """Whether Ctrl-C was pressed, for work that then ends at the next good place; a second one interrupts it there.

    Signals reach the main thread alone: in any other one nothing is changed and the answer is always no.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        # Not through sys.stderr, which may be in the middle of a write of its own.
        with suppress(OSError):
            os.write(_STDERR, ("\n" * os.isatty(_STDERR) + FINISHING).encode())

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)

"""Whose turn it is: a language model answers one question at a time, and those who wait are told their place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import TypeVar

from index.errors import BusyError

Answer = TypeVar("Answer")

# Each that waits holds a thread of the server now and then, of which there are 40 for reading and searching, too.
LONGEST = 16
LEFT = "Whoever asked has gone; ask again."
FULL = "{} questions are waiting already; ask again in a minute."
ENDED = "citewire is being stopped; start it again."
LOOK_AGAIN_SECONDS = 0.5
"""After how long one that waits is told its place again, whether or not it is another."""

# Whether the one for whom this thread works has gone meanwhile; set by who knows it, and looked at while waiting.
GONE: ContextVar[Callable[[], bool]] = ContextVar("gone", default=lambda: False)


class Turn:
    """A place in a line. Its methods may be called from any thread."""

    def __init__(self, line: Line, stop: threading.Event) -> None:
        self._line = line
        self.stop = stop

    def wait(self, seconds: float = LOOK_AGAIN_SECONDS) -> int:
        """How many are before this one once its turn has come (0), or once the seconds are over."""
        return self._line._wait(self, seconds)


class Line:
    """A fair waiting line: whoever came first is first, and one is at work at a time."""

    def __init__(self, longest: int = LONGEST, full: str = FULL) -> None:
        """`longest` is how many may wait beside the one at work, and `full` what the next one is told."""
        self._longest = longest
        self._full = full.format(longest)
        self._turns: list[Turn] = []  # the first of them is at work
        self._moved = threading.Condition()
        self._has_ended = False

    def __len__(self) -> int:
        return len(self._turns)

    @contextmanager
    def turn(self, stop: threading.Event | None = None) -> Iterator[Turn]:
        """A place at the end of the line, given up at the end. Raises BusyError when as many wait as can.

        `stop` is set where the line ends before that.

        >>> line = Line()
        >>> with line.turn() as first, line.turn() as second:
        ...     first.wait(), second.wait(0.01)
        (0, 1)
        """
        turn = Turn(self, stop or threading.Event())
        with self._moved:
            if self._has_ended:
                raise BusyError(ENDED)
            if len(self._turns) > self._longest:
                raise BusyError(self._full)
            self._turns.append(turn)
        try:
            yield turn
        finally:
            with self._moved:
                self._turns.remove(turn)
                self._moved.notify_all()

    def end(self) -> None:
        """Tell everyone in the line to stop, and wait until they have left; nobody comes into it any more.

        >>> line = Line()
        >>> line.end()
        """
        with self._moved:
            self._has_ended = True
            for turn in self._turns:
                turn.stop.set()
            self._moved.wait_for(lambda: not self._turns)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Waits until it is one's turn, and holds it to the end. Raises BusyError, too for one who is `GONE`."""
        with self.turn() as turn:
            while turn.wait():
                if GONE.get()():
                    raise BusyError(LEFT)
            yield

    def _wait(self, turn: Turn, seconds: float) -> int:
        with self._moved:
            self._moved.wait_for(lambda: self._turns[0] is turn, seconds)
            return self._turns.index(turn)


def attended(answers: Iterator[Answer]) -> Generator[Answer]:
    """Growing answers, broken off once whoever asked has gone. Raises BusyError then.

    >>> list(attended(iter(["All", "All were saved."])))
    ['All', 'All were saved.']
    """
    with closing(closable(answers)) as growing:
        for answer in growing:
            if GONE.get()():
                raise BusyError(LEFT)
            yield answer


def closable(answers: Iterator[Answer]) -> Generator[Answer]:
    """A generator over any iterator, so that it can be closed."""
    yield from answers


def spoken_place(before: int) -> str:
    """A place in the line, in words.

    >>> spoken_place(1), spoken_place(2)
    ('Waiting: 1 question is before yours ...', 'Waiting: 2 questions are before yours ...')
    """
    return f"Waiting: {before} {'question is' if before == 1 else 'questions are'} before yours ..."

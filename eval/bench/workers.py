"""Processes of their own for what is measured or killed: fresh ones, so that nothing of this one counts for them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

_PATIENCE = 20.0  # seconds that a process gets to end when it is told to


class Worker:
    """A new process that runs ``work(line, *arguments)``, and our end of its line. Leaving it ends the process."""

    def __init__(self, work: Callable[..., None], *arguments: object) -> None:
        fresh = multiprocessing.get_context("spawn")
        self.line, theirs = fresh.Pipe()
        self._process = fresh.Process(target=work, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()  # so that the end of the process is the end of the line

    def ask(self, *question: object) -> Any:
        """What the process answers. Raises EOFError when it has died."""
        self.line.send(question)
        return self.line.recv()

    def kill(self) -> None:
        """End the process as ``kill -9`` does, and wait until it has gone."""
        self._process.kill()
        self._process.join()
        self.line.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._process.is_alive():
            self.line.send(None)
            self._process.join(_PATIENCE)
        self.kill()


def memory() -> dict[str, int]:
    """Bytes of this process: VmRSS resident now, VmHWM at most so far, RssAnon and RssFile the parts of VmRSS."""
    lines = (line.split() for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    kept = ("VmRSS:", "VmHWM:", "RssAnon:", "RssFile:")
    return {name.rstrip(":"): int(rest[0]) * 1024 for name, *rest in lines if name in kept}

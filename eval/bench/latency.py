"""Latency: how long a search takes from the question to its passages, beside another program's in the same run.

Both are asked the same questions in turns of TURN, so that whatever else the machine does falls on both alike. What is
measured of ours is `Retriever.find`, with the question read and embedded. The rival is a process of its own, which is
told on its standard input, a line at a time, and answers each with a line: first the path of a file of the archive's
chunks, JSON strings of heading and text, one a line; when it is ready for it, each question as a JSON string.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from eval.bench.figures import Figure, Figures, percentile
from eval.bench.grown import recorded_making
from index.archive import STORE_FILE, Archive
from index.errors import InputError
from index.store import Store
from rag.retriever import Retriever

TURN = 10  # questions
# Asked beforehand of both and not counted: engines prepare themselves for every length of a question.
WARMING = 50
MOST = 0.5  # of the rival's median
MOST_READING = 12.0  # with a reranker, which the rivals lack
PASSAGES = 10
_PATIENCE = 10.0  # seconds that a rival gets to end

Ask = Callable[[str], object]


def measure_latency(
    retriever: Retriever, questions: Sequence[str], rival: str | None = None, rounds: int = 1
) -> Figures:
    """Ask all of the questions, the first WARMING of them once more beforehand; `rival` is a command line.

    In several `rounds` the least time of each question counts: what another process takes of the processors is then
    left out, for both alike, as far as it leaves them free in one of the rounds.
    Raises InputError when there is no question, and when the rival cannot be started or ends before it has answered.
    """
    if not questions:
        raise InputError("There is no question to ask; give a file that has some.")

    def ours(question: str) -> None:
        retriever.find(question, PASSAGES)

    title = f"{len(questions):,} questions, {retriever.archive.counts()[1]:,} chunks"
    if rival is None:
        (seconds,) = by_turns([ours], questions, rounds)
        return Figures(title, _figures("search", seconds))
    with _rival(rival, retriever.archive) as theirs:
        seconds, beside = by_turns([ours, theirs], questions, rounds)
    ratio = percentile(seconds, 0.5) / percentile(beside, 0.5)
    share = Figure("search / rival, p50", ratio, most=MOST_READING if retriever.reranker else MOST)
    return Figures(f"{title}, beside {rival}", [*_figures("search", seconds), *_figures("rival", beside), share])


def by_turns(askers: Sequence[Ask], questions: Sequence[str], rounds: int = 1) -> list[list[float]]:
    """The seconds that each of the askers takes for each of the questions, the least of all rounds."""
    taken = [[float("inf")] * len(questions) for _ in askers]
    for asked, counted in [(questions[:WARMING], False), *[(questions, True)] * rounds]:
        for first in range(0, len(asked), TURN):
            for ask, seconds in zip(askers, taken, strict=True):
                for number in range(first, min(first + TURN, len(asked))):
                    started = time.perf_counter()
                    ask(asked[number])
                    if counted:
                        seconds[number] = min(seconds[number], time.perf_counter() - started)
    return taken


def _figures(name: str, seconds: Sequence[float]) -> list[Figure]:
    return [Figure(f"{name}, p{share:.0%}"[:-1], percentile(seconds, share) * 1e3, "ms") for share in (0.5, 0.95)]


@contextmanager
def _rival(command: str, archive: Archive) -> Iterator[Ask]:
    """What asks the process of the command line a question and waits for its answer, once it has taken the texts in."""
    with tempfile.TemporaryDirectory(prefix="citewire-bench-") as folder:
        texts = Path(folder) / "texts.jsonl"
        _write_texts(archive, texts)
        try:
            process = subprocess.Popen(
                shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        except (OSError, ValueError) as error:
            raise InputError(f"The rival cannot be started ({error}); give its command line as in a shell.") from error

        told, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)

        def ask(question: str) -> None:
            try:
                told.write(json.dumps(question) + "\n")
                told.flush()
                answer = answers.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                raise InputError("The rival ended before it had answered; run its command by itself to see why.")

        try:
            ask(str(texts))
            yield ask
        finally:
            process.kill()
            process.communicate(timeout=_PATIENCE)


def _write_texts(archive: Archive, path: Path) -> None:
    """What the archive itself searches: heading and text of each chunk."""
    with path.open("w", encoding="utf-8") as file:
        store = Store(archive.folder / STORE_FILE, recorded_making(archive.folder))
        try:
            with store.snapshot():
                for _, heading, text in store.words(store.chunk_ids()):
                    file.write(json.dumps(f"{heading}\n{text}") + "\n")
        finally:
            store.close()

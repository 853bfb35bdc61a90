"""Kills: an update that dies at a random moment, again and again; what stands then, and what stands at the end."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median

from tqdm import tqdm

from eval.bench.checks import answer_fault, difference
from eval.bench.figures import Figure, Figures
from eval.bench.invented import HashedEmbedder, Invented, State, state_of, told_by, write_articles
from eval.bench.workers import Worker
from index.archive import STORE_FILE, Archive
from index.derived import FOLDER as SEARCH_FOLDER
from index.derived import open_derived
from index.errors import CitewireError

_CHANGED = 0.1  # of the articles, each round
_TIMED = 3  # first rounds, left to end
_ASKED = 12
_SEARCH_FILES = 4  # a note, the vectors with their stamp, the words


def measure_kills(work: Path, rounds: int = 200, articles: int = 500, seed: int = 0) -> Figures:
    """Kill `rounds` updates of an archive in `work`, a new folder, each somewhere between its start and its end."""
    chance = Random(seed)
    folder, file = work / "index", work / "articles.jsonl"
    states = [state_of([Invented(number, 0) for number in range(articles)])]
    _update(folder, write_articles(file, states[0]))
    faults: list[str] = []
    seconds: list[float] = []
    standing = killed = 0
    waiting = Worker(serve_update, folder, file)
    bar = tqdm(total=rounds, desc="Killing", disable=None)
    while killed < rounds:
        number = len(states)
        states.append(next_state(states[-1], number, chance))
        write_articles(file, states[number])
        # The next process starts while what the last one left is looked at.
        running, waiting = waiting, Worker(serve_update, folder, file)
        limit = None if number <= _TIMED else chance.uniform(0, median(seconds[-9:]))
        running.line.send("go")
        if running.line.poll(limit):
            seconds.append(running.line.recv())
        else:
            killed += 1
            bar.update()
        running.kill()
        found = _standing(folder, states, (standing, number), chance)
        if isinstance(found, int):
            standing = found
        else:
            faults.append(f"round {number}: {found}")
    bar.close()
    waiting.kill()
    _update(folder, file)
    end = _standing(folder, states, (len(states) - 1,), chance)
    at_end = [*([end] if isinstance(end, str) else []), *_file_faults(folder, states[-1])]
    return Figures(
        f"An update of {articles} articles, killed",
        [
            Figure("kills", killed),
            Figure("updates that came to their end", len(seconds)),
            Figure("an update", median(seconds), "s"),
            Figure("faults after a kill", len(faults), most=0),
            Figure("faults after the last update", len(at_end), most=0),
        ],
        [*faults[:10], *at_end],
    )


def serve_update(line: Connection, folder: Path, file: Path) -> None:
    """Wait for the word, then update; tell how many seconds it took."""
    # What takes long to import is there when the word comes, so that kills fall into the update itself.
    import_module("faiss")
    import_module("datasketch")
    if line.recv():
        started = time.perf_counter()
        _update(folder, file)
        line.send(time.perf_counter() - started)


def _update(folder: Path, file: Path) -> None:
    with Archive(folder, HashedEmbedder()) as archive:
        archive.update([file])


def next_state(state: State, number: int, chance: Random) -> State:
    """The articles of the next round: some of them in a new edition, and one that is new."""
    stories = sorted({told_by(article.number) for article in state.values()})
    changed = set(chance.sample(stories, max(1, int(_CHANGED * len(stories)))))
    kept = [Invented(one.number, number if told_by(one.number) in changed else one.edition) for one in state.values()]
    newest = kept[told_by(len(kept))] if told_by(len(kept)) < len(kept) else Invented(len(kept), number)
    return state_of([*kept, Invented(len(kept), newest.edition)])


def _standing(folder: Path, states: Sequence[State], may: Sequence[int], chance: Random) -> int | str:
    """Which of the states that may stand does, wholly; or what is wrong."""
    try:
        with Archive(folder, HashedEmbedder()) as archive:
            stored = list(archive.articles())
            fitting = [number for number in may if not difference(stored, states[number])]
            if not fitting:
                return f"not of one state: {difference(stored, states[may[-1]])}"
            return _faulty(archive, states[fitting[-1]], chance) or fitting[-1]
    except CitewireError as error:
        return str(error)


def _faulty(archive: Archive, state: State, chance: Random) -> str:
    wanted = (len(state), sum(article.chunks for article in state.values()))
    if archive.counts() != wanted:
        return f"{archive.counts()} articles and chunks stand, not {wanted}"
    newest = sorted(state.values(), key=lambda article: -article.edition)[:_ASKED]
    asked = [*newest, *chance.sample(list(state.values()), min(_ASKED, len(state)))]
    return next(filter(None, (answer_fault(*archive.retrieve(one.question), state, one) for one in asked)), "")


def _file_faults(folder: Path, state: State) -> Iterator[str]:
    """What is left in the files of updates that were killed, once one has come to its end."""
    chunks = sum(article.chunks for article in state.values())
    with closing(sqlite3.connect(folder / STORE_FILE)) as database:
        for what, query, wanted in (
            ("integrity_check", "PRAGMA integrity_check", "ok"),
            ("pending articles", "SELECT count(*) FROM articles WHERE pending = 1", 0),
            ("articles", "SELECT count(*) FROM articles", len(state)),
            ("chunks", "SELECT count(*) FROM chunks", chunks),
            ("versions told twice", "SELECT count(*) - count(DISTINCT id || text) FROM versions", 0),
        ):
            (found,) = database.execute(query).fetchone()
            if found != wanted:
                yield f"{what}: {found}, not {wanted}"
        (generation,) = database.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    derived = open_derived(folder, generation)
    if derived is None or (len(derived.vectors), len(derived.words)) != (chunks, chunks):
        found = "nothing" if derived is None else f"{len(derived.vectors)} vectors, {len(derived.words)} texts"
        yield f"derived: {found}, not {chunks}"
    if len(left := list((folder / SEARCH_FOLDER).iterdir())) > _SEARCH_FILES:
        yield f"{len(left)} files in {SEARCH_FOLDER}, not {_SEARCH_FILES}"

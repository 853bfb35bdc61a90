"""Readers: processes that search and read articles while another updates, corrects and removes them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.bench.checks import answer_fault
from eval.bench.figures import Figure, Figures
from eval.bench.invented import HashedEmbedder, Invented, State, state_of, told_by, write_articles
from eval.bench.workers import Worker
from index.archive import Archive
from index.errors import CitewireError, InputError

_K = 5
_REOPENED = 200  # searches with one archive, before a reader opens it anew
_KEPT_FAULTS = 5


def measure_readers(work: Path, minutes: float = 5, readers: int = 8, articles: int = 60) -> Figures:
    """Let `readers` processes search an archive in `work`, a new folder, while one writes to it."""
    folder = work / "index"
    fresh = multiprocessing.get_context("spawn")
    begun, done = fresh.Value("q", 0), fresh.Value("q", 0)
    with closing(Archive(folder, HashedEmbedder())) as archive:
        archive.update([write_articles(work / "articles.jsonl", next(states(articles)))])
    until = time.time() + 60 * minutes
    workers = [Worker(serve_writer, folder, work, articles, until, begun, done)]
    workers += [Worker(serve_reader, folder, articles, until, seed, begun, done) for seed in range(readers)]
    answers, faults = 0, []
    left = list(workers)
    with tqdm(total=round(60 * minutes), desc="Reading", unit=" s", disable=None) as bar:
        while left:
            for worker in [worker for worker in left if worker.line.poll(0.1)]:
                left.remove(worker)
                try:
                    looked_at, found = worker.line.recv()
                except EOFError:
                    looked_at, found = 0, [f"process {workers.index(worker)} died"]
                answers += looked_at
                faults += found
            bar.update(max(0, round(60 * minutes - max(0, until - time.time())) - bar.n))
    for worker in workers:
        worker.kill()
    return Figures(
        f"{readers} readers for {minutes:g} minutes",
        [
            Figure("steps of the writer", done.value, least=1),
            Figure("answers looked at", answers, least=1),
            Figure("errors and mixed answers", len(faults), most=0),
        ],
        faults[:10],
    )


def states(articles: int) -> Iterator[State]:
    """What the archive holds after each step of the writer, at first and for ever: the same in every process.

    The steps are, in turn: every article in a new edition; one corrected; one removed; a third of them in a new
    edition, and the removed one back.
    """
    editions = dict.fromkeys(range(articles), 0)
    sections: dict[int, str] = {}
    gone: set[int] = set()
    step = 0
    while True:
        yield state_of(
            [Invented(number, editions[number], sections.get(number)) for number in editions if number not in gone]
        )
        step += 1
        if step % 4 == 1:
            editions = dict.fromkeys(editions, step)
        elif step % 4 == 2:
            sections[_corrected(step, articles)] = f"corrected in step {step}"
        elif step % 4 == 3:
            gone = {_removed(step, articles)}
            sections.pop(_removed(step, articles), None)
        else:
            gone = set()
            editions |= {number: step for number in editions if told_by(number) % 3 == step // 4 % 3}


def _corrected(step: int, articles: int) -> int:
    return step // 4 * 5 % articles


def _removed(step: int, articles: int) -> int:
    return (step // 4 * 7 + 3) % articles


def serve_writer(
    line: Connection,
    folder: Path,
    work: Path,
    articles: int,
    until: float,
    begun: Synchronized[int],
    done: Synchronized[int],
) -> None:
    """Take one step after the other; `begun` and `done` tell readers which states they may meet."""
    told = states(articles)
    before = next(told)
    with Archive(folder, HashedEmbedder()) as archive:
        for step, state in enumerate(told, 1):
            if time.time() > until:
                break
            begun.value = step
            if step % 4 == 2:
                number = _corrected(step, articles)
                archive.correct(Invented(number, 0).id, {"section": f"corrected in step {step}"})
            elif step % 4 == 3:
                archive.remove(before.keys() - state.keys())
            else:
                archive.update([write_articles(work / "articles.jsonl", state)])
            done.value = step
            before = state
    line.send((0, []))


def serve_reader(
    line: Connection,
    folder: Path,
    articles: int,
    until: float,
    seed: int,
    begun: Synchronized[int],
    done: Synchronized[int],
) -> None:
    """Search for articles at random, and read them; tell how many answers were looked at, and what was wrong."""
    chance = Random(seed)
    told = states(articles)
    known: list[State] = []
    faults: list[str] = []
    answers = 0
    while time.time() < until and len(faults) < _KEPT_FAULTS:
        with Archive(folder, HashedEmbedder()) as archive:
            for _ in range(_REOPENED):
                number, first = chance.randrange(articles), done.value
                while len(known) <= first:
                    known.append(next(told))
                asked = known[first].get(Invented(number, 0).id, Invented(number, first))
                try:
                    found = archive.retrieve(asked.question, _K)
                    last = begun.value
                    section = _section(archive, asked.id)
                except CitewireError as error:
                    faults.append(f"reader {seed}: {error}")
                    continue
                while len(known) <= begun.value:
                    known.append(next(told))
                wrong = [answer_fault(*found, state, state.get(asked.id)) for state in known[first : last + 1]]
                if all(wrong):
                    faults.append(f"reader {seed}, steps {first} to {last}: {'; '.join(wrong)}")
                if section not in [_kept(state, asked.id) for state in known[first : begun.value + 1]]:
                    faults.append(f"reader {seed}, steps {first} to {last}: article {asked.id} reads {section}")
                answers += 1
                if time.time() > until:
                    break
    line.send((answers, faults))


def _section(archive: Archive, id: str) -> str | None:
    """The title and section of an article; None when there is none."""
    try:
        article = archive.article(id)
    except InputError:
        return None
    return f"{article.title}: {article.section}"


def _kept(state: State, id: str) -> str | None:
    return f"{state[id].title}: {state[id].section}" if id in state else None

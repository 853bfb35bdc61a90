"""Damage: files of an archive cut, zeroed and with bits turned; it answers as before then, or refuses in a line."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.bench.figures import Figure, Figures
from eval.bench.invented import HashedEmbedder, Invented, state_of, write_articles
from eval.bench.workers import Worker
from index.archive import STORE_FILE, Archive
from index.errors import CitewireError

SAME, REFUSED, EARLIER, WRONG = "answered as before", "refused in a sentence", "answered as an update before", "WRONG"
_HANGS = 20.0  # seconds
_ARTICLES = 40
_ASKED = 8
_BLOCK = 4096

Answers = list[object]


def measure_damage(work: Path, rounds: int = 300, seed: int = 0) -> Figures:
    """Damage copies of a small archive in `work`, a new folder, and see what each answers then.

    Every second copy is of the archive while it is open, with its last update in SQLite's log: an archive whose log
    was lost may answer as it did before that update, but then in every way.
    """
    chance = Random(seed)
    closed, opened, copy = work / "closed", work / "open", work / "copy"
    earlier, whole = _prepare(closed, opened, work)
    outcomes: Counter[tuple[str, str]] = Counter()
    remarks: list[str] = []
    reader = Worker(serve_answers)
    for number in tqdm(range(rounds), "Damaging", disable=None):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree((closed, opened)[number % 2], copy)
        path, what = harm(copy, chance)
        reader.line.send(copy)
        found: object = "it hangs"
        try:
            if reader.line.poll(_HANGS):
                found = reader.line.recv()
        except EOFError:
            found = "it died"
        outcome = _outcome(found, whole, earlier)
        outcomes[_kind(path), outcome] += 1
        if outcome in (WRONG, EARLIER):
            remark = f"round {number}, {path.relative_to(copy)} {what}: {outcome}: {_difference(found, whole)}"
            remarks.insert(0 if outcome == WRONG else len(remarks), remark)
        if found in ("it hangs", "it died"):
            reader.kill()
            reader = Worker(serve_answers)
    reader.kill()
    kinds = sorted({kind for kind, _ in outcomes})
    return Figures(
        f"{rounds} damaged files",
        [
            *(
                Figure(f"{kind}: {outcome}", outcomes[kind, outcome], most=0 if outcome == WRONG else None)
                for kind in kinds
                for outcome in (SAME, REFUSED, EARLIER, WRONG)
                if outcomes[kind, outcome]
            ),
            Figure("wrong", sum(count for (_, outcome), count in outcomes.items() if outcome == WRONG), most=0),
        ],
        remarks[:20],
    )


def _prepare(closed: Path, opened: Path, work: Path) -> tuple[Answers, Answers]:
    """Lay out both archives, after the same two updates; what they answer after the first and after the second."""
    first = state_of([Invented(number, 1) for number in range(_ARTICLES)])
    second = state_of([Invented(number, 1 + (number < _ARTICLES // 2)) for number in range(_ARTICLES + 4)])
    making = work / "making"
    with closing(Archive(making, HashedEmbedder())) as archive:
        archive.update([write_articles(work / "articles.jsonl", first)])
    earlier = answers(making)
    with closing(Archive(making, HashedEmbedder())) as archive:
        archive.update([write_articles(work / "articles.jsonl", second)])
        shutil.copytree(making, opened)
    shutil.copytree(making, closed)
    return earlier, answers(closed)


def answers(folder: Path) -> Answers:
    """All that an archive says: its articles, their earlier versions and stories, and what it finds."""
    with closing(Archive(folder, HashedEmbedder())) as archive:
        articles = list(archive.articles())
        said: Answers = [archive.counts(), *(asdict(article) for article in articles)]
        said += [[version.article.title for version in archive.versions(article.id)] for article in articles]
        said += [sorted(copy.id for copy in archive.story(article.id)) for article in articles]
        for number in range(0, _ARTICLES, _ARTICLES // _ASKED):
            passages, found = archive.retrieve(Invented(number, 2).question, 3)
            said.append([(one.article_id, one.start, one.text, one.title, one.copies) for one in passages])
            said.append(sorted(found))
        return said


def serve_answers(line: Connection) -> None:
    """What the archive in each folder that is sent says, or in which words it refuses to."""
    while (folder := line.recv()) is not None:
        try:
            line.send(answers(folder))
        except CitewireError as error:
            line.send(str(error))


def harm(folder: Path, chance: Random) -> tuple[Path, str]:
    """Damage one file somewhere; which one, and how."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    # Half of it hits the truth; the other files are many.
    truth = [path for path in files if path.name.startswith(STORE_FILE)]
    path = chance.choice(truth if chance.random() < 0.5 else files)
    data = bytearray(path.read_bytes())
    name = chance.choice(list(_HARMS))
    where = _HARMS[name](data, chance)
    path.unlink()  # else a process that has it mapped would be killed
    path.write_bytes(data)
    return path, f"{name} at {where}"


def _cut(data: bytearray, chance: Random) -> int:
    where = chance.randrange(len(data))
    del data[where:]
    return where


def _zero_block(data: bytearray, chance: Random) -> int:
    where = chance.randrange(len(data))
    length = min(_BLOCK, len(data) - where)
    data[where : where + length] = bytes(length)
    return where


def _zero_all(data: bytearray, chance: Random) -> int:
    data[:] = bytes(len(data))
    return 0


def _turn_bit(data: bytearray, chance: Random) -> int:
    where = chance.randrange(len(data))
    data[where] ^= 1 << chance.randrange(8)
    return where


_HARMS = {"cut": _cut, "zeroed": _zero_block, "zeroed from the start": _zero_all, "a bit turned": _turn_bit}


def _kind(path: Path) -> str:
    if path.parent.name.startswith("words-"):
        return "words"
    if path.name.startswith("vectors-"):
        return "vectors" + path.suffix
    return path.name if path.parent.name != "search" else "note"


def _outcome(found: object, whole: Answers, earlier: Answers) -> str:
    if found == whole:
        return SAME
    if found == earlier:
        return EARLIER
    if isinstance(found, str) and found not in ("it hangs", "it died") and "\n" not in found:
        return REFUSED
    return WRONG


def _difference(found: object, whole: Sequence[object]) -> str:
    if not isinstance(found, list):
        return str(found)
    return next((f"{one} is not {other}"[:300] for one, other in zip(found, whole, strict=False) if one != other), "")

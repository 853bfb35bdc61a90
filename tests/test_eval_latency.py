"""Searches by turns with a rival, which is a real process."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from test_project import LAYERS, imported

from eval.bench import latency
from eval.bench.latency import by_turns, measure_latency
from index import Archive
from index.errors import InputError
from rag.retriever import Retriever

QUESTIONS = ["Which ferry sank?", "Who passed the budget?", "Where is Kell Point?"]


def rival(tmp_path: Path, code: str) -> str:
    """The command line of a rival that keeps what it is told in a file, after `code` has seen the line."""
    script = tmp_path / "rival.py"
    script.write_text(
        "import json, sys, time\n"
        f"kept = open({str(tmp_path / 'told')!r}, 'w')\n"
        "for number, line in enumerate(sys.stdin):\n"
        "    told = json.loads(line)\n"
        "    if number == 0:\n"
        "        told = [json.loads(text) for text in open(told)]\n"
        "    print(json.dumps(told), file=kept, flush=True)\n"
        f"    {code}\n"
        "    print('here', flush=True)\n"
    )
    return shlex.join([sys.executable, str(script)])


@pytest.fixture
def retriever(archive: Archive, news: Path) -> Retriever:
    archive.update([news])
    return Retriever(archive)


def test_a_slow_rival_is_measured_beside_the_search(retriever: Retriever, tmp_path: Path) -> None:
    figures = measure_latency(retriever, QUESTIONS, rival(tmp_path, "time.sleep(0.2)"))
    of = {figure.name: figure for figure in figures.figures}
    share, ours, theirs = (of[name] for name in ("search / rival, p50", "search, p50", "rival, p50"))
    assert float(theirs.value) >= 200 and float(ours.value) > 0
    assert float(share.value) == pytest.approx(float(ours.value) / float(theirs.value))
    assert figures.holds == (float(share.value) <= latency.MOST)
    texts, *asked = map(json.loads, (tmp_path / "told").read_text().splitlines())
    assert len(texts) == retriever.archive.counts()[1] and any("Lady Ann" in text for text in texts)
    assert asked == QUESTIONS * 2  # once to warm up


def test_without_a_rival_the_search_alone_is_measured(retriever: Retriever) -> None:
    figures = measure_latency(retriever, QUESTIONS, rounds=2)
    assert [figure.name for figure in figures.figures] == ["search, p50", "search, p95"]


@pytest.mark.parametrize("code", ["sys.exit()", "sys.exit() if number == 2 else None"])
def test_a_rival_that_ends_is_told(retriever: Retriever, tmp_path: Path, code: str) -> None:
    with pytest.raises(InputError, match="The rival ended before it had answered"):
        measure_latency(retriever, QUESTIONS, rival(tmp_path, code))


@pytest.mark.parametrize("command", ["/no/such/program", "python 'unclosed"])
def test_a_rival_that_cannot_be_started_is_told(retriever: Retriever, command: str) -> None:
    with pytest.raises(InputError, match="The rival cannot be started"):
        measure_latency(retriever, QUESTIONS, command)


def test_there_must_be_a_question(retriever: Retriever) -> None:
    with pytest.raises(InputError, match="There is no question to ask"):
        measure_latency(retriever, [])


def test_questions_are_asked_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "TURN", 2)
    monkeypatch.setattr(latency, "WARMING", 1)
    heard: list[str] = []
    seconds = by_turns([lambda q: heard.append(f"a{q}"), lambda q: heard.append(f"b{q}")], ["1", "2", "3"], rounds=2)
    assert heard == "a1 b1".split() + "a1 a2 b1 b2 a3 b3".split() * 2
    assert [len(taken) for taken in seconds] == [3, 3] and all(0 <= one < 1 for taken in seconds for one in taken)


def test_what_a_rival_ships_with_imports_nothing_of_the_project() -> None:
    script = Path(latency.__file__).parent / "rivals" / "txtai_search.py"
    names = {name.split(".")[0] for name in imported(script)}
    assert "txtai" in names and not names & set(LAYERS)

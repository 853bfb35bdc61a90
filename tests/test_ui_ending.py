"""How the server ends: what is open is ended properly, and articles in hand are finished."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_assistant import Reciter, serving
from fake_cli import ROOT, Cli

from index.errors import BusyError
from rag import Answer
from ui.page.desk import Desk
from ui.page.serve import GOODBYE_SECONDS
from ui.turns import LOOK_AGAIN_SECONDS, Line


@pytest.mark.integration
def test_a_page_that_is_open_keeps_the_server_no_longer_and_makes_no_error(caplog: pytest.LogCaptureFixture) -> None:
    with httpx.Client(timeout=30) as web:
        with serving(Reciter()) as url:
            stream = web.send(web.build_request("GET", f"{url}gradio_api/heartbeat/x"), stream=True)
            told = stream.iter_bytes()
            assert next(told)
            started = time.perf_counter()
        assert time.perf_counter() - started < GOODBYE_SECONDS
        assert b"".join(told) is not None  # ended as it should, else this raises
    assert [record.message for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.integration
def test_the_server_knows_that_whoever_asked_has_gone(tmp_path: Path) -> None:
    left = threading.Event()

    class Patient(Reciter):
        def stream(self, *asked: Any, **more: Any) -> Iterator[Answer]:
            try:
                for _ in range(100):
                    time.sleep(0.1)
                    yield from super().stream("Who?")
            finally:
                left.set()

    with serving(Patient()) as url:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{url}api/ask", json={"question": "Who was saved?"}, timeout=1)
        assert left.wait(4 * LOOK_AGAIN_SECONDS)


@pytest.mark.integration
def test_a_signal_to_end_lets_the_rest_be_done_in_order(tmp_path: Path) -> None:
    code = (
        "from fastapi import FastAPI; import ui.page.serve as s, sys; s.web_app = lambda *_: FastAPI()\n"
        "try: s.serve(None, port=0)\nfinally: print('done', flush=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and "citewire is at" in process.stdout.readline()
    time.sleep(0.5)
    process.terminate()
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "done\n")


def test_whoever_is_in_a_line_that_ends_is_told_and_waited_for() -> None:
    line, left = Line(), []

    def work(number: int) -> None:
        with line.turn() as turn:
            turn.stop.wait(30)
            left.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    while len(line) < 2:
        pass
    line.end()
    assert (sorted(left), len(line)) == ([0, 1], 0)
    with pytest.raises(BusyError, match="citewire is being stopped"), line.turn():
        pass
    for thread in threads:
        thread.join()


def test_articles_in_hand_are_finished_before_the_archives_are_closed(
    cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    holding = threading.Event()

    def serve(app: Desk, *more: object, **named: object) -> None:
        def add() -> None:
            with app.adding.turn() as turn:
                holding.set()
                turn.stop.wait(30)
                seen.append(f"{app.library().counts()[0]} articles in an open archive")

        threading.Thread(target=add).start()
        holding.wait(30)

    monkeypatch.setattr("ui.page.app.build_app", lambda desk: desk)
    monkeypatch.setattr("ui.page.serve.serve", serve)
    code, _, err = cli("chat", "--no-browser")
    assert (code, seen) == (0, ["2 articles in an open archive"])
    assert err == "Finishing the articles in hand; what was read of the others can be added again.\n"

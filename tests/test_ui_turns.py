from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fake_assistant import Reciter

from index.errors import BusyError
from ui.page.conversing import converse, settle
from ui.turns import GONE, Line, attended


def test_those_who_wait_are_taken_in_their_order() -> None:
    line = Line()
    order: list[int] = []

    def work(number: int) -> None:
        with line.at_work():
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    with line.turn():
        for number, thread in enumerate(threads, 1):
            thread.start()
            while len(line) <= number:
                pass
    for thread in threads:
        thread.join(timeout=10)
    assert order == [0, 1, 2, 3, 4]


def test_one_is_at_work_at_a_time() -> None:
    line = Line()
    most = at_work = 0

    def work() -> None:
        nonlocal most, at_work
        for _ in range(20):
            with line.at_work():
                at_work += 1
                most = max(most, at_work)
                at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (most, len(line)) == (1, 0)


def test_whoever_leaves_the_line_moves_the_others_up() -> None:
    line = Line()
    with line.turn(), line.turn() as last:
        leaving = line.turn()
        with leaving, line.turn() as behind:
            assert (last.wait(0), behind.wait(0)) == (1, 3)
        assert len(line) == 2


def test_a_line_that_is_too_long_is_one_clear_error() -> None:
    line = Line(longest=1)
    with line.turn(), line.turn():
        with pytest.raises(BusyError, match="1 questions are waiting already; ask again in a minute."), line.turn():
            pass
        assert len(line) == 2


def test_nobody_works_for_one_who_has_gone() -> None:
    line = Line()
    token = GONE.set(lambda: True)
    with line.turn():
        with pytest.raises(BusyError, match="Whoever asked has gone"), line.at_work():
            pass
        assert len(line) == 1
    GONE.reset(token)


def test_an_answer_is_broken_off_once_whoever_asked_has_gone() -> None:
    left = iter([False, True])
    token = GONE.set(lambda: next(left))
    seen: list[str] = []

    def answers() -> Iterator[str]:
        try:
            yield from ("All", "All were", "All were saved.")
        finally:
            seen.append("closed")

    with pytest.raises(BusyError, match="Whoever asked has gone"):
        seen.extend(attended(answers()))
    assert seen == ["All", "closed"]
    GONE.reset(token)


def test_the_page_tells_the_place_and_then_answers() -> None:
    line = Line()
    with line.turn():
        views = converse(Reciter(), "Who?", (), line=line)
        seen = [next(views).status, next(views).status, next(views).status]
    assert seen[1:] == ["Waiting: 1 question is before yours ..."] * 2
    assert settle(list(views)[-1]).status.startswith("Answered")
    assert len(line) == 0


def test_a_question_that_is_stopped_while_it_waits_leaves_the_line() -> None:
    line, assistant = Line(), Reciter()
    with line.turn():
        views = converse(assistant, "Who?", (), line=line)
        next(views)
        view = next(views)
        views.close()
        assert len(line) == 1
    assert (settle(view).status, assistant.heard) == ("Stopped", [])


def test_a_page_that_cannot_even_wait_keeps_the_question() -> None:
    line = Line(longest=0)
    with line.turn():
        *_, last = converse(Reciter(), "Who?", (), line=line)
    assert (last.kind, last.box) == ("error", "Who?")
    assert "ask again in a minute" in last.status


def test_what_is_no_question_does_not_wait_to_be_told_so() -> None:
    line = Line(longest=0)
    with line.turn():
        (view,) = converse(Reciter(), "x" * 5_000, (), line=line)
    assert (view.kind, view.status) == ("error", "The question has 5,000 characters; ask it in at most 4,000.")

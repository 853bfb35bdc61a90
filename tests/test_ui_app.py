from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fake_assistant import ABSTAINED, CHECKED, FERRY, READ, SAVED, Reciter, Shelf, serving

from index.errors import InputError
from index.filters import EVERYTHING, Filter
from rag import Answer, Message, Scope
from rag.answer import Sentence
from ui.page.conversing import (
    EMPTY,
    FAILED,
    STANDS,
    Run,
    View,
    article_finder,
    cleared,
    converse,
    earlier_html,
    history,
    latest_html,
    outcome,
    read_from,
    settle,
    superseded,
    to_ignore,
)
from ui.page.serve import DEFAULT_PORT, listen, without_external_tags


def test_a_question_is_searched_written_and_rests_in_a_summary() -> None:
    views = list(converse(Reciter(), "Who?", ()))
    assert views[0].status == "Searching the articles ..."
    assert views[-2].status == "Writing ..."
    assert all(view.busy for view in views)
    rest = settle(views[-1])
    assert (rest.kind, rest.status) == ("idle", "Answered from 2 sources in 0.5 s")
    assert rest.answers[-1].text == SAVED.text


def test_the_box_is_emptied_once_so_that_the_next_question_can_be_typed_meanwhile() -> None:
    boxes = [view.box for view in converse(Reciter(), "Who?", ())]
    assert boxes[0] == ""
    assert set(boxes[1:]) == {None}


def test_an_error_is_shown_and_the_question_goes_back_into_the_box() -> None:
    (view,) = converse(Reciter(), "  ", (SAVED,))
    assert view == View((SAVED,), "The question is empty; ask something.", "error", "  ")
    assert settle(view).kind == "error"


def test_an_error_on_the_way_keeps_what_was_written() -> None:
    *_, last = converse(Reciter(), "broken?", ())
    assert (last.kind, last.box) == ("error", "broken?")
    assert last.answers[-1].text == "All 41 people aboard"
    assert "Stopped before the answer was complete" in latest_html(last)


def test_closing_the_conversation_closes_the_assistants_stream() -> None:
    assistant = Reciter()
    views = converse(assistant, "Who?", ())
    for _ in range(4):
        view = next(views)
    views.close()
    assert assistant.closed == 1
    assert settle(view).status == "Stopped"


def test_stopping_leaves_the_checked_part() -> None:
    sentences = (CHECKED.sentences[0], Sentence("The boats ca", "pending"))
    text = "All 41 people aboard were saved. [1] The boats ca"
    growing = replace(CHECKED, text=text, sentences=sentences, done=False)
    (kept,) = settle(View((growing,), "Writing ...", "busy", run=Run(over=True, stopped=True))).answers
    assert (kept.text, kept.sentences) == ("All 41 people aboard were saved. [1]", CHECKED.sentences[:1])


def test_an_error_leaves_nothing_where_nothing_was_checked() -> None:
    unchecked = Answer("", "The boats ca", answered=True, sentences=(Sentence("The boats ca", "pending"),), done=False)

    class Breaking(Reciter):
        def stream(
            self, question: str, history: Sequence[Message] = (), within: Filter | Scope = EVERYTHING
        ) -> Iterator[Answer]:
            yield unchecked
            raise InputError("The model stopped answering; start it again.")

    *_, last = converse(Breaking(), "Who?", ())
    assert (last.kind, last.answers) == ("error", ())


def test_work_that_goes_on_is_not_settled() -> None:
    views = converse(Reciter(), "Who?", ())
    for _ in range(3):
        view = next(views)
    assert settle(view) == view
    views.close()


def test_a_late_view_of_work_that_was_cleared_settles_to_the_empty_page() -> None:
    views = converse(Reciter(), "Who?", ())
    assert cleared(next(views)) == View((), "Ready")
    assert settle(next(views)) == EMPTY


def test_a_fault_of_the_program_keeps_the_question() -> None:
    views = converse(Reciter(), "fault?", ())
    view = next(views)
    with pytest.raises(RuntimeError):
        next(views)
    assert settle(view) == View((), FAILED, "error", "fault?")


@pytest.mark.parametrize("edited", [False, True])
def test_an_answer_stands_until_what_takes_its_place_has_a_word(edited: bool) -> None:
    last = replace(SAVED, question="Who?")
    views = converse(Reciter(), "Who then?", (ABSTAINED, last), instead=True)
    view = replace(next(views), edited=edited)
    views.close()
    rest = settle(view)
    assert (rest.answers, rest.status) == ((ABSTAINED, last), STANDS)
    assert (rest.box, rest.edited) == (("Who then?", True) if edited else (None, False))


@pytest.mark.parametrize("typed", [False, True])
def test_a_draft_still_takes_the_place_of_the_answer_after_that_was_asked_again_by_a_button(typed: bool) -> None:
    *_, view = converse(Reciter(), "Who was saved?", (SAVED,), instead=True)
    view.run.typed = typed
    rest = settle(replace(view, edited=True))
    assert (rest.kind, rest.box, rest.edited) == ("idle", None, not typed)


def test_a_fault_leaves_the_answer_before_and_the_edited_question_to_be_sent_once_more() -> None:
    last = replace(SAVED, question="Who?")
    views = converse(Reciter(), "fault?", (last,), instead=True)
    view = replace(next(views), edited=True)
    with pytest.raises(RuntimeError):
        next(views)
    assert settle(view) == View((last,), FAILED, "error", "fault?", edited=True)


def test_asked_again_twice_before_a_word_came_the_first_answer_is_the_one_that_stands() -> None:
    last = replace(SAVED, question="Who?")
    first = converse(Reciter(), "Who?", (last,), instead=True)
    second = converse(Reciter(), "Who?", outcome(next(first)), instead=True)
    view = next(second)
    first.close()
    second.close()
    assert settle(view).answers == (last,)


def test_earlier_turns_reach_the_assistant_as_plain_text() -> None:
    assistant = Reciter()
    list(converse(assistant, "And then?", (SAVED, ABSTAINED)))
    assert [message["content"] for message in assistant.heard[0]] == ["", SAVED.text, "", ABSTAINED.reason]
    assert [message["role"] for message in assistant.heard[0]] == ["user", "assistant"] * 2


def test_a_question_asked_again_takes_the_place_of_the_last_and_tells_at_once_what_is_ignored() -> None:
    assistant = Reciter()
    scope = Scope(Filter(("Harbor Ledger",)), ignored=frozenset({"outlet:ledger"}))
    last = replace(READ, question="What did the Ledger say in March?")
    views = list(converse(assistant, last.question, (SAVED, last), instead=True, scope=scope))
    for view in views:
        assert (view.answers[0], len(view.answers)) == (SAVED, 2)
        assert [hint.ignored for hint in read_from(view)] == [True, False]
    assert (assistant.scopes, len(assistant.heard[0])) == ([scope], 2)
    assert "“Ledger” not taken as a filter" in latest_html(views[0])
    assert read_from(next(converse(assistant, "Who?", (SAVED, last), instead=True))) == () == read_from(EMPTY)


def test_two_chips_pressed_in_a_row_are_both_ignored() -> None:
    view = View((READ,), "Ready")
    one = to_ignore(superseded(view), frozenset(), "outlet:ledger")
    both = to_ignore(superseded(view), one, "days:in march")
    assert (one, both) == ({"outlet:ledger"}, {"outlet:ledger", "days:in march"})
    assert view.run.superseded and not superseded(EMPTY)[0].run.superseded


def test_a_turn_without_words_is_left_out_of_the_history() -> None:
    assert history(next(converse(Reciter(), "Who?", ())).answers) == []


def test_earlier_exchanges_are_drawn_apart_from_the_latest() -> None:
    view = View((SAVED, ABSTAINED), "")
    assert "mark-1-1" in earlier_html(view) and "mark-1-1" not in latest_html(view)
    assert "Not in these articles" in latest_html(view)
    assert earlier_html(EMPTY) == latest_html(EMPTY) == ""


def test_a_removed_article_is_none() -> None:
    find = article_finder(Shelf())
    assert find(FERRY.id) == FERRY
    assert find("gone") is None


def test_the_served_page_names_no_other_host() -> None:
    with serving(Reciter(), ["Who was saved?"]) as url, urllib.request.urlopen(url) as reply:
        page = reply.read().decode()
        policy = reply.headers["content-security-policy"]
    assert "citewire" in page
    assert {host for host in re.findall(r"https?://([^/\"'\s:]+)", page)} <= {"127.0.0.1"}
    assert "default-src 'self'" in policy


def test_tags_that_name_other_hosts_are_taken_out() -> None:
    preconnect = b'<link rel="preconnect" href="https://a.test">'
    script = b'<script async src="https://b.test/x.js"></script>'
    assert without_external_tags(preconnect + script + b'<link href="x.css">') == b'<link href="x.css">'


def test_a_port_in_use_is_one_clear_error() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port} of 127.0.0.1 .*--port"):
            listen("127.0.0.1", port)


def test_without_a_port_the_next_free_one_is_taken() -> None:
    with listen("127.0.0.1") as first, listen("127.0.0.1") as second:
        assert DEFAULT_PORT <= first.getsockname()[1] < second.getsockname()[1]


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("no such host", 0), ("192.0.2.1", 0)])
def test_a_place_that_cannot_be_listened_on_is_an_input_error(host: str, port: int) -> None:
    with pytest.raises(InputError):
        listen(host, port)


def test_serving_prints_the_address_and_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    script = f"""
import sys
sys.path[:0] = {[*sys.path, str(Path(__file__).parent)]!r}
from fake_assistant import Reciter
from ui.page.app import build_app
from ui.page.desk import Desk
from ui.page.serve import serve
serve(build_app(Desk(Reciter())))
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert found, line
        socket.create_connection(("127.0.0.1", int(found[1])), timeout=10).close()
        with urllib.request.urlopen(found[0]) as reply:
            assert reply.status == 200
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.integration
def test_the_page_answers_to_no_other_host_name() -> None:
    with serving(Reciter()) as url:
        assert httpx.get(url).status_code == 200
        assert httpx.get(url, headers={"Host": "evil.test"}).status_code == 400

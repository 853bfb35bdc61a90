from __future__ import annotations

import socket
import time
import traceback
from collections.abc import Iterator

import pytest
from chat_server import Reply, chat_server

from index.artifacts import SMOLLM
from index.errors import EndpointError, InputError
from rag import Generator, load_generator
from rag.models.endpoint import RETRIES, EndpointGenerator
from rag.models.generator import Message

ASKED: list[Message] = [{"role": "user", "content": "What is the capital of France?"}]
KEY = "sk-0123456789"


def answer(spec: str, api_key: str | None = None, timeout: float = 20.0) -> str:
    return "".join(EndpointGenerator.connect(spec, api_key, timeout).stream(ASKED, 16))


def failure(spec: str, api_key: str | None = None, timeout: float = 20.0) -> str:
    """The message of the error that a question ends in, which is one sentence and names the server."""
    with pytest.raises(EndpointError) as caught:
        answer(spec, api_key, timeout)
    message = str(caught.value)
    assert spec in message
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message
    return message


def test_a_server_is_asked_greedily_and_its_pieces_come_as_they_are() -> None:
    with chat_server(Reply(["Par", "is", "."])) as server:
        generator = load_generator(server.spec)
        assert list(generator.stream(ASKED, 16)) == ["Par", "is", "."]
        assert generator.name == server.spec
        (request,) = server.requests
    assert request["messages"] == ASKED
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("small", 16, 0)


def test_the_first_piece_does_not_wait_for_the_last() -> None:
    with chat_server(Reply(["Paris"] + ["."] * 50, between=0.2)) as server:
        started = time.perf_counter()
        pieces = load_generator(server.spec).stream(ASKED, 16)
        assert next(pieces) == "Paris"
        assert time.perf_counter() - started < 5
        pieces.close()  # type: ignore[attr-defined]


def test_closing_the_stream_hangs_up() -> None:
    with chat_server(Reply(["Paris"] + ["."] * 200, between=0.05)) as server:
        pieces = load_generator(server.spec).stream(ASKED, 16)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert server.hung_up.wait(5)


def test_a_slow_first_word_is_waited_for() -> None:
    with chat_server(Reply(["Paris"], before=1.0)) as server:
        assert answer(server.spec, timeout=10) == "Paris"


def test_too_slow_a_first_word_is_an_error() -> None:
    with chat_server(Reply(["Paris"], before=2.0)) as server:
        assert "silent for too long" in failure(server.spec, timeout=0.3)


def test_reasoning_is_not_part_of_the_answer() -> None:
    with chat_server(Reply(["<th", "ink>Let me see</thi", "nk>\n\nPa", "ris"])) as server:
        assert answer(server.spec).strip() == "Paris"


def test_the_key_is_sent_as_bearer_and_nothing_else_of_the_environment_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-environment")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-the-environment")
    with chat_server(Reply(["Paris"])) as server:
        answer(server.spec, KEY)
        answer(server.spec)
        with_key, without = server.headers
    assert with_key["authorization"] == f"Bearer {KEY}"
    assert not any("of-the-environment" in value for sent in (with_key, without) for value in sent.values())


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with chat_server(Reply(["Paris"])) as server:
        assert answer(server.spec) == "Paris"


def test_a_refused_key_is_told_and_not_shown() -> None:
    with chat_server(Reply(status=401, error=f"Incorrect API key provided: {KEY}.")) as server:
        with pytest.raises(EndpointError, match="refuses the API key .*CITEWIRE_API_KEY") as caught:
            answer(server.spec, KEY)
        assert len(server.requests) == 1
    assert KEY not in str(caught.value)
    assert KEY not in "".join(traceback.format_exception_only(caught.value))


def test_an_unknown_model_is_told_in_the_servers_words() -> None:
    with chat_server(Reply(status=404, error="The model `small` does not exist.")) as server:
        assert "(The model `small` does not exist)" in failure(server.spec)
        assert len(server.requests) == 1


def test_a_wrong_path_is_told() -> None:
    with chat_server() as server:
        assert "ends in /v1" in failure(server.spec.replace("/v1", "/v2"))


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_failing_server_is_tried_a_bounded_number_of_times(status: int) -> None:
    with chat_server(Reply(status=status, error="out of memory")) as server:
        assert f"status {status} (out of memory)" in failure(server.spec)
        assert len(server.requests) == 1 + RETRIES


def test_a_refused_request_is_not_repeated() -> None:
    with chat_server(Reply(status=400, error="too long\nby far")) as server:
        assert "status 400 (too long)" in failure(server.spec)
        assert len(server.requests) == 1


def test_no_server_at_all_is_told_soon() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    started = time.perf_counter()
    assert "cannot be reached" in failure(f"http://127.0.0.1:{port}/v1#small")
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "reply", [Reply(["Par"], cut=True), Reply(["Par"], unfinished=True), Reply(raw=b"<html>", cut=True)]
)
def test_an_answer_that_breaks_off_is_no_answer(reply: Reply) -> None:
    with chat_server(reply) as server:
        assert "broke off" in failure(server.spec)


@pytest.mark.parametrize(
    "event",
    [b"{not json", b'"a text"', b"[1, 2]", b'{"choices": [{}]}', b'{"choices": 5}', b'{"choices": {"a": 1}}', b"{}"],
)
def test_an_event_of_another_kind_is_an_error_or_nothing(event: bytes) -> None:
    with chat_server(Reply(raw=b"data: " + event + b"\n\n", unfinished=True)) as server:
        message = failure(server.spec)
        assert "not OpenAI's chat protocol" in message or "broke off" in message


def test_an_error_in_the_middle_of_the_stream_is_told() -> None:
    event = b'data: {"error": {"message": "The cache is full."}}\n\n'
    with chat_server(Reply(raw=event)) as server:
        assert "failed" in failure(server.spec)


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("http://127.0.0.1:8000/v1", "names no model"),
        ("http://127.0.0.1:8000/v1#", "names no model"),
        ("http://#small", "names no server"),
        ("http://[::1/v1#small", "cannot be used"),
        ("http://127.0.0.1:port/v1#small", "cannot be used"),
        ("http://me:secret@127.0.0.1:8000/v1#small", "password does not belong there"),
        ("http://me:secret@127.0.0.1:8000/v1", "names no model"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_at_once(spec: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        load_generator(spec)
    assert "secret" not in str(caught.value)


def test_a_key_that_cannot_be_sent_is_refused_without_showing_it() -> None:
    with pytest.raises(InputError, match="The API key holds characters") as caught:
        load_generator("http://127.0.0.1:8000/v1#small", "sk-sécret")
    assert "cret" not in str(caught.value)


@pytest.fixture(scope="module")
def small() -> Generator:
    return load_generator(SMOLLM.name)


@pytest.fixture
def served(small: Generator) -> Iterator[Generator]:
    with chat_server(generator=small) as server:
        yield load_generator(server.spec, KEY)


@pytest.mark.integration
def test_a_real_model_behind_a_server_says_what_it_says_in_this_process(small: Generator, served: Generator) -> None:
    here = "".join(small.stream(ASKED, 24))
    assert "Paris" in here
    assert "".join(served.stream(ASKED, 24)) == here


def test_tokens_are_not_counted_too_low(small: Generator) -> None:
    served = load_generator("http://127.0.0.1:8000/v1#small")
    text = "The ferry Lady Ann sank off Kell Point on March 4, 2026, and all 41 people aboard were saved. " * 5
    assert small.count_tokens(text) <= served.count_tokens(text) < 3 * small.count_tokens(text)

"""The functions for programs as they are reached in life: through the real server, over the loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_assistant import serving
from fake_cli import QUESTION
from fake_library import Slow, article_id, library, unmeasured
from gradio_client import Client
from gradio_client.exceptions import AppError

from rag import Assistant
from ui.page.desk import Desk
from ui.programs import Programs

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library(tmp_path_factory.mktemp("served")) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    with serving(assistant) as url:
        yield url


@pytest.fixture(scope="module")
def programs(assistant: Assistant) -> Programs:
    return Programs(Desk(assistant))


def test_one_request_gives_the_record(url: str, programs: Programs, assistant: Assistant) -> None:
    ferry = article_id(assistant)
    with httpx.Client(base_url=url) as web:
        asked = web.post("/api/ask", json={"question": QUESTION})
        found = web.post("/api/search", json={"question": "ferry", "k": 1})
        read = web.get(f"/api/articles/{ferry}")
    assert [reply.status_code for reply in (asked, found, read)] == [200, 200, 200]
    assert unmeasured(asked.json()) == unmeasured(programs.ask(QUESTION))
    assert unmeasured(found.json()) == unmeasured(programs.search("ferry", k=1))
    assert read.json() == unmeasured(programs.get_article(ferry))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_gradios_own_clients_get_the_record(url: str, programs: Programs, assistant: Assistant) -> None:
    ferry = article_id(assistant)
    client = Client(url, verbose=False, download_files=False)
    try:
        assert unmeasured(client.predict(QUESTION, api_name="/ask")) == unmeasured(programs.ask(QUESTION))
        found = client.predict(question="ferry", k=1, api_name="/search")
        assert unmeasured(found) == unmeasured(programs.search("ferry", k=1))
        assert client.predict(id=ferry, api_name="/get_article") == unmeasured(programs.get_article(ferry))
        with pytest.raises(AppError, match="There is no article gone"):
            client.predict(id="gone", api_name="/get_article")
        with pytest.raises(AppError, match="since: soon is no date"):
            client.predict(question="Who?", since="soon", api_name="/ask")
    finally:
        client.close()


def test_gradio_offers_the_functions_and_nothing_else(url: str) -> None:
    document = httpx.get(f"{url}gradio_api/info").json()
    assert set(document["named_endpoints"]) == {"/ask", "/search", "/get_article"}
    assert document["unnamed_endpoints"] == {}


@pytest.mark.parametrize(
    ("path", "sent", "status", "error"),
    [
        ("api/ask", {"json": {"question": " "}}, 400, "The question is empty"),
        ("api/ask", {"json": {"question": "Who?", "outlets": ["x"]}}, 422, "outlets: Extra inputs are not permitted."),
        ("api/ask", {"json": {}}, 422, "question: Field required."),
        ("api/ask", {"json": [1]}, 422, "Input should be"),
        ("api/search", {"json": {"question": "ferry", "k": 0}}, 422, "k: "),
        ("api/search", {"content": b"{", "headers": {"content-type": "application/json"}}, 422, "JSON decode error"),
        ("api/search", {"content": b'{"question": "ferry"}', "headers": {"content-type": "text/plain"}}, 415, "JSON"),
        ("api/search", {"data": {"question": "ferry"}}, 415, "Send JSON"),
    ],
)
def test_a_request_that_cannot_be_met_is_told_in_a_sentence(
    url: str, path: str, sent: dict[str, Any], status: int, error: str
) -> None:
    reply = httpx.post(url + path, **sent)
    assert reply.status_code == status
    assert error in reply.json()["error"] and "\n" not in reply.json()["error"]


def test_an_unknown_article_is_not_found(url: str) -> None:
    reply = httpx.get(f"{url}api/articles/gone")
    assert (reply.status_code, list(reply.json())) == (404, ["error"])


def test_the_service_describes_itself_without_another_host(url: str) -> None:
    document = httpx.get(f"{url}openapi.json").json()
    assert document["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    page = httpx.get(f"{url}api")
    assert page.status_code == 200 and "POST /api/ask" in page.text
    assert f"{url}api/ask" in page.text  # the command on it asks this very page
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://127.0.0.1:1", "http://localhost:1"])
@pytest.mark.parametrize("path", ["api/ask", "api/search", "gradio_api/call/ask", "gradio_api/queue/join", "mcp"])
def test_no_page_of_another_site_sets_work_going(url: str, path: str, origin: str) -> None:
    reply = httpx.post(url + path, json={"question": "ferry", "data": ["ferry"]}, headers={"origin": origin})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


def test_a_page_of_this_site_may_ask(url: str) -> None:
    reply = httpx.post(f"{url}api/search", json={"question": "ferry"}, headers={"origin": url.rstrip("/")})
    assert reply.status_code == 200


def test_a_slow_question_blocks_neither_search_nor_reading_and_turns_are_taken_in_order(tmp_path: Path) -> None:
    slow = Slow()
    ended: list[str] = []
    with library(tmp_path, slow) as assistant, serving(assistant) as url, ThreadPoolExecutor(3) as people:

        def ask(question: str) -> dict[str, Any]:
            answer: dict[str, Any] = httpx.post(f"{url}api/ask", json={"question": question}, timeout=60).json()
            ended.append(question)
            return answer

        first = people.submit(ask, QUESTION)
        assert slow.begun.acquire(timeout=30)
        second = people.submit(ask, QUESTION.replace("saved", "rescued"))
        time.sleep(0.3)  # the requests are to come in this order
        third = people.submit(ask, QUESTION.replace("people", "persons"))
        with httpx.Client(base_url=url) as web:
            web.post("/api/search", json={"question": "ferry"})
            started = time.perf_counter()
            assert web.post("/api/search", json={"question": "ferry"}).json()["passages"]
            assert web.get(f"/api/articles/{article_id(assistant)}").status_code == 200
            assert web.get("/").status_code == 200
            assert time.perf_counter() - started < 1
        assert not ended and not slow.begun.acquire(blocking=False)
        for _ in range(8):
            slow.let.release()
        assert all(asked.result(timeout=60)["answered"] for asked in (first, second, third))
    assert ended == [QUESTION, QUESTION.replace("saved", "rescued"), QUESTION.replace("people", "persons")]


def test_a_program_that_has_gone_leaves_the_line(tmp_path: Path) -> None:
    slow = Slow()
    with library(tmp_path, slow) as assistant, serving(assistant) as url, ThreadPoolExecutor(2) as people:

        def ask(seconds: float) -> dict[str, Any]:
            answer: dict[str, Any] = httpx.post(f"{url}api/ask", json={"question": QUESTION}, timeout=seconds).json()
            return answer

        first = people.submit(ask, 60)
        assert slow.begun.acquire(timeout=30)
        with pytest.raises(httpx.ReadTimeout):
            ask(0.5)
        time.sleep(2)  # in which it is seen that it has gone
        last = people.submit(ask, 60)
        for _ in range(4):
            slow.let.release()
        assert first.result(timeout=60)["answered"] and last.result(timeout=60)["answered"]
        assert len(slow.heard) == 2

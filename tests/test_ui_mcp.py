"""The tools for language models, tried by a client of the protocol over both of its ways."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fake_assistant import serving
from fake_cli import QUESTION, Cli, one_line, write_news
from fake_library import article_id, library, unmeasured
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from running import run

from rag import Assistant
from ui.page.desk import Desk
from ui.programs import Programs
from ui.tools import result_of, tool_server
from ui.turns import LOOK_AGAIN_SECONDS

pytestmark = pytest.mark.integration
TESTS = Path(__file__).parent
# The command line with the fakes of `fake_cli`, as a program of its own.
FAKED = f"""
import sys
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]
import index.embedder, rag.models.generator
from conftest import FakeEmbedder, FakeGenerator
from fake_cli import SENTENCE
index.embedder.load_embedder = lambda spec, say: FakeEmbedder()
rag.models.generator.load_generator = lambda spec, key, say: FakeGenerator(SENTENCE)
import index, rag
index.load_embedder, rag.load_generator = index.embedder.load_embedder, rag.models.generator.load_generator
from ui.cli import main
sys.exit(main(["mcp", "--index", sys.argv[1], "--reranker", "none"]))
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with library(tmp_path_factory.mktemp("tools")) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def programs(assistant: Assistant) -> Programs:
    return Programs(Desk(assistant))


async def each_tool(server: str | StdioServerParameters, id: str) -> tuple[Any, ...]:
    """The tools that a server lists, what each gives, and what it gives for a mistake."""
    async with Client(server) as client:
        return (
            (await client.list_tools()).tools,
            await client.call_tool("ask", {"question": QUESTION}),
            await client.call_tool("search", {"question": "ferry", "k": 1}),
            await client.call_tool("get_article", {"id": id}),
            await client.call_tool("ask", {"question": "Who?", "outlets": ["Harbor Ledger"]}),
            await client.call_tool("delete", {}),
        )


def check_each(seen: tuple[Any, ...], programs: Programs, id: str) -> None:
    tools, asked, found, read, mistaken, unknown = seen
    assert {tool.name: tool.input_schema["required"] for tool in tools} == {
        **{"ask": ["question"], "search": ["question"], "get_article": ["id"]},
    }
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    records = (programs.ask(QUESTION), programs.search("ferry", k=1), programs.get_article(id))
    for result, record in zip((asked, found, read), records, strict=True):
        assert not result.is_error
        assert unmeasured(result.structured_content) == unmeasured(record)
        assert json.loads(result.content[0].text) == result.structured_content
    assert [result.is_error for result in (mistaken, unknown)] == [True, True]
    assert mistaken.content[0].text == "outlets: Extra inputs are not permitted."
    assert unknown.content[0].text == "There is no tool delete; list the tools."


def test_the_tools_over_http_give_the_records(assistant: Assistant, programs: Programs) -> None:
    id = article_id(assistant)
    with serving(assistant) as url:
        seen = run(each_tool(f"{url}mcp", id))
    check_each(seen, programs, id)


def test_the_tools_over_pipes_give_the_records(cli: Cli, tmp_path: Path, folder: Path) -> None:
    with library(tmp_path) as assistant:
        cli("index", tmp_path / "articles")
        id = article_id(assistant)
        server = StdioServerParameters(command=sys.executable, args=["-c", FAKED, str(folder)])
        check_each(run(each_tool(server, id)), Programs(Desk(assistant)), id)


def test_a_caller_that_has_gone_keeps_no_place_in_the_line(assistant: Assistant) -> None:
    desk = Desk(assistant)

    async def call_and_go() -> list[int]:
        lengths = []
        async with Client(tool_server(Programs(desk))) as client:
            with desk.line.turn():
                with anyio.move_on_after(0.5):
                    await client.call_tool("ask", {"question": QUESTION})
                lengths.append(len(desk.line))
                await anyio.sleep(3 * LOOK_AGAIN_SECONDS)
                lengths.append(len(desk.line))
        return lengths

    assert run(call_and_go()) == [2, 1]


def test_an_unknown_article_is_told_to_the_model(programs: Programs) -> None:
    result = result_of(programs.get_article, "get_article", {"id": "gone"})
    (content,) = result.content
    assert result.is_error and getattr(content, "text", "").startswith("There is no article gone")


def test_without_its_library_the_command_says_what_to_install(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.tools.has_mcp", lambda: False)
    code, out, err = cli("mcp")
    assert (code, out) == (1, "") and one_line(err)
    assert 'pip install "citewire[mcp]"' in err


def test_without_its_library_the_page_is_served_without_the_tools(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpx

    monkeypatch.setattr("ui.page.rest.has_mcp", lambda: False)
    with serving(assistant) as url:
        assert httpx.post(f"{url}mcp", json={}).status_code in (404, 405)
        assert httpx.post(f"{url}api/search", json={"question": "ferry"}).status_code == 200


def test_without_articles_the_command_says_so(cli: Cli, tmp_path: Path) -> None:
    code, out, err = cli("mcp")
    assert (code, out) == (1, "") and one_line(err) and "citewire index" in err
    assert write_news(tmp_path / "news").is_dir()

"""What docs/programs.md tells people to type, typed."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_assistant import serving
from fake_cli import SENTENCE, write_wire
from fake_library import library

from ui.cli import build_parser

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio.queueing"),
]
ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
SITE = "http://127.0.0.1:7860"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


CURLS = [block for block in blocks("sh") if block.startswith("curl")]
PYTHONS = blocks("python")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over two ferries and a budget."""
    folder = tmp_path_factory.mktemp("guide")
    with library(folder) as assistant:
        assistant.archive.update([write_wire(folder)])
        with serving(assistant) as url:
            yield url.rstrip("/")


def typed(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, cwd=ROOT).stdout


@pytest.mark.parametrize("block", CURLS)
def test_the_curl_examples_give_records(site: str, block: str) -> None:
    record = json.loads(typed(["sh", "-c", block.replace(SITE, site)]))
    assert record.get("answered") or record["passages"]


@pytest.mark.parametrize("block", PYTHONS)
def test_the_python_examples_print_the_answer(site: str, block: str) -> None:
    assert SITE in block
    printed = typed([sys.executable, "-c", block.replace(SITE, site)])
    assert SENTENCE in printed


def test_there_is_an_example_for_each_way() -> None:
    assert (len(CURLS), len(PYTHONS)) == (2, 3)
    assert {way for way in ("urlopen", "gradio_client", "mcp") if any(way in block for block in PYTHONS)} == {
        *("urlopen", "gradio_client", "mcp"),
    }


def test_the_command_lines_are_understood() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("citewire ")]
    (settings,) = (json.loads(block) for block in blocks("json"))
    (tools,) = settings["mcpServers"].values()
    for command in [*map(shlex.split, lines), [tools["command"], *tools["args"]]]:
        assert command[0] == "citewire"
        build_parser().parse_args(command[1:])
    assert len(lines) == 2

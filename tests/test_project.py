"""What must hold for the project as a whole: its layers, its public names, its size, and what its documents say."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.cli import build_parser

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("index", "rag", "eval", "ui")
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
HEAVY = {
    "torch",
    "faiss",
    "transformers",
    "sentence_transformers",
    "gradio",
    "numpy",
    "openvino",
    "openai",
    "trafilatura",
}
PUBLIC = {
    "index": {
        *("Archive", "Article", "Chunk", "CitewireError", "Embedder", "Passage", "Update"),
        *("load_embedder", "spoken_date"),
    },
    "rag": {"Answer", "Assistant", "Citation", "Generator", "Message", "Scope", "load_generator"},
    "eval": {
        *("Comparison", "Estimate", "Flip", "Report", "Row", "compare", "load", "metrics", "multihop", "partial"),
        *("questions", "save"),
    },
    "ui": set[str](),
}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def module_names() -> list[str]:
    return [
        name
        for layer in LAYERS
        for _, name, _ in pkgutil.walk_packages([str(ROOT / layer)], f"{layer}.")
        if not name.endswith("__main__")
    ]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def fresh(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_leftwards_only(path: Path) -> None:
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    above = [name for name in imported(path) if name.split(".")[0] in LAYERS[own + 1 :]]
    assert not above, f"{path.name} imports {above}"


@pytest.mark.parametrize("layer", LAYERS)
def test_public_names_are_pinned(layer: str) -> None:
    package = importlib.import_module(layer)
    assert set(getattr(package, "__all__", ())) == PUBLIC[layer]
    for name in PUBLIC[layer]:
        assert getattr(package, name) is not None


def test_importing_the_packages_loads_nothing_heavy() -> None:
    loaded = fresh("import sys, index, rag, eval, ui, ui.cli; print(*sys.modules)").stdout.split()
    assert not HEAVY & set(loaded)


def test_no_file_is_longer_than_400_lines() -> None:
    files = [
        *MODULES,
        *(ROOT / "tests").glob("*.py"),
        *(ROOT / "ui" / "page").glob("*.css"),
        *(ROOT / "ui" / "page").glob("*.js"),
    ]
    long = [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert not long


def test_no_class_has_its_looks_from_two_style_sheets() -> None:
    homes: dict[str, set[str]] = {}
    for sheet in (ROOT / "ui" / "page").glob("*.css"):
        for name in re.findall(r"^(\.cw-[a-z-]+) \{", sheet.read_text(encoding="utf-8"), re.MULTILINE):
            homes.setdefault(name, set()).add(sheet.name)
    assert {name: sheets for name, sheets in homes.items() if len(sheets) > 1} == {}


def test_only_the_settings_read_the_environment() -> None:
    readers = [path.name for path in MODULES if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))]
    assert readers == ["settings.py"]


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether a handler swallows whatever comes; one that only cleans up and raises again does not."""
    name = handler.type.id if isinstance(handler.type, ast.Name) else ""
    raises_again = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return (handler.type is None or name in ("Exception", "BaseException")) and not raises_again


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_catches_everything_or_trusts_remote_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    handlers = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler)]
    assert not [handler.lineno for handler in handlers if catches_everything(handler)]
    assert "trust_remote_code=True" not in text


@pytest.mark.parametrize("name", module_names())
def test_examples_in_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_readme_commands_are_understood() -> None:
    commands = [
        shlex.split(line, comments=True)
        for block in blocks("sh")
        for line in re.split(r"\n|\|", block)
        if line.strip().startswith("citewire ")
    ]
    assert len(commands) >= 10
    for command in commands:
        build_parser().parse_args(command[1:])


def test_readme_targets_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)$", "\n".join(blocks("sh")), re.MULTILINE)
    assert set(targets) == {"chat", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_readme_gives_a_reason_for_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[><=\[]", requirement)[0] for requirement in project["dependencies"]}
    table = "\n".join(line for line in README.splitlines() if line.startswith("| "))
    assert not {name for name in names if not re.search(rf"\b{re.escape(name)}\b", table)}


def test_readme_pictures_and_changelog_stand() -> None:
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_changelog_counts_the_sample_rightly() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    folder = ROOT / "eval" / "sample"
    files = list((folder / "articles").iterdir())
    records = sum(len(path.read_text().splitlines()) for path in files if path.suffix == ".jsonl")
    articles = records + sum(path.suffix != ".jsonl" for path in files)
    questions = [json.loads(line) for line in (folder / "questions.jsonl").read_text().splitlines()]
    assert f"{articles} sample articles and {len(questions)}\n  questions" in changelog


def test_constraints_bound_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()}
    assert not {name for name in (re.split(r"[><=\[]", item)[0] for item in wanted) if name.lower() not in pinned}


@pytest.mark.integration
def test_readme_python_example_runs(tmp_path: Path) -> None:
    (example,) = blocks("python")
    code = example.replace('"my-index"', repr(str(tmp_path / "index")))
    shown = fresh(code).stdout
    assert "February 21" in shown

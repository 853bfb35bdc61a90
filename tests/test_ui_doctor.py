from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Archive
from index.archive import STORE_FILE, VECTORS_FILE
from index.artifacts import MINILM
from index.fetch import model_folder
from ui.cli import main
from ui.doctor import Check, examine, library_check
from ui.settings import Settings


def settings(index: Path, embedder: str = "fake") -> Settings:
    return Settings(index=index, model="m", embedder=embedder, api_key=None, host="127.0.0.1", port=None)


def checks(index: Path, cache: Path, embedder: str = "fake") -> dict[str, Check]:
    return {check.name: check for check in examine(settings(index, embedder), cache)}


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Path:
    (tmp_path / "ferry.txt").write_text("The ferry sank off Kell Point on Tuesday. All 41 people aboard were saved.")
    archive.update([tmp_path / "ferry.txt"])
    return archive.folder


def test_a_fresh_machine_has_no_problem(tmp_path: Path) -> None:
    found = checks(tmp_path / "none", tmp_path / "cache")
    assert all(check.ok for check in found.values())
    assert "not fetched" in found[f"model {MINILM.name}"].value
    assert "citewire index" in found["index"].value
    assert {"python", "torch", "transformers", "faiss-cpu", "gradio", "sqlite", "memory", "cache"} <= set(found)
    assert not (tmp_path / "cache").exists() and not (tmp_path / "none").exists()


def test_a_sound_index_is_counted(filled: Path, tmp_path: Path) -> None:
    found = checks(filled, tmp_path / "cache")
    assert "1 articles, 1 chunks" in found["index"].value
    assert found["embedder"].ok and found["vectors"].value == "in step"


def test_vectors_that_are_behind_are_told_and_are_no_problem(filled: Path, tmp_path: Path) -> None:
    (filled / VECTORS_FILE).write_bytes(b"damaged")
    vectors = checks(filled, tmp_path / "cache")["vectors"]
    assert vectors.ok and "behind" in vectors.value


def test_an_index_of_another_embedder_is_a_problem(filled: Path, tmp_path: Path) -> None:
    advice = checks(filled, tmp_path / "cache", "another")["embedder"].advice
    assert advice and "--embedder fake" in advice


def test_a_damaged_index_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / STORE_FILE).write_bytes(b"this is no database, but it is long enough to be taken for one" * 50)
    index = checks(folder, tmp_path / "cache")["index"]
    assert not index.ok and "delete its folder" in str(index.advice)


def test_a_damaged_model_is_a_problem(tmp_path: Path) -> None:
    folder = model_folder(MINILM, tmp_path)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"damaged")
    model = checks(tmp_path / "none", tmp_path)[f"model {MINILM.name}"]
    assert "model.safetensors" in model.value
    assert f"citewire models fetch {MINILM.name}" in str(model.advice)


def test_a_cache_that_is_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    assert not checks(tmp_path / "none", tmp_path / "cache")["cache"].ok


def test_a_missing_library_is_a_problem() -> None:
    check = library_check("citewire-no-such-library")
    assert check.advice == "install it with `pip install citewire-no-such-library`"
    assert check.render().startswith("PROBLEM")


@pytest.mark.parametrize(("embedder", "code"), [("fake", 0), ("another", 1)])
def test_the_command_tells_by_its_exit_code(
    filled: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    embedder: str,
    code: int,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert main(["doctor", "--index", str(filled), "--embedder", embedder, "--json"]) == code
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is (code == 0)
    assert {"name", "value", "advice", "ok"} == set(report["checks"][0])

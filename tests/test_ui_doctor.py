from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fake_cli import write_wire

from index import Archive
from index.archive import STORE_FILE
from index.artifacts import MINILM
from index.derived import FOLDER
from index.engine import Choice
from index.fetch import model_folder
from ui.checks import Check
from ui.cli import main
from ui.doctor import engine_check, examine, library_check
from ui.doctor_index import embedder_check
from ui.settings import Settings


def settings(index: Path, embedder: str = "fake") -> Settings:
    return Settings(
        index=index, model="m", embedder=embedder, reranker="none", api_key=None, host="127.0.0.1", port=None
    )


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
    assert {
        "python",
        "torch",
        "transformers",
        "faiss-cpu",
        "gradio",
        "sqlite",
        "memory",
        "cache",
        "better model",
    } <= set(found)
    assert not (tmp_path / "cache").exists() and not (tmp_path / "none").exists()


def test_a_sound_index_is_counted_and_read_through(filled: Path, tmp_path: Path) -> None:
    found = checks(filled, tmp_path / "cache")
    assert "1 articles, 1 chunks, 0 stories" in found["index"].value
    assert "all as they were stored" in found["index"].value
    assert found["embedder"].ok
    assert found["vectors"].value.startswith("in step") and found["words"].value.startswith("in step")


def test_a_story_that_two_print_is_counted(archive: Archive, tmp_path: Path) -> None:
    archive.update([write_wire(tmp_path)])
    assert "2 articles, 4 chunks, 1 stories" in checks(archive.folder, tmp_path / "cache")["index"].value


@pytest.mark.parametrize(("name", "kind"), [("vectors", "*.faiss"), ("words", "words-*/*.term")])
def test_derived_files_with_a_flipped_bit_are_a_problem(filled: Path, tmp_path: Path, name: str, kind: str) -> None:
    (file,) = (filled / FOLDER).glob(kind)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    found = checks(filled, tmp_path / "cache")[name]
    assert "damaged" in found.value and str(filled / FOLDER) in str(found.advice)


def test_derived_files_that_are_missing_are_told_and_are_no_problem(filled: Path, tmp_path: Path) -> None:
    shutil.rmtree(filled / FOLDER)
    found = checks(filled, tmp_path / "cache")
    for name in ("vectors", "words"):
        assert found[name].ok and "missing" in found[name].value


def test_an_article_that_is_not_as_it_was_stored_is_a_problem(filled: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled / STORE_FILE)) as database, database:
        database.execute("UPDATE articles SET text = replace(text, '41', '14')")
    found = checks(filled, tmp_path / "cache")["index"]
    assert not found.ok and "damaged" in str(found.advice)


def test_an_index_of_an_earlier_version_is_told_how_to_be_made_anew(filled: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(filled / STORE_FILE)) as database:
        database.execute("PRAGMA user_version = 1")
    assert "--rebuild" in str(checks(filled, tmp_path / "cache")["index"].advice)


def test_an_embedder_in_a_folder_is_the_same_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert embedder_check(str(tmp_path.resolve() / "model"), "./model").ok
    assert not embedder_check("model", "./model").ok


def test_the_engine_that_was_measured_is_told_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not measured" in engine_check(MINILM.name, tmp_path).value
    speeds = {"openvino bf16": 56.0, "torch float32": 19.0}
    monkeypatch.setattr("index.engine.recorded", lambda folder: Choice("openvino bf16", "m", speeds, {}))
    value = engine_check(MINILM.name, tmp_path).value
    assert value.startswith("openvino bf16") and "torch float32 19 passages/s" in value
    assert "sentence-transformers" in engine_check("another", tmp_path).value


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

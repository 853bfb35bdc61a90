from __future__ import annotations

import json
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from index.artifacts import SMOLLM
from index.errors import ModelError
from index.fetch import fetch, model_folder
from rag.models import memory
from rag.models.generator import load_generator
from rag.models.gguf import convert
from rag.models.memory import (
    available_memory,
    memory_needed,
    refuse_too_big,
    refuse_unless_unpackable,
    total_memory,
    weights_of,
)

GB = 1_000_000_000


@pytest.fixture
def small_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 4 GB free."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    3906250 kB\n")
    monkeypatch.setattr(memory, "_MEMINFO", meminfo)


def sparse(path: Path, size: int) -> None:
    """A file of that size that takes no room on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.truncate(path, size)


def test_what_the_system_calls_available_is_counted(small_machine: None) -> None:
    assert available_memory() == 4 * GB


def test_the_whole_memory_is_counted_where_the_system_does_not_tell_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "none")
    assert available_memory() == total_memory()


def test_a_model_that_does_not_fit_is_refused_with_the_size_it_needs(small_machine: None) -> None:
    refuse_too_big("small", memory_needed(3 * GB))
    with pytest.raises(ModelError) as caught:
        refuse_too_big("org/Large-8B", memory_needed(16 * GB))
    assert str(caught.value) == (
        "The model org/Large-8B needs about 18.1 GB of memory and this machine has 4.0 GB free; "
        "give a smaller one with --model."
    )


def test_nothing_is_refused_where_the_system_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    refuse_too_big("org/Large-8B", memory_needed(10**15))


def test_only_the_weights_that_are_loaded_count(tmp_path: Path) -> None:
    sparse(tmp_path / "model-00001-of-00002.safetensors", 5 * GB)
    sparse(tmp_path / "model-00002-of-00002.safetensors", 3 * GB)
    sparse(tmp_path / "pytorch_model.bin", 8 * GB)
    sparse(tmp_path / "original" / "consolidated.safetensors", 8 * GB)
    assert weights_of(str(tmp_path), local=True) == 8 * GB


def test_the_weights_of_a_model_that_is_not_on_this_machine_are_not_known() -> None:
    assert weights_of("somebody/some-model", local=True) == 0


class Hub(BaseHTTPRequestHandler):
    """The model hub, as far as it tells of org/large and its files."""

    def do_GET(self) -> None:
        known = self.path.startswith("/api/models/org/large")
        files = [{"rfilename": "model.safetensors", "size": 16 * GB}, {"rfilename": "config.json", "size": 700}]
        body = json.dumps({"id": "org/large", "siblings": files} if known else {"error": "not found"}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


def test_the_size_of_a_model_that_is_yet_to_be_fetched_is_asked_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert weights_of("org/large", local=False) == 16 * GB
        assert weights_of("org/unknown", local=False) == 0
        server.shutdown()
    assert weights_of("org/large", local=False) == 0


@pytest.mark.integration
def test_a_folder_too_big_for_the_machine_is_refused_before_its_weights_are_read(
    small_machine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    small = convert(fetch(SMOLLM) / SMOLLM.files[0].name, model_folder(SMOLLM) / "converted")
    folder = tmp_path / "Large"
    shutil.copytree(small, folder, ignore=shutil.ignore_patterns("*.safetensors", "*.bin"))
    sparse(folder / "model.safetensors", 3 * GB)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    with pytest.raises(ModelError, match=r"The model Large needs about 7\.1 GB of memory and this machine has 4\.0 GB"):
        load_generator(str(folder))
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    with pytest.raises(ModelError, match="Large cannot be loaded"):
        load_generator(str(folder))


@pytest.mark.integration
def test_a_gguf_too_big_to_unpack_is_refused_by_the_weights_that_it_lists(
    small_machine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_unless_unpackable(fetch(SMOLLM) / SMOLLM.files[0].name)
    monkeypatch.setattr(memory, "available_memory", lambda: GB)
    with pytest.raises(
        ModelError, match=r"The model .*\.gguf needs about 1\.\d GB of memory and this machine has 1\.0"
    ):
        convert(fetch(SMOLLM) / SMOLLM.files[0].name, tmp_path / "out")
    assert not (tmp_path / "out").exists()

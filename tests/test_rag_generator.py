from __future__ import annotations

import importlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from index.artifacts import MINILM
from index.embedder import load_embedder
from index.errors import InputError, ModelError
from rag.models.endpoint import EndpointGenerator
from rag.models.generator import load_generator


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hub whose machine answers no one: connections to it are neither taken nor refused."""
    with socket.socket() as deaf, socket.socket() as only_guest:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        only_guest.connect(deaf.getsockname())
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
        yield


@pytest.mark.usefixtures("no_hub")
@pytest.mark.parametrize("load", [load_generator, load_embedder])
def test_a_model_of_a_hub_that_does_not_answer_is_told_soon(load: Callable[[str], object]) -> None:
    # What loading takes by itself is not what is measured.
    importlib.import_module("sentence_transformers")
    started = time.perf_counter()
    with pytest.raises(ModelError, match="somebody/some-model cannot be loaded"):
        load("somebody/some-model")
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize("spec", ["", "  "])
def test_no_model_is_refused(spec: str) -> None:
    with pytest.raises(InputError, match="No model is named"):
        load_generator(spec)


@pytest.mark.parametrize(
    "spec", ["./no-such-folder", "/no/such/folder", "a/b/c", "127.0.0.1:8000/v1#small", "two words"]
)
def test_what_can_be_no_model_is_refused_without_asking_the_hub(spec: str) -> None:
    started = time.perf_counter()
    with pytest.raises(InputError, match="There is no folder .* as http://HOST:PORT/v1#MODEL"):
        load_generator(spec)
    assert time.perf_counter() - started < 2.9


def test_an_embedding_model_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="embeds text and cannot answer"):
        load_generator(MINILM.name)


def test_a_gguf_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        load_generator(str(tmp_path / "model.gguf"))


def test_a_gguf_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.GGUF").write_text("not a model")
    with pytest.raises(ModelError, match="is not a GGUF file"):
        load_generator(str(tmp_path / "model.GGUF"))


@pytest.mark.parametrize("spec", ["http://127.0.0.1:1/v1#small", "https://models.example/v1#org/model:7b"])
def test_an_address_is_an_endpoint_and_nothing_is_sent_yet(spec: str) -> None:
    generator = load_generator(spec, "key")
    assert isinstance(generator, EndpointGenerator)
    assert generator.name == spec

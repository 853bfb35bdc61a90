from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.artifacts import SMOLLM
from index.errors import ModelError
from index.fetch import MANIFEST, fetch, model_folder
from rag.models.generator import Message
from rag.models.gguf import convert
from rag.models.local import TransformersGenerator
from rag.models.openvino_decoder import IR
from rag.models.openvino_generator import OpenVINOGenerator, load_gguf

pytestmark = pytest.mark.integration

FRANCE: list[Message] = [{"role": "user", "content": "What is the capital of France?"}]


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    """A fetched model to spoil, unpacked; its weights by link, and not yet in OpenVINO's form."""
    fetched = fetch(SMOLLM) / SMOLLM.files[0].name
    unpacked = convert(fetched, model_folder(SMOLLM) / "converted")
    shutil.copytree(
        unpacked,
        tmp_path / "converted",
        ignore=shutil.ignore_patterns("decoder-*"),
        copy_function=lambda a, b: Path(b).symlink_to(a),
    )
    (tmp_path / MANIFEST).touch()
    (tmp_path / fetched.name).symlink_to(fetched)
    return tmp_path / fetched.name


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    text = change(path.read_text())
    path.unlink()
    path.write_text(text)


def test_a_gguf_is_converted_once_and_then_answers(gguf: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        generator = load_gguf("small", gguf, said.append)
        assert isinstance(generator, OpenVINOGenerator)
        assert "Paris" in "".join(generator.stream(FRANCE, 16))
    assert len(said) == 1
    assert "Rounding small to 8 bits" in said[0]


def test_a_graph_without_its_description_is_made_anew(gguf: Path) -> None:
    """As a conversion leaves it that is killed between the two files."""
    (gguf.parent / "converted" / IR).with_suffix(".bin").write_bytes(b"half")
    generator = load_gguf("small", gguf)
    assert isinstance(generator, OpenVINOGenerator)
    assert "Paris" in "".join(generator.stream(FRANCE, 16))


def test_what_openvino_cannot_read_transformers_runs(gguf: Path) -> None:
    (gguf.parent / "converted" / IR).write_text("<net")
    said: list[str] = []
    generator = load_gguf("small", gguf, said.append)
    assert isinstance(generator, TransformersGenerator)
    assert len(said) == 1
    assert said[0].startswith("OpenVINO cannot run small here (")
    assert "\n" not in said[0]
    assert "Paris" in "".join(generator.stream(FRANCE, 16))


def test_a_model_of_another_kind_is_left_to_transformers(gguf: Path) -> None:
    scaled = {"rope_type": "linear", "factor": 1.0, "rope_theta": 1e5}
    rewrite(
        gguf.parent / "converted" / "config.json",
        lambda text: json.dumps(json.loads(text) | {"rope_parameters": scaled}),
    )
    assert isinstance(load_gguf("small", gguf), TransformersGenerator)
    assert not (gguf.parent / "converted" / IR).exists()


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_file_is_refused_as_transformers_refuses_it(gguf: Path, name: str) -> None:
    (gguf.parent / "converted" / name).unlink()
    (gguf.parent / "converted" / name).write_bytes(b"\x00\x01 not what it was")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_gguf("small", gguf)


def test_what_was_asked_before_changes_no_word(gguf: Path) -> None:
    """Instructions that stay the same are read once: what is kept of them must be what reading them gives."""
    told: list[list[Message]] = [
        [{"role": "system", "content": system}, {"role": "user", "content": question}]
        for system in ("Answer as a sailor would, at length.", "You tell of trains.")
        for question in ("What is a harbour?", "Why do people travel?")
    ]
    generator = load_gguf("small", gguf)
    alone = ["".join(load_gguf("small", gguf).stream(messages, 24)) for messages in told]
    for order in ([0, 1, 2, 3], [3, 1, 0, 2], [1, 1, 3, 3]):
        assert ["".join(generator.stream(told[place], 24)) for place in order] == [alone[place] for place in order]
    assert isinstance(generator, OpenVINOGenerator)
    assert generator._head == generator._tokens("<|im_start|>system\nYou tell of trains.<|im_end|>\n")

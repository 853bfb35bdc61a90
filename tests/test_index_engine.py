from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.artifacts import MINILM
from index.engine import LEAST_COSINE, RECORD, REFERENCE, open_fastest, recorded
from index.fetch import fetch
from index.openvino_embedder import IR, OpenVINOEmbedder

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pinned model in a folder of its own, where nothing was converted or measured yet."""
    folder = tmp_path_factory.mktemp("model")
    shutil.copytree(fetch(MINILM), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("converted"))
    return folder


@pytest.fixture(scope="module")
def measured(model: Path) -> list[str]:
    """What is said when the model is opened twice."""
    said: list[str] = []
    for _ in range(2):
        open_fastest(MINILM.name, model, said.append)
    return said


def test_engines_are_measured_once(model: Path, measured: list[str]) -> None:
    assert measured == ["Measuring once which engine embeds fastest on this machine"]


def test_the_fastest_of_those_that_give_the_same_vectors_is_taken(model: Path, measured: list[str]) -> None:
    choice = recorded(model)
    assert choice is not None
    assert {REFERENCE, "openvino f32"} <= choice.speeds.keys() == choice.cosines.keys()
    assert choice.cosines[REFERENCE] == pytest.approx(1, abs=1e-4)
    assert choice.cosines[choice.engine] >= LEAST_COSINE
    faithful = [speed for engine, speed in choice.speeds.items() if choice.cosines[engine] >= LEAST_COSINE]
    assert choice.speeds[choice.engine] == max(faithful) > 0
    assert choice.reason().startswith(f"{max(choice.speeds, key=lambda engine: choice.speeds[engine])} ")


@pytest.mark.parametrize("wrong", ["", "{", "[]", '{"engine": "torch float32"}'])
def test_a_record_that_cannot_be_read_is_none(model: Path, measured: list[str], wrong: str) -> None:
    intact = (model / RECORD).read_text()
    (model / RECORD).write_text(wrong)
    assert recorded(model) is None
    (model / RECORD).write_text(intact)
    assert recorded(model) is not None


@pytest.mark.parametrize(("field", "value"), [("machine", "another processor"), ("engine", "abacus")])
def test_on_another_machine_or_without_that_engine_it_is_measured_again(
    model: Path, measured: list[str], field: str, value: str
) -> None:
    intact = (model / RECORD).read_text()
    (model / RECORD).write_text(json.dumps(json.loads(intact) | {field: value}))
    assert recorded(model) is None
    (model / RECORD).write_text(intact)


def test_a_model_that_is_not_converted_is_measured_again(model: Path, measured: list[str]) -> None:
    (model / IR).rename(model / "away.xml")
    assert recorded(model) is None
    (model / "away.xml").rename(model / IR)


@pytest.mark.parametrize("precision", ["f32"])
def test_passages_of_mixed_length_come_back_in_their_order(model: Path, measured: list[str], precision: str) -> None:
    embedder = OpenVINOEmbedder(MINILM.name, model, precision)
    texts = [
        " ".join(["ferry", "council", "storm"][number % 3] for _ in range(1 + 37 * number % 200))
        for number in range(40)
    ]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert np.sum(together * alone, axis=1).min() > 0.9999

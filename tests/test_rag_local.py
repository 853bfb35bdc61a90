from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.artifacts import MINILM, SMOLLM
from index.errors import ModelError
from index.fetch import fetch, model_folder
from rag.models.generator import Message
from rag.models.gguf import convert
from rag.models.local import LocalGenerator, TransformersGenerator
from rag.models.openvino_generator import OpenVINOGenerator

pytestmark = pytest.mark.integration

FRANCE: list[Message] = [{"role": "user", "content": "What is the capital of France?"}]
STORY: list[Message] = [{"role": "user", "content": "Tell a long story of a ferry and its captain."}]


@pytest.fixture(scope="module")
def unpacked() -> Path:
    return convert(fetch(SMOLLM) / SMOLLM.files[0].name, model_folder(SMOLLM) / "converted")


@pytest.fixture(scope="module")
def by_transformers(unpacked: Path) -> TransformersGenerator:
    return TransformersGenerator.load(SMOLLM.name, str(unpacked))


@pytest.fixture(scope="module", params=["transformers", "OpenVINO"])
def small(unpacked: Path, request: pytest.FixtureRequest) -> LocalGenerator:
    """The small model, in each of the ways to run it."""
    if request.param == "transformers":
        transformers: LocalGenerator = request.getfixturevalue("by_transformers")
        return transformers
    openvino = OpenVINOGenerator.load(SMOLLM.name, unpacked)
    assert openvino is not None
    return openvino


@pytest.fixture
def folder(unpacked: Path, tmp_path: Path) -> Path:
    """A copy of the small model's folder to spoil, its weights by link."""
    copy = tmp_path / "model"
    shutil.copytree(unpacked, copy, copy_function=lambda a, b: Path(b).symlink_to(a))
    return copy


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    text = change(path.read_text())
    path.unlink()
    path.write_text(text)


def load(folder: Path) -> TransformersGenerator:
    return TransformersGenerator.load(folder.name, str(folder))


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert ". " not in message
    return message


def write(generator: LocalGenerator, asked: list[Message], tokens: int = 16) -> str:
    return "".join(generator.stream(asked, tokens))


def test_the_same_question_gives_the_same_words(small: LocalGenerator) -> None:
    assert "Paris" in write(small, FRANCE)
    assert write(small, STORY, 6) == write(small, STORY, 6)


def test_no_more_tokens_are_written_than_allowed(small: LocalGenerator) -> None:
    assert 1 <= small.count_tokens(write(small, STORY, 8)) <= 8


def test_the_models_own_chat_template_is_applied(small: LocalGenerator) -> None:
    asked: list[Message] = [{"role": "system", "content": "Be brief."}, *FRANCE]
    assert small._prompt(asked) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_pieces_come_while_the_rest_is_written_and_closing_stops_the_model(small: LocalGenerator) -> None:
    pieces = small.stream(STORY, 2000)
    first = next(pieces)
    assert first
    started = time.perf_counter()
    pieces.close()  # type: ignore[attr-defined]
    assert time.perf_counter() - started < 2
    # Nothing is written any more that the next one would have to wait for.
    assert "Paris" in write(small, FRANCE)
    assert time.perf_counter() - started < 15


def test_two_who_ask_at_once_take_turns(small: LocalGenerator) -> None:
    alone = [write(small, asked, 6) for asked in (FRANCE, STORY)]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda asked: write(small, asked, 6), [FRANCE, STORY])) == alone


def test_one_who_stops_reading_holds_nobody_up(small: LocalGenerator) -> None:
    left_alone = small.stream(STORY, 8)
    next(left_alone)
    assert "Paris" in write(small, FRANCE)
    assert "".join(left_alone)


def test_one_who_gives_up_in_the_queue_is_never_served(small: LocalGenerator) -> None:
    long = small.stream(STORY, 24)
    next(long)
    waiting = small.stream(STORY, 2000)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(next, waiting)
        assert "".join(long)
        assert first.result()
    waiting.close()  # type: ignore[attr-defined]
    assert "Paris" in write(small, FRANCE)


def test_a_model_that_fails_while_it_writes_is_an_error_and_not_an_answer(
    by_transformers: TransformersGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = by_transformers
    monkeypatch.setattr(small._model.config, "vocab_size", 10)
    monkeypatch.setattr(small._model, "prepare_inputs_for_generation", lambda *args, **kwargs: {"input_ids": None})
    with pytest.raises(ModelError, match=r"failed while it wrote \(.*\); ask again"):
        write(small, FRANCE)
    monkeypatch.undo()
    assert "Paris" in write(small, FRANCE)


def test_a_model_that_refuses_a_system_turn_is_given_its_words_all_the_same(folder: Path) -> None:
    refusing = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system turns') }}{% endif %}"
    rewrite(folder / "chat_template.jinja", lambda template: refusing + template)
    asked: list[Message] = [{"role": "system", "content": "Be brief."}, *FRANCE]
    prompt = load(folder)._prompt(asked)
    assert "<|im_start|>user\nBe brief.\n\nWhat is the capital of France?<|im_end|>" in prompt


def test_a_chat_template_that_is_broken_is_an_error(folder: Path) -> None:
    rewrite(folder / "chat_template.jinja", lambda template: "{{ raise_exception('never') }}")
    with pytest.raises(ModelError, match="chat template .* cannot be used"):
        write(load(folder), FRANCE)


def test_reasoning_that_the_chat_template_opens_is_not_shown(folder: Path) -> None:
    rewrite(folder / "chat_template.jinja", lambda template: template + "<think>\n")
    assert write(load(folder), FRANCE) == ""


def test_a_model_without_a_chat_template_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    assert "has no chat template" in refusal(folder)


def test_an_embedding_model_is_refused() -> None:
    assert "has no chat template" in refusal(fetch(MINILM))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert "cannot be loaded" in refusal(tmp_path)


@pytest.mark.parametrize("architecture", ["hypercortex9", "bert"])
def test_a_model_of_an_architecture_that_is_unknown_or_another_is_refused(folder: Path, architecture: str) -> None:
    rewrite(folder / "config.json", lambda text: json.dumps(json.loads(text) | {"model_type": architecture}))
    message = refusal(folder)
    assert "cannot be loaded" in message or "lacks some of its weights" in message


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_damaged_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(b"\x00\x01 not what it was")
    assert "cannot be loaded" in refusal(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert "cannot be loaded" in refusal(folder)


def test_code_that_a_model_brings_is_never_run(folder: Path) -> None:
    def own_code(text: str) -> str:
        classes = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
        return json.dumps(json.loads(text) | {"model_type": "own", "auto_map": classes})

    rewrite(folder / "config.json", own_code)
    (folder / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    assert "cannot be loaded" in refusal(folder)
    assert not (folder / "ran").exists()


def test_float32_is_taken_where_the_processor_has_no_bfloat16(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    assert load(folder)._model.dtype == torch.bfloat16
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    assert load(folder)._model.dtype == torch.float32

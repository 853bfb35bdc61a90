from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from index.artifacts import SMOLLM
from index.errors import ModelError
from index.fetch import MANIFEST, fetch
from rag.models.gguf import MARKER, convert, converted_folder, is_converted


def test_a_fetched_gguf_converts_beside_itself_and_another_into_the_cache(tmp_path: Path) -> None:
    fetched = tmp_path / "models" / "tiny" / "tiny.gguf"
    fetched.parent.mkdir(parents=True)
    assert converted_folder(fetched, tmp_path).parent == tmp_path / "converted"
    (fetched.parent / MANIFEST).touch()
    assert converted_folder(fetched, tmp_path) == fetched.parent / "converted"


def test_two_files_of_one_name_convert_to_two_folders(tmp_path: Path) -> None:
    assert converted_folder(Path("a/x.gguf"), tmp_path) != converted_folder(Path("b/x.gguf"), tmp_path)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.gguf"
    file.write_text("not a model")
    with pytest.raises(ModelError, match="is not a GGUF file"):
        convert(file, tmp_path / "out")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        convert(tmp_path / "gone.gguf", tmp_path / "out")


@pytest.mark.integration
def test_a_broken_gguf_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF\x03\x00\x00\x00" + b"\x00" * 64)
    with pytest.raises(ModelError, match="cannot be read as a language model"):
        convert(file, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.integration
def test_a_real_gguf_becomes_a_folder_that_loads_and_answers(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    gguf = tmp_path / "model.gguf"
    shutil.copy2(fetch(SMOLLM) / SMOLLM.files[0].name, gguf)
    said: list[str] = []
    target = convert(gguf, tmp_path / "out", said.append)
    assert len(said) == 1
    assert capfd.readouterr().err == ""

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(target)
    model = AutoModelForCausalLM.from_pretrained(target, dtype=torch.float32)
    assert tokenizer.eos_token == "<|im_end|>"
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    question = [{"role": "user", "content": "What is the capital of France?"}]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    answer = model.generate(**prompt, max_new_tokens=12, do_sample=False)[0, prompt["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(answer)

    # Touched or not, the same bytes are not converted again; other bytes of the same size are.
    os.utime(gguf)
    assert convert(gguf, target, said.append) == target
    assert len(said) == 1
    with gguf.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\x55")
    assert not is_converted(gguf, target)
    (target / MARKER).unlink()
    assert not is_converted(gguf, target)

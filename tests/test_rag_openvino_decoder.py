from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.models.openvino_decoder import IR, convert, is_written_out

pytestmark = pytest.mark.integration

IDS = [7, 3, 91, 14, 14, 60, 2, 33, 5, 71, 28]


def invented(kind: str, **changes: Any) -> Any:
    """A little model with weights from nowhere, as transformers runs it; they are of 8 bits from the start, so that
    rounding them again changes nothing."""
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    sizes = {"hidden_size": 128, "intermediate_size": 192, "num_hidden_layers": 2, "vocab_size": 96}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "initializer_range": 0.3}
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(CONFIG_MAPPING[kind](**sizes | heads | changes), dtype=torch.float32)
    for name, parameter in model.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(parameter)
        if parameter.dim() == 2:
            scale = (parameter.data.abs().amax(dim=1, keepdim=True) / 127).half().float()
            parameter.data = (parameter.data / scale).round() * scale
    return model.eval()


def logits_of(folder: Path, parts: list[list[int]]) -> Any:
    """What follows on the tokens when they are read part by part."""
    import openvino

    exact = {"INFERENCE_PRECISION_HINT": "f32", "KV_CACHE_PRECISION": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0}
    request = openvino.Core().compile_model(folder / IR, "CPU", exact).create_infer_request()
    read = 0
    for part in parts:
        end = read + len(part)
        inputs = {
            "input_ids": np.array([part]),
            "position_ids": np.arange(read, end)[None],
            "attention_mask": np.ones((1, end), dtype=np.int64),
            "beam_idx": np.zeros(1, dtype=np.int32),
        }
        logits = request.infer(inputs)["logits"][0, -1]
        read = end
    return logits


def nearness(a: Any, b: Any) -> float:
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("qwen2", {"tie_word_embeddings": False}),
        ("llama", {"tie_word_embeddings": True, "rope_parameters": {"rope_type": "default", "rope_theta": 1e5}}),
        ("llama", {"num_key_value_heads": 4, "attention_bias": True, "mlp_bias": True, "head_dim": 64}),
    ],
)
def test_a_model_written_out_says_what_it_says_in_transformers(
    kind: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    import torch

    model = invented(kind, **changes)
    model.save_pretrained(tmp_path)
    assert is_written_out(json.loads((tmp_path / "config.json").read_text()))
    convert(tmp_path)
    with torch.no_grad():
        expected = model(torch.tensor([IDS])).logits[0, -1].numpy()
    at_once = logits_of(tmp_path, [IDS])
    assert nearness(at_once, expected) > 0.99999
    # A cache that loses, doubles or shifts a token is further off.
    assert nearness(logits_of(tmp_path, [IDS[:6], *([id] for id in IDS[6:])]), expected) > 0.99999
    assert nearness(logits_of(tmp_path, [IDS[1:]]), expected) < 0.99


def test_a_conversion_leaves_the_graph_and_nothing_else(tmp_path: Path) -> None:
    invented("llama").save_pretrained(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    (tmp_path / "partial.xml").write_text("left by one that was killed")
    convert(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} - before == {IR, Path(IR).with_suffix(".bin").name}


def test_a_folder_that_lacks_a_weight_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    invented("llama").save_pretrained(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"model\.layers\.1\.mlp\.up_proj\.weight is missing"):
        convert(tmp_path)
    assert not (tmp_path / IR).exists()


@pytest.mark.parametrize(
    "other",
    [
        {"model_type": "bert"},
        {"hidden_act": "gelu"},
        {"use_sliding_window": True},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}},
        {"rope_parameters": None},
    ],
)
def test_what_the_graph_does_not_know_is_not_written_out(other: dict[str, Any]) -> None:
    known = {"model_type": "qwen2", "hidden_act": "silu", "rope_parameters": {"rope_type": "default"}}
    assert is_written_out(known)
    assert not is_written_out(known | other)

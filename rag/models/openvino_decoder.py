"""A decoder of the Llama family as an OpenVINO graph: its weights in int8, its cache of keys and values a state.

Written out instead of traced from transformers: it stays the same whichever version that has, and the tracer would
need the whole model in memory. Weights are rounded row by row to 8 bits, symmetrically; the pinned models come in 4 to
8 bits, so that this adds little to what their makers rounded already.
Architecture: Touvron et al., "LLaMA" (arXiv 2302.13971); rotary positions: Su et al., "RoFormer" (arXiv 2104.09864).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

    Tensors = Callable[[str], torch.Tensor | None]

WEIGHTS = "model.safetensors"
# Named by a number that is raised when what is written changes, so that graphs of the old kind are made anew.
IR = "decoder-1.xml"

_ARCHITECTURES = ("llama", "qwen2")
_LOWEST = -65504.0  # what masks a position; bf16 and f16 both hold it
_TO_THE_END = np.iinfo(np.int64).max


def is_written_out(config: Mapping[str, Any]) -> bool:
    """Whether a model with this config.json is one that `convert` knows how to write out.

    >>> rope = {"rope_type": "default", "rope_theta": 1e4}
    >>> is_written_out({"model_type": "llama", "hidden_act": "silu", "rope_parameters": rope})
    True
    >>> is_written_out({"model_type": "llama", "hidden_act": "silu", "rope_parameters": rope | {"rope_type": "yarn"}})
    False
    """
    return (
        config.get("model_type") in _ARCHITECTURES
        and config.get("hidden_act") == "silu"
        and (config.get("rope_parameters") or {}).get("rope_type") == "default"
        and not config.get("use_sliding_window")
    )


def convert(folder: Path) -> None:
    """Write the graph of the transformers model in `folder` beside its weights, whole or not at all.

    Only one may do so at a time.
    Raises OSError or ValueError when the folder cannot be read or written.
    """
    import openvino
    from safetensors import safe_open

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    with safe_open(folder / WEIGHTS, framework="pt") as file:
        names = set(file.keys())
        model = _Decoder(config, lambda name: file.get_tensor(name) if name in names else None).model()
    target = folder / IR
    part = target.with_name("partial.xml")
    openvino.save_model(model, part, compress_to_fp16=False)
    # The weights first: what has an .xml is whole.
    os.replace(part.with_suffix(".bin"), target.with_suffix(".bin"))
    os.replace(part, target)


class _Decoder:
    """Nodes of the graph; `tensors` gives a weight by its name in transformers, or None."""

    def __init__(self, config: Mapping[str, Any], tensors: Tensors) -> None:
        from openvino import opset13

        self._op = opset13
        self._tensors = tensors
        self._layers = int(config["num_hidden_layers"])
        self._hidden = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._kv_heads = int(config["num_key_value_heads"])
        self._head = int(config.get("head_dim") or self._hidden // self._heads)
        self._epsilon = float(config["rms_norm_eps"])
        self._theta = float(config["rope_parameters"]["rope_theta"])
        self._states: list[Any] = []

    def model(self) -> Any:
        """Inputs: input_ids and position_ids (1, n), attention_mask (1, all so far), beam_idx (1,), always 0, which
        is there because OpenVINO knows a cache by it. Output: the logits of the last token, (1, 1, vocabulary)."""
        import openvino

        op = self._op
        inputs = {
            name: op.parameter([-1, -1], openvino.Type.i64, name)
            for name in ("input_ids", "attention_mask", "position_ids")
        }
        inputs["beam_idx"] = op.parameter([-1], openvino.Type.i32, "beam_idx")
        for name, node in inputs.items():
            node.output(0).set_names({name})
        self._beam = inputs["beam_idx"]
        self._batch = op.gather(op.shape_of(inputs["input_ids"]), _ints([0]), _ints(0))
        self._cosine, self._sine = self._rotation(inputs["position_ids"])
        self._mask = self._causal(inputs["position_ids"], inputs["attention_mask"])

        embedding = self._weight("model.embed_tokens")
        x = op.gather(embedding, inputs["input_ids"], _ints(0))
        for number in range(self._layers):
            x = self._layer(x, f"model.layers.{number}")
        x = self._norm(op.slice(x, _ints([-1]), _ints([_TO_THE_END]), _ints([1]), _ints([1])), "model.norm")
        # Models whose two tables are one have no head of their own.
        own_head = self._tensors("lm_head.weight") is not None
        head = self._weight("lm_head") if own_head else embedding
        logits = op.matmul(x, head, False, True)
        logits.output(0).set_names({"logits"})
        return openvino.Model([op.result(logits)], self._states, list(inputs.values()), "decoder")

    def _layer(self, x: Any, name: str) -> Any:
        op = self._op
        normed = self._norm(x, f"{name}.input_layernorm")
        query = self._rotated(self._split(self._linear(normed, f"{name}.self_attn.q_proj"), self._heads))
        key = self._rotated(self._split(self._linear(normed, f"{name}.self_attn.k_proj"), self._kv_heads))
        value = self._split(self._linear(normed, f"{name}.self_attn.v_proj"), self._kv_heads)
        keys, values = self._cached(key, f"{name}.key"), self._cached(value, f"{name}.value")
        read = op.scaled_dot_product_attention(query, keys, values, self._mask)
        read = op.reshape(op.transpose(read, _ints([0, 2, 1, 3])), _ints([0, 0, self._heads * self._head]), True)
        x = op.add(x, self._linear(read, f"{name}.self_attn.o_proj"))
        normed = self._norm(x, f"{name}.post_attention_layernorm")
        gate = op.swish(self._linear(normed, f"{name}.mlp.gate_proj"))
        wide = op.multiply(gate, self._linear(normed, f"{name}.mlp.up_proj"))
        return op.add(x, self._linear(wide, f"{name}.mlp.down_proj"))

    def _linear(self, x: Any, name: str) -> Any:
        y = self._op.matmul(x, self._weight(name), False, True)
        bias = self._tensors(f"{name}.bias")
        return y if bias is None else self._op.add(y, _floats(bias.float().numpy().reshape(1, 1, -1)))

    def _weight(self, name: str) -> Any:
        """A matrix in int8 with a scale a row, as float32; the processor's kernels read it as it is stored."""
        op = self._op
        matrix = self._required(f"{name}.weight")
        # float16, and no smaller than it can hold.
        scale = (matrix.abs().amax(dim=1, keepdim=True) / 127).clamp(min=2.0**-14).half()
        rounded = (matrix / scale.float()).round().clamp(-127, 127).char().numpy()
        exact = op.multiply(op.convert(op.constant(rounded), "f16"), op.constant(scale.numpy()))
        return op.convert(exact, "f32")

    def _norm(self, x: Any, name: str) -> Any:
        op = self._op
        square = op.reduce_mean(op.power(x, _floats([[[2.0]]])), _ints([-1]), True)
        root = op.sqrt(op.add(square, _floats([[[self._epsilon]]])))
        weight = self._required(f"{name}.weight").numpy().reshape(1, 1, -1)
        return op.multiply(op.multiply(x, op.divide(_floats([[[1.0]]]), root)), _floats(weight))

    def _required(self, name: str) -> torch.Tensor:
        tensor = self._tensors(name)
        if tensor is None:
            raise ValueError(f"{name} is missing")
        return tensor.float()

    def _split(self, x: Any, heads: int) -> Any:
        """(1, n, heads * size) as (1, heads, n, size)."""
        parts = self._op.reshape(x, _ints([0, 0, heads, self._head]), True)
        return self._op.transpose(parts, _ints([0, 2, 1, 3]))

    def _rotation(self, positions: Any) -> tuple[Any, Any]:
        op = self._op
        powers = np.arange(0, self._head, 2, dtype=np.float32) / self._head
        frequencies = _floats(np.exp(-math.log(self._theta) * powers).reshape(1, 1, -1))
        angles = op.multiply(op.unsqueeze(op.convert(positions, "f32"), _ints(-1)), frequencies)
        angles = op.concat([angles, angles], -1)
        return op.unsqueeze(op.cos(angles), _ints(1)), op.unsqueeze(op.sin(angles), _ints(1))

    def _rotated(self, x: Any) -> Any:
        op = self._op
        half = self._head // 2
        first = op.slice(x, _ints([0]), _ints([half]), _ints([1]), _ints([3]))
        second = op.slice(x, _ints([half]), _ints([_TO_THE_END]), _ints([1]), _ints([3]))
        turned = op.concat([op.multiply(second, _floats([[[[-1.0]]]])), first], -1)
        return op.add(op.multiply(x, self._cosine), op.multiply(turned, self._sine))

    def _causal(self, positions: Any, mask: Any) -> Any:
        """What is added to the scores, (1, 1, n, all so far): nothing up to a token's own position, else the lowest."""
        op = self._op
        length = op.squeeze(op.gather(op.shape_of(mask), _ints([1]), _ints(0)), _ints(0))
        earlier = op.reshape(op.range(_ints(0), length, _ints(1), "i64"), _ints([1, 1, 1, -1]), False)
        own = op.unsqueeze(op.unsqueeze(positions, _ints(1)), _ints(-1))
        return op.select(op.less_equal(earlier, own), _floats(0.0), _floats(_LOWEST))

    def _cached(self, new: Any, name: str) -> Any:
        """All keys or values so far, a copy for each head that shares them."""
        from openvino import Type, opset6

        op = self._op
        empty = op.concat([self._batch, _ints([self._kv_heads, 0, self._head])], 0)
        state = opset6.read_value(
            op.broadcast(_floats(0.0), empty), name, Type.f32, [-1, self._kv_heads, -1, self._head]
        )
        so_far = op.concat([op.gather(state, self._beam, _ints(0)), new], 2)
        self._states.append(opset6.assign(so_far, name))
        sharing = self._heads // self._kv_heads
        if sharing == 1:
            return so_far
        copies = op.multiply(op.unsqueeze(so_far, _ints(2)), _floats(np.ones((1, 1, sharing, 1, 1))))
        return op.reshape(copies, _ints([0, self._heads, -1, self._head]), True)


def _ints(values: Any) -> Any:
    from openvino import opset13

    return opset13.constant(np.array(values, dtype=np.int64))


def _floats(values: Any) -> Any:
    from openvino import opset13

    return opset13.constant(np.array(values, dtype=np.float32))

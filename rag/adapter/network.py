"""The chat model with low-rank matrices beside its own (Hu et al., "LoRA", arXiv 2106.09685), for training.

Of a reading with several questions the sentences are read once: each question sees them and itself, and no other
question, by a mask and by positions that go on behind the sentences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

RANK = 32
# What is learnt counts for this over the rank.
ALPHA = 64
# The first layers, which only read, are left as they are, so that no gradient has to go through them.
FIRST_LAYER = 6
# A layer's matrices, those that read the same together.
PLACES = {
    "reads": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "o_proj": ("self_attn.o_proj",),
    "opens": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}


@dataclass(frozen=True)
class Packed:
    """A reading as token ids: `shared` is what all questions see, `questions` and `answers` go together.

    The last token of an answer is the one that ends the model's turn.
    """

    shared: list[int]
    questions: list[list[int]]
    answers: list[list[int]]

    @property
    def length(self) -> int:
        return len(self.shared) + sum(map(len, self.questions)) + sum(map(len, self.answers))


class Linear(nn.Module):
    """A frozen matrix with what is learnt beside it; at the beginning that is nothing."""

    weight: Tensor
    bias: Tensor | None

    def __init__(self, weight: Tensor, bias: Tensor | None, adapted: bool) -> None:
        super().__init__()
        self.adapted = adapted
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("bias", bias, persistent=False)
        if not adapted:
            return
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: Tensor) -> Tensor:
        if not self.adapted:
            return F.linear(x, self.weight, self.bias)
        learnt = F.linear(F.linear(x, self.down.to(x.dtype)), self.up.to(x.dtype) * (ALPHA / RANK))
        return F.linear(x, self.weight, self.bias) + learnt


class Layer(nn.Module):
    """One layer of the decoder."""

    before: Tensor
    between: Tensor

    def __init__(self, weights: Mapping[str, Tensor], name: str, head: int, epsilon: float, adapted: bool) -> None:
        super().__init__()
        self._head, self._epsilon = head, epsilon
        self._width = weights[f"{name}.input_layernorm.weight"].shape[0]

        def linear(adapted: bool, *places: str) -> Linear:
            """Matrices that read the same are one: few large products are faster than many small ones."""
            biases = [weights[f"{name}.{place}.bias"] for place in places if f"{name}.{place}.bias" in weights]
            stacked = torch.cat([weights[f"{name}.{place}.weight"] for place in places])
            return Linear(stacked, torch.cat(biases) if biases else None, adapted)

        self.reads, self.o_proj, self.opens, self.down = (linear(adapted, *PLACES[one]) for one in PLACES)
        self.register_buffer("before", weights[f"{name}.input_layernorm.weight"], persistent=False)
        self.register_buffer("between", weights[f"{name}.post_attention_layernorm.weight"], persistent=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        normed = norm(x, self.before, self._epsilon)
        read = self.reads(normed).view(batch, length, -1, self._head).transpose(1, 2)
        sharing = (self._width // self._head) // ((read.shape[1] - self._width // self._head) // 2)
        query, key, value = read.split([self._width // self._head, *[self._width // self._head // sharing] * 2], 1)
        query, key = _rotated(query, cosine, sine), _rotated(key, cosine, sine)
        key, value = key.repeat_interleave(sharing, 1), value.repeat_interleave(sharing, 1)
        scores = query @ key.transpose(2, 3) * self._head**-0.5
        read = F.softmax(scores + mask, -1) @ value
        x = x + self.o_proj(read.transpose(1, 2).reshape(batch, length, -1))
        normed = norm(x, self.between, self._epsilon)
        gate, up = self.opens(normed).chunk(2, -1)
        added: Tensor = self.down(F.silu(gate) * up)
        return x + added


class Network(nn.Module):
    """The decoder of the model in `folder`, of Qwen2's and Llama's kind; only what is beside its matrices learns."""

    def __init__(self, folder: Path) -> None:
        from safetensors.torch import load_file

        super().__init__()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
        self._head = config["hidden_size"] // config["num_attention_heads"]
        self._epsilon = config["rms_norm_eps"]
        self._theta = config["rope_parameters"]["rope_theta"]
        self._embedding = weights["model.embed_tokens.weight"]
        self._out = weights.get("lm_head.weight", self._embedding)
        self._last = weights["model.norm.weight"]
        self._rows = {
            name: weights[f"model.layers.0.{name}.weight"].shape[0] for names in PLACES.values() for name in names
        }
        self.layers = nn.ModuleList(
            Layer(weights, f"model.layers.{number}", self._head, self._epsilon, number >= FIRST_LAYER)
            for number in range(config["num_hidden_layers"])
        )

    def forward(self, packs: Sequence[Packed]) -> tuple[Tensor, Tensor]:
        """The logits of each token of the answers, shape (tokens, vocabulary), and the right tokens."""
        ids, positions, seen, places, right = _laid_out(packs)
        x = F.embedding(ids, self._embedding)
        cosine, sine = self._rotation(positions, x.dtype)
        mask = torch.zeros(seen.shape, dtype=x.dtype).masked_fill(~seen, -1e4)
        for layer in self.layers:
            x = layer(x, cosine, sine, mask)
        chosen = norm(x.flatten(0, 1)[places], self._last, self._epsilon)
        return F.linear(chosen, self._out).float(), right

    def learnt(self) -> dict[str, Tensor]:
        """What was learnt, by the names that the matrices have in transformers, with "down" or "up" behind them."""
        found: dict[str, Tensor] = {}
        for number, layer in enumerate(self.layers):
            for place, names in PLACES.items():
                linear = layer.get_submodule(place)
                if not (isinstance(linear, Linear) and linear.adapted):
                    continue
                rows = linear.up.detach() * (ALPHA / RANK)
                sizes = [self._rows[name] for name in names]
                for name, up in zip(names, rows.split(sizes), strict=True):
                    whole = f"model.layers.{number}.{name}"
                    found |= {f"{whole}.down": linear.down.detach().clone(), f"{whole}.up": up.clone()}
        return found

    def _rotation(self, positions: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        powers = torch.arange(0, self._head, 2).float() / self._head
        angles = positions[..., None].float() * self._theta**-powers
        angles = torch.cat([angles, angles], -1).unsqueeze(1)
        return angles.cos().to(dtype), angles.sin().to(dtype)


def norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + epsilon)).to(x.dtype) * weight


def _rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


def _laid_out(packs: Sequence[Packed]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Token ids and positions (packs, length), the mask (packs, 1, length, length), which places of the flattened
    output foretell an answer's token, and these tokens."""
    length = max(pack.length for pack in packs)
    ids = torch.zeros(len(packs), length, dtype=torch.int64)
    positions = torch.zeros_like(ids)
    branch = torch.full((len(packs), length), -1)
    places: list[int] = []
    right: list[int] = []
    for row, pack in enumerate(packs):
        at = len(pack.shared)
        ids[row, :at] = torch.tensor(pack.shared)
        positions[row, :at] = torch.arange(at)
        branch[row, :at] = 0
        for number, (question, answer) in enumerate(zip(pack.questions, pack.answers, strict=True), start=1):
            end = at + len(question) + len(answer)
            ids[row, at:end] = torch.tensor(question + answer)
            positions[row, at:end] = torch.arange(len(pack.shared), len(pack.shared) + end - at)
            branch[row, at:end] = number
            first = row * length + at + len(question) - 1
            places += range(first, first + len(answer))
            right += answer
            at = end
    seen = (branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None])
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    mask = (seen & causal) | torch.eye(length, dtype=torch.bool)
    return ids, positions, mask.unsqueeze(1), torch.tensor(places), torch.tensor(right)

"""The trained weights as they are shipped: matrices in eight bits, one scale a row, and their hash in the card."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

HERE = Path(__file__).parent
WEIGHTS = HERE / "weights.safetensors"
CARD = HERE / "card.md"
_SCALE = ".scale"
_HASH = re.compile(r"sha256[^0-9a-f]{1,8}([0-9a-f]{64})")


def quantise(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as int8 with the scale of each row beside them under `name.scale`; all else as it is, in float32.

    >>> import torch
    >>> packed = quantise({"w": torch.tensor([[1.0, -2.0], [0.5, 0.25]]), "b": torch.tensor([3.0])})
    >>> packed["w"].tolist(), packed["b"].tolist()
    ([[64, -127], [127, 64]], [3.0])
    """
    import torch

    packed: dict[str, Tensor] = {}
    for name, values in state.items():
        if values.ndim < 2:
            packed[name] = values.float().contiguous()
            continue
        scale = values.float().abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        packed[name] = (values / scale).round().to(torch.int8).contiguous()
        packed[name + _SCALE] = scale.squeeze(1).contiguous()
    return packed


def restore(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `quantise` packed, in float32, but for its rounding."""
    return {
        name: values.float() * packed[name + _SCALE].unsqueeze(1) if name + _SCALE in packed else values
        for name, values in packed.items()
        if not name.endswith(_SCALE)
    }


def save(state: Mapping[str, Tensor], path: Path) -> str:
    """Write the state to `path`, whole or not at all; returns the file's sha256."""
    from safetensors.torch import save as serialise

    data = serialise(quantise(state))
    part = path.with_suffix(".part")
    part.write_bytes(data)
    os.replace(part, path)
    return hashlib.sha256(data).hexdigest()


def stated_hash(card: str) -> str | None:
    """The sha256 that a model card states.

    >>> stated_hash("| sha256 | `" + "ab" * 32 + "` |")[:8]
    'abababab'
    """
    found = _HASH.search(card)
    return found.group(1) if found else None


def load_verified(path: Path = WEIGHTS, card: Path = CARD) -> dict[str, Tensor]:
    """The weights in float32, once their bytes have the hash that the card states. Raises ModelError."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        data, stated = path.read_bytes(), stated_hash(card.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"The reader's weights cannot be read ({error}); install citewire again.") from error
    if hashlib.sha256(data).hexdigest() != stated:
        raise ModelError(f"The reader's weights {path} are not those of its card {card.name}; install citewire again.")
    try:
        return restore(load(data))
    except SafetensorError as error:
        raise ModelError(f"The reader's weights {path} are damaged ({error}); install citewire again.") from error

"""What a model takes of the machine's memory, told before it is loaded and not by the system when it kills the process.

What is counted is what transformers will hold: the weights in the number format that they are loaded in, and a share
for what it calculates with and for the context.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    import torch

# Beside its weights: keys and values of a context of some thousand tokens and what a layer passes on, which grow with
# the model, and the libraries themselves.
CONTEXT_SHARE = 0.1
LIBRARIES = 500_000_000

# A GGUF is unpacked by way of so many bytes a weight, and holds each in no fewer bits.
UNPACKED_BYTES = 4
FEWEST_BITS = 2

# How long the hub is waited for to tell a model's size; without an answer it is loaded unmeasured.
HUB_SECONDS = 10

_MEMINFO = Path("/proc/meminfo")
# What transformers looks for, in this order.
_WEIGHTS = (r"model\.safetensors", r"model-\d+-of-\d+\.safetensors", r"pytorch_model(-\d+-of-\d+)?\.bin")


def available_memory() -> int | None:
    """Bytes that a process can still have without swapping; where only the whole is told that, else None."""
    try:
        found = re.search(r"^MemAvailable:\s*(\d+) kB", _MEMINFO.read_text(), re.MULTILINE)
    except OSError:
        found = None
    return int(found[1]) * 1024 if found else total_memory()


def total_memory() -> int | None:
    """Bytes of memory that the machine has, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def memory_needed(weights: int) -> int:
    """Bytes that a model with so many bytes of weights takes while it answers.

    >>> memory_needed(1_000_000_000)
    1600000000
    """
    return int(weights * (1 + CONTEXT_SHARE)) + LIBRARIES


def refuse_too_big(name: str, needed: int) -> None:
    """Raise ModelError when the machine has less than the `needed` bytes left, as far as it tells."""
    free = available_memory()
    if free is not None and needed > free:
        raise ModelError(
            f"The model {name} needs about {needed / 1e9:.1f} GB of memory and this machine has {free / 1e9:.1f} GB "
            "free; give a smaller one with --model."
        )


def weights_size(sizes: Mapping[str, int]) -> int:
    """Bytes of those of a model's files, given by name, that transformers loads; 0 where there are none that it knows.

    >>> weights_size({"config.json": 9, "model-00001-of-00002.safetensors": 5, "model-00002-of-00002.safetensors": 3})
    8
    >>> weights_size({"model.safetensors": 5, "pytorch_model.bin": 6})
    5
    """
    for pattern in _WEIGHTS:
        if found := [size for name, size in sizes.items() if re.fullmatch(pattern, name)]:
            return sum(found)
    return 0


def weights_of(source: str, local: bool) -> int:
    """Bytes of the weights of a model in a folder, or of the hub: those fetched where `local`, else as the hub says.

    0 where that cannot be told, which loading will then say.
    """
    from huggingface_hub import HfApi, constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    # The hub's HTTP library, by the one name for it that stays the same across the hub's versions.
    http_error: type[Exception] = importlib.import_module("huggingface_hub.utils").httpx.HTTPError
    try:
        if local:
            folder = Path(source) if Path(source).is_dir() else Path(snapshot_download(source, local_files_only=True))
            return weights_size({path.name: path.stat().st_size for path in folder.iterdir() if path.is_file()})
        hub = HfApi(constants.ENDPOINT)
        files = hub.model_info(source, files_metadata=True, timeout=HUB_SECONDS).siblings or ()
        return weights_size({file.rfilename: file.size or 0 for file in files})
    except (OSError, ValueError, HfHubHTTPError, LocalEntryNotFoundError, http_error):
        return 0


def refuse_unless_unpackable(gguf: Path) -> None:
    """Raise ModelError when the machine has too little memory to unpack this GGUF file, as far as it tells."""
    free = available_memory()
    most = memory_needed(gguf.stat().st_size * UNPACKED_BYTES * 8 // FEWEST_BITS)
    # Its list of contents is read only where that can matter, for it takes seconds.
    if free is not None and most > free:
        refuse_too_big(gguf.name, memory_needed(_gguf_weights(gguf) * UNPACKED_BYTES))


def _gguf_weights(gguf: Path) -> int:
    """How many weights a GGUF file holds, or 0 where it cannot be read as one, which unpacking will then say."""
    from gguf import GGUFReader

    try:
        return sum(int(tensor.n_elements) for tensor in GGUFReader(gguf).tensors)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return 0


def loaded_size(size: int, saved: torch.dtype | str | None, loaded: torch.dtype | str) -> int:
    """Bytes of weights that take `size` bytes as they were saved, in the number format they are loaded in.

    >>> import torch
    >>> loaded_size(10, torch.bfloat16, torch.float32), loaded_size(10, torch.bfloat16, "auto")
    (20, 10)
    """
    import torch

    if isinstance(saved, torch.dtype) and isinstance(loaded, torch.dtype):
        return size * loaded.itemsize // saved.itemsize
    return size

"""A chat model larger than the default that this machine can run, for `citewire doctor` to name."""

from __future__ import annotations

from dataclasses import dataclass

from rag.models.memory import UNPACKED_BYTES, memory_needed
from ui.checks import Check


@dataclass(frozen=True)
class Larger:
    """A well known open chat model of the hub, with billions of weights; `gguf` is its file of `gguf_size` GB."""

    name: str
    billions: float
    gguf: str | None = None
    gguf_size: float = 0.0


# Smallest first. Licensed for any use and free to fetch without an account. Sizes as the hub shows them.
LARGER = (
    Larger("Qwen/Qwen2.5-1.5B-Instruct-GGUF", 1.8, "qwen2.5-1.5b-instruct-q4_k_m.gguf", 1.1),
    Larger("Qwen/Qwen3-1.7B", 2.0),
    Larger("HuggingFaceTB/SmolLM3-3B", 3.1),
    Larger("Qwen/Qwen3-4B-Instruct-2507", 4.0),
)

# The default model: billions of weights, and what the search and then the model take of its median answer, in seconds
# on so many cores with bf16.
DEFAULT_BILLIONS = 0.6
SEARCH_SECONDS = 0.5
DEFAULT_SECONDS = 1.3
DEFAULT_CORES = 2
# How many times as long a weight takes in transformers, which runs what is no GGUF, and where there is no bf16.
TRANSFORMERS = 3
WITHOUT_BF16 = 2
# With more cores than these a model waits for its weights to come from memory.
MOST_CORES = 16
# What a person waits for gladly, in seconds.
PATIENCE = 5.0
# Bytes that are to stay free for everything else.
ROOM = 2_000_000_000

_ENDPOINT = "a larger one can answer from a server, with --model http://HOST:PORT/v1#NAME"


def better_model(free: int | None, cores: int, bf16: bool) -> Check:
    """The largest that fits into `free` bytes with room to spare and would answer in about PATIENCE seconds.

    Times are guessed from the default's: in proportion to the weights and against the cores.
    """
    fitting = [model for model in LARGER if free is not None and memory_of(model, bf16) + ROOM <= free]
    chosen = [model for model in fitting if seconds(model, cores, bf16) <= PATIENCE]
    if not chosen:
        why = "answers in about 5 s here" if fitting or free is None else "fits this machine"
        return Check("better model", f"none of those known to citewire {why}; {_ENDPOINT}")
    model = chosen[-1]
    default = SEARCH_SECONDS + DEFAULT_SECONDS
    times = round((SEARCH_SECONDS + DEFAULT_SECONDS * times_as_long(model)) / default)
    return Check(
        "better model",
        f"{model.name} fits this machine ({memory_of(model, bf16) / 1e9:.1f} GB of memory); {_how(model)}; it is "
        f"larger than the default, and so likely to be better; answers take about {times} times as long",
    )


def memory_of(model: Larger, bf16: bool) -> int:
    """Bytes that it takes at most: a GGUF while it is unpacked, another in bfloat16 or else float32.

    >>> memory_of(Larger("org/Small", 1.0), bf16=True)
    2700000000
    """
    bytes_each = UNPACKED_BYTES if model.gguf or not bf16 else 2
    return memory_needed(int(model.billions * 1e9) * bytes_each)


def times_as_long(model: Larger) -> float:
    """How many times as long as the default it reads and writes, about.

    >>> times_as_long(Larger("org/Small", 1.2)), times_as_long(Larger("org/Small", 1.2, "small.gguf"))
    (6.0, 2.0)
    """
    return model.billions / DEFAULT_BILLIONS * (1 if model.gguf else TRANSFORMERS)


def seconds(model: Larger, cores: int, bf16: bool) -> float:
    """How long an answer takes, about.

    >>> round(seconds(Larger("org/Small", 1.2), cores=4, bf16=True), 1)
    4.2
    """
    slower = (1 if bf16 else WITHOUT_BF16) * DEFAULT_CORES / min(cores, MOST_CORES)
    return (SEARCH_SECONDS + DEFAULT_SECONDS * times_as_long(model)) * slower


def _how(model: Larger) -> str:
    if model.gguf:
        return f"fetch its {model.gguf} ({model.gguf_size} GB) from the model hub and give the file with --model"
    return f"`citewire ask --model {model.name}` fetches it ({model.billions * 2:.1f} GB)"

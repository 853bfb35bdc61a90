"""Which engine runs the embedded model: measured once on each machine, for none is the fastest on all of them."""

from __future__ import annotations

import json
import logging
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.openvino_embedder import IR, convert, open_openvino, processor

if TYPE_CHECKING:
    from index.embedder import Embedder, Say, Vectors

RECORD = Path("converted") / "engine.json"
REFERENCE = "torch float32"
# Vectors of an engine must be this near to the reference's, so that an index may change hands.
LEAST_COSINE = 0.999

_PASSAGES = 32
_WORDS = 190  # about 250 tokens
_VOCABULARY = """
the ferry council harbor minister vote budget storm report after before night morning river company price court judge
police hospital school station market election union strike worker president spokesman statement Tuesday Friday March
said told announced rejected opened closed reached crossed carried rescued injured elected appointed published about
three forty hundred million percent of in on at by with from over under into against during without and but or that
""".split()

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What was measured, passages a second and the least cosine to the reference, and the engine it speaks for."""

    engine: str
    machine: str
    speeds: Mapping[str, float]
    cosines: Mapping[str, float]

    def reason(self) -> str:
        """Why this engine runs, in a line.

        >>> Choice("openvino bf16", "m", {"openvino bf16": 56.0, "torch float32": 19.0}, {}).reason()
        'openvino bf16 56 passages/s, torch float32 19 passages/s'
        """
        ranked = sorted(self.speeds.items(), key=lambda pair: -pair[1])
        return ", ".join(f"{engine} {speed:.0f} passages/s" for engine, speed in ranked)


def open_fastest(name: str, folder: Path, say: Say = _log.info) -> Embedder:
    """The model of `folder` on the engine that was found to be the fastest here; the first time they are measured.

    Raises ModelError.
    """
    choice = recorded(folder)
    if choice is None:
        say("Measuring once which engine embeds fastest on this machine")
        choice = measure(name, folder)
        _record(folder, choice)
    return _engines(name, folder)[choice.engine]()


def recorded(folder: Path) -> Choice | None:
    """What was measured on this machine with the libraries that are installed; None if nothing was."""
    try:
        choice = Choice(**json.loads((folder / RECORD).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    fits = choice.machine == _machine() and choice.engine in _engines("", folder)
    return choice if fits and (folder / IR).is_file() else None


def measure(name: str, folder: Path) -> Choice:
    """Time every engine over the same passages, after a first round that warms it up."""
    if not (folder / IR).is_file():
        convert(folder)
    passages = _passages()
    speeds: dict[str, float] = {}
    vectors: dict[str, Vectors] = {}
    for engine, load in _engines(name, folder).items():
        embedder = load()
        embedder.embed_passages(passages[:8])
        started = time.perf_counter()
        vectors[engine] = embedder.embed_passages(passages)
        speeds[engine] = round(len(passages) / (time.perf_counter() - started), 1)
    cosines = {engine: _least_cosine(found, vectors[REFERENCE]) for engine, found in vectors.items()}
    faithful = [engine for engine in speeds if cosines[engine] >= LEAST_COSINE]
    return Choice(max(faithful, key=lambda engine: speeds[engine]), _machine(), speeds, cosines)


def _engines(name: str, folder: Path) -> dict[str, Callable[[], Embedder]]:
    """Each engine by name, with what loads the model on it."""

    def on_torch(dtype: str) -> Embedder:
        from index.embedder import SentenceTransformerEmbedder, load_sentence_transformer

        return SentenceTransformerEmbedder(name, load_sentence_transformer(str(folder), dtype))

    engines: dict[str, Callable[[], Embedder]] = {
        "openvino f32": lambda: open_openvino(name, folder, "f32"),
        REFERENCE: lambda: on_torch("float32"),
    }
    if processor().has_bf16:
        engines["openvino bf16"] = lambda: open_openvino(name, folder, "bf16")
        engines["torch bfloat16"] = lambda: on_torch("bfloat16")
    return engines


def _least_cosine(vectors: Vectors, reference: Vectors) -> float:
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(reference, axis=1)
    return round(float(np.min(np.sum(vectors * reference, axis=1) / lengths)), 5)


def _passages() -> list[str]:
    chance = random.Random(0)
    return [" ".join(chance.choices(_VOCABULARY, k=_WORDS)) for _ in range(_PASSAGES)]


def _machine() -> str:
    """Names the processor and the engines' versions: when one of them changes it is measured again."""
    return f"{processor().name}, {os.cpu_count()} cores, openvino {version('openvino')}, torch {version('torch')}"


def _record(folder: Path, choice: Choice) -> None:
    part = folder / RECORD.with_name(f".{os.getpid()}.json")
    try:
        part.write_text(json.dumps(asdict(choice), indent=1))
        os.replace(part, folder / RECORD)
    except OSError as error:
        _log.warning("%s cannot be written (%s); it will be measured again", folder / RECORD, error)

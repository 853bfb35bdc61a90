"""The embedded model on OpenVINO: on most processors two to three times as fast as the same weights in torch.

The pinned weights are converted once, from the sentence-transformers model with its pooling and normalisation, and
kept beside them in the cache. In bf16, for processors that have it, cosines to fp32 stay above .9999.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    import openvino
    import torch

    from index.embedder import Vectors

MAX_TOKENS = 256
BATCH = 8
STREAMS = 2
# A text that goes alone is padded to a multiple of so many tokens: OpenVINO prepares itself for every new length.
STEP = 16
IR = Path("converted") / "openvino.xml"


class OpenVINOEmbedder:
    """A compiled sentence encoder with its tokenizer, both read from `folder`, calculating in "bf16" or "f32"."""

    def __init__(self, name: str, folder: Path, precision: str) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self.max_tokens = MAX_TOKENS
        self._plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._plain.no_truncation()
        self._plain.no_padding()
        self._cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._cut.enable_truncation(MAX_TOKENS)
        self._cut.no_padding()
        self._core = _openvino().Core()
        self._model = self._core.read_model(folder / IR)
        self._precision = precision
        self.dimension = int(self._model.output(0).partial_shape[1].get_length())
        self._turn = threading.Lock()

    @functools.cached_property
    def _requests(self) -> list[openvino.InferRequest]:
        """Many texts go in batches side by side. Made once: making one costs as much as embedding a few passages."""
        compiled = self._compiled({"NUM_STREAMS": STREAMS})
        return [compiled.create_infer_request() for _ in range(2 * STREAMS)]

    @functools.cached_property
    def _single(self) -> openvino.InferRequest:
        """One text has all processors to itself: it is there in about half the time."""
        return self._compiled({"PERFORMANCE_HINT": "LATENCY"}).create_infer_request()

    def _compiled(self, hints: dict[str, object]) -> openvino.CompiledModel:
        return self._core.compile_model(self._model, "CPU", {"INFERENCE_PRECISION_HINT": self._precision, **hints})

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encoded = self._plain.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encoded]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = [encoding.ids for encoding in self._cut.encode_batch_fast(list(texts))]
        longest_first = sorted(range(len(texts)), key=lambda row: -len(tokens[row]))  # little padding in a batch
        # Waited for from here and not through callbacks: those need Python on OpenVINO's own threads, which then hang
        # or abort when the model is freed or Python exits.
        running: deque[tuple[openvino.InferRequest, list[int]]] = deque()
        with self._turn:
            if len(texts) == 1:
                self._single.start_async(_padded(tokens, STEP))
                _finish(deque([(self._single, [0])]), vectors)
                return vectors
            free = list(self._requests)
            for first in range(0, len(texts), BATCH):
                rows = longest_first[first : first + BATCH]
                if not free:
                    free.append(_finish(running, vectors))
                request = free.pop()
                request.start_async(_padded([tokens[row] for row in rows]))
                running.append((request, rows))
            while running:
                _finish(running, vectors)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


def _padded(tokens: list[list[int]], step: int = 1) -> dict[str, NDArray[np.int64]]:
    """A model's inputs from token ids, longest text first, shape (texts, longest); padding is masked.

    The longest is padded to a multiple of `step`, too.

    >>> _padded([[101, 7, 102], [101, 102]])["attention_mask"].tolist()
    [[1, 1, 1], [1, 1, 0]]
    """
    ids = np.zeros((len(tokens), -(-len(tokens[0]) // step) * step), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(tokens):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def _finish(running: deque[tuple[openvino.InferRequest, list[int]]], vectors: Vectors) -> openvino.InferRequest:
    """Wait for the oldest request, keep what it gives, and hand it back."""
    request, rows = running.popleft()
    request.wait()
    vectors[rows] = request.get_output_tensor(0).data
    return request


def open_openvino(name: str, folder: Path, precision: str) -> OpenVINOEmbedder:
    """The converted model of `folder`. Raises ModelError."""
    try:
        return OpenVINOEmbedder(name, folder, precision)
    except RuntimeError as error:
        raise ModelError(
            f"The converted embedding model in {folder / IR.parent} cannot be read; delete that folder and try again."
        ) from error


def convert(folder: Path) -> None:
    """Bring the sentence-transformers model of `folder` into OpenVINO's form. Raises ModelError."""
    import torch

    from index.embedder import load_sentence_transformer

    encoder = load_sentence_transformer(str(folder)).eval()

    class SentenceVector(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vector: torch.Tensor = self.encoder(features)["sentence_embedding"]
            return vector

    import warnings

    example = torch.ones((2, 8), dtype=torch.int64)
    openvino = _openvino()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on shapes, which it keeps dynamic here
        model = openvino.convert_model(
            SentenceVector(), example_input={"input_ids": example, "attention_mask": example}
        )
    target = folder / IR
    target.parent.mkdir(exist_ok=True)
    stem = target.with_name(f".{os.getpid()}.xml")
    openvino.save_model(model, stem, compress_to_fp16=False)
    os.replace(stem.with_suffix(".bin"), target.with_suffix(".bin"))
    os.replace(stem, target)


@dataclass(frozen=True)
class Processor:
    """The machine's processor, and whether it calculates in bf16."""

    name: str
    has_bf16: bool


@functools.cache
def processor() -> Processor:
    core = _openvino().Core()
    return Processor(
        str(core.get_property("CPU", "FULL_DEVICE_NAME")).strip(),
        "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"),
    )


def _openvino() -> Any:
    """The library, without the usage reports that it would send by itself: it does without their package if need be."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino

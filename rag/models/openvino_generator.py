"""The embedded chat models on OpenVINO: on a processor about four times as fast at writing as transformers in bf16."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from index.openvino_embedder import processor
from rag.models.gguf import convert as unpack
from rag.models.gguf import converted_folder
from rag.models.local import LocalGenerator, TransformersGenerator
from rag.models.memory import memory_needed, refuse_too_big, weights_of
from rag.models.openvino_decoder import IR, WEIGHTS, convert, is_written_out

if TYPE_CHECKING:
    from transformers import TextIteratorStreamer

    from rag.models.generator import Generator

# What goes into a matrix is rounded to 8 bits in groups of so many: prompts are read 1.7 times as fast as without.
# Divides the widths of the embedded models.
_ACTIVATION_GROUP = 64

_log = logging.getLogger(__name__)


def load_gguf(name: str, gguf: Path, say: Callable[[str], None] = _log.info) -> Generator:
    """The model of a GGUF file, on OpenVINO where that can run it, else on transformers.

    Brought into their forms once; `say` gets a sentence before what takes long. Raises ModelError.
    """
    from safetensors import SafetensorError

    folder = unpack(gguf, converted_folder(gguf), say)
    refuse_too_big(name, memory_needed(weights_of(str(folder), local=True)))
    # As transformers has it, which then says what is wrong if it cannot read the folder either.
    unfit = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
    try:
        generator = OpenVINOGenerator.load(name, folder, say)
    except (*unfit, SafetensorError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        say(f"OpenVINO cannot run {name} here ({reason}); transformers runs it, but slower.")
        generator = None
    return generator or TransformersGenerator.load(name, str(folder))


class OpenVINOGenerator(LocalGenerator):
    """A decoder that `openvino_decoder` wrote out; `ends` are the tokens that end its turn."""

    def __init__(self, name: str, decoder: Any, tokenizer: Any, limit: int | None, ends: Collection[int]) -> None:
        super().__init__(name, tokenizer, limit)
        self._request = decoder.create_infer_request()
        self._ends = ends
        # The head that the last prompt shares with most, and the keys and values that the model had after it.
        self._head: list[int] = []
        self._kept: list[Any] = []

    @classmethod
    def load(cls, name: str, folder: Path, say: Callable[[str], None] = _log.info) -> OpenVINOGenerator | None:
        """The transformers model in `folder`, converted if need be, or None if it is of a kind that cannot be.

        Raises what OpenVINO, transformers or safetensors raise when it cannot be read, written or run.
        """
        from transformers import AutoTokenizer, GenerationConfig

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not is_written_out(config) or not (folder / WEIGHTS).is_file():
            return None
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        if tokenizer.chat_template is None:
            return None
        ends = GenerationConfig.from_pretrained(folder, local_files_only=True).eos_token_id
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not (folder / IR).is_file():
                say(f"Rounding {name} to 8 bits, this once; it takes some ten seconds.")
                convert(folder)
        limit = config.get("max_position_embeddings")
        return cls(name, _compiled(folder / IR), tokenizer, limit, ends if isinstance(ends, list) else [ends])

    def _write(self, ids: list[int], max_tokens: int, streamer: TextIteratorStreamer, stopped: threading.Event) -> None:
        read = self._read_head(ids[: self._head_length(ids)])
        ids = ids[read:]
        for _ in range(max_tokens):
            if stopped.is_set():
                return
            token = self._next(ids, read)
            if token in self._ends:
                return
            streamer.put(np.array([token]))
            read += len(ids)
            ids = [token]

    def _head_length(self, ids: list[int]) -> int:
        """How many tokens come before the last turn but the model's own: as a rule the instructions.

        It hangs on the prompt alone. So the same prompt is read in the same two parts whatever was asked before, and
        what was kept of the head is to the bit what reading it gives.
        """
        starts = [place for place, token in enumerate(ids) if token == ids[0]]
        return starts[-2] if len(starts) > 2 else 0

    def _read_head(self, head: list[int]) -> int:
        """Bring the model to where it has read the head, and nothing else; the number of its tokens."""
        import openvino

        self._request.reset_state()
        if head and head == self._head:
            for state, kept in zip(self._request.query_state(), self._kept, strict=True):
                state.state = kept
        elif head:
            self._next(head, 0)
            self._kept = [openvino.Tensor(np.copy(state.state.data)) for state in self._request.query_state()]
            self._head = head
        return len(head)

    def _next(self, ids: list[int], read: int) -> int:
        """The likeliest token after these, which follow on the `read` tokens in the state."""
        end = read + len(ids)
        inputs = {
            "input_ids": np.array([ids], dtype=np.int64),
            "position_ids": np.arange(read, end, dtype=np.int64)[None],
            "attention_mask": np.ones((1, end), dtype=np.int64),
            "beam_idx": np.zeros(1, dtype=np.int32),
        }
        logits = self._request.infer(inputs, share_inputs=True, share_outputs=True)["logits"]
        return int(logits[0, -1].argmax())


def _compiled(path: Path) -> Any:
    # Sees to it that the library sends no reports of its use.
    precision = "bf16" if processor().has_bf16 else "f32"
    import openvino

    hints = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
        # Keys and values are few bytes here: rounding them further would cost words and win no time.
        "KV_CACHE_PRECISION": precision,
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": _ACTIVATION_GROUP,
    }
    return openvino.Core().compile_model(path, "CPU", hints)

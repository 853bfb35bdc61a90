"""The seam between text and vectors: `Embedder`, and `load_embedder`, which gives the real one."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.artifacts import MINILM
from index.errors import ModelError
from index.fetch import fetch, only_local

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Say = Callable[[str], None]

DEFAULT_EMBEDDER = MINILM.name
BATCH = 16

_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Turns passages and questions into unit vectors whose dot product tells how near they are in meaning."""

    @property
    def name(self) -> str:
        """What an index remembers: vectors of embedders of different names never meet."""

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """How much of a text is read; what is beyond it does not count."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without the marks of its beginning and end."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts to be found, float32, shape (len(texts), dimension)."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts to find with, float32, shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """Any model of sentence-transformers, with the prompts that it brings for questions and passages."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self._model = model
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.get_max_seq_length() or 512)
        # A tokenizer's truncation and padding are its state: two threads at once would set them for each other.
        self._turn = threading.Lock()
        self._counting = threading.Lock()

    @cached_property
    def _counter(self) -> Any:
        """A tokenizer to count with, so that an update reads on while passages are embedded."""
        with self._turn:
            return copy.deepcopy(self._model.tokenizer)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        with self._counting:
            encoded = self._counter(list(texts), add_special_tokens=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_document, texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._turn:
            vectors = encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(spec: str = DEFAULT_EMBEDDER, say: Say = _log.info) -> Embedder:
    """The embedder that `spec` names: the embedded default, a local folder, or a sentence-transformers hub model.

    Raises ModelError when it cannot be had.
    """
    if spec == MINILM.name:
        from index.engine import open_fastest

        return open_fastest(MINILM.name, fetch(MINILM, say=say), say)
    name = _name(spec)
    return SentenceTransformerEmbedder(name, load_sentence_transformer(name))


def load_sentence_transformer(spec: str, dtype: str = "float32") -> SentenceTransformer:
    """A model by folder or hub name, on the processor, its loading bars off. Raises ModelError."""
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        return SentenceTransformer(
            spec,
            device="cpu",
            trust_remote_code=False,
            local_files_only=only_local(spec),
            model_kwargs={"dtype": dtype},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"The embedding model {spec} cannot be loaded ({_first_line(error)}); "
            "give a folder or a hub name of a sentence-transformers model, or leave --embedder out."
        ) from error


def _name(spec: str) -> str:
    return str(Path(spec).expanduser().resolve()) if Path(spec).expanduser().is_dir() else spec


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")

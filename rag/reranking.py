"""The seam between candidates and a model that reads them: `Reranker`, `load_reranker`, and `rerank`, which scores."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import InputError, ModelError, first_sentence
from index.fetch import only_local

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

NONE = "none"
READER = "citewire-reader"
DEFAULT_RERANKER = READER

# How many candidates are read. Reading costs the same for each, so this alone sets how long a reranked search takes;
# further down an answer is rare, and each passage more is one more chance to prefer a wrong one.
RERANKED = 12
# What the reranker's opinion counts for beside the fused score, each in its own spread. Less than even: a reranker
# knows the words' sense, the fused score the names, dates and outlets that a small one overlooks.
RERANK_WEIGHT = 0.6
BATCH = 16

Say = Callable[[str], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """What a reranker makes of one passage.

    `relevance` ranks the passages of a question: higher is better, on a scale of the reranker's own. `answered` is the
    probability, 0 to 1, that the passage holds the answer, and `text[start:end]` are the words that are likeliest to be
    it, whatever the probability. A reranker that does not look for them leaves them at 0.
    """

    relevance: float
    answered: float = 0.0
    start: int = 0
    end: int = 0


class Reranker(Protocol):
    """Reads a question and a passage together, and so sees more than vectors made apart from each other can tell."""

    @property
    def name(self) -> str: ...

    def read(self, question: str, heads: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        """A reading of each text.

        `heads` are the passages' headings ("title | outlet | date"), one for each text, "" where there is none.
        """


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers, which is given a passage as its head, a new line and its text."""

    def __init__(self, name: str, model: CrossEncoder) -> None:
        self.name = name
        self._model = model
        # A tokenizer's truncation is its state: two threads at once would set it for each other.
        self._turn = threading.Lock()

    def read(self, question: str, heads: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        """By the model's logits; a passage beyond its length is read up to there."""
        pairs = [(question, f"{head}\n{text}" if head else text) for head, text in zip(heads, texts, strict=True)]
        if not pairs:
            return []
        with self._turn:
            scores = self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False)
        return [Reading(float(score)) for score in scores]


def load_reranker(spec: str = DEFAULT_RERANKER, say: Say = _log.info) -> Reranker | None:
    """The reranker that `spec` names, None for "none".

    The embedded reader as "citewire-reader"; a folder with a cross-encoder of sentence-transformers; or one of the hub
    by name. Raises ModelError when it cannot be had or gives no scores, InputError when `spec` is empty.
    """
    if not spec.strip():
        raise InputError(f'No reranker is named; leave --reranker out, or give "{NONE}", a folder or a hub name.')
    if spec == NONE:
        return None
    if spec == READER:
        from rag.reader.reader import load_reader

        return load_reader()
    return _load_cross_encoder(spec, say)


def rerank(fused: Sequence[float], read: Sequence[float], weight: float = RERANK_WEIGHT) -> list[float]:
    """The candidates' scores, fused ones best first, once a reranker scored the first `len(read)` of them.

    To each of these is added what the reranker makes of it: `weight` standard deviations of the fused scores for each
    of the reranker's own, for the two scales have nothing in common. Candidates that were not read stay behind.

    Here the second candidate, nearly as near as the first, comes before it for it answers far better; the third answers
    better than the first too, but lies too far behind; the fourth was not read.

    >>> [round(score, 2) for score in rerank([2.0, 1.9, 0.6, 0.5], [-4.0, 3.0, 1.0])]
    [1.48, 2.29, 0.73, 0.5]
    """
    if len(read) > len(fused):
        raise ValueError("there must be no more scores of the reranker than candidates")
    if not read:
        return list(fused)
    first, rest = fused[: len(read)], fused[len(read) :]
    spread = _spread(first) or 1.0
    scores = [old + weight * spread * new for old, new in zip(first, _standardised(read), strict=True)]
    floor = min(*scores, rest[0]) if rest else 0.0
    return [*scores, *(floor - (rest[0] - score) for score in rest)]


def _standardised(scores: Sequence[float]) -> list[float]:
    """The scores in standard deviations from their mean; nothing but zeros where they do not differ.

    >>> _standardised([5.0, 3.0]), _standardised([2.0, 2.0]), _standardised([])
    ([1.0, -1.0], [0.0, 0.0], [])
    """
    if not scores or min(scores) == max(scores):
        return [0.0] * len(scores)
    mean = fsum(scores) / len(scores)
    # Scores that differ by less than a square can hold have no spread.
    spread = _spread(scores) or 1.0
    return [(score - mean) / spread for score in scores]


def _spread(scores: Sequence[float]) -> float:
    """The standard deviation."""
    mean = fsum(scores) / len(scores)
    return sqrt(fsum((score - mean) ** 2 for score in scores) / len(scores))


def _load_cross_encoder(spec: str, say: Say) -> CrossEncoderReranker:
    from pickle import UnpicklingError

    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    # Files from anywhere, read by a library that looks before it leaps in only some of the places.
    unfit = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
    try:
        folder = Path(spec).expanduser()
        local = folder.is_dir()
        source = str(folder.resolve()) if local else spec
        if not local:
            say(f"Loading the reranker {spec}; what is not on this machine yet comes from the model hub.")
        model = CrossEncoder(
            source,
            device="cpu",
            trust_remote_code=False,
            local_files_only=only_local(source),
            model_kwargs={"dtype": "float32"},
            # Squeezed between 0 and 1, as is usual for one label, the best would all be alike.
            activation_fn=Identity(),
        )
        if _head_was_made_up(model):
            raise ModelError(
                f"The model {spec} is no reranker, for it has no trained head that scores a passage; "
                "give a cross-encoder with --reranker, or leave it out."
            )
        scores = model.predict([("Who?", "Nobody.")], show_progress_bar=False)
    except (*unfit, SafetensorError, UnpicklingError, StrictDataclassError) as error:
        raise ModelError(
            f"The reranker {spec} cannot be loaded ({first_sentence(error)}); give a folder or a hub name of a "
            "sentence-transformers cross-encoder with --reranker, or leave it out."
        ) from error
    if scores.shape != (1,):
        raise ModelError(
            f"The model {spec} is no reranker, for it tells {scores.shape[-1]} kinds of texts apart and scores none; "
            "give a cross-encoder with one label with --reranker, or leave it out."
        )
    return CrossEncoderReranker(source, model)


def _head_was_made_up(model: CrossEncoder) -> bool:
    """Whether a model that was trained for something else got a head of random weights, as the library gives it."""
    network = model.model
    if network is None:
        return False
    kind = type(network).__name__
    return kind.endswith("ForSequenceClassification") and kind not in (network.config.architectures or ())

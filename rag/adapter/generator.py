"""The default chat model with its adapter, which can be switched on to find answers and off to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError, first_sentence
from rag.adapter.task import MOST_PIECES, Finding, Piece, asking, reading
from rag.openvino_decoder import ADAPTED_IR, SWITCH
from rag.openvino_generator import OpenVINOGenerator
from rag.reader.weights import load_verified

if TYPE_CHECKING:
    import torch

HERE = Path(__file__).parent
WEIGHTS = HERE / "weights.safetensors"
CARD = HERE / "card.md"
# An answer in the words of the articles is short.
MOST_TOKENS = 48

_ON, _OFF = np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.float32)


class AdaptedGenerator(OpenVINOGenerator):
    """Writes as the model that it was, and finds the words that answer a question as it has learnt to."""

    IR = ADAPTED_IR

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._extra = {SWITCH: _OFF}

    @classmethod
    def learnt(cls) -> Mapping[str, torch.Tensor]:
        return load_verified(WEIGHTS, CARD)

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        """Which of the pieces answers the question, at most MOST_PIECES of them, with which words, and how surely none.

        Raises ModelError when the model fails.
        """
        if not 0 < len(pieces) <= MOST_PIECES:
            raise ValueError(f"there must be 1 to {MOST_PIECES} pieces")
        try:
            return self._writer.submit(self._find, question, pieces).result()
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(
                f"The model {self.name} failed while it read ({first_sentence(error)}); "
                "ask again, or give another model with --model."
            ) from error

    def _find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        self._extra = {SWITCH: _ON}
        try:
            self._request.reset_state()
            ids = self._tokens(reading(pieces) + asking(question))
            numbers = [self._tokens(str(number))[0] for number in range(len(pieces) + 1)]
            logits = self._logits(ids, 0)[numbers].astype(np.float64)
            chances = np.exp(logits - logits.max())
            none, *places = (chances / chances.sum()).tolist()
            best = int(np.argmax(places))
            written = self._tokenizer.decode(
                list(self._greedy([numbers[best + 1], *self._tokens(":")], len(ids), MOST_TOKENS)),
                skip_special_tokens=True,
            )
            return Finding(none, tuple(places), best, " ".join(written.split()))
        finally:
            self._extra = {SWITCH: _OFF}

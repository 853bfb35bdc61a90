"""The default chat model with its adapter, which can be switched on to find answers and off to write."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError, first_sentence
from rag.adapter.task import MOST_PIECES, Finding, Found, Piece, asking, reading
from rag.openvino_decoder import IR, SWITCH
from rag.openvino_generator import OpenVINOGenerator
from rag.reader.weights import load_verified, stated_hash

if TYPE_CHECKING:
    import torch

HERE = Path(__file__).parent
WEIGHTS = HERE / "weights.safetensors"
CARD = HERE / "card.md"
# An answer in the words of the articles is short.
MOST_TOKENS = 48
# The words are told for so many of the likeliest pieces: number and words together are surer than the number alone.
TRIED = 3

_ON, _OFF = np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.float32)


class AdaptedGenerator(OpenVINOGenerator):
    """Writes as the model that it was, and finds the words that answer a question as it has learnt to."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._extra = {SWITCH: _OFF}

    @classmethod
    def graph(cls) -> str:
        """Named by the adapter's hash too, so that another adapter makes it anew."""
        return f"adapted-{(stated_hash(CARD.read_text(encoding='utf-8')) or '')[:8]}-{IR}"

    @classmethod
    def learnt(cls) -> Mapping[str, torch.Tensor]:
        return load_verified(WEIGHTS, CARD)

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        """What the likeliest of the pieces answer, at most MOST_PIECES of them, and how likely it is that none does.

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
        import openvino

        self._extra = {SWITCH: _ON}
        try:
            self._request.reset_state()
            ids = self._tokens(reading(pieces) + asking(question))
            numbers = [self._tokens(str(number))[0] for number in range(len(pieces) + 1)]
            none, *chances = np.exp(_log_chances(self._logits(ids, 0)[numbers])).tolist()
            read = [openvino.Tensor(np.copy(state.state.data)) for state in self._request.query_state()]
            best = sorted(range(len(pieces)), key=lambda place: -chances[place])[:TRIED]
            answers = []
            for place in best:
                for state, kept in zip(self._request.query_state(), read, strict=True):
                    state.state = kept
                tokens, surety = self._words([numbers[place + 1], *self._tokens(":")], len(ids))
                words = " ".join(self._tokenizer.decode(tokens, skip_special_tokens=True).split())
                answers.append((math.log(chances[place] + 1e-9) + surety, Found(place, words)))
            answers.sort(key=lambda one: -one[0])
            return Finding(none, tuple(found for _, found in answers), tuple(math.exp(score) for score, _ in answers))
        finally:
            self._extra = {SWITCH: _OFF}

    def _words(self, ids: list[int], read: int) -> tuple[list[int], float]:
        """The likeliest words behind a piece's number, as tokens, and the log of how likely they are all together."""
        tokens: list[int] = []
        surety = 0.0
        while len(tokens) < MOST_TOKENS:
            chances = _log_chances(self._logits(ids, read))
            token = int(chances.argmax())
            surety += float(chances[token])
            if token in self._ends:
                break
            tokens.append(token)
            read += len(ids)
            ids = [token]
        return tokens, surety


def _log_chances(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """The logs of the probabilities that logits stand for.

    >>> np.exp(_log_chances(np.float32([2.0, 2.0]))).tolist()
    [0.5, 0.5]
    """
    wide = logits.astype(np.float64) - logits.max()
    log_chances: NDArray[np.float64] = wide - np.log(np.exp(wide).sum())
    return log_chances

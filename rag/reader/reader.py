"""The reader at work: how well each passage answers a question, where in it the answer stands, or that it does not.

It runs on OpenVINO, in bf16 where the processor calculates in it: about twice as fast as the same weights in torch.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.artifacts import MINILM
from index.errors import ModelError
from index.fetch import fetch
from rag.reader.batches import Row, padded, row
from rag.reader.ir import STREAMS, converted, open_compiled
from rag.reader.spans import best_span
from rag.reranking import Reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "citewire-reader"
MAX_PASSAGE = 400
BATCH = 8

# Fitted on the articles of SQuAD 2.0 that no figure is reported on (python -m eval.reader --fit --questions 500).
# Weights of the network's answered, its gap and its relevance, and for ANSWERED what is added.
ANSWERED = (0.6804, 0.0035, 0.0068, -1.2381)
RELEVANCE = (4.0165, -0.2901, -0.3132, 0.0)


@dataclass(frozen=True)
class Verdict:
    """The network's own figures for a passage, before they are weighed: `gap` is the best span's lead over none."""

    answered: float
    relevance: float
    gap: float
    start: int
    end: int


class Reader:
    """The trained reader, compiled; one question is read at a time, from whichever thread."""

    name = NAME

    def __init__(self, tokenizer: Tokenizer, compiled: Any) -> None:
        self._tokenizer = tokenizer
        self._requests = [compiled.create_infer_request() for _ in range(4)]
        self._turn = threading.Lock()

    def read(self, question: str, heads: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        """One reading for each text; its head (title, outlet, date, or "") is read before it."""
        return [_reading(verdict) for verdict in self.verdicts([question] * len(texts), heads, texts)]

    def read_pairs(self, questions: Sequence[str], heads: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        """One reading for each question with the head and text of the same place."""
        return [_reading(verdict) for verdict in self.verdicts(questions, heads, texts)]

    def verdicts(self, questions: Sequence[str], heads: Sequence[str], texts: Sequence[str]) -> list[Verdict]:
        """What the network says of each text. Texts beyond 400 tokens are read up to there."""
        if not len(questions) == len(heads) == len(texts):
            raise ValueError("there must be a question and a head for each text")
        asked = self._tokenizer.encode_batch_fast(list(questions), add_special_tokens=False)
        headed = self._tokenizer.encode_batch_fast(list(heads), add_special_tokens=False)
        passages = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        rows = [
            row(question.ids, head.ids, passage.ids[:MAX_PASSAGE], passage.offsets[:MAX_PASSAGE])
            for question, head, passage in zip(asked, headed, passages, strict=True)
        ]
        return self._run(rows)

    def _run(self, rows: Sequence[Row]) -> list[Verdict]:
        verdicts: dict[int, Verdict] = {}
        longest_first = sorted(range(len(rows)), key=lambda number: -len(rows[number].ids))
        running: deque[tuple[Any, list[int]]] = deque()

        def finish() -> Any:
            request, numbers = running.popleft()
            request.wait()
            outputs: list[NDArray[np.float32]] = [request.get_output_tensor(i).data for i in range(4)]
            for place, number in enumerate(numbers):
                verdicts[number] = _verdict(rows[number], [output[place] for output in outputs])
            return request

        # Few passages are parted, too: a batch is read by one of the streams, and the others would stand idle.
        size = max(1, min(BATCH, -(-len(rows) // STREAMS)))
        with self._turn:
            free = list(self._requests)
            for first in range(0, len(rows), size):
                numbers = longest_first[first : first + size]
                request = free.pop() if free else finish()
                request.start_async(padded([rows[number] for number in numbers])._asdict())
                running.append((request, numbers))
            while running:
                finish()
        return [verdicts[number] for number in range(len(rows))]


def load_reader(cache: Path | None = None) -> Reader:
    """The shipped reader over the pinned encoder, converted once for OpenVINO. Raises ModelError."""
    from tokenizers import Tokenizer

    folder = fetch(MINILM, cache)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    try:
        return Reader(tokenizer, open_compiled(converted(folder)))
    except RuntimeError as error:
        raise ModelError(f"The converted reader in {folder} cannot be read; delete its folder converted.") from error


def _reading(verdict: Verdict) -> Reading:
    logit = max(-30.0, min(30.0, _weigh(ANSWERED, verdict)))
    return Reading(_weigh(RELEVANCE, verdict), 1 / (1 + exp(-logit)), verdict.start, verdict.end)


def _weigh(weights: tuple[float, float, float, float], verdict: Verdict) -> float:
    answered, gap, relevance, constant = weights
    return answered * verdict.answered + gap * verdict.gap + relevance * verdict.relevance + constant


def _verdict(one: Row, outputs: Sequence[Any]) -> Verdict:
    starts, ends, answered, relevance = outputs
    here = slice(one.first, one.first + len(one.offsets))
    if not one.offsets:
        return Verdict(float(answered), float(relevance), -30.0, 0, 0)
    first, last, score = best_span(starts[here], ends[here])
    gap = score - float(starts[0] + ends[0])
    return Verdict(float(answered), float(relevance), gap, one.offsets[first][0], one.offsets[last][1])

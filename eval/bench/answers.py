"""Answers: how soon they come, beside a plain pipeline of transformers with the same passages stuffed in its prompt."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.bench.figures import Figure, Figures
from index import Passage
from index.artifacts import find
from index.errors import InputError
from index.fetch import fetch
from rag.assistant import ANSWER_TOKENS, Assistant
from rag.limits import DEFAULT_LIMITS
from rag.models.generator import DEFAULT_MODEL, Generator, Message
from rag.models.gguf import convert, converted_folder
from rag.models.local import TransformersGenerator

MOST_OF_FIRST_WORD = 1 / 3
MOST_OF_WHOLE = 1 / 2

_WARM = "Which words come first?"
_STUFFED = "Answer the question from these news articles.\n\n{passages}\n\nQuestion: {question}"


@dataclass(frozen=True)
class Timing:
    """Seconds until the first words and until the end."""

    first: float
    whole: float


class Listening:
    """A generator that counts how often it was asked."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.name = generator.name
        self.context_tokens = generator.context_tokens
        self.asked = 0

    def count_tokens(self, text: str) -> int:
        return self._generator.count_tokens(text)

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        self.asked += 1
        return self._generator.stream(messages, max_tokens)


def measure_answers(assistant: Assistant, plain: Generator, questions: Sequence[str]) -> Figures:
    """Ask each question of the assistant and of the plain pipeline by turns (see `plain_pipeline`).

    The plain pipeline is given the passages and is not timed while they are found; the assistant is. Questions that
    the assistant refuses to answer do not count, for it then writes nothing; only the time to wait for any answer is
    over all. Raises InputError when no question is answered.
    """
    ours = Listening(assistant.generator)
    assistant = Assistant(assistant.archive, ours, assistant.retriever.reranker)
    # The first call loads what a search needs, and warms the models up.
    assistant.retriever.find(_WARM, DEFAULT_LIMITS.passages)
    for generator in (ours, plain):
        timing_of(generator.stream([{"role": "user", "content": _WARM}], 4))
    pairs: list[tuple[Timing, Timing]] = []
    tokens: list[int] = []
    waits: list[float] = []
    by_rules = 0
    for number, question in enumerate(questions):
        prompt = stuffed(question, assistant.retriever.find(question, DEFAULT_LIMITS.passages).passages)
        tokens.append(plain.count_tokens(prompt[-1]["content"]))
        asked = ours.asked
        # By turns, the one that goes first too: what else the machine does then falls on both alike.
        if number % 2:
            other = timing_of(plain.stream(prompt, ANSWER_TOKENS))
            answer = assistant.ask(question)
        else:
            answer = assistant.ask(question)
            other = timing_of(plain.stream(prompt, ANSWER_TOKENS))
        waits.append(answer.seconds)
        if answer.answered and answer.first_token_seconds is not None and other:
            pairs.append((Timing(answer.first_token_seconds, answer.seconds), other))
            by_rules += ours.asked == asked
    if not pairs:
        raise InputError("None of the questions was answered; give some that the articles answer.")
    return Figures(
        f"{len(pairs)} answers of {len(questions)} with {assistant.model}", compared(pairs, tokens, waits, by_rules)
    )


def plain_pipeline(model: str = DEFAULT_MODEL) -> Generator:
    """The embedded model of that name as transformers runs it. Raises InputError when it is not embedded."""
    artifact = find(model)
    if artifact is None or artifact.role != "generator":
        raise InputError(f"{model} is not one of the embedded chat models; name one that `citewire models` lists.")
    (gguf,) = fetch(artifact).glob("*.gguf")
    return TransformersGenerator.load(model, str(convert(gguf, converted_folder(gguf))))


def stuffed(question: str, passages: Sequence[Passage]) -> list[Message]:
    """The prompt of the plain pipeline: every passage whole."""
    texts = "\n\n".join(passage.text for passage in passages)
    return [{"role": "user", "content": _STUFFED.format(passages=texts, question=question)}]


def timing_of(pieces: Iterator[str]) -> Timing | None:
    """How long the pieces take, or None if there is no word in them.

    >>> timing_of(iter(["", " "])) is None
    True
    """
    started = time.perf_counter()
    first = None
    for piece in pieces:
        if first is None and piece.strip():
            first = time.perf_counter() - started
    return None if first is None else Timing(first, time.perf_counter() - started)


def compared(
    pairs: Sequence[tuple[Timing, Timing]], tokens: Sequence[int], waits: Sequence[float], by_rules: int
) -> list[Figure]:
    """Medians of the assistant's times and of the plain pipeline's, of one over the other, and of all waits.

    `by_rules` is how many of the pairs' answers were made without the model, and so in no time.

    >>> pairs = [(Timing(1.0, 2.0), Timing(4.0, 5.0)), (Timing(1.0, 3.0), Timing(5.0, 6.0))]
    >>> [(figure.name, figure.value, figure.holds) for figure in compared(pairs, [900], [2.0, 3.0], 0)[-3:-1]]
    [('first words / plain', 0.225, True), ('whole answer / plain', 0.45, True)]
    """

    def median(values: Iterator[float]) -> float:
        return statistics.median(values)

    return [
        Figure("answers made without the model", by_rules),
        Figure("tokens of a stuffed prompt", round(statistics.median(tokens))),
        Figure("first words, plain", median(other.first for _, other in pairs), "s"),
        Figure("first words", median(own.first for own, _ in pairs), "s"),
        Figure("whole answer, plain", median(other.whole for _, other in pairs), "s"),
        Figure("whole answer", median(own.whole for own, _ in pairs), "s"),
        # Of each pair, for the two were timed right after one another.
        Figure("first words / plain", median(own.first / other.first for own, other in pairs), most=MOST_OF_FIRST_WORD),
        Figure("whole answer / plain", median(own.whole / other.whole for own, other in pairs), most=MOST_OF_WHOLE),
        Figure("whole answer or refusal", statistics.median(waits), "s"),
    ]

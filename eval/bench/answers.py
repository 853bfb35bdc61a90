"""Answers: how soon they come, beside a plain pipeline of transformers with the same passages stuffed in its prompt."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.bench.figures import Figure, Figures
from index import Archive, Passage
from index.artifacts import find
from index.errors import InputError
from index.fetch import fetch
from rag.assistant import ANSWER_TOKENS, PASSAGES, Assistant
from rag.generator import DEFAULT_MODEL, Generator, Message, load_generator
from rag.gguf import convert, converted_folder
from rag.local import TransformersGenerator
from rag.retriever import Retriever

MOST_OF_FIRST_WORD = 1 / 3
MOST_OF_WHOLE = 1 / 2

_STUFFED = "Answer the question from these news articles.\n\n{passages}\n\nQuestion: {question}"


@dataclass(frozen=True)
class Timing:
    """Seconds until the first words and until the end."""

    first: float
    whole: float


def measure_answers(archive: Archive, questions: Sequence[str], model: str = DEFAULT_MODEL) -> Figures:
    """Ask each question of the assistant and of the plain pipeline by turns, with the embedded model of that name.

    The plain pipeline is given the passages and is not timed while they are found; the assistant is. Questions that
    the assistant refuses to answer do not count, for it then writes nothing.
    Raises InputError when the model is not embedded or no question is answered.
    """
    ours, plain = load_generator(model), _plain(model)
    assistant, retriever = Assistant(archive, ours), Retriever(archive)
    pairs: list[tuple[Timing, Timing]] = []
    tokens: list[int] = []
    warm = "Which words come first?"
    for generator in (ours, plain):
        timing_of(generator.stream([{"role": "user", "content": warm}], 4))
    for question in questions:
        prompt = stuffed(question, retriever.find(question, PASSAGES).passages)
        # By turns, the one that goes first too: what else the machine does then falls on both alike.
        if len(tokens) % 2:
            other, own = timing_of(plain.stream(prompt, ANSWER_TOKENS)), _assisted(assistant, question)
        else:
            own, other = _assisted(assistant, question), timing_of(plain.stream(prompt, ANSWER_TOKENS))
        tokens.append(plain.count_tokens(prompt[-1]["content"]))
        if own and other:
            pairs.append((own, other))
    if not pairs:
        raise InputError("None of the questions was answered; give some that the articles answer.")
    return Figures(f"{len(pairs)} answers of {len(questions)} with {model}", _figures(pairs, tokens))


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


def _figures(pairs: Sequence[tuple[Timing, Timing]], tokens: Sequence[int]) -> list[Figure]:
    def median(values: Iterator[float]) -> float:
        return statistics.median(values)

    return [
        Figure("tokens of a stuffed prompt", round(statistics.median(tokens))),
        Figure("first words, plain", median(other.first for _, other in pairs), "s"),
        Figure("first words", median(own.first for own, _ in pairs), "s"),
        Figure("whole answer, plain", median(other.whole for _, other in pairs), "s"),
        Figure("whole answer", median(own.whole for own, _ in pairs), "s"),
        # Of each pair, for the two were timed right after one another.
        Figure("first words / plain", median(own.first / other.first for own, other in pairs), most=MOST_OF_FIRST_WORD),
        Figure("whole answer / plain", median(own.whole / other.whole for own, other in pairs), most=MOST_OF_WHOLE),
    ]


def _assisted(assistant: Assistant, question: str) -> Timing | None:
    answer = assistant.ask(question)
    if not answer.answered or answer.first_token_seconds is None:
        return None
    return Timing(answer.first_token_seconds, answer.seconds)


def _plain(model: str) -> Generator:
    artifact = find(model)
    if artifact is None or artifact.role != "generator":
        raise InputError(f"{model} is not one of the embedded chat models; name one that `citewire models` lists.")
    (gguf,) = fetch(artifact).glob("*.gguf")
    return TransformersGenerator.load(model, str(convert(gguf, converted_folder(gguf))))

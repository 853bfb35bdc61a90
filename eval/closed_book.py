"""The language model by itself: asked without any article, so that what the articles add can be told.

It is asked for the form of answer that the scorers look for, and may say that it does not know.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answer import Answer

if TYPE_CHECKING:
    from rag.models.generator import Generator, Message

INSTRUCTIONS = (
    "You answer questions about news. Answer the question directly in one or two short sentences, with the names, "
    "dates and figures that it asks for. Where the question asks for yes or no, begin with that word. "
    "If you do not know the answer, say so."
)
NOT_KNOWN = "The model says that it does not know."

# Of itself, that is: "No, the report does not mention it" is an answer.
_UNKNOWING = re.compile(
    r"\bI(?:['’]m| am)? (?:(?:do|did|can|could) ?not|(?:do|did|ca|could)n['’]t|not|unable|sorry)\b|"
    r"\b(?:insufficient|not enough|no) information\b",
    re.IGNORECASE,
)


class ClosedBook:
    """Answers from what the model was trained on. Its answers have no citations."""

    def __init__(self, generator: Generator) -> None:
        self.generator = generator

    @property
    def model(self) -> str:
        return self.generator.name

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """The model's words, or a refusal where it says that it has no answer. Raises ModelError, EndpointError."""
        from rag.assistant import ANSWER_TOKENS

        started = time.perf_counter()
        first = None
        text = ""
        for piece in self.generator.stream(prompt(question, history), ANSWER_TOKENS):
            text += piece
            if first is None and text.strip():
                first = time.perf_counter() - started
        text = text.strip()
        seconds = time.perf_counter() - started
        answered = bool(text) and not does_not_know(text)
        reason = None if answered else NOT_KNOWN
        return Answer(question, text, answered, reason, model=self.model, seconds=seconds, first_token_seconds=first)


def does_not_know(text: str) -> bool:
    """Whether a model says of itself that it has no answer.

    >>> does_not_know("I’m sorry, but I cannot say who won."), does_not_know("No, the Post does not mention it.")
    (True, False)
    """
    return bool(_UNKNOWING.search(text))


def prompt(question: str, history: Sequence[Mapping[str, str]] = ()) -> list[Message]:
    """The messages: what is asked for, what was said before, and the question.

    >>> [turn["role"] for turn in prompt("Who won?")]
    ['system', 'user']
    """
    earlier: list[Message] = [{"role": turn["role"], "content": turn["content"]} for turn in history]
    return [{"role": "system", "content": INSTRUCTIONS}, *earlier, {"role": "user", "content": question}]

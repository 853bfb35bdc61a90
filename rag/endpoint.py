"""A chat model behind any server that speaks OpenAI's chat protocol: vLLM, Ollama, llama.cpp, or a service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from index.errors import EndpointError, InputError

if TYPE_CHECKING:
    from rag.generator import Message

CONTEXT_TOKENS = 4096
TIMEOUT_SECONDS = 120.0
CONNECT_SECONDS = 5.0
CHARACTERS_A_TOKEN = 3


class EndpointGenerator:
    """Asks the server greedily and yields the words as they arrive."""

    context_tokens = CONTEXT_TOKENS

    def __init__(self, name: str, model: str, client: Any) -> None:
        self.name = name
        self._model = model
        self._client = client

    @classmethod
    def connect(cls, spec: str, api_key: str | None = None) -> EndpointGenerator:
        """`spec` is the server's base address and the model's name: ``http://127.0.0.1:8000/v1#name``.

        Raises InputError when no model is named. Nothing is sent before the first question.
        """
        from openai import OpenAI, Timeout

        address, _, model = spec.partition("#")
        if not model:
            raise InputError(f"{spec} names a server but no model; write it as {address}#MODEL.")
        client = OpenAI(
            base_url=address,
            api_key=api_key or "none",
            timeout=Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
            max_retries=1,
        )
        return cls(spec, model, client)

    def count_tokens(self, text: str) -> int:
        """An upper estimate: the server's tokenizer is not at hand."""
        return len(text) // CHARACTERS_A_TOKEN + 1

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Raises EndpointError when the server cannot be reached, refuses, or breaks off."""
        from httpx2 import HTTPError
        from openai import OpenAIError

        try:
            with self._client.chat.completions.create(
                model=self._model,
                messages=cast(Any, list(messages)),
                max_tokens=max_tokens,
                temperature=0,
                stream=True,
            ) as events:
                for event in events:
                    piece = event.choices[0].delta.content if event.choices else None
                    if piece:
                        yield piece
        except (OpenAIError, HTTPError, ValueError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            raise EndpointError(
                f"The model server {self.name} did not answer ({reason}); check its address and that it runs."
            ) from error

"""A chat model behind any server that speaks OpenAI's chat protocol: vLLM, Ollama, llama.cpp, or a service."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from index.errors import EndpointError, InputError
from rag.models.reasoning import without_reasoning

if TYPE_CHECKING:
    from rag.models.generator import Message

CONTEXT_TOKENS = 4096
TIMEOUT_SECONDS = 120.0
CONNECT_SECONDS = 5.0
RETRIES = 1
CHARACTERS_A_TOKEN = 3
LONGEST_REMARK = 200


class EndpointGenerator:
    """Asks the server greedily and yields the words as they arrive."""

    context_tokens = CONTEXT_TOKENS

    def __init__(self, name: str, model: str, client: Any) -> None:
        self.name = name
        self._model = model
        self._client = client

    @classmethod
    def connect(cls, spec: str, api_key: str | None = None, timeout: float = TIMEOUT_SECONDS) -> EndpointGenerator:
        """`spec` is the server's base address and the model's name: ``http://127.0.0.1:8000/v1#name``.

        `timeout` is how many seconds the server may be silent. Nothing is sent before the first question.
        Raises InputError when no model is named or the address or the key cannot be one.
        """
        from httpx2 import InvalidURL, Limits
        from openai import DefaultHttpxClient, OpenAI, Timeout

        address, _, model = spec.partition("#")
        shown = address.rpartition("@")[2]
        if not model:
            raise InputError(f"The address {shown} names no model; write it as http://HOST:PORT/v1#MODEL.")
        key = (api_key or "none").strip()
        if not (key.isascii() and key.isprintable()):
            raise InputError("The API key holds characters that a key cannot have; copy it again.")
        patience = Timeout(timeout, connect=CONNECT_SECONDS)
        try:
            url = urlsplit(address)
            if not url.hostname or url.username:
                raise ValueError("it names no server" if not url.hostname else "a password does not belong there")
            http = DefaultHttpxClient(
                timeout=patience,
                # Questions are minutes apart: no connection is left open between them.
                limits=Limits(max_keepalive_connections=0),
                # A proxy that the environment names for the network cannot see this machine's own servers.
                trust_env=not is_loopback(url.hostname),
            )
            client = OpenAI(base_url=address, api_key=key, max_retries=RETRIES, timeout=patience, http_client=http)
        except (ValueError, InvalidURL) as error:
            raise InputError(
                f"The address {shown} cannot be used ({error}); write it as http://HOST:PORT/v1#MODEL."
            ) from error
        # The client takes these from the environment; they are for one service, and any server would be told.
        client.organization = client.project = None
        return cls(spec, model, client)

    def count_tokens(self, text: str) -> int:
        """An upper estimate: the server's tokenizer is not at hand."""
        return len(text) // CHARACTERS_A_TOKEN + 1

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Raises EndpointError when the server cannot be reached, refuses, or breaks off."""
        from httpx2 import HTTPError
        from openai import OpenAIError

        begun = False
        try:
            with self._client.chat.completions.create(
                model=self._model,
                messages=cast(Any, list(messages)),
                max_tokens=max_tokens,
                temperature=0,
                stream=True,
            ) as events:
                begun = True
                yield from without_reasoning(self._pieces(events))
        except (OpenAIError, HTTPError, ValueError) as error:
            raise EndpointError(self._explain(error, begun)) from error

    def _pieces(self, events: Iterable[Any]) -> Iterator[str]:
        finished = False
        for event in events:
            try:
                choices = event.choices
                piece = choices[0].delta.content if choices else None
                finished = finished or bool(choices and choices[0].finish_reason)
            except (AttributeError, TypeError, LookupError) as error:
                raise EndpointError(self._no_chat()) from error
            if isinstance(piece, str) and piece:
                yield piece
        # Without this a connection that is cut would pass for an answer that is whole.
        if not finished:
            raise EndpointError(f"The model server {self.name} broke off; ask again, and see the server's log.")

    def _explain(self, error: Exception, begun: bool) -> str:
        from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

        server = f"The model server {self.name}"
        remark = self._remark(error)
        if isinstance(error, APITimeoutError):
            return f"{server} was silent for too long; see whether it is busy, or give a smaller model."
        if isinstance(error, APIConnectionError) and not begun:
            return f"{server} cannot be reached; check its address and that it runs."
        if isinstance(error, APIStatusError):
            if error.status_code in (401, 403):
                return f"{server} refuses the API key{remark}; give the right one in CITEWIRE_API_KEY."
            if error.status_code == 404:
                return f"{server} has no such model or address{remark}; check both, and that the address ends in /v1."
            return f"{server} failed with status {error.status_code}{remark}; see the server's log."
        if isinstance(error, APIError) and not isinstance(error, APIConnectionError):
            return f"{server} failed{remark}; see the server's log."
        if isinstance(error, ValueError):
            return self._no_chat()
        return f"{server} broke off; ask again, and see the server's log."

    def _no_chat(self) -> str:
        return f"What the model server {self.name} answers is not OpenAI's chat protocol; check its address."

    def _remark(self, error: Exception) -> str:
        """What the server itself says of the error, in brackets, without the key that some servers quote."""
        body = getattr(error, "body", None)
        said = body.get("message") if isinstance(body, dict) else None
        if not isinstance(said, str) or not said.strip():
            return ""
        line = said.replace(self._client.api_key, "...").strip().splitlines()[0]
        return f" ({line[:LONGEST_REMARK].rstrip('.')})"


def is_loopback(host: str) -> bool:
    """Whether the name is this machine's own.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("example.org")
    (True, True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

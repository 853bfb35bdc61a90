"""The seam between prompts and words: `Generator`, and `load_generator`, which gives the real one."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index.artifacts import QWEN, find
from index.errors import InputError
from index.fetch import fetch

DEFAULT_MODEL = QWEN.name

Say = Callable[[str], None]

_log = logging.getLogger(__name__)

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?")

# One turn of a conversation: its "role" is "system", "user" or "assistant", its "content" what was said.
Message = Mapping[str, str]


class Generator(Protocol):
    """A chat model that answers a conversation piece by piece."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int:
        """How many tokens of prompt and answer together the model can hold."""

    def count_tokens(self, text: str) -> int: ...

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """The answer's text in pieces as they are made; closing the iterator stops the model."""


def load_generator(spec: str = DEFAULT_MODEL, api_key: str | None = None, say: Say = _log.info) -> Generator:
    """The model that `spec` names.

    An embedded model by its name; an endpoint that speaks OpenAI's chat protocol as ``http://host:port/v1#model``;
    a GGUF file; a folder with a transformers chat model; or a chat model of the hub by name.
    Raises ModelError when it cannot be had, InputError when `spec` cannot be one.
    """
    if not spec.strip():
        raise InputError("No model is named; leave --model out, or give a name, a folder, a GGUF file or an endpoint.")
    if spec.startswith(("http://", "https://")):
        from rag.models.endpoint import EndpointGenerator

        return EndpointGenerator.connect(spec, api_key)
    from rag.models.local import TransformersGenerator
    from rag.models.openvino_generator import load_gguf

    artifact = find(spec)
    if artifact is not None:
        if artifact.role != "generator":
            raise InputError(f"{spec} embeds text and cannot answer; give a chat model with --model.")
        folder = fetch(artifact, say=say)
        (gguf,) = folder.glob("*.gguf")
        return load_gguf(artifact.name, gguf, say)
    path = Path(spec).expanduser()
    if path.suffix.lower() == ".gguf":
        if not path.is_file():
            raise InputError(f"There is no file {path}; give the path of a GGUF file that exists.")
        return load_gguf(path.stem, path, say)
    if path.is_dir():
        return TransformersGenerator.load(path.resolve().name, str(path))
    if not _HUB_NAME.fullmatch(spec):
        raise InputError(
            f"There is no folder {spec}, and no model can have that name; give a model's name, a folder, a GGUF file, "
            "or an endpoint as http://HOST:PORT/v1#MODEL."
        )
    return TransformersGenerator.load(spec, spec)

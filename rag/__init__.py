"""Questions over an archive, answered with citations: `Assistant`."""

from importlib import import_module
from typing import TYPE_CHECKING

from rag.answer import Answer, Citation
from rag.asking.scope import Scope

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.models.generator import Generator, Message, load_generator
else:
    # These need numpy: imported on first use.
    _HOMES = {
        "Assistant": "rag.assistant",
        "Generator": "rag.models.generator",
        "Message": "rag.models.generator",
        "load_generator": "rag.models.generator",
    }

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


__all__ = ["Answer", "Assistant", "Citation", "Generator", "Message", "Scope", "load_generator"]

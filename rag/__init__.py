"""Questions over an archive, answered with citations: `Assistant`."""

from rag.answer import Answer, Citation
from rag.assistant import Assistant
from rag.generator import Generator, Message, load_generator

__all__ = ["Answer", "Assistant", "Citation", "Generator", "Message", "load_generator"]

"""Articles, their chunks and vectors, and how to find them."""

from importlib import import_module
from typing import TYPE_CHECKING

from index.article import Article, Chunk, spoken_date
from index.errors import CitewireError
from index.passage import Passage

if TYPE_CHECKING:
    from index.archive import Archive
    from index.embedder import Embedder, load_embedder
    from index.updating import Update
else:
    # These need numpy, which `citewire --help` and whoever only wants an error class do not: imported on first use.
    _HOMES = {
        "Archive": "index.archive",
        "Update": "index.updating",
        "Embedder": "index.embedder",
        "load_embedder": "index.embedder",
    }

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


__all__ = [
    "Archive",
    "Article",
    "Chunk",
    "CitewireError",
    "Embedder",
    "Passage",
    "Update",
    "load_embedder",
    "spoken_date",
]

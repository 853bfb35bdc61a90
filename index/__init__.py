"""Articles, their chunks and vectors, and how to find them."""

from index.archive import Archive, Update
from index.article import Article, Chunk, spoken_date
from index.embedder import Embedder, load_embedder
from index.errors import CitewireError
from index.passage import Passage

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

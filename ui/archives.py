"""Opening what a command works on: the index, the assistant over it, the articles that come with citewire."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui.plain import line, say
from ui.progress import update_bar
from ui.settings import Settings

if TYPE_CHECKING:
    from index import Archive, Update
    from index.embedder import Vectors
    from index.updating import Stop
    from rag import Assistant
    from rag.retriever import Retriever


@dataclass(frozen=True)
class RecordedEmbedder:
    """Stands for the embedder that an index was made with, for commands that embed nothing and need not load it."""

    name: str
    dimension: int
    max_tokens: int = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        raise NotImplementedError("a recorded embedder embeds nothing")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise NotImplementedError("a recorded embedder embeds nothing")

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        raise NotImplementedError("a recorded embedder embeds nothing")


def has_index(folder: Path) -> bool:
    """Whether there is an index in the folder, of whatever state."""
    from index.archive import STORE_FILE

    return (folder / STORE_FILE).is_file()


def recorded_facts(folder: Path) -> Mapping[str, str]:
    """What an index says of itself: embedder, dimension, chunk_tokens, generation; nothing if it was never filled.

    Raises IndexBusyError, IndexDamagedError, and InputError where it cannot be read.
    """
    if not _rows(folder, "SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
        return {}
    return {str(key): str(value) for key, value in _rows(folder, "SELECT key, value FROM meta")}


def _rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    from index.archive import STORE_FILE
    from index.database import connect, refusing

    path = folder / STORE_FILE
    with refusing(path), closing(connect(path)) as database:
        return database.execute(query).fetchall()


def new_archive(folder: Path, embedder: str, chunk_tokens: int = 0, rebuild: bool = False) -> Archive:
    """The archive in a folder, made when there is none, ready to be written and searched; see `index.Archive`."""
    from index import Archive, load_embedder

    return Archive(folder, load_embedder(embedder, say), chunk_tokens, rebuild)


def filled_archive(settings: Settings) -> Archive:
    """The archive of the settings, ready to be searched. Raises InputError when it holds no articles."""
    require_index(settings.index)
    archive = new_archive(settings.index, settings.embedder)
    if archive.counts() == (0, 0):
        archive.close()
        raise _no_index(settings.index)
    return archive


def bare_archive(folder: Path) -> Archive:
    """The archive in a folder without its embedder: to list, correct and remove. Raises InputError if there is none."""
    from index import Archive

    require_index(folder)
    facts = recorded_facts(folder)
    if not facts:
        raise _no_index(folder)
    dimension = facts.get("dimension", "")
    embedder = RecordedEmbedder(facts.get("embedder", ""), int(dimension) if dimension.isdecimal() else 0)
    return Archive(folder, embedder)


def require_index(folder: Path) -> None:
    """Raises InputError when there is no index in the folder."""
    if not has_index(folder):
        raise _no_index(folder)


def update_archive(
    archive: Archive,
    paths: Iterable[str | Path],
    stop: Stop | None = None,
    mapping: Mapping[str, str] | None = None,
    allow_private: bool = False,
) -> Update:
    """Index what is new in files, folders and URLs, with a bar on a terminal; see `Archive.update`."""
    with update_bar("Indexing", lambda update: update.fraction) as show:
        return archive.update(paths, show, stop, mapping, allow_private)


def rebuild_archive(archive: Archive, stop: Stop | None = None) -> Update:
    """Make the chunks and vectors of the stored articles anew, with a bar on a terminal."""
    articles = max(1, archive.counts()[0])
    with update_bar("Rebuilding", lambda update: update.read / articles) as show:
        return archive.rebuild(show, stop)


def named_paths(words: Iterable[str]) -> list[str | Path]:
    """What a person names to be indexed: URLs as they are, the others as paths.

    >>> [type(path) is str for path in named_paths(["https://ledger.test/feed", "news/a.html"])]
    [True, False]
    """
    from index.web import is_url

    return [word if is_url(word) else Path(word).expanduser() for word in words]


def cached_archive(articles: Path, embedder: str, folder: Path | None = None) -> Archive:
    """An archive of these articles, in `folder` or else in one of their own in the cache, filled once.

    Never in the user's own index, where articles that are not the user's have no business.
    """
    from index.fetch import cache_root

    name = f"{articles.name.split('.')[0]}-{_contents_key(articles, embedder)}"
    archive = new_archive(folder or cache_root() / "archives" / name, embedder)
    for skipped in update_archive(archive, [articles]).skipped:
        say(f"Skipped {line(skipped.path)}: {line(skipped.reason)}")
    return archive


def _contents_key(articles: Path, embedder: str) -> str:
    """Names the files, their contents, the embedder and the tables' version: what differs gets another archive."""
    from index.readers import find_files
    from index.schema import VERSION

    digest = hashlib.sha256(f"{VERSION}\0{embedder}\0{articles.resolve()}".encode())
    for path in find_files([articles]):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def open_assistant(archive: Archive, settings: Settings) -> Assistant:
    """The assistant over an archive with the model and the reranker of the settings."""
    from rag import Assistant, load_generator
    from rag.reranking import load_reranker

    generator = load_generator(settings.model, settings.api_key, say)
    return Assistant(archive, generator, load_reranker(settings.reranker, say), settings.limits)


def open_retriever(archive: Archive, settings: Settings) -> Retriever:
    """What searches an archive, with the reranker of the settings."""
    from rag.reranking import load_reranker
    from rag.retriever import Retriever

    return Retriever(archive, load_reranker(settings.reranker, say))


def sample_folder() -> Path:
    """The folder of the sample articles and the questions about them that come with citewire."""
    return Path(str(files("eval") / "sample"))


def seed_questions() -> Path:
    """The file of questions about the two scraped pages that citewire began from; the pages do not come with it."""
    return Path(str(files("eval") / "seeds.jsonl"))


def _no_index(folder: Path) -> InputError:
    return InputError(f"There is no index in {folder}; make one with `citewire index PATH...`.")

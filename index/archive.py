"""An archive: articles in a folder on disk, kept up to date from files and searched by words and by meaning."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
from filelock import BaseFileLock, FileLock, Timeout

from index.article import Article, Chunk
from index.chunks import chunk_text
from index.embedder import DEFAULT_EMBEDDER, Embedder, Vectors, load_embedder
from index.errors import IndexBusyError, InputError, UnreadableError
from index.fusion import fuse
from index.passage import Passage
from index.readers import SUFFIXES, Skipped, find_files, read_file
from index.store import Store
from index.vectors import VectorIndex
from index.words import content_words

CHUNK_TOKENS = 256
CANDIDATES = 400
BATCH_CHUNKS = 256
MAX_QUESTION = 4_000  # characters; a longer text is an article, not a question

STORE_FILE = "articles.sqlite"
VECTORS_FILE = "vectors.faiss"
LOCK_FILE = "writer.lock"

_log = logging.getLogger(__name__)

# What a tokenizer adds to a chunk: the marks of its beginning and end.
MARKS = 2


@dataclass
class Update:
    """What an update did so far; `articles` and `chunks` count the whole archive once it is done."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    articles: int = 0
    chunks: int = 0
    seconds: float = 0.0

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged


Progress = Callable[[Update], None]
Batch = list[tuple[Article, list[Chunk]]]


class Archive:
    """The articles in a folder: `articles.sqlite` is the truth, `vectors.faiss` is derived from it."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        """Open the archive in `folder`, made when there is none. Raises IndexMismatchError, IndexDamagedError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise InputError(f"{folder} is a file; give the folder of an index with --index.") from error
        except OSError as error:
            raise InputError(
                f"The folder {folder} cannot be made ({error.strerror}); give another to --index."
            ) from error
        self.folder = folder
        self.embedder = embedder
        self._store = Store(folder / STORE_FILE, embedder.name, embedder.dimension)
        self._vectors: VectorIndex | None = None

    @classmethod
    def open(cls, folder: str | Path, embedder: str = DEFAULT_EMBEDDER) -> Archive:
        """The archive in `folder`, with the embedder of that name."""
        return cls(Path(folder), load_embedder(embedder))

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def update(self, paths: Iterable[str | Path], progress: Progress | None = None) -> Update:
        """Read the files and folders, and store what is new or changed; articles that are as they were cost nothing.

        Each batch of articles is one transaction: an interrupt loses none that was stored before. `progress` is
        called with the state after each batch. A file that cannot be read is skipped, with its reason.
        Raises InputError for a path that does not exist and when there is no file of a known kind, IndexBusyError while
        another process writes.
        """
        started = time.perf_counter()
        files = list(find_files(Path(path) for path in paths))
        if not files:
            raise InputError(
                f"There are no articles; give files of these kinds, or a folder of them: {' '.join(SUFFIXES)}."
            )
        update = Update()
        seen: set[str] = set()
        with self._writing():
            self._store_batches(self._batches(files, update, seen), update, progress)
            if update.changed:
                self._store.shred()
            self._refresh()
        update.articles, update.chunks = self._store.counts()
        update.seconds = time.perf_counter() - started
        if progress:
            progress(update)
        return update

    def remove(self, ids: Iterable[str]) -> int:
        """Take articles out, text, words and vectors; the number that were there."""
        with self._writing():
            with self._store.transaction():
                removed = sum(self._store.delete(article_id) for article_id in ids)
            self._store.shred()
            self._refresh()
        return removed

    def article(self, article_id: str) -> Article:
        """Raises InputError when there is none of that id."""
        article = self._store.article(article_id)
        if article is None:
            raise InputError(f"There is no article {article_id}; `citewire articles` lists those there are.")
        return article

    def articles(self) -> list[Article]:
        return self._store.articles()

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        return self._store.counts()

    def search(self, question: str, k: int = 10) -> list[Passage]:
        """The `k` passages that best fit the question by words and by meaning, best first.

        Raises InputError for a question that is empty or longer than MAX_QUESTION characters.
        """
        check_question(question)
        vector = self.embedder.embed_queries([question])[0]
        with self._store.snapshot():
            dense = self._current_vectors().search(vector, CANDIDATES)
            lexical = self._store.match(content_words(question), CANDIDATES)
            if len(lexical) < CANDIDATES:  # these are all that hold any of the words: the others score nothing
                lexical = dict.fromkeys(dense, 0.0) | lexical
            fused = fuse(dense, lexical)
            return self._store.passages(dict(list(fused.items())[:k]))

    def mentions(self, words: Sequence[str]) -> bool:
        """Whether any one passage, with its article's heading, holds all of the words, in whatever form they take."""
        with self._store.snapshot():
            return self._store.holds(words)

    def _read(self, files: Iterable[Path], update: Update, seen: set[str]) -> Iterator[Article]:
        """The articles that are new or changed; the others, and what cannot be read, are only counted."""
        for path in files:
            try:
                for item in read_file(path):
                    if isinstance(item, Skipped):
                        update.skipped.append(item)
                    elif item.id in seen:
                        update.skipped.append(Skipped(str(path), f"an article {item.identity} was read before"))
                    else:
                        seen.add(item.id)
                        if self._store.content_hash(item.id) == item.content_hash:
                            update.unchanged += 1
                        else:
                            yield item
            except UnreadableError as error:
                update.skipped.append(Skipped(str(path), str(error)))

    def _chunk(self, article: Article) -> list[Chunk]:
        limit = min(CHUNK_TOKENS, self.embedder.max_tokens) - MARKS
        return chunk_text(article.text, self.embedder.count_tokens, limit)

    def _batches(self, files: Iterable[Path], update: Update, seen: set[str]) -> Iterator[Batch]:
        """The articles to store with their chunks, some BATCH_CHUNKS chunks at a time."""
        batch: Batch = []
        for article in self._read(files, update, seen):
            batch.append((article, self._chunk(article)))
            if sum(len(chunks) for _, chunks in batch) >= BATCH_CHUNKS:
                yield batch
                batch = []
        if batch:
            yield batch

    def _store_batches(self, batches: Iterator[Batch], update: Update, progress: Progress | None) -> None:
        """Embed each batch in a thread while the next one is read and the one before is stored."""
        pool = ThreadPoolExecutor(1)
        embedding: deque[tuple[Batch, Future[Vectors]]] = deque()

        def store_oldest() -> None:
            batch, vectors = embedding.popleft()
            self._store_batch(batch, vectors.result(), update)
            if progress:
                progress(update)

        try:
            for batch in batches:
                embedding.append((batch, pool.submit(self._embed, batch)))
                if len(embedding) > 1:
                    store_oldest()
            while embedding:
                store_oldest()
        finally:
            pool.shutdown(cancel_futures=True)

    def _embed(self, batch: Batch) -> Vectors:
        # Without the heading, which full-text search has: with it, vectors of one article's chunks are all alike, and
        # retrieval on MultiHop-RAG was worse.
        return self.embedder.embed_passages(
            [article.text[c.start : c.end] for article, chunks in batch for c in chunks]
        )

    def _store_batch(self, batch: Batch, vectors: Vectors, update: Update) -> None:
        added = changed = first = 0
        with self._store.transaction():
            for article, chunks in batch:
                known = self._store.content_hash(article.id) is not None
                self._store.put(article, chunks, vectors[first : first + len(chunks)])
                first += len(chunks)
                added, changed = added + (not known), changed + known
        update.added += added
        update.changed += changed

    def _current_vectors(self) -> VectorIndex:
        """The FAISS index of the store's generation: at hand, from its file, or made anew. Inside a snapshot."""
        generation = self._store.generation
        if self._vectors is None or self._vectors.generation != generation:
            path = self.folder / VECTORS_FILE
            self._vectors = VectorIndex.load(path, generation)
            if self._vectors is None:
                ids, vectors = self._store.vectors(self.embedder.dimension)
                self._vectors = VectorIndex.build(generation, ids, np.ascontiguousarray(vectors))
                try:
                    self._vectors.save(path)
                except OSError as error:
                    _log.warning("%s cannot be written (%s); it will be made again at the next start", path, error)
        return self._vectors

    def _refresh(self) -> None:
        with self._store.snapshot():
            self._current_vectors()

    def _writing(self) -> AbstractContextManager[BaseFileLock]:
        try:
            return FileLock(self.folder / LOCK_FILE, timeout=0).acquire()
        except Timeout as error:
            raise IndexBusyError(
                f"Another process is writing to the index {self.folder}; wait for it to finish, then try again."
            ) from error
        except OSError as error:
            raise InputError(
                f"{self.folder} cannot be written to ({error.strerror}); check its permissions."
            ) from error


def check_question(question: str) -> None:
    """Raises InputError for a question that cannot be one."""
    if not question.strip():
        raise InputError("The question is empty; ask something.")
    if any("\ud800" <= letter <= "\udfff" for letter in question):
        raise InputError("The question holds bytes that are not text in UTF-8; type it anew.")
    if len(question) > MAX_QUESTION:
        raise InputError(f"The question has {len(question):,} characters; ask it in at most {MAX_QUESTION:,}.")

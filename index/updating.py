"""Filling a store: articles are chunked, embedded in a thread while the next are read, and made ready in batches."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from index.article import Article, Chunk
from index.chunks import chunk_text
from index.copies import buckets
from index.derived import publish
from index.embedder import Embedder, Vectors
from index.pending import Embedded, Pending
from index.records import Skipped
from index.store import Store

BATCH_CHUNKS = 256
# So much is published at a time: often enough that a long run can be searched, seldom enough that it costs little.
PUBLISH_CHUNKS = 16_384
# So much is embedded at a time: whoever asks meanwhile waits for no more than that, and progress moves in such steps.
SLICE_CHUNKS = 64

# What a tokenizer adds to a chunk: the marks of its beginning and end.
MARKS = 2


@dataclass
class Update:
    """What an update did so far; `articles` and `chunks` count the whole archive once it is done.

    Of the sources `share_read` has been read, by size, and of the `found` chunks in that so many have `vectors`, which
    counts ahead of `embedded`: those are stored. `paths` are the files that an article was read from, which is stored.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    embedded: int = 0
    articles: int = 0
    chunks: int = 0
    seconds: float = 0.0
    share_read: float = 0.0
    found: int = 0
    vectors: int = 0
    paths: set[str] = field(default_factory=set)
    stopped: bool = False

    @property
    def fraction(self) -> float:
        """The share of the work that is done: what is read counts once it is embedded.

        >>> Update(share_read=1.0, found=200, vectors=50).fraction, Update(share_read=0.5).fraction
        (0.25, 0.5)
        """
        return self.share_read * (self.vectors / self.found if self.found else 1.0)

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged


Progress = Callable[[Update], None]
Stop = Callable[[], bool]
Batch = list[tuple[Article, list[Chunk], list[int]]]


class Updater:
    """One update of a store by its one writer. `progress` hears of each batch; `stop` is asked before each article."""

    def __init__(
        self, store: Store, folder: Path, embedder: Embedder, progress: Progress | None = None, stop: Stop | None = None
    ) -> None:
        self.update = Update()
        self._store = store
        self._folder = folder
        self._embedder = embedder
        self._pending = Pending(store)
        self._progress = progress
        self._stop = stop
        self._started = time.perf_counter()
        self._unpublished = 0

    def take(self, items: Iterable[Article | Skipped]) -> None:
        """Store what is new or changed; an article that is as it was costs nothing. What is stored is published."""
        self._pending.begin()
        self._store_batches(self._batches(self._changed(items)))
        self._publish()

    def make_anew(self, articles: Iterable[Article]) -> None:
        """Store every one of the published articles again, as the store's embedder and chunk size ask for now."""
        self._pending.begin()
        self._store_batches(self._batches(self._unready(articles)), publish_between=False)
        if not self.update.stopped:
            self._publish()

    def _changed(self, items: Iterable[Article | Skipped]) -> Iterator[Article]:
        seen: set[str] = set()
        for item in items:
            if isinstance(item, Skipped):
                self.update.skipped.append(item)
            elif item.id in seen:
                reason = f"an article of the same address was read before ({item.identity}); leave one of them out."
                self.update.skipped.append(Skipped(item.path or item.identity, reason))
            else:
                seen.add(item.id)
                if self._pending.stands(item):
                    self.update.unchanged += 1
                    self._is_stored(item)
                elif self._put_again(item):
                    self.update.changed += 1
                    self._is_stored(item)
                else:
                    yield item
            if self._is_stopped():
                return

    def _is_stored(self, article: Article) -> None:
        if article.path:
            self.update.paths.add(article.path)

    def _put_again(self, article: Article) -> bool:
        with self._store.transaction():
            return self._pending.put_again(article)

    def _unready(self, articles: Iterable[Article]) -> Iterator[Article]:
        for article in articles:
            if self._pending.is_ready(article):
                self.update.unchanged += 1
            else:
                yield article
            if self._is_stopped():
                return

    def _is_stopped(self) -> bool:
        self.update.stopped = self.update.stopped or bool(self._stop and self._stop())
        return self.update.stopped

    def _chunk(self, article: Article) -> list[Chunk]:
        limit = min(self._store.making.chunk_tokens, self._embedder.max_tokens) - MARKS
        return chunk_text(article.text, self._embedder.count_tokens, limit)

    def _batches(self, articles: Iterable[Article]) -> Iterator[Batch]:
        """The articles with their chunks and buckets, some BATCH_CHUNKS chunks at a time."""
        batch: Batch = []
        size = 0
        for article in articles:
            chunks = self._chunk(article)
            self.update.found += len(chunks)
            batch.append((article, chunks, buckets(article.text)))
            size += len(chunks)
            if size >= BATCH_CHUNKS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _store_batches(self, batches: Iterator[Batch], publish_between: bool = True) -> None:
        """Embed each batch in a thread while the next one is read and the one before is stored."""
        pool = ThreadPoolExecutor(1)
        embedding: deque[Future[list[Embedded]]] = deque()

        def store_oldest() -> None:
            self._store_batch(embedding.popleft().result())
            if publish_between and self._unpublished >= PUBLISH_CHUNKS:
                self._publish()

        try:
            for batch in batches:
                embedding.append(pool.submit(self._embed, batch))
                if len(embedding) > 1:
                    store_oldest()
            while embedding:
                store_oldest()
        finally:
            pool.shutdown(cancel_futures=True)

    def _embed(self, batch: Batch) -> list[Embedded]:
        # Without the heading, which full-text search has: with it, vectors of one article's chunks are all alike, and
        # retrieval on MultiHop-RAG was worse.
        texts = [article.text[chunk.start : chunk.end] for article, chunks, _ in batch for chunk in chunks]
        slices = [self._embed_slice(texts[at : at + SLICE_CHUNKS]) for at in range(0, len(texts), SLICE_CHUNKS)]
        vectors = np.concatenate([np.zeros((0, self._embedder.dimension), dtype=np.float32), *slices])
        ends = [0]
        for _, chunks, _ in batch:
            ends.append(ends[-1] + len(chunks))
        return [
            Embedded(article, chunks, vectors[first:end], found)
            for (article, chunks, found), first, end in zip(batch, ends, ends[1:], strict=False)
        ]

    def _embed_slice(self, texts: Sequence[str]) -> Vectors:
        vectors = self._embedder.embed_passages(texts)
        self.update.vectors += len(texts)
        return vectors

    def _store_batch(self, batch: list[Embedded]) -> None:
        known = [self._pending.is_published(embedded.article) for embedded in batch]
        with self._store.transaction():
            for embedded in batch:
                self._pending.put(embedded)
        for embedded in batch:
            self._is_stored(embedded.article)
        chunks = sum(len(embedded.chunks) for embedded in batch)
        self._unpublished += chunks
        self.update.embedded += chunks
        self.update.changed += sum(known)
        self.update.added += len(known) - sum(known)
        self._tell()

    def _tell(self) -> None:
        self.update.seconds = time.perf_counter() - self._started
        if self._progress:
            self._progress(self.update)

    def _publish(self) -> None:
        # An index without articles, too, is of another making after a rebuild.
        if self._pending.exists() or self._store.recorded_making() != self._store.making:
            publish(self._store, self._folder)
        self._unpublished = 0

    def finish(self) -> Update:
        """The whole, told once more."""
        self.update.articles, self.update.chunks = self._store.counts()
        self._tell()
        return self.update

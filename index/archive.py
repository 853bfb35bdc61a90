"""An archive: articles in a folder on disk, kept up to date from files and searched by words and by meaning."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType

from index.article import Article
from index.catalogue import Catalogue, read_catalogue
from index.checked import is_as_left, marks_of, remember
from index.corrections import checked
from index.derived import Derived, publish
from index.embedder import DEFAULT_EMBEDDER, Embedder, Vectors, load_embedder
from index.errors import CitewireError, InputError
from index.facts import Version
from index.fitting import Fitting
from index.listing import Entry, read_entries
from index.migrate import discard_files
from index.passage import Passage
from index.pending import Pending
from index.readers import SUFFIXES
from index.removal import Removed, shelve, unshelve
from index.searching import CANDIDATES, Searching, Weights
from index.shredding import shred
from index.slots import Found, Request
from index.sources import Sources
from index.store import Making, Store
from index.together import FIRST, reordered
from index.updating import Progress, Stop, Update, Updater
from index.words import content_words
from index.writer import sole_writer

# Threads that embed and compare vectors while a search looks words up: searches take turns at the rest.
BESIDE = 2
MAX_QUESTION = 4_000  # characters; a longer text is an article, not a question
# Seconds that the end of a write waits for those who read what was removed: meanwhile nobody can search.
PATIENCE = 0.5

STORE_FILE = "articles.sqlite"

_log = logging.getLogger(__name__)


class Archive:
    """The articles in a folder: `articles.sqlite` is the truth, what lies in `search/` is derived from it.

    Once another process has rebuilt them in another way, whatever searches or writes raises IndexMismatchError.
    """

    def __init__(self, folder: Path, embedder: Embedder, chunk_tokens: int = 0, rebuild: bool = False) -> None:
        """Open the archive in `folder`, made when there is none.

        `chunk_tokens` is the size of its chunks, 0 for what it has or the default. `rebuild` lets it have been made
        with another embedder or chunk size, or by an older version: call `rebuild` then. Raises IndexMismatchError,
        IndexDamagedError.
        """
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
        self.weights = Weights()
        making = Making(embedder.name, embedder.dimension, chunk_tokens)
        self._store = Store(folder / STORE_FILE, making, rebuild)
        self._fitting = Fitting(self._store, folder)
        self._catalogue: Catalogue | None = None
        self._entries: tuple[str, tuple[Entry, ...]] | None = None
        self._beside = ThreadPoolExecutor(BESIDE, "search")  # has no thread before the first search
        if not rebuild:
            self._check()

    @classmethod
    def open(cls, folder: str | Path, embedder: str = DEFAULT_EMBEDDER) -> Archive:
        """The archive in `folder`, with the embedder of that name."""
        return cls(Path(folder), load_embedder(embedder))

    def _check(self) -> None:
        """Read the truth through if it is not as it was left, be it by a kill, a copy or a failing disk."""
        path = self.folder / STORE_FILE
        if is_as_left(path):
            return
        marks = marks_of(path)
        try:
            self._store.verify()
        except BaseException:
            self._store.close()
            raise
        remember(path, marks)

    def close(self) -> None:
        self._beside.shutdown()
        with suppress(CitewireError, sqlite3.ProgrammingError):  # it is damaged, or closed already
            shred(self._store)
        if self._store.close():
            remember(self.folder / STORE_FILE)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def update(
        self,
        paths: Iterable[str | Path],
        progress: Progress | None = None,
        stop: Stop | None = None,
        mapping: Mapping[str, str] | None = None,
        allow_private: bool = False,
    ) -> Update:
        """Read the files, folders and URLs, and store what is new or changed; what is as it was costs nothing.

        Each batch of articles is one transaction, and readers see none of them before they are published: all of a
        short update at once, a long one some thousands of chunks at a time. `progress` is called after each batch.
        When `stop` says so, the batch in hand is finished and published, and `Update.stopped` is set. `mapping` tells
        what the fields of records are called (see `index.records`); `allow_private` lets URLs lead into the local
        network. What cannot be read is skipped, with its reason.
        Raises InputError for a path that does not exist and when there is no file of a known kind, IndexBusyError
        while another process writes.
        """
        sources = Sources(paths, mapping or {}, allow_private)
        if not sources:
            raise InputError(
                f"There are no articles; give files of these kinds, or a folder of them: {' '.join(SUFFIXES)}."
            )
        with self._writing():
            updater = Updater(self._store, self.folder, self.embedder, progress, stop)
            updater.take(sources.read(updater.update))
            return updater.finish()

    def rebuild(self, progress: Progress | None = None, stop: Stop | None = None) -> Update:
        """Chunk and embed the stored articles anew, for another embedder, chunk size or version of citewire.

        Until all is done searches find the old state; an interrupted rebuild goes on where it stopped.
        """
        with self._writing(rebuilding=True):
            updater = Updater(self._store, self.folder, self.embedder, progress, stop)
            updater.make_anew(self._store.articles_as_read())
            discard_files(self.folder)
            return updater.finish()

    def remove(self, ids: Iterable[str]) -> int:
        """Take articles out, text, words, vectors and earlier versions; the number that were there."""
        return len(self.take_out(ids).ids)

    def take_out(self, ids: Iterable[str]) -> Removed:
        """Remove articles, and give what `put_back` needs to undo that. On the disk nothing is left of them.

        While another process reads the state that has them, their words stay in SQLite's log, which is warned of.
        """
        with self._writing():
            wanted = list(dict.fromkeys(ids))
            with self._store.snapshot():
                removed = shelve(self._store, wanted)
            Pending(self._store).begin(wanted)
            if removed.ids:
                publish(self._store, self.folder, removed.ids)
        return removed

    def put_back(self, removed: Removed) -> int:
        """Undo a removal: ids, facts, corrections, places in the list and earlier versions are as they were.

        The number of articles that came back; one that has been indexed again meanwhile stands as it is.
        Raises IndexMismatchError when the index has been rebuilt in another way meanwhile.
        """
        with self._writing():
            Pending(self._store).begin()
            with self._store.transaction():
                back = unshelve(self._store, removed)
            if back:
                publish(self._store, self.folder)
        return back

    def correct(self, id: str, facts: Mapping[str, str | None]) -> Article:
        """Set facts of an article by hand, for good: they stand whatever is read later. None undoes a correction.

        Raises InputError for an unknown article or fact, or a date that is none.
        """
        values = {name: checked(name, value) for name, value in facts.items()}
        with self._writing():
            found = self._store.article_as_read(id)
            if found is None:
                raise _no_article(id)
            article, corrections = found
            kept = {name: value for name, value in (corrections | values).items() if value is not None}
            pending = Pending(self._store)
            pending.begin()
            with self._store.transaction():
                if not pending.put_again(article, kept):
                    raise InputError(f"The article {id} has changed meanwhile; look at it, and set its facts again.")
            publish(self._store, self.folder)
        return self.article(id)

    def article(self, id: str) -> Article:
        """Raises InputError when there is none of that id."""
        article = self._store.article(id)
        if article is None:
            raise _no_article(id)
        return article

    def articles(self) -> Iterator[Article]:
        """Every article, in the order in which they were first stored."""
        return self._store.articles()

    def newest(self, count: int) -> list[Article]:
        """The articles that were published last, newest first; those whose day is not known with its year come last."""
        with self._store.snapshot():
            catalogue = self._catalogued()
            days = [day if day and not day.startswith("--") else "" for day in catalogue.published]
            rows = sorted(range(len(days)), key=lambda row: days[row], reverse=True)[:count]
            keys = [int(catalogue.keys[row]) for row in rows]
            found = self._store.articles_by_key(keys)
        return [found[key] for key in keys]

    def entries(self) -> tuple[Entry, ...]:
        """What a list shows of every article, without the texts, in the order in which they were first stored."""
        with self._store.snapshot():
            generation = self._store.generation
            if self._entries is None or self._entries[0] != generation:
                self._entries = generation, read_entries(self._store)
            return self._entries[1]

    def versions(self, id: str) -> list[Version]:
        """What the article was before it changed, oldest first."""
        return self._store.versions(id)

    def story(self, id: str) -> list[Article]:
        """The copies of one story, the article of that id among them, its face first."""
        return self._store.story(id)

    @property
    def generation(self) -> str:
        """Names the articles as they are now; it changes whenever they do."""
        return self._store.generation

    @property
    def updated(self) -> str | None:
        """When articles last were stored or removed (ISO, UTC); None in an index that has not told since."""
        return self._store.meta("updated")

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        return self._store.counts()

    def count_stories(self) -> int:
        """How many stories several articles print."""
        return self._store.count_stories()

    def verify(self) -> None:
        """Read all that is stored and compare it with its checksums. Raises IndexDamagedError."""
        self._store.verify()

    def search(self, question: str, k: int = 10) -> list[Passage]:
        """The `k` passages that best fit the question by words and by meaning, best first; see `retrieve`."""
        return self.retrieve(question, k)[0]

    def retrieve(self, question: str, k: int = 10) -> tuple[list[Passage], dict[str, Article]]:
        """What `search` finds, and the articles by id, all of one state of the archive.

        Of a story that several articles print one is found, with the others as its passages' `copies`.
        Raises InputError for a question that is empty or longer than MAX_QUESTION characters.
        """
        found = self.find(Request(question, tuple(content_words(question))), k)
        return found.best(k), dict(found.articles)

    def embedding(self, question: str) -> Future[Vectors]:
        """The question's vector, shape (dimension,), made in a thread of its own: to begin with it before `find`.

        Raises InputError as `retrieve` does.
        """
        check_question(question)
        return self._beside.submit(lambda: self.embedder.embed_queries([question])[0])

    def find(self, request: Request, depth: int = 10, embedding: Future[Vectors] | None = None) -> Found:
        """The `depth` best passages of each slot of the request, or of the request itself where it has none.

        `embedding` is that of the request's text, if it was begun already. Raises InputError as `retrieve` does.
        """
        vector = embedding or self.embedding(request.text)

        def look(derived: Derived) -> Found:
            searching = Searching(self._store, derived, self._catalogued(), self.weights, self._beside)
            return self._found(request, searching.find(request, vector, max(depth, FIRST)), max(depth, 0))

        return self._fitting.ask(look, vector)

    def _found(self, request: Request, ranked: Sequence[Mapping[int, float]], depth: int) -> Found:
        """The `depth` best passages of each slot, of the chunks that it found; copies are looked up for them alone."""
        chunks = dict.fromkeys((chunk for scores in ranked for chunk in scores), 0.0)
        passages, articles = self._store.passages(chunks)
        of = dict(zip(chunks, passages, strict=True))
        headings = {id: article.heading for id, article in articles.items()}
        texts = {chunk: (headings[at.article_id], at.text) for chunk, at in of.items()}
        slots = []
        for scores, words in zip(ranked, [slot.words for slot in request.slots] or [request.own_words], strict=True):
            anew = reordered(scores, texts, words, self.weights.sentence)
            slots.append([replace(of[chunk], score=anew[chunk]) for chunk in islice(anew, depth)])
        kept = {at.article_id: articles[at.article_id] for slot in slots for at in slot}
        copies = self._store.copies(kept)
        with_copies = (tuple(replace(at, copies=copies.get(at.article_id, ())) for at in slot) for slot in slots)
        return Found(tuple(with_copies), kept)

    def catalogue(self) -> Catalogue:
        """Who published what and when, of all the articles as they are now."""
        with self._store.snapshot():
            return self._catalogued()

    def _catalogued(self) -> Catalogue:
        """The catalogue of this snapshot, read anew when the truth has moved on."""
        if self._catalogue is None or self._catalogue.generation != self._store.generation:
            self._catalogue = read_catalogue(self._store)
        return self._catalogue

    def mentions(self, words: Sequence[str]) -> bool:
        """Whether any one passage, with its article's heading, holds all of the words, in whatever form they take."""
        if not words:
            return True
        return self._fitting.ask(lambda derived: bool(self._store.places(derived.words.holding(words, CANDIDATES))))

    @contextmanager
    def _writing(self, rebuilding: bool = False) -> Iterator[None]:
        """Nobody else writes meanwhile, nor has anybody made the index in another way than it was opened."""
        with sole_writer(self.folder):
            if not rebuilding:
                self._store.check_making()
            yield
            if not shred(self._store, PATIENCE):
                _log.warning(
                    "removed words are still in the log of the index %s, which another process reads; "
                    "they leave it when the index is next searched, changed or closed after that",
                    self.folder,
                )


def check_question(question: str) -> None:
    """Raises InputError for a question that cannot be one."""
    if not question.strip():
        raise InputError("The question is empty; ask something.")
    if any("\ud800" <= letter <= "\udfff" for letter in question):
        raise InputError("The question holds bytes that are not text in UTF-8; type it anew.")
    if len(question) > MAX_QUESTION:
        raise InputError(f"The question has {len(question):,} characters; ask it in at most {MAX_QUESTION:,}.")


def _no_article(id: str) -> InputError:
    return InputError(f"There is no article {id}; `citewire articles` lists those there are.")

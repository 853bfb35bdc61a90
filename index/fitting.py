"""What is derived from the truth, kept fitting the state that a search sees."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from index.derived import Derived, derive, discard, open_derived, tidy
from index.embedder import Vectors
from index.errors import IndexBusyError, InputError
from index.shredding import shred
from index.store import Store
from index.writer import sole_writer

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Fitting:
    """The derived files of the archive in `folder`, opened for the state of each moment, or made anew.

    `derived` is what was opened last.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self.derived: Derived | None = None

    def ask(self, find: Callable[[Derived], Result], embedding: Future[Vectors] | None = None) -> Result:
        """What `find` finds; of files that turn out to be damaged while they are read, once they are made anew.

        `embedding` is what `find` waits for beside them: an error of that is no damage, and raised as it is.
        """
        try:
            with self._reading() as derived:
                return find(derived)
        except ValueError as error:
            if embedding is not None:
                embedding.result()
            _log.warning("%s is derived again: %s", self._folder, error)
            discard(self._folder, self._store.generation)
            self.derived = None
        with self._reading() as derived:
            return find(derived)

    @contextmanager
    def _reading(self) -> Iterator[Derived]:
        """A snapshot of the truth, with what is derived from just that."""
        shred(self._store)
        for last in (False, False, True):
            with self._store.snapshot():
                derived = self._opened()
                if derived is None and last:
                    derived = self.derived = self._derive()
                if derived is not None:
                    yield derived
                    return

    def _opened(self) -> Derived | None:
        """What searches the state of this snapshot; None when its files are not there, or just gone for newer ones."""
        generation = self._store.generation
        if self.derived is None or self.derived.generation != generation:
            self._store.check_making()
            self.derived = open_derived(self._folder, generation)
        return self.derived

    def _derive(self) -> Derived:
        """Both indexes anew for this snapshot: in files, or in memory alone.

        In memory while another process writes, for a state that is not the newest any more (to write files for it would
        delete those of the newest), and where nothing can be written.
        """
        try:
            with sole_writer(self._folder):
                if self._store.is_newest():
                    derived = derive(self._store, self._folder)
                    tidy(self._folder, derived.generation)
                    return derived
        except (IndexBusyError, InputError):
            pass
        except OSError as error:
            told = "%s cannot be written to (%s); it will be derived again at the next start"
            _log.warning(told, self._folder, error)
        return derive(self._store, None)

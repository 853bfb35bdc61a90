"""What is derived from the truth to search it: vectors in FAISS, words in tantivy; made anew when in doubt.

Each generation of the truth has a note in `search/` that names its files, so that a reader finds those of just the
state that it sees. The files may hold chunks that are not published (yet, or any more), and never lack one that is:
what they give is checked against the truth. The whole folder may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.errors import InputError
from index.fulltext import FullText
from index.pending import Pending
from index.store import Store
from index.vectors import Ids, VectorIndex

FOLDER = "search"
_BATCH = 4096


@dataclass(frozen=True)
class Derived:
    """The two indexes that fit one generation of the truth."""

    generation: str
    vectors: VectorIndex
    words: FullText


def open_derived(folder: Path, generation: str) -> Derived | None:
    """What lies in `folder` for that generation, or None when it is missing, damaged or gone for a newer one."""
    try:
        note = json.loads(_note(folder, generation).read_bytes())
        vectors = VectorIndex.open(folder / FOLDER / note["vectors"])
        words = FullText.open(folder / FOLDER / note["words"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Words leave the files only when the note is gone: had it gone before they were opened, some could be missing.
    return Derived(generation, vectors, words) if _note(folder, generation).exists() else None


def derive(store: Store, folder: Path | None) -> Derived:
    """Both indexes anew from what is published, in files of `folder`, or in memory alone. In a snapshot."""
    ids = store.chunk_ids()
    if folder is None:
        return Derived(store.generation, _built(store, ids), _filled(FullText.create(None), store, ids))
    name = uuid.uuid4().hex[:12]
    (folder / FOLDER).mkdir(exist_ok=True)
    vectors = _built(store, ids)
    vectors.save(folder / FOLDER / f"vectors-{name}.faiss")
    words = _filled(FullText.create(folder / FOLDER / f"words-{name}"), store, ids)
    _write_note(folder, store.generation, f"vectors-{name}.faiss", f"words-{name}")
    return Derived(store.generation, vectors, words)


def publish(store: Store, folder: Path, removed: Collection[str] = ()) -> Derived:
    """Publish all that is pending, less the articles `removed`, and derive what searches it. By the one writer.

    The new files are there before the truth turns to them; after a kill at any moment the old state stands or the new.
    Raises InputError when they cannot be written.
    """
    try:
        return _publish(store, folder, removed)
    except OSError as error:
        raise InputError(
            f"{folder / FOLDER} cannot be written ({error}); check its permissions and the free space on its disk."
        ) from error


def _publish(store: Store, folder: Path, removed: Collection[str]) -> Derived:
    pending = Pending(store)
    generation, name = uuid.uuid4().hex, uuid.uuid4().hex[:12]
    (folder / FOLDER).mkdir(exist_ok=True)
    with store.snapshot():
        ready, leaving = pending.chunk_ids(), pending.leaving_chunk_ids(removed)
        published = store.chunk_ids()
        old = open_derived(folder, store.generation) if store.recorded_making() == store.making else None
        ids = np.concatenate([np.setdiff1d(published, leaving, assume_unique=True), ready])
        vectors = _advanced(old.vectors, store, ready, leaving) if old else None
        if vectors is None or len(vectors) != len(ids):
            vectors = _built(store, ids)
        vectors.save(folder / FOLDER / f"vectors-{name}.faiss")
        # A removed article must leave no word behind; a count that is off tells of an update that was killed.
        if old and not removed and len(old.words) == len(published):
            words = _filled(old.words, store, ready)
            words_name = json.loads(_note(folder, old.generation).read_bytes())["words"]
        else:
            words_name = f"words-{name}"
            words, leaving = _filled(FullText.create(folder / FOLDER / words_name), store, ids), leaving[:0]
    _write_note(folder, generation, f"vectors-{name}.faiss", words_name)
    pending.publish(generation, removed)
    tidy(folder, generation)  # first, so that no reader takes what is left of the words for those of the old state
    if len(leaving):
        words.remove(leaving.tolist())
    return Derived(generation, vectors, words)


def tidy(folder: Path, generation: str) -> None:
    """Delete the files of all other generations."""
    note = _note(folder, generation)
    kept = {note.name, *json.loads(note.read_bytes()).values()}
    kept |= {str(Path(name).with_suffix(".json")) for name in kept}
    for path in (folder / FOLDER).iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def discard(folder: Path, generation: str) -> None:
    """Let what is derived of that generation be made anew."""
    with suppress(OSError):
        _note(folder, generation).unlink(missing_ok=True)


def _built(store: Store, ids: Ids) -> VectorIndex:
    return VectorIndex.build(store.making.dimension, ids, store.vectors)


def _advanced(old: VectorIndex, store: Store, ready: Ids, leaving: Ids) -> VectorIndex | None:
    """The vectors with some more and some less; None when they are to be laid out anew for more of them."""
    if len(leaving):
        old.remove(leaving)
    for batch in _batches(ready):
        old.add(batch, store.vectors(batch))
    return None if old.outgrown else old


def _filled(words: FullText, store: Store, ids: Ids) -> FullText:
    if len(ids):
        words.add(row for batch in _batches(ids) for row in store.words(batch))
    return words


def _batches(ids: Ids) -> Iterator[Ids]:
    return (ids[first : first + _BATCH] for first in range(0, len(ids), _BATCH))


def _note(folder: Path, generation: str) -> Path:
    return folder / FOLDER / f"{generation}.json"


def _write_note(folder: Path, generation: str, vectors: str, words: str) -> None:
    note = _note(folder, generation)
    part = note.with_suffix(".part")
    part.write_text(json.dumps({"vectors": vectors, "words": words}))
    os.replace(part, note)

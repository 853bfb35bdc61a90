"""A look at an index: what is in it, whether every row is as it was stored, and what is derived from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import CitewireError
from ui.archives import bare_archive, has_index, recorded_facts
from ui.checks import Check
from ui.settings import Settings


def index_checks(settings: Settings) -> Iterator[Check]:
    """All checks of the index of the settings."""
    folder = settings.index
    if not has_index(folder):
        yield Check("index", f"none in {folder}; `citewire index PATH...` makes one")
        return
    try:
        with bare_archive(folder) as archive:
            articles, chunks = archive.counts()
            stories = archive.count_stories()
            archive.verify()
    except CitewireError as error:
        yield Check("index", str(folder), str(error))
        return
    told = f"{articles} articles, {chunks} chunks, {stories} stories in several articles"
    yield Check("index", f"{folder}, {told}; all as they were stored")
    yield embedder_check(recorded_facts(folder).get("embedder", ""), settings.embedder)
    if chunks:
        yield from derived_checks(folder, recorded_facts(folder).get("generation", ""))


def embedder_check(made_with: str, asked_for: str) -> Check:
    """Whether the index was made with the embedder of the settings, which may be a folder however it is written."""
    path = Path(asked_for).expanduser()
    name = str(path.resolve()) if path.is_dir() else asked_for
    advice = f"give --embedder {made_with}, or make the index anew with `citewire index --rebuild`"
    return Check("embedder", made_with, advice if made_with != name else None)


def derived_checks(folder: Path, generation: str) -> Iterator[Check]:
    """The indexes derived from the articles, read through in full: in step with them, missing or damaged."""
    from index.derived import FOLDER
    from index.fulltext import FullText
    from index.vectors import VectorIndex

    try:
        names = json.loads((folder / FOLDER / f"{generation}.json").read_bytes())
    except (OSError, ValueError):
        names = {}

    def check(name: str, verify: Callable[[Path], None]) -> Check:
        path = folder / FOLDER / str(names.get(name) if isinstance(names, dict) else None)
        if not path.exists():
            return Check(name, "missing or behind; the next search makes them anew")
        try:
            verify(path)
        except (OSError, ValueError) as error:
            advice = f"delete the folder {folder / FOLDER}; the next search makes it anew from the articles"
            return Check(name, f"damaged ({error})", advice)
        return Check(name, "in step, every byte as written")

    yield check("vectors", VectorIndex.verify)
    yield check("words", lambda path: FullText.open(path).verify())

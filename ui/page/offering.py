"""The questions that are offered while a conversation is empty."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import CitewireError
from ui.page.desk import Desk

if TYPE_CHECKING:
    from index import Archive

OFFERED = 4
SUGGESTED_FROM = 40
"""How many of the newest articles the questions are made of: reading them takes about half a second."""


def suggested(archive: Archive) -> list[str]:
    """First questions to ask, made from the newest articles of an archive."""
    from rag.asking.suggesting import suggest

    return suggest(archive.newest(SUGGESTED_FROM))


def offered(desk: Desk) -> Sequence[str]:
    """The questions to offer now. They are made anew once the articles are others than those they were made of.

    The samples keep their own. Those of before stand, too, while the articles cannot be read.
    """
    archive = desk.archive
    if archive is None or desk.is_sample:
        return desk.examples
    with desk.suggesting, suppress(CitewireError):  # whoever comes meanwhile waits for the same questions
        generation = archive.generation
        if generation != desk.suggested_of:
            desk.examples, desk.suggested_of = suggested(archive), generation
    return desk.examples


def offering(desk: Desk) -> list[str]:
    """What the buttons that begin a conversation ask, "" for one that has nothing to.

    >>> from types import SimpleNamespace
    >>> offering(SimpleNamespace(archive=None, examples=("Who was saved?",)))
    ['Who was saved?', '', '', '']
    """
    return [*offered(desk), *[""] * OFFERED][:OFFERED]

"""Setting an article's facts right, removing articles, and undoing either. No widget is known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Article
from index.errors import InputError
from ui.page.articles_keeping import Aside, set_aside

if TYPE_CHECKING:
    from index import Archive
    from index.removal import Removed

EDITED = ("title", "outlet", "authors", "published", "url")
"""The facts that the form has a box for, in its order."""


@dataclass(frozen=True)
class Removal:
    """Articles that were just removed from an archive, with what undoes it."""

    archive: Archive
    removed: Removed
    aside: Aside

    @property
    def text(self) -> str:
        number = len(self.removed.ids)
        return f"{number:,} article{'' if number == 1 else 's'} removed."


def form_values(article: Article) -> list[str]:
    """What stands in the boxes of the form.

    >>> form_values(Article("a", "x", title="Ferry sinks", authors=("Ann Lee", "Li Wei")))
    ['Ferry sinks', '', 'Ann Lee, Li Wei', '', '']
    """
    values = (getattr(article, name) for name in EDITED)
    return [", ".join(value) if isinstance(value, tuple) else value or "" for value in values]


def changes(article: Article, values: Sequence[str]) -> dict[str, str]:
    """The facts that the form's values set anew; an emptied box says that there is none.

    >>> changes(Article("a", "x", title="Ferry sinks", outlet="AP"), ["Ferry sinks", "", "", " 2026-03-04 ", ""])
    {'outlet': '', 'published': '2026-03-04'}
    """
    pairs = zip(EDITED, form_values(article), values, strict=True)
    return {name: value.strip() for name, before, value in pairs if " ".join(value.split()) != " ".join(before.split())}


def remove(archive: Archive, ids: Sequence[str]) -> Removal:
    """Take articles out, and their files where these were dropped on the page. Raises InputError for none."""
    paths = {entry.id: entry.path for entry in archive.entries()}
    removed = archive.take_out(id for id in ids if id in paths)
    if not removed.ids:
        raise InputError("No article is selected; tick some first.")
    aside = set_aside(archive.folder, (paths[id] for id in removed.ids), archive.entries())
    return Removal(archive, removed, aside)


def undo(removal: Removal) -> str:
    """Put removed articles back where they were; what came of it, in a sentence."""
    back = removal.archive.put_back(removal.removed)
    removal.aside.put_back()
    gone = len(removal.removed.ids)
    if back == gone:
        return f"{back:,} article{'' if back == 1 else 's'} put back."
    return f"{back:,} of {gone:,} articles put back; the others have been indexed again meanwhile."


def forget(removal: Removal | None) -> None:
    """A removal that can no longer be undone leaves no file behind."""
    if removal is not None:
        removal.aside.discard()

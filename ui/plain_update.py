"""What an update did, as plain text for people and as JSON for scripts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ui.plain import line

if TYPE_CHECKING:
    from index.records import Skipped
    from index.updating import Update

SKIPPED_SHOWN = 20
UNTOLD = ("share_read", "found", "vectors", "paths")
"""What says how far an update has got, or is for programs alone."""
_ASIDE = re.compile(r"\s*\([^()]*\)")


def update_text(update: Update) -> str:
    """What indexing did, with what it skipped and why."""
    counts = f"{update.added} added, {update.changed} changed, {update.unchanged} unchanged"
    return "\n".join((f"{counts} in {update.seconds:.1f} s; {_whole(update)}.", *_skipped_lines(update.skipped)))


def rebuild_text(update: Update) -> str:
    """What a rebuild did."""
    return f"{update.read} made anew in {update.seconds:.1f} s; {_whole(update)}."


def update_json(update: Update) -> dict[str, object]:
    """The counts of an update, with the keys that scripts rely on."""
    record = {key: value for key, value in asdict(update).items() if key not in UNTOLD}
    return {**record, "reasons": reason_counts(update.skipped)}


def rebuild_json(update: Update) -> dict[str, object]:
    """The counts of a rebuild, with the keys that scripts rely on."""
    keys = ("embedded", "articles", "chunks", "seconds", "stopped")
    return {"rebuilt": update.read, **{key: getattr(update, key) for key in keys}}


def stopped_text(update: Update, rebuilding: bool = False) -> str:
    """What stands after Ctrl-C, and how to go on."""
    stands = f"{update.articles} articles stand"
    if rebuilding:
        stands = f"{update.read} of {update.articles} articles are made anew, and until all are the old state stands"
    return f"Stopped: {stands}; run the same command again to go on."


def reason_counts(skipped: Iterable[Skipped]) -> dict[str, int]:
    """How often each kind of reason was given, the most frequent first.

    >>> from index.records import Skipped
    >>> reason_counts([Skipped("b.txt", "b.txt holds no text (0 bytes); leave it out.")])
    {'holds no text': 1}
    """
    return dict(Counter(map(_reason_kind, skipped)).most_common())


def _reason_kind(item: Skipped) -> str:
    """A reason without what belongs to one file alone: its name, what stands in brackets, and the advice."""
    return line(_ASIDE.sub("", item.reason.replace(item.path, "")).partition(";")[0]).strip(" .")


def _skipped_lines(skipped: list[Skipped]) -> list[str]:
    if not skipped:
        return []
    counts = [f"  {count:>4}  {kind}" for kind, count in reason_counts(skipped).items()]
    items = [
        f"  {line(item.reason if item.path in item.reason else f'{item.path}: {item.reason}')}"
        for item in skipped[:SKIPPED_SHOWN]
    ]
    if len(skipped) > SKIPPED_SHOWN:
        items.append(f"  and {len(skipped) - SKIPPED_SHOWN} more; --json lists them all")
    return [f"{len(skipped)} skipped:", *counts, "These are:", *items]


def _whole(update: Update) -> str:
    return f"the index holds {update.articles} articles in {update.chunks} chunks"

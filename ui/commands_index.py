"""The command that fills an index: from files, folders and URLs, or anew from what it holds."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from index.errors import InputError
from ui import plain, plain_update
from ui.archives import named_paths, new_archive, rebuild_archive, require_index, update_archive
from ui.progress import finishing_first
from ui.settings import Settings

INTERRUPTED = 130


def index(args: Namespace, settings: Settings) -> int:
    """Make the stored articles' vectors anew where asked, then store what is new or changed in what is named."""
    from index.records import parse_mapping

    if not args.paths and not args.rebuild:
        args.usage_error("give files, folders or URLs to index, or --rebuild to make the index anew from its articles")
    paths = named_paths(args.paths)
    mapping = parse_mapping(args.map) if args.map is not None else None
    _check_there(paths)
    if not paths:
        require_index(settings.index)
    rebuilt = update = None
    with (
        new_archive(settings.index, settings.embedder, args.chunk_tokens, args.rebuild) as archive,
        finishing_first() as stop,
    ):
        if args.rebuild:
            rebuilt = rebuild_archive(archive, stop)
        if paths and not (rebuilt and rebuilt.stopped):
            update = update_archive(archive, paths, stop, mapping, args.allow_private)
    if args.json:
        plain.emit(
            {
                **(plain_update.rebuild_json(rebuilt) if rebuilt else {}),
                **(plain_update.update_json(update) if update else {}),
            }
        )
    else:
        for done, text in ((rebuilt, plain_update.rebuild_text), (update, plain_update.update_text)):
            if done:
                print(text(done))
    last = update or rebuilt
    if last and last.stopped:
        plain.say(plain_update.stopped_text(last, rebuilding=update is None))
        return INTERRUPTED
    if update and not update.read:
        raise InputError(f"No article could be read from {listed(paths)}; mend what was skipped and index it again.")
    return 0


def listed(paths: Iterable[str | Path]) -> str:
    """Paths and URLs in a sentence."""
    return ", ".join(map(str, paths))


def _check_there(paths: Iterable[str | Path]) -> None:
    """Refuse what is misspelled before a model is loaded for it. Raises InputError."""
    for path in paths:
        if isinstance(path, Path) and not path.exists():
            raise InputError(f"There is no file or folder {path}; check the path.")

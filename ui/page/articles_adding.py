"""Adding articles on the page: files that were dropped and addresses on the web. No widget is known here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import CitewireError, IndexBusyError, InputError
from index.web import is_url
from ui.page.articles_keeping import FOLDER
from ui.page.articles_replacing import Intake
from ui.page.articles_waiting import AGAIN_SECONDS, spoken_wait
from ui.page.render import escape, status_html
from ui.plain import line
from ui.plain_update import reason_counts

if TYPE_CHECKING:
    from index import Archive, Update
    from index.records import Skipped
    from ui.turns import Line

TOLD_EVERY = 0.3
"""Seconds between two words on how far it has got."""
SKIPPED_SHOWN = REMARKS_SHOWN = 100


After = Callable[[], None]


def nothing() -> None:
    """What is done after an adding that nothing follows."""


@dataclass
class Adding:
    """How far the adding has got. `asked` counts the articles that were read; `stop` ends it when it is set.

    It waits while there are others `before` it. `update` None is that of one that was stopped before it had begun.
    `remarks` is what is to be told of single files.
    `share` of the work has been seen to be done, and never falls: what is read on brings more to embed.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    before: int = 0
    asked: int = 0
    share: float = 0.0
    update: Update | None = None
    remarks: Sequence[str] = ()
    done: bool = False
    error: str | None = None


def web_addresses(text: str) -> list[str]:
    """The addresses in what was typed, each once. Raises InputError: a path is never taken for one.

    >>> web_addresses(" https://ledger.test/a\\nhttps://ledger.test/feed https://ledger.test/a")
    ['https://ledger.test/a', 'https://ledger.test/feed']
    """
    words = list(dict.fromkeys(text.split()))
    wrong = next((word for word in words if not is_url(word)), None)
    if wrong is not None:
        raise InputError(f'"{wrong}" is no web address; write it in full, for example https://example.org/article.')
    if not words:
        raise InputError("There is nothing to add; drop files here, or type a web address.")
    return words


def add_files(
    archive: Archive, uploads: Sequence[Path], line: Line, is_newer: bool = False, after: After = nothing
) -> Generator[Adding]:
    """Keep the dropped files and index them; see `in_turn`. Of those that hold no article no copy is kept.

    Where `is_newer`, each takes the place of the one file that it may be a newer copy of, which comes back if it is not
    read.
    """

    def work(adding: Adding) -> None:
        intake = Intake(archive.folder, archive.entries())
        try:
            for upload in uploads:
                intake.take(upload, is_newer)
            add(archive, intake.places, adding)
        finally:
            adding.remarks = intake.settle(adding.update.paths if adding.update else (), archive.entries)

    return in_turn(line, work, after)


def add_addresses(archive: Archive, text: str, line: Line, after: After = nothing) -> Generator[Adding]:
    """Fetch and index what the typed addresses lead to; see `in_turn`."""

    try:
        addresses = web_addresses(text)
    except InputError as error:
        yield Adding(done=True, error=str(error))
        return
    yield from in_turn(line, lambda adding: add(archive, addresses, adding), after)


def in_turn(line: Line, work: Callable[[Adding], None], after: After) -> Generator[Adding]:
    """How the work goes once it is its turn, and before that how many come first; an error is told, not raised.

    All of it is done in a thread, what comes `after` the work too, however it ended. Setting `Adding.stop`, or closing
    this generator, ends it after the batch in hand; what was done by then is kept. Closing does not wait for that: a
    server does it where nobody else must wait.
    """
    adding = Adding(before=len(line))

    def wait_and_work() -> None:
        with line.turn(adding.stop) as turn:
            while not adding.stop.is_set() and (before := turn.wait(TOLD_EVERY)):
                adding.before = before
            adding.before = 0
            if adding.stop.is_set():
                return
            try:
                work(adding)
            finally:
                after()

    pool = ThreadPoolExecutor(1, "adding")
    working = pool.submit(wait_and_work)
    pool.shutdown(wait=False)
    try:
        while not working.done():
            adding.share = max(adding.share, adding.update.fraction if adding.update else 0.0)
            yield adding
            wait((working,), TOLD_EVERY)
    finally:
        adding.stop.set()
    try:
        working.result()
    except CitewireError as error:
        adding.error = str(error)
    adding.done = True
    yield adding


def add(archive: Archive, sources: Sequence[Path | str], adding: Adding) -> None:
    """Index files and URLs until `adding.stop` is set; while somebody else writes to the archive it waits."""

    def is_stopped() -> bool:
        adding.before = 0
        adding.asked += 1
        return adding.stop.is_set()

    def tell(update: Update) -> None:
        adding.update = update

    while not adding.stop.is_set():
        try:
            adding.asked = 0
            adding.update = archive.update(sources, tell, is_stopped)
        except IndexBusyError:
            adding.before = 1
            adding.stop.wait(AGAIN_SECONDS)
        else:
            return


def adding_html(adding: Adding, index: Path) -> str:
    """How far it has got, or what came of it, with what was skipped and why.

    >>> adding_html(Adding(error="Another process is writing.", done=True), Path("index"))
    '<p class="cw-status cw-error" role="alert">Another process is writing.</p>'
    """
    if adding.error is not None:
        return status_html(adding.error, "error")
    if adding.before and not adding.done:
        return status_html(spoken_wait(adding.before), "busy")
    update = adding.update
    if adding.done and update is None:
        return status_html("Stopped before anything was added.")
    if not adding.done or update is None:
        indexed = f", {update.vectors:,} of {update.found:,} passages indexed" if update and update.found else ""
        skipped = f", {len(update.skipped):,} skipped" if update and update.skipped else ""
        stopping = "Stopping after what is in hand ..." if adding.stop.is_set() else "Reading and indexing ..."
        return (
            f'<p class="cw-status cw-busy" role="status">{stopping} {adding.asked:,} read{indexed}{skipped}. '
            "Keep this page open until it is done.</p>"
            f'<progress class="cw-progress" max="1" value="{adding.share:.3f}" '
            'aria-label="Share that has been indexed"></progress>'
        )
    stopped = "Stopped; what was done is kept. " if update.stopped else ""
    counts = f"{update.added:,} added, {update.changed:,} changed, {update.unchanged:,} unchanged"
    text = f"{stopped}{counts} in {update.seconds:.1f} s."
    return f"{status_html(text)}{remarks_html(adding.remarks)}{skipped_html(update.skipped, index)}"


def remarks_html(remarks: Sequence[str]) -> str:
    """Sentences on single files, as a list; nothing when there are none."""
    if not remarks:
        return ""
    more = f"<li>and {len(remarks) - REMARKS_SHOWN:,} more such files</li>" if len(remarks) > REMARKS_SHOWN else ""
    shown = "".join(f"<li>{escape(line(remark))}</li>" for remark in remarks[:REMARKS_SHOWN])
    return f'<div class="cw-skipped"><ul>{shown}{more}</ul></div>'


def skipped_html(skipped: Sequence[Skipped], index: Path) -> str:
    """What was skipped: how often for which reason, then each with its reason; nothing when nothing was."""
    if not skipped:
        return ""
    counts = "".join(f"<li>{number:,} × {escape(kind)}</li>" for kind, number in reason_counts(skipped).items())
    shown = "".join(f"<li>{escape(reason)}</li>" for reason in map(_reason(index), skipped[:SKIPPED_SHOWN]))
    more = len(skipped) - SKIPPED_SHOWN
    rest = f"<li>and {more:,} more</li>" if more > 0 else ""
    return (
        f'<div class="cw-skipped"><p><b>{len(skipped):,} skipped:</b></p><ul>{counts}</ul>'
        f"<details{' open' if len(skipped) <= 5 else ''}><summary>Each with its reason</summary>"
        f"<ul>{shown}{rest}</ul></details></div>"
    )


def _reason(index: Path) -> Callable[[Skipped], str]:
    """A reason in which kept files go by their names, which are what the person knows."""
    folders = [f"{folder}/" for folder in ((index / FOLDER).resolve(), index / FOLDER)]

    def shown(item: Skipped) -> str:
        text = item.reason if item.path in item.reason else f"{item.path}: {item.reason}"
        for folder in folders:
            text = text.replace(folder, "")
        return line(text)

    return shown

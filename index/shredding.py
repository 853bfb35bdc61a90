"""Words of removed articles leave SQLite's log, too: at once, or as soon as nobody reads a state that has them.

That this is owed stands in the index itself. So whoever uses it next sees to it, after a kill as well.
"""

from __future__ import annotations

import sqlite3

from index.errors import IndexBusyError, InputError
from index.store import Store

# The row of `meta` that is there while it is owed: it holds the generation in which articles were removed last.
_OWED = "shred"


def owe(store: Store, generation: str) -> None:
    """Inside the transaction that removes articles."""
    store.set_meta(_OWED, generation)


def shred(store: Store, patience: float = 0.0) -> bool:
    """Leave no word of a removed article in the log, if it is owed; False when somebody reads, or it cannot be written.

    Whoever reads or writes is waited for `patience` seconds, and meanwhile nobody else has the store. Not in a
    snapshot, where it cannot be done.
    """
    with store.turn():
        if store.db.in_transaction:
            return False
        owed = store.meta(_OWED)
        return owed is None or _emptied(store, owed, patience)


def _emptied(store: Store, owed: str, patience: float) -> bool:
    (before,) = store.db.execute("PRAGMA busy_timeout").fetchone()
    store.db.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
    try:
        (busy, *_) = store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            with store.transaction():  # what another process has removed since is still owed
                store.db.execute("DELETE FROM meta WHERE key = ? AND value = ?", (_OWED, owed))
    except (sqlite3.OperationalError, IndexBusyError, InputError):
        return False
    finally:
        store.db.execute(f"PRAGMA busy_timeout = {before}")
    return not busy

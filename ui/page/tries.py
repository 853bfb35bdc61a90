"""Passwords that are tried: one at a time for each name and from each address, and slowly after a wrong one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakValueDictionary

WRONG_PASSWORD_SECONDS = 1.0
MOST_WAITING = 50

_log = logging.getLogger(__name__)


class Name:
    """A name with an address that passwords for it come from: a lock that is held while one is looked at."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class Tries:
    """While a wrong password is answered late, no other for the same name from the same address is looked at.

    To answer each one late would not be enough: whoever sends many at once need not wait for those that are wrong. One
    lock for a name, wherever its passwords come from, would let anybody keep the one whose name it is from logging in.
    """

    def __init__(self, seconds: float = WRONG_PASSWORD_SECONDS) -> None:
        self._seconds = seconds
        self._names: WeakValueDictionary[tuple[str, str], Name] = WeakValueDictionary()

    async def check(self, address: str, name: str, is_right: Callable[[], bool]) -> bool | None:
        """Whether it is right, late if it is not; None where too many others of its kind wait to be looked at."""
        at = self._names.setdefault((address, name), Name())
        if at.waiting >= MOST_WAITING:
            return None
        at.waiting += 1
        try:
            async with at.lock:
                if is_right():
                    return True
                _log.warning("a wrong name or password came from %s", address)
                await asyncio.sleep(self._seconds)
                return False
        finally:
            at.waiting -= 1

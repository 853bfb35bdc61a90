"""Passwords that are tried: one at a time from each address, and slowly after a wrong one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakValueDictionary

WRONG_PASSWORD_SECONDS = 1.0
MOST_WAITING = 50

_log = logging.getLogger(__name__)


class Address:
    """Where passwords come from: a lock that is held while one is looked at, and how many wait for it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


class Tries:
    """While a wrong password of an address is answered late, no other of that address is looked at.

    To answer each one late would not be enough: whoever sends many at once need not wait for those that are wrong.
    """

    def __init__(self, seconds: float = WRONG_PASSWORD_SECONDS) -> None:
        self._seconds = seconds
        self._addresses: WeakValueDictionary[str, Address] = WeakValueDictionary()

    async def check(self, address: str, is_right: Callable[[], bool]) -> bool | None:
        """Whether it is right, late if it is not; None where too many others of the address wait to be looked at."""
        at = self._addresses.setdefault(address, Address())
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

"""The door of the server: every request passes it, whatever part of the page or of its programs it is for."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ui.accounts import Accounts

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
WRONG_PASSWORD_SECONDS = 1.0
"""How long a wrong password is answered late, so that trying many takes long."""
CHALLENGE = {"www-authenticate": 'Basic realm="citewire", charset="UTF-8"'}
FOREIGN_HOST = "This address is not one that citewire answers to."
FOREIGN_PAGE = "A page of another site may not ask citewire."
LOG_IN = "Log in with a name and a password that citewire was started with."


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    reason: str


def guarded(site: ASGIApp, names: Collection[str] | None = None, accounts: Accounts | None = None) -> ASGIApp:
    """A site that answers under the `names` alone, to no page of another site, and only those who log in.

    Without `names` it answers under any, without `accounts` everyone.
    """

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse
        from starlette.websockets import WebSocketClose

        if scope["type"] not in ("http", "websocket"):
            await site(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = foreign(headers, names) or stranger(headers, accounts)
        if refusal is None:
            await site(scope, receive, send)
            return
        if refusal.status == 401 and "authorization" in headers:
            await asyncio.sleep(WRONG_PASSWORD_SECONDS)
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            extra = CHALLENGE if refusal.status == 401 else {}
            await PlainTextResponse(f"{refusal.reason}\n", refusal.status, extra)(scope, receive, send)

    return guard


def foreign(headers: Headers, names: Collection[str] | None) -> Refusal | None:
    """What is wrong with the site that a request means or comes from.

    A name that was made to lead here is refused, for the page behind it could read the articles. So is what a page of
    another site sends: browsers name it, whatever program else is asking does not.
    """
    host = headers.get("host", "")
    if names is not None and host_name(host) not in names:
        return Refusal(400, FOREIGN_HOST)
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return Refusal(403, FOREIGN_PAGE)
    return None


def stranger(headers: Headers, accounts: Accounts | None) -> Refusal | None:
    """What is wrong with who is asking."""
    if accounts is None or accounts.knows(*credentials(headers.get("authorization", ""))):
        return None
    return Refusal(401, LOG_IN)


def credentials(authorization: str) -> tuple[str, str]:
    """The name and the password of HTTP's basic scheme; empty ones where there are none.

    >>> credentials("Basic YW5uOm9wZW4gc2VzYW1l"), credentials("Bearer x")
    (('ann', 'open sesame'), ('', ''))
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def host_name(host: str) -> str | None:
    """The name in a Host header, without its port.

    >>> host_name("localhost:7860"), host_name("[::1]:7860"), host_name("[")
    ('localhost', '::1', None)
    """
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None

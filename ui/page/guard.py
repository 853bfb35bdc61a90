"""The door of the server: every request passes it, whatever part of the page or of its programs it is for."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.models.endpoint import is_loopback
from ui.accounts import Accounts
from ui.page.tries import Tries

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
MOST_BYTES = 10_000_000
"""What a request may bring, but for files that are uploaded, each of which has a limit of its own."""
UPLOADS = "/gradio_api/upload"
# Gradio would fetch what the browser names from other hosts, and hand it on as if it were the page's own. What is left
# are the files that the page itself offers, by their whole path.
PROXY = re.compile(r"/(?:proxy=|file/|file=(?!/|[A-Za-z]:[/\\\\]))")
CHALLENGE = {"www-authenticate": 'Basic realm="citewire", charset="UTF-8"'}
FOREIGN_HOST = "This address is not one that citewire answers to; start it with --served-as NAME to have it do so."
FOREIGN_PAGE = "A page of another site may not ask citewire."
FOREIGN_FILE = "citewire fetches nothing from elsewhere for a browser."
NO_LENGTH = "Send the length of what you send, with the header Content-Length."
TOO_LONG = f"This is too long; send at most {MOST_BYTES // 1_000_000} MB."
LOG_IN = "Log in with a name and a password that citewire was started with."
TOO_MANY = "Too many wrong passwords came from there; try again in a minute."

Known = Callable[[str], bool]


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further."""

    status: int
    reason: str


def guarded(site: ASGIApp, known: Known, accounts: Accounts | None = None) -> ASGIApp:
    """A site that answers under names that are `known` alone, to no page of another site, and only those who log in.

    Without `accounts` it answers everyone.
    """
    tries = Tries()

    async def stranger(headers: Headers, address: str) -> Refusal | None:
        """What is wrong with who is asking."""
        if accounts is None:
            return None
        if "authorization" not in headers:
            return Refusal(401, LOG_IN)
        name, password = credentials(headers["authorization"])
        knows = await tries.check(address, name, lambda: accounts.knows(name, password))
        if knows is None:
            return Refusal(429, TOO_MANY)
        return None if knows else Refusal(401, LOG_IN)

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.datastructures import Headers
        from starlette.responses import PlainTextResponse
        from starlette.websockets import WebSocketClose

        if scope["type"] not in ("http", "websocket"):
            await site(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope.get("path", "/")
        address = (scope.get("client") or ("",))[0]
        refusal = foreign(headers, path, known) or await stranger(headers, address) or unwanted(headers, path)
        if refusal is None:
            await site(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            extra = CHALLENGE if refusal.status == 401 else {}
            await PlainTextResponse(f"{refusal.reason}\n", refusal.status, extra)(scope, receive, send)

    return guard


def names_of(host: str, served_as: str | None = None, everyone: bool = False) -> Known:
    """Under which names a server at `host` answers, `served_as` being one that leads there from elsewhere.

    A page of another site, whose name was made to lead here, could otherwise read the articles. So on this machine's
    own addresses it answers to their names, and on others, where it is open to `everyone`, to addresses and this
    machine's name; where people log in it answers to any, for no browser tells a password to another name.

    >>> known = names_of("127.0.0.1", "news.example")
    >>> [known(name) for name in ("localhost", "news.example", "192.0.2.1", "evil.test")]
    [True, True, False, False]
    """
    host = host.lower()
    if is_loopback(host):
        return {*LOOPBACK_NAMES, host, served_as}.__contains__
    if not everyone:
        return lambda name: True
    machine = socket.gethostname().lower()
    own = {"localhost", host, served_as, machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local"}
    return lambda name: name in own or is_address(name)


def foreign(headers: Headers, path: str, known: Known) -> Refusal | None:
    """What is wrong with the site that a request means or comes from.

    What a page of another site sends is refused: browsers name it, whatever program else is asking does not. Such a
    page may lead a person here, by a link, but not into what Gradio has below the page.
    """
    host = headers.get("host", "")
    if not known(host_name(host) or ""):
        return Refusal(400, FOREIGN_HOST)
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return Refusal(403, FOREIGN_PAGE)
    followed = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == ("navigate", "document")
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and (not followed or "/gradio_api" in path):
        return Refusal(403, FOREIGN_PAGE)
    return None


def unwanted(headers: Headers, path: str) -> Refusal | None:
    """What is wrong with what a request is for, or brings.

    >>> unwanted({}, "/gradio_api/file=https://evil.test/x.png").status, unwanted({}, "/gradio_api/file=/tmp/x.md")
    (404, None)
    """
    if PROXY.search(path):
        return Refusal(404, FOREIGN_FILE)
    if "transfer-encoding" in headers:
        return Refusal(411, NO_LENGTH)
    if int(headers.get("content-length", 0)) > MOST_BYTES and path != UPLOADS:
        return Refusal(413, TOO_LONG)
    return None


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


def is_address(name: str) -> bool:
    """Whether a name is an IP address, which nobody else can make lead here.

    >>> is_address("192.0.2.1"), is_address("::1"), is_address("evil.test")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

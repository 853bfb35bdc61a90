"""The end of the server: what is still open is told that it is over, so that nothing has to be broken off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def ending(site: ASGIApp, over: asyncio.Event) -> ASGIApp:
    """A site whose open streams end once it is `over`, as if whoever reads them had gone.

    An open page always reads one: without this, a server that stops would wait for it in vain, and tell of an error.
    """

    async def until_over(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await site(scope, receive, send)
            return
        is_open = False
        coming: asyncio.Future[Message] | None = None  # kept from call to call, so that no message is lost

        async def receive_or_end() -> Message:
            nonlocal coming
            coming = coming or asyncio.ensure_future(receive())
            # Starlette asks whether somebody has left in a scope that is cancelled as soon as it has to wait.
            if not coming.done() and not over.is_set():
                ended = asyncio.ensure_future(over.wait())
                try:
                    await asyncio.wait((coming, ended), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    ended.cancel()
            if not coming.done():
                return {"type": "http.disconnect"}
            come, coming = coming, None
            return come.result()

        async def send_and_note(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "http.response.start" or bool(message.get("more_body"))
            await send(message)

        try:
            await site(scope, receive_or_end, send_and_note)
        finally:
            if coming:
                coming.cancel()
        if is_open and over.is_set():
            await send({"type": "http.response.body", "body": b""})

    return until_over

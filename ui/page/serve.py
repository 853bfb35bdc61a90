"""Serving the page: on this machine only, and with nothing in it that makes a browser ask any other."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import threading
import webbrowser
from typing import TYPE_CHECKING

from index.errors import InputError
from index.readers import MAX_FILE_BYTES
from ui.page.ending import ending
from ui.page.guard import guarded, names_of
from ui.page.looks import script, style, theme

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.accounts import Accounts
    from ui.programs import Programs

DEFAULT_PORT = 7860
PORTS_TRIED = 100
"""How many ports from the default one on are tried when none was asked for."""
GOODBYE_SECONDS = 3
"""How long open connections may take to end after Ctrl-C."""

# Gradio's scripts need inline code and eval; what matters is that every address but our own is out of reach.
CONTENT_SECURITY_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Nothing is taken for a page, or a script, that does not say it is one.
AS_IT_SAYS = (b"x-content-type-options", b"nosniff")
EXTERNAL_TAG = re.compile(
    rb"<(?:meta|link)\b[^>]*https?://[^>]*>\s*|<script\b[^>]*\bsrc=\W?https?://.*?</script>\s*", re.S
)


def serve(
    app: gr.Blocks,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = False,
    programs: Programs | None = None,
    accounts: Accounts | None = None,
    served_as: str | None = None,
) -> None:
    """Serves the page until Ctrl-C or SIGTERM, after printing its address in a line.

    Without `port` the first free one from 7860 on is taken. `served_as` is a further name that leads here, as that of a
    server in front of this one. Raises InputError when the port asked for, or the host, cannot be listened on.
    """
    listener = listen(host, port)
    url = address(host, listener.getsockname()[1])
    print(f"citewire is at {url} - Ctrl-C stops it.", flush=True)
    if open_browser:
        # A text browser would not return before it is closed.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    # The server hands on what ended it; by itself this signal would end the process on the spot.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        make_server(app, host, programs, accounts, served_as).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        listener.close()


def make_server(
    app: gr.Blocks,
    host: str = "127.0.0.1",
    programs: Programs | None = None,
    accounts: Accounts | None = None,
    served_as: str | None = None,
) -> uvicorn.Server:
    """A web server for the page, and the functions for programs; its `run(sockets=[...])` blocks until `should_exit`.

    With `accounts` it answers to those who log in. Under which names it answers: see `ui.page.guard.names_of`.
    """
    import uvicorn

    over = asyncio.Event()

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            over.set()
            await super().shutdown(sockets)

    site = guarded(web_app(app, programs), names_of(host, served_as, everyone=accounts is None), accounts)
    config = uvicorn.Config(ending(site, over), log_level="warning", timeout_graceful_shutdown=GOODBYE_SECONDS)
    return Server(config)


def web_app(app: gr.Blocks, programs: Programs | None = None) -> ASGIApp:
    """The page as an ASGI application with its looks, which names no other host and lets the browser ask none."""
    import gradio as gr
    from fastapi import FastAPI

    from ui.page.rest import programs_site

    # Until an app has "launched", which a mounted one never does, Gradio takes any path of this machine that a request
    # names for a file that was uploaded.
    app.has_launched = True
    site = gr.mount_gradio_app(
        programs_site(programs) if programs else FastAPI(openapi_url=None),
        app,
        path="/",
        footer_links=[],
        run_history=False,
        max_file_size=MAX_FILE_BYTES,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
        theme=theme(),
        css=style(),
        js=script(),
    )
    return own_host_only(site)


def own_host_only(site: ASGIApp) -> ASGIApp:
    """Takes tags that name other hosts out of HTML pages, and forbids the browser to fetch from any."""

    async def filtered(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def send_filtered(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], AS_IT_SAYS]}
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif message["type"] == "http.response.body" and start:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    page = without_external_tags(body)
                    await send({**start, "headers": _page_headers(start, len(page))})
                    await send({"type": "http.response.body", "body": page})
            else:
                await send(message)

        await site(scope, receive, send_filtered)

    return filtered


def without_external_tags(page: bytes) -> bytes:
    """A page without the tags of its head that name an address on another host.

    >>> without_external_tags(b'<meta content="https://x.org/a.png"/><meta name="viewport"/>')
    b'<meta name="viewport"/>'
    """
    return EXTERNAL_TAG.sub(b"", page)


def listen(host: str, port: int | None = None) -> socket.socket:
    """A socket bound to `host` and `port`, or without one to the first free port from 7860 on."""
    if port is not None and not 0 <= port <= 65535:
        raise InputError(f"{port} is no port; give one from 1 to 65535.")
    try:
        family, _, _, _, target = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror:
        raise InputError(f"{host!r} is no address of this machine; give 127.0.0.1 or one that it has.") from None
    for candidate in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((target[0], candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            reason = error.strerror
        else:
            return listener
    wanted = f"port {port}" if port is not None else f"any port from {DEFAULT_PORT} to {DEFAULT_PORT + PORTS_TRIED - 1}"
    raise InputError(f"Cannot listen on {wanted} of {host} ({reason}); give a free port with --port.")


def address(host: str, port: int) -> str:
    """The URL to open in a browser of this machine.

    >>> address("127.0.0.1", 7860), address("0.0.0.0", 80), address("::1", 7860)
    ('http://127.0.0.1:7860', 'http://127.0.0.1:80', 'http://[::1]:7860')
    """
    name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _is_html(start: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])


def _page_headers(start: Message, length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    added = {
        "content-length": str(length),
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "referrer-policy": "no-referrer",
    }
    return kept + [(name.encode(), value.encode()) for name, value in added.items()]

"""Serving the page: on this machine only, and with nothing in it that makes a browser ask any other."""

from __future__ import annotations

import os
import re
import socket
import threading
import webbrowser
from importlib.resources import files
from typing import TYPE_CHECKING

from index.errors import InputError

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
EXTERNAL_TAG = re.compile(
    rb"<(?:meta|link)\b[^>]*https?://[^>]*>\s*|<script\b[^>]*\bsrc=\W?https?://.*?</script>\s*", re.S
)
# The widgets take their colours from page.css, which knows light and dark. The background is named twice: it is
# painted before any style sheet has come.
WIDGET_COLOURS = {
    "body_text_color": "var(--cw-ink)",
    "body_text_color_subdued": "var(--cw-soft)",
    "background_fill_primary": "var(--cw-sheet)",
    "background_fill_secondary": "var(--cw-paper)",
    "border_color_primary": "var(--cw-line)",
    "border_color_accent_subdued": "var(--cw-line)",
    "color_accent_soft": "var(--cw-sheet)",
    "input_background_fill": "var(--cw-sheet)",
    "input_border_color": "var(--cw-line)",
    "input_border_color_focus": "var(--cw-link)",
    "input_placeholder_color": "var(--cw-soft)",
    "button_primary_background_fill": "var(--cw-link)",
    "button_primary_background_fill_hover": "var(--cw-ink)",
    "button_primary_text_color": "var(--cw-sheet)",
    "button_secondary_background_fill": "var(--cw-sheet)",
    "button_secondary_background_fill_hover": "var(--cw-tint)",
    "button_secondary_border_color": "var(--cw-line)",
    "button_secondary_text_color": "var(--cw-ink)",
    "button_cancel_background_fill": "var(--cw-alert)",
    "button_cancel_background_fill_hover": "var(--cw-ink)",
    "button_cancel_text_color": "var(--cw-sheet)",
}
PAPER = {"body_background_fill": "#faf9f6", "body_background_fill_dark": "#161614"}
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
MONO_FONTS = ("ui-monospace", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")


def serve(app: gr.Blocks, host: str = "127.0.0.1", port: int | None = None, open_browser: bool = False) -> None:
    """Serves the page until Ctrl-C, after printing its address in a line.

    Without `port` the first free one from 7860 on is taken. Raises InputError when the port asked for, or the
    host, cannot be listened on.
    """
    listener = listen(host, port)
    url = address(host, listener.getsockname()[1])
    print(f"citewire is at {url} - Ctrl-C stops it.", flush=True)
    if open_browser:
        # A text browser would not return before it is closed.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    try:
        make_server(app, host).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        listener.close()


def make_server(app: gr.Blocks, host: str = "127.0.0.1") -> uvicorn.Server:
    """A web server for the page; its `run(sockets=[...])` blocks until `should_exit` is set.

    On 127.0.0.1 it answers to that name and localhost only: a page elsewhere on the web, whose name is made to lead
    here, could otherwise read the articles.
    """
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    names = ["127.0.0.1", "localhost"] if host in ("127.0.0.1", "localhost") else ["*"]
    site = TrustedHostMiddleware(web_app(app), allowed_hosts=names, www_redirect=False)
    config = uvicorn.Config(site, log_level="warning", timeout_graceful_shutdown=GOODBYE_SECONDS)
    return uvicorn.Server(config)


def web_app(app: gr.Blocks) -> ASGIApp:
    """The page as an ASGI application with its looks, which names no other host and lets the browser ask none."""
    import gradio as gr
    from fastapi import FastAPI

    dark = {f"{name}_dark": colour for name, colour in WIDGET_COLOURS.items()}
    # Until an app has "launched", which a mounted one never does, Gradio takes any path of this machine that a request
    # names for a file that was uploaded.
    app.has_launched = True
    theme = gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS).set(**PAPER, **WIDGET_COLOURS, **dark)
    site = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        app,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
        theme=theme,
        css="".join(_assets(".css")),
        js=f"() => {{ {''.join(f'({script.strip()})();' for script in _assets('.js'))} }}",
    )
    return own_host_only(site)


def own_host_only(site: ASGIApp) -> ASGIApp:
    """Takes tags that name other hosts out of HTML pages, and forbids the browser to fetch from any."""

    async def filtered(scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def send_filtered(message: Message) -> None:
            nonlocal start, body
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


def _assets(suffix: str) -> list[str]:
    """The page's own files of one kind, by name. A script is one function without parameters."""
    found = (file for file in files("ui.page").iterdir() if file.name.endswith(suffix))
    return [file.read_text(encoding="utf-8") for file in sorted(found, key=lambda file: file.name)]


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

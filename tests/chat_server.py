"""A small server that speaks OpenAI's chat protocol on this machine: scripted, or with a real model behind it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from rag import Generator


@dataclass(frozen=True)
class Reply:
    """What the server does with a request: pieces and a proper end, unless told otherwise."""

    pieces: Sequence[str] = ()
    status: int = 200
    error: str = ""
    before: float = 0.0  # seconds of silence before the first piece
    between: float = 0.0
    cut: bool = False  # end the connection in the middle of the stream
    unfinished: bool = False  # end the stream properly, but without a word that it is the end
    raw: bytes | None = None  # events sent as they are, in place of pieces


class ChatServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, reply: Reply, generator: Generator | None) -> None:
        super().__init__(("127.0.0.1", 0), ChatHandler)
        self.reply = reply
        self.generator = generator
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = threading.Event()

    @property
    def spec(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1#small"


class ChatHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ChatServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        reply = self.server.reply
        if self.path != "/v1/chat/completions":
            reply = Reply(status=404, error="There is nothing here.")
        if reply.status != 200:
            body = json.dumps({"error": {"message": reply.error, "type": "error", "code": None}}).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._stream(reply, request)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def _stream(self, reply: Reply, request: dict[str, Any]) -> None:
        time.sleep(reply.before)
        if reply.raw is not None:
            self._send(reply.raw)
        pieces: Iterator[str] = iter(reply.pieces)
        if self.server.generator:
            pieces = self.server.generator.stream(request["messages"], request["max_tokens"])
        self._event({"role": "assistant", "content": ""})
        for piece in pieces:
            self._event({"content": piece})
            time.sleep(reply.between)
        if reply.cut:
            return
        if not reply.unfinished:
            self._event({}, "stop")
            self._send(b"data: [DONE]\n\n")
        self._send(b"")

    def _event(self, delta: dict[str, str], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "small", "choices": [choice]}
        self._send(f"data: {json.dumps(chunk)}\n\n".encode())

    def _send(self, content: bytes) -> None:
        """A chunk; an empty one ends the body."""
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()


@contextmanager
def chat_server(reply: Reply | None = None, generator: Generator | None = None) -> Iterator[ChatServer]:
    with ChatServer(reply or Reply(), generator) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

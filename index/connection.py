"""Connections to public addresses alone, that end at a deadline however slowly the other side sends.

A name is resolved once, and the address that was checked is the one that is connected to: no second answer of a name
server can lead to a router, to another service of this machine or to a cloud's metadata.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2

from index.errors import UnreadableError

_CONNECT_SECONDS = 10.0
# IPv6 addresses that carry one of IPv4 in their last 32 bits, and those that are given to single machines.
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, and so to nobody's home, machine or cloud.

    >>> [is_public(ip) for ip in ("93.184.216.34", "10.0.0.1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        carried = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.sixtofour)
        if carried is None:
            return ip in _UNICAST and ip.is_global
        ip = carried
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


class GuardedNetwork(httpcore2.NetworkBackend):
    """The network as far as it may be used until `deadline`, a time of `time.monotonic`."""

    def __init__(self, allow_private: bool, deadline: float) -> None:
        self._allow_private = allow_private
        self._deadline = deadline
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        *others, last = _allowed(host, port, self._allow_private, self._deadline)
        for address in others:
            try:
                return self._connect(address, port)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._connect(last, port)

    def _connect(self, address: str, port: int) -> httpcore2.NetworkStream:
        seconds = min(_CONNECT_SECONDS, _left(self._deadline))
        return _TimedStream(self._network.connect_tcp(address, port, timeout=seconds), self._deadline)


class _TimedStream(httpcore2.NetworkStream):
    """A connection on which nothing waits beyond the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left


def _allowed(host: str, port: int, allow_private: bool, deadline: float) -> list[str]:
    """The addresses of `host` that may be connected to, at least one."""
    addresses = _resolve(host, port, deadline)
    if not addresses:
        raise UnreadableError(f"The host {host} is not known; check the address and the connection to the network.")
    public = [address for address in addresses if allow_private or is_public(address)]
    if not public:
        raise UnreadableError(
            f"{host} has the address {addresses[0]}, which is not public; pass --allow-private to fetch from it anyway."
        )
    return public


def _resolve(host: str, port: int, deadline: float) -> list[str]:
    """The addresses of `host`, none if it has none. In a thread, for a name lookup heeds no deadline."""
    found: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    return list(found)

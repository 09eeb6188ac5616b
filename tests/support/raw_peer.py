"""A websocket peer that breaks what a browser keeps to: it reads when a test says so, if ever."""

import json
import select
import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings

from tests.support.server import Server

TEXT, PING = 0x1, 0x9
FINAL = 0x80
MASKED = 0x80


class RawPeer:
    """An open websocket of the person who is signed in with this session, or of a script's that has
    this `key`.
    """

    def __init__(self, server: Server, session_key: str = "", *, key: str = "") -> None:
        address = urlsplit(server.url)
        self.socket = socket.create_connection((address.hostname, address.port or 80), timeout=10)
        path = "/v1/responses" if key else "/ws"
        who = f"Cookie: {settings.SESSION_COOKIE_NAME}={session_key}"
        if key:
            who = f"Authorization: Bearer {key}"
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {server.url}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n{who}\r\n\r\n".encode()
        )
        assert self.socket.recv(4096).startswith(b"HTTP/1.1 101 ")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_until_it_blocks(self, data: bytes, times: int, patience: float) -> None:
        """Send all of it, or as much as the server takes before it takes none for `patience` s."""
        self.socket.settimeout(patience)
        try:
            for _ in range(times):
                self.socket.sendall(data)
        except TimeoutError:
            return

    def read(self, size: int) -> None:
        self.socket.recv(size)

    @property
    def is_cut(self) -> bool:
        """Whether the server has reset the connection; what it sent before need not be read."""
        poll = select.poll()
        poll.register(self.socket, 0)
        return bool(poll.poll(0))


def text_frame(**message: object) -> bytes:
    return frame(TEXT, json.dumps(message).encode())


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame, masked with zeros."""
    length = len(payload)
    if length < 126:
        size = bytes([MASKED | length])
    else:
        size = bytes([MASKED | 127, *length.to_bytes(8, "big")])
    return bytes([FINAL | opcode]) + size + bytes(4) + payload

"""Just enough of HTTP/1.1 for a fake provider: requests with a length, answers whole or in chunks.

Written on asyncio's protocols because its streams cost several times as much for each write.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

NO_HEADERS: Mapping[str, str] = {}
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes
    head: bytes  # all before the body, as it came


class Connection(asyncio.Protocol):
    """One client's connection: reads requests one after the other and hands each to ``handle``.

    The handler answers by ``send_json``, or by ``start_stream``, ``send_chunk`` and ``end_stream``.
    It may set ``on_lost`` and ``on_writable`` to hear of the client's going and of room to write.
    ``upgrade`` makes of it a connection of another protocol, which ``send_raw`` writes.
    """

    def __init__(self, handle: Callable[["Connection", Request], None]) -> None:
        self._handle = handle
        self._received = b""
        self._busy = False
        self._upgraded: Callable[[bytes], None] | None = None
        self.writable = True
        self.on_lost: Callable[[], None] | None = None
        self.on_writable: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.on_lost:
            self.on_lost()

    def pause_writing(self) -> None:
        self.writable = False

    def resume_writing(self) -> None:
        self.writable = True
        if self.on_writable:
            self.on_writable()

    def data_received(self, data: bytes) -> None:
        if self._upgraded:
            self._upgraded(data)
            return
        self._received += data
        self._next_request()

    def _next_request(self) -> None:
        if self._busy:
            return
        request, self._received = _take_request(self._received)
        if request:
            self._busy = True
            self._handle(self, request)

    def send_json(
        self, value: Any, status: int = 200, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self._send(json.dumps(value).encode(), "application/json", status, headers)

    def send_bytes(self, body: bytes) -> None:
        self._send(body, "application/binary", 200, NO_HEADERS)

    def _send(
        self, body: bytes, content_type: str, status: int, headers: Mapping[str, str]
    ) -> None:
        lines = (f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {content_type}\r\n"
            f"{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        self._done()

    def start_stream(self) -> None:
        self._transport.write(STREAM_HEAD)

    def send_chunk(self, data: bytes) -> None:
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end_stream(self) -> None:
        self._transport.write(LAST_CHUNK)
        self._done()

    def upgrade(self, received: Callable[[bytes], None]) -> None:
        """Hand whatever comes from now on to ``received``."""
        self._upgraded = received

    def send_raw(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        """Hang up when all is sent."""
        self._transport.close()

    def cut(self) -> None:
        """Drop the connection in the middle of an answer."""
        self._transport.abort()

    def _done(self) -> None:
        self._busy = False
        self.on_lost = self.on_writable = None
        self._next_request()


class Listening:
    """A socket whose connections hand their requests to ``handle``."""

    def __init__(self, handle: Callable[[Connection, Request], None]) -> None:
        self._handle = handle
        self._connections: list[Connection] = []

    async def start(self, port: int = 0) -> str:
        """Listen; returns the address."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(self._connected, "127.0.0.1", port)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def end(self) -> None:
        for connection in self._connections:
            connection.close()
        self.server.close()
        await self.server.wait_closed()

    def _connected(self) -> Connection:
        self._connections.append(Connection(self._handle))
        return self._connections[-1]


def _take_request(received: bytes) -> tuple[Request | None, bytes]:
    """The first whole request, if there is one, and what was received after it."""
    head, blank_line, rest = received.partition(b"\r\n\r\n")
    if not blank_line:
        return None, received
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", 0))
    if len(rest) < length:
        return None, received
    return Request(
        method, path, dict(parse_qsl(query)), headers, rest[:length], head + blank_line
    ), rest[length:]

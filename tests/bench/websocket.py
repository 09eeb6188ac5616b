"""A websocket client for the bench: text frames alone, and next to nothing in cost (RFC 6455)."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL = 0x80
MASKED = 0x80


class WebSocket(asyncio.Protocol):
    """Hands each text frame to ``on_text`` as bytes, and the end of the connection to ``on_close``.

    ``on_close`` gets the close code; 1006 where the connection ended without one.
    """

    def __init__(
        self,
        url: str,
        cookie: str,
        on_text: Callable[[bytes], None],
        on_close: Callable[[int], None],
    ) -> None:
        self._url = urlsplit(url)
        self._cookie = cookie
        self._on_text = on_text
        self._on_close = on_close
        self._received = bytearray()
        self._parts: list[bytes] = []
        self._code = 1006
        self._handshake = True
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        host = self._url.netloc
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._url.path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nCookie: {self._cookie}\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("The server refused the websocket."))
        self._on_close(self._code)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._handshake and not self._finish_handshake():
            return
        while self._take_frame():
            pass

    def send(self, text: str) -> None:
        self._send_frame(TEXT, text.encode())

    def close(self) -> None:
        self._transport.close()

    def _finish_handshake(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._received[: self._received.find(b"\r\n")])
        if b" 101 " not in status:
            self.opened.set_exception(ConnectionError(status.decode("latin-1")))
            self._transport.abort()
            return False
        del self._received[: end + 4]
        self._handshake = False
        self.opened.set_result(None)
        return True

    def _take_frame(self) -> bool:
        """Handle the first whole frame among the received bytes; False when there is none."""
        head = _frame_head(self._received)
        if head is None:
            return False
        start, length = head
        if len(self._received) < start + length:
            return False
        first = self._received[0]
        payload = bytes(self._received[start : start + length])
        del self._received[: start + length]
        self._handle(first & 0x0F, bool(first & FINAL), payload)
        return True

    def _handle(self, opcode: int, final: bool, payload: bytes) -> None:
        if opcode == PING:
            self._send_frame(PONG, payload)
        elif opcode == CLOSE:
            self._code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            self._transport.close()
        elif opcode != PONG:
            self._parts.append(payload)
            if final:
                self._on_text(b"".join(self._parts))
                self._parts.clear()

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        # A mask of zeros is a mask: the server must take it, and it costs us nothing to apply.
        head = struct.pack("!B", FINAL | opcode) + _length(len(payload)) + b"\0\0\0\0"
        self._transport.write(head + payload)


def _frame_head(received: bytearray) -> tuple[int, int] | None:
    """Where the first frame's payload starts, and its length; None when that isn't there yet."""
    if len(received) < 2:
        return None
    length = received[1] & 0x7F
    if length < 126:
        return 2, length
    start, shape = (4, "!H") if length == 126 else (10, "!Q")
    if len(received) < start:
        return None
    return start, struct.unpack_from(shape, received, 2)[0]


def _length(length: int) -> bytes:
    if length < 126:
        return struct.pack("!B", MASKED | length)
    if length < 1 << 16:
        return struct.pack("!BH", MASKED | 126, length)
    return struct.pack("!BQ", MASKED | 127, length)

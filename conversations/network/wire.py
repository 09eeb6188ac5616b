"""One connection as the event loop reports it: bytes, room to write, the end."""

import asyncio

MOST_UNREAD = 256 * 1024
"""Bytes that may wait to be read before nothing more is taken from the peer."""


class Wire(asyncio.Protocol):
    """Keeps what has arrived until it is read, and tells one reader and one writer of changes."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.is_over = False
        self._unread = bytearray()
        self._is_paused = False
        self._has_room = True
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        # The lowest one, below all TLS. Pausing it and not a TLS transport matters: asyncio forgets
        # what a paused TLS transport still holds when the peer hangs up.
        self.socket_transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if len(self._unread) > MOST_UNREAD and not self._is_paused:
            self._is_paused = True
            self.socket_transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        self.is_over = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close(exc)

    def pause_writing(self) -> None:
        self._has_room = False

    def resume_writing(self) -> None:
        self._has_room = True
        _wake(self._writer)

    @property
    def is_readable(self) -> bool:
        """Whether reading needn't wait: for bytes, or to learn of the end."""
        return bool(self._unread) or self.is_over

    def close(self, error: Exception | None) -> None:
        """Nothing more can come or go; `error` tells why, unless the end was a proper one."""
        self.is_over = True
        self.error = self.error or error
        _wake(self._reader)
        _wake(self._writer)

    def take(self, size: int) -> bytes:
        """At most `size` of the bytes that wait."""
        data = bytes(self._unread[:size])
        del self._unread[:size]
        if self._is_paused and len(self._unread) <= MOST_UNREAD // 2:
            self._is_paused = False
            self.socket_transport.resume_reading()
        return data

    async def readable(self) -> None:
        """Wait until `is_readable`."""
        while not self.is_readable:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader

    async def writable(self) -> None:
        """Wait until there is room for more, or nothing can be written any longer."""
        while not (self._has_room or self.is_over):
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)

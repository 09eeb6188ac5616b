"""Connections for the HTTP client, on asyncio's own transports.

The client's default registers a socket with the event loop anew for every read. A stream of small
events is read thousands of times, so here a socket stays registered: what arrives is kept, up to a
limit, until it is read. Exceptions are those of httpcore2's own backends.
"""

# ruff: noqa: ASYNC109 - the interface has timeouts

import asyncio
import select
import ssl
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2

from conversations.network.wire import Wire

HAPPY_EYEBALLS_DELAY = 0.25


class Backend(httpcore2.AsyncNetworkBackend):
    """Opens connections in the running event loop. Timeouts are seconds; None waits for ever."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        with _connecting():
            async with asyncio.timeout(timeout):
                transport, wire = await asyncio.get_running_loop().create_connection(
                    Wire,
                    host,
                    port,
                    local_addr=(local_address, 0) if local_address else None,
                    happy_eyeballs_delay=HAPPY_EYEBALLS_DELAY,
                )
            return _opened(transport, wire, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        with _connecting():
            async with asyncio.timeout(timeout):
                loop = asyncio.get_running_loop()
                transport, wire = await loop.create_unix_connection(Wire, path)
            return _opened(transport, wire, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Stream(httpcore2.AsyncNetworkStream):
    """One connection, or the encrypted layer on top of one."""

    def __init__(self, transport: asyncio.Transport, wire: Wire) -> None:
        self._transport = transport
        self._wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, at once if there are any; none at the end."""
        wire = self._wire
        if not wire.is_readable:
            await _within(timeout, wire.readable(), httpcore2.ReadTimeout)
        data = wire.take(max_bytes)
        if not data and wire.error:
            raise httpcore2.ReadError(wire.error) from wire.error
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send; waits while the peer is slow to take what was sent before."""
        if not buffer:
            return
        if self._transport.is_closing():
            error = self._wire.error or "the peer has hung up"
            raise httpcore2.WriteError(error) from self._wire.error
        self._transport.write(buffer)
        await _within(timeout, self._wire.writable(), httpcore2.WriteTimeout)
        if self._wire.error:
            raise httpcore2.WriteError(self._wire.error) from self._wire.error

    async def aclose(self) -> None:
        # Not close(): it would wait for the peer to take everything, and to say goodbye in TLS.
        self._wire.close(ConnectionAbortedError("closed here"))
        self._transport.abort()
        await asyncio.sleep(0)  # the event loop closes the socket in its next step

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            with _connecting():
                if self._wire.is_readable:
                    # It would later be taken for something that came encrypted.
                    raise ConnectionResetError("the peer spoke, or hung up, before the handshake")
                async with asyncio.timeout(timeout):
                    transport = await asyncio.get_running_loop().start_tls(
                        self._transport, self._wire, ssl_context, server_hostname=server_hostname
                    )
        except BaseException:
            await self.aclose()
            raise
        assert transport is not None
        return Stream(transport, self._wire)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))

    def _is_readable(self) -> bool:
        """Asked of an idle connection, where it means that the peer has hung up."""
        if self._wire.is_readable or self._transport.is_closing():
            return True
        # The event loop may not have come round yet to what has arrived.
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))


async def _within(
    seconds: float | None, change: Coroutine[Any, Any, None], expired: type[Exception]
) -> None:
    if seconds is None:  # the usual case, and a scope would cost more than the wait itself
        await change
        return
    try:
        async with asyncio.timeout(seconds):
            await change
    except TimeoutError as error:
        raise expired(error) from error


@contextmanager
def _connecting() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout(error) from error
    except OSError as error:  # errors of TLS and of names are some, too
        raise httpcore2.ConnectError(error) from error


def _opened(
    transport: asyncio.Transport,
    wire: Wire,
    socket_options: Iterable[httpcore2.SOCKET_OPTION] | None,
) -> Stream:
    try:
        for option in socket_options or ():
            transport.get_extra_info("socket").setsockopt(*option)
    except BaseException:
        transport.abort()
        raise
    return Stream(transport, wire)

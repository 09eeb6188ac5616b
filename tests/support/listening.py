"""Servers of a test's own, below HTTP: nothing of them is left when the test ends."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port of this machine whose connections `serve` handles; it may fail with a connection."""
    peers = _Peers(serve)
    server = await asyncio.start_server(peers.accept, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await peers.leave()


@asynccontextmanager
async def listening_at(path: str, serve: Serve) -> AsyncIterator[None]:
    """The same at a Unix socket."""
    peers = _Peers(serve)
    server = await asyncio.start_unix_server(peers.accept, path)
    try:
        yield
    finally:
        server.close()
        await peers.leave()


class _Peers:
    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of its own: asyncio's streams complain about a cancelled one that they started.
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving[task] = writer
        await asyncio.wait({task})
        writer.close()

    async def leave(self) -> None:
        for task in self._serving:
            task.cancel()
        results = await asyncio.gather(*self._serving, return_exceptions=True)
        for writer in self._serving.values():
            writer.transport.abort()
        await asyncio.sleep(0.01)  # in which the event loop closes the sockets
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, OSError):
                raise result

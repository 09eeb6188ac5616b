"""Daphne with the limits and the end that it does not have itself.

It takes request bodies of any size before anybody is asked, drops a socket without a word on a
frame that is too long, and at SIGTERM cuts everything. Here bodies are limited as they arrive, a
long frame is answered by a close code, and the end waits until running answers are stored.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet import defer

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 25 * 1024 * 1024
MAX_FRAME_BYTES = 1024 * 1024
CANCEL_WITHIN_SECONDS = 2.0

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class LimitedRequest(WebRequest):
    """A request whose body is refused as soon as it is known to be too long."""

    channel: Any
    received = 0

    def gotLength(self, length: int | None) -> None:  # noqa: N802 (Twisted's name)
        super().gotLength(length)
        self._limit(length or 0)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        self.received += len(data)
        if self._limit(self.received):
            super().handleContentChunk(data)

    def _limit(self, length: int) -> bool:
        if length <= MAX_BODY_BYTES:
            return True
        if self.channel is not None:
            self.channel.transport.write(TOO_LARGE)
            self.channel.loseConnection()
        return False


class LimitedFactory(HTTPFactory):
    """Daphne's, with our requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's name)
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = LimitedRequest
        return protocol


class ChatServer(Server):
    """`started` and `ended` run in the server's event loop, after its start and before its end."""

    failed = False

    def __init__(
        self,
        application: Any,
        endpoints: list[str],
        started: Callable[[], Awaitable[None]],
        ended: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(
            application,
            endpoints=endpoints,
            server_name="",
            websocket_max_message_size=MAX_FRAME_BYTES,
            websocket_max_frame_size=MAX_FRAME_BYTES,
            websocket_connect_timeout=5,
            ping_interval=20,
            ping_timeout=20,
            application_close_timeout=5,
            ready_callable=self._ready,
        )
        self._started, self._ended = started, ended

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Daphne's; a browser that goes away while it is written to is no fault of anybody's."""
        with suppress(Disconnected):
            await super().handle_reply(protocol, message)

    def listen_error(self, failure: Any) -> None:
        """Daphne's hook; it would end as if all were well."""
        self.failed = True
        super().listen_error(failure)

    def _ready(self) -> None:
        self.ws_factory.setProtocolOptions(failByDrop=False)
        self.http_factory.__class__ = LimitedFactory
        self._starting = asyncio.get_event_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._started()
        except Exception:
            logger.exception("The server can't start")
            self.failed = True
            self.stop()

    def kill_all_applications(self) -> defer.Deferred[None]:
        """Daphne's hook before its end, which it calls at SIGTERM and SIGINT."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._end()))

    async def _end(self) -> None:
        for port in self.listeners:
            port.addCallback(lambda listening: listening.stopListening())
        try:
            await self._ended()
        except Exception:
            logger.exception("The end was not orderly")
        # A request that was never sent whole has no application yet.
        running = [
            task
            for details in self.connections.values()
            if (task := details.get("application_instance")) and not task.done()
        ]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=CANCEL_WITHIN_SECONDS)

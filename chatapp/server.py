"""Daphne with the limits and the end that it does not have itself.

It takes request bodies of any size before anybody is asked, drops a socket without a word on a
frame that is too long, keeps whatever a peer sends or does not read in memory, and at SIGTERM cuts
everything. Here bodies are limited as they arrive (`limited_request`), a long frame is answered by
a close code, a socket is read, and it and an answer are written, no faster than both sides can take
it, and the end waits until running answers are stored.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from autobahn.exception import Disconnected
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer

from chatapp.limited_request import LimitedFactory
from chatapp.pacing import unsent_by, until_taken

logger = logging.getLogger(__name__)

# The longest question, 200,000 characters, is 1.2 MB where JSON escapes every one of them; as
# browsers write it, it is 600 KB at the most.
MAX_FRAME_BYTES = 1024 * 1024
MAX_WAITING_FRAMES = 200
MAX_WAITING_BYTES = 1024 * 1024
MAX_UNSENT_BYTES = 1024 * 1024
STALLED_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 0.02
WRITTEN = ("websocket.send", "http.response.body")
CANCEL_WITHIN_SECONDS = 2.0


class PacedSocket(WebSocketProtocol):
    """A socket that is read no faster than the application takes its frames, and knows when its
    peer takes none of ours.

    While much is unsent nothing is read either: a peer's pings would be answered into that buffer.
    """

    transport: Any
    application_queue: asyncio.Queue[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.writable = asyncio.Event()
        self.writable.set()
        self._waiting_bytes = 0
        self._behind = False

    def onOpen(self) -> None:  # noqa: N802 (autobahn's name)
        super().onOpen()
        # HTTP's channel, which gave its transport away, would still be told instead of us.
        self.transport.unregisterProducer()
        self.transport.bufferSize = MAX_UNSENT_BYTES
        self.transport.registerProducer(self, True)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803 (autobahn's)
        if self.application_queue.empty():
            self._waiting_bytes = 0
        self._waiting_bytes += len(payload)
        super().onMessage(payload, isBinary)
        if not self._behind and self._is_too_much():
            self._behind = True
            self._read_or_not()
            self._look_again()

    def sendMessage(self, payload: bytes, *args: Any, **kwargs: Any) -> None:  # noqa: N802
        """autobahn's, which refuses to send what it would refuse to receive.

        A snapshot, and the event that ends an answer, hold all of it: they are as long as it is.
        """
        if len(payload) <= MAX_FRAME_BYTES:
            super().sendMessage(payload, *args, **kwargs)
            return
        self.beginMessage(*args)
        self.sendMessageFrame(payload)
        self.endMessage()

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803
        super().onClose(wasClean, code, reason)
        self.writable.set()
        self._behind = False

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The transport's word that more than `bufferSize` bytes are unsent."""
        self.writable.clear()
        self._read_or_not()

    def resumeProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The transport's word that all is sent."""
        self.writable.set()
        self._read_or_not()

    def stopProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The transport's word that it is closed; `onClose` says it to us."""

    async def room(self) -> None:
        """Wait until all is sent; a peer that has taken nothing for a while is dropped."""
        await until_taken(self.writable, self.transport, self._unsent, STALLED_SECONDS)

    def _unsent(self) -> int:
        return unsent_by(self.transport)

    def _is_too_much(self) -> bool:
        frames = self.application_queue.qsize()
        return frames > MAX_WAITING_FRAMES or self._waiting_bytes > MAX_WAITING_BYTES

    def _look_again(self) -> None:
        """Read on once the application has taken all; its queue does not say when it does."""
        if self._behind and self.application_queue.empty():
            self._behind = False
            self._read_or_not()
        elif self._behind:
            asyncio.get_running_loop().call_later(LOOK_AGAIN_SECONDS, self._look_again)

    def _read_or_not(self) -> None:
        if self._behind or not self.writable.is_set():
            self.transport.pauseProducing()
        else:
            self.transport.resumeProducing()


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
        """Daphne's, which would keep all that a peer does not read.

        A close does not wait. A browser that goes away while it is written to is nobody's fault.
        """
        if message["type"] in WRITTEN and not protocol.writable.is_set():
            await protocol.room()
        with suppress(Disconnected):
            await super().handle_reply(protocol, message)

    def listen_error(self, failure: Any) -> None:
        """Daphne's hook; it would end as if all were well."""
        self.failed = True
        super().listen_error(failure)

    def _ready(self) -> None:
        self.ws_factory.protocol = PacedSocket
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

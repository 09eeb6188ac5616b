"""Daphne's HTTP requests, with bodies that are limited as they come, and answers that are written
no faster than they are read.
"""

import asyncio
import re
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest

from chatapp.pacing import unsent_by, until_taken
from conversations.gateway.entry import as_answer
from conversations.gateway.refusals import Refusal

MAX_BODY_BYTES = 25 * 1024 * 1024 + 64 * 1024  # the largest file, in a form
# Downloads, too: a phone may be without a line for a while.
STALLED_SECONDS = 60.0

TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"
NOTHING = b"Content-Length: 0\r\n\r\n"
OF_API = re.compile(rb"/v1(?:[/?]|$)")


class LimitedRequest(WebRequest):
    """A request whose body is refused as soon as it is known to be too long.

    It is itself the producer of its answer, which Twisted tells when its peer takes no more.
    """

    channel: Any
    transport: Any
    received = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Forms are the application's to read: Twisted would hold all of one in memory, and the
        # event loop meanwhile.
        super().__init__(*args, **kwargs, parsePOSTFormSubmission=False)
        self.writable = asyncio.Event()
        self.writable.set()

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
            # Twisted tells the path when all of the body is there, and has it before.
            self.channel.transport.write(refusal_at(self.channel._path))
            self.channel.loseConnection()
        return False

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Daphne's, and from the begin of an answer on it is known whether it is read."""
        begins = message.get("type") == "http.response.start"
        if begins and self.channel is not None and not self.finished and not self.producer:
            self.registerProducer(self, True)
        super().handle_reply(message)

    def finish(self) -> None:
        """Daphne's."""
        if self.producer:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 (Twisted's name)
        super().connectionLost(reason)
        self.writable.set()

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The channel's word that much is unsent."""
        self.writable.clear()

    def resumeProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The channel's word that all is sent."""
        self.writable.set()

    def stopProducing(self) -> None:  # noqa: N802 (Twisted's name)
        """The channel's word that it is closed; `connectionLost` says it to us."""

    async def room(self) -> None:
        """Wait until all is sent; a peer that has taken nothing for a while is dropped."""
        transport = self.transport
        await until_taken(self.writable, transport, lambda: unsent_by(transport), STALLED_SECONDS)


class LimitedFactory(HTTPFactory):
    """Daphne's, with our requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's name)
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = LimitedRequest
        return protocol


def refusal_at(path: bytes) -> bytes:
    """The whole answer to a body that is too long; at the API's addresses in its form."""
    if not OF_API.match(path):
        return TOO_LARGE + NOTHING
    said = "The body of the request is too large."
    answer = as_answer(Refusal(413, said, "request_too_large", retry=False))
    answer["Content-Length"] = str(len(answer.content))
    return TOO_LARGE + answer.serialize()

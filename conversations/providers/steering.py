"""Answers that take more input while they are given, over one websocket.

What is said into an answer ends it early, and a successor answers it: the two are responses of
their own. https://platform.openai.com/docs/api-reference/responses-websocket
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.items import Item
from conversations.providers.classify import Asked
from conversations.providers.clock import Clock
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import provider_error
from conversations.providers.messages import MessageReader
from conversations.providers.reading import LARGE
from conversations.providers.steers import Steers

if TYPE_CHECKING:
    from conversations.providers.websocket import Socket

STEER_SECONDS = 10.0
SETTLING_SECONDS = 2.0
STEERED_FIELDS = ("type", "role", "content")


class SteerableAnswer:
    """One websocket: the answer that was asked for, and its successors, one after the other."""

    def __init__(self, socket: "Socket", reader: MessageReader, config: ProviderConfig) -> None:
        self._socket = socket
        self._reader = reader
        self._config = config
        # A websocket shows by its pongs that the provider is there; a message is progress.
        self._deadlines = replace(config.deadlines, liveness=config.deadlines.progress)
        self._ahead: deque[Event] = deque()
        self._running = ""
        self._has_ended = False
        self._steers = Steers(config)

    @property
    def awaits_successor(self) -> bool:
        """Whether something was taken in that no response answers yet: it will begin by itself."""
        return self._steers.are_accepted

    async def begin(self, body: Mapping[str, Any]) -> None:
        """Send the request, and wait for the first event in the time that it may take."""
        clock = Clock(self._config.deadlines)
        try:
            await self._socket.send({"type": "response.create", **body})
            self._ahead.append(await self._next(clock))
        finally:
            clock.stop()

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events of the response that is given now, to its terminal one.

        Called again they are those of its successor, if it `awaits_successor`; STEER_REFUSED when
        the provider gave that up. Every other failure is as that of a stream over HTTP, and the
        connection is then of no more use.
        """
        if not self._is_due:
            raise self._steers.refusal()
        self._reader.begin()
        clock = Clock(self._deadlines)
        try:
            while True:
                event = self._ahead.popleft() if self._ahead else await self._next(clock)
                self._note(event)
                if is_terminal(event):
                    await self._settle()
                    yield event
                    return
                yield event
                clock.wind()
        except ProviderError as error:
            self._end(error)
            raise
        finally:
            clock.stop()

    async def steer(self, input: Sequence[Item]) -> None:  # noqa: A002 - the API's name
        """Say something into the answer; returns when the provider has taken it.

        Somebody has to read `events` meanwhile. STEER_REFUSED says that it was not taken; any other
        `ProviderError` that nobody knows.
        """
        if not self._running:
            raise self._steers.refusal()
        steer = {
            "type": "response.steer",
            "previous_response_id": self._running,
            "input": [_steered(item) for item in input],
        }
        reply = self._steers.wait()
        try:
            await self._socket.send(steer)
            async with asyncio.timeout(STEER_SECONDS):
                await reply
        except TimeoutError as error:
            detail = "no answer to what was said into the response"
            raise provider_error(ErrorKind.TIMEOUT, self._config, detail=detail) from error
        finally:
            reply.cancel()

    async def aclose(self) -> None:
        """Hang up: what is being answered is not answered any further."""
        self._end(provider_error(ErrorKind.CUT, self._config, detail="closed here"))
        with suppress(ProviderError):
            await self._socket.aclose()

    @property
    def _is_due(self) -> bool:
        """Whether there is a response to be read, or one is about to begin."""
        return bool(not self._has_ended or self._ahead or self._steers.are_accepted)

    async def _next(self, clock: Clock) -> Event:
        while self._is_due:
            event = await self._receive(clock)
            if event is not None:
                return event
        raise self._steers.refusal()

    async def _receive(self, clock: Clock) -> Event | None:
        """One message: an event of a response, or None for what is dealt with here."""
        message = await self._socket.receive(clock)
        if len(message) > LARGE:
            event = await asyncio.to_thread(self._reader.event_in, message)
        else:
            event = self._reader.event_in(message)
        if event is None:
            return None
        if event["type"] == "error":
            if self._steers.are_refused_by(event):
                return None
            raise self._reader.error_of(event)
        if event["type"].startswith("response.steer."):
            self._steers.take(event)
            return None
        return event

    def _note(self, event: Event) -> None:
        if event["type"] == "response.created" and isinstance(event.get("response"), dict):
            self._running = str(event["response"].get("id") or "")
            self._has_ended = False
            self._steers.commit()

    async def _settle(self) -> None:
        """The response is over; who said something into it is still owed the provider's word."""
        self._running = ""
        self._has_ended = True
        clock = Clock(self._deadlines)
        try:
            async with asyncio.timeout(SETTLING_SECONDS):
                while self._steers.are_waiting:
                    if (event := await self._receive(clock)) is not None:
                        self._ahead.append(event)
        except TimeoutError:
            pass  # they have a deadline of their own
        except ProviderError as error:
            self._end(error)  # for those who wait: the response is whole
        finally:
            clock.stop()

    def _end(self, error: ProviderError) -> None:
        self._running = ""
        self._has_ended = True
        self._ahead.clear()
        self._steers.commit()
        self._steers.end(error)


async def begun(
    socket: "Socket", body: Mapping[str, Any], config: ProviderConfig
) -> SteerableAnswer:
    """Ask with `body` over an open socket; returns when the answer has begun, or hangs up."""
    answer = SteerableAnswer(socket, MessageReader(config, Asked.by(body)), config)
    try:
        await answer.begin(body)
    except BaseException:
        await answer.aclose()
        raise
    return answer


def _steered(item: Item) -> Item:
    """A message with no more than what may be said into an answer."""
    return {"type": "message", **{name: item[name] for name in STEERED_FIELDS if name in item}}

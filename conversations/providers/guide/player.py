"""Performances in time: with pauses, and with the ends that are none."""

import asyncio
from collections.abc import AsyncIterator

import httpx2

from conversations.protocol import sse
from conversations.protocol.events import Event
from conversations.providers.guide.failures import server_error
from conversations.providers.guide.performance import Performance
from conversations.providers.guide.reply import Ending

# What takes a real provider its time.
WORK = (".delta", ".searching", ".interpreting", ".generating", ".partial_image", ".compacting")


def event_stream(performance: Performance, pace: float) -> httpx2.AsyncByteStream:
    """The body of a streamed answer, one event a chunk, `pace` seconds after each delta."""
    return _EventStream(performance, pace)


async def played(performance: Performance) -> dict[str, object]:
    """The response object of an answer that isn't streamed; only a pause asked for is kept."""
    async for event in performed(performance, pace=0):
        if event["type"] == "error":
            raise server_error()
    return performance.response


class _EventStream(httpx2.AsyncByteStream):
    def __init__(self, performance: Performance, pace: float) -> None:
        self._performance = performance
        self._pace = pace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for event in performed(self._performance, self._pace):
            yield sse.encode(event)


async def performed(performance: Performance, pace: float) -> AsyncIterator[Event]:
    """The events of an answer, each when it is due."""
    pause = pace if performance.reply.pause is None else performance.reply.pause
    if performance.ending is Ending.SILENT:
        await _for_ever()
    for event in performance.events():
        yield event
        if event["type"].endswith(WORK):
            await asyncio.sleep(pause)  # even for no time at all: others want to run as well
    if performance.ending is Ending.STALLED:
        await _for_ever()
    if performance.ending is Ending.CUT:
        raise httpx2.RemoteProtocolError("the guide closed the connection")


async def _for_ever() -> None:
    await asyncio.get_running_loop().create_future()

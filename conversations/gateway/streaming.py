"""An answer as server-sent events, and waiting for its end: both follow it as every reader does."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import TypeVar

from django.http import StreamingHttpResponse

from conversations.gateway.drawn import event_with_results
from conversations.gateway.events import Events
from conversations.gateway.refusals import WRONG_KEY
from conversations.models import ApiKey, Response
from conversations.models.database import in_database
from conversations.protocol.events import Event
from conversations.protocol.jsontext import dumps
from conversations.turns.following import follow, snapshot_of

T = TypeVar("T")

SILENCE_SECONDS = 5.0
TRUSTED_FOR_SECONDS = 4.0
# Whoever goes away before the first line is asked for is noticed by nobody else.
READ_WITHIN_SECONDS = 5.0
# Exactly this: the official client takes other forms for data.
ALIVE = ": keepalive\n\n"
DONE = "data: [DONE]\n\n"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def streamed(
    key: ApiKey,
    row: Response,
    starting_after: int | None,
    on_left: Callable[[], object] | None = None,
    *,
    sealed: bool = False,
) -> StreamingHttpResponse:
    """The events after a `sequence_number` (None: all), to the end, as long as the key works;
    `on_left` is called where the client goes away, or has to, before that.
    """
    unread = asyncio.get_running_loop().call_later(READ_WITHIN_SECONDS, on_left or _nobody_left)
    return StreamingHttpResponse(
        _written(key, events_of(row, starting_after, sealed=sealed), on_left, unread),
        content_type="text/event-stream; charset=utf-8",
        headers=HEADERS,
    )


async def until_end(response_id: str) -> None:
    """Wait for the end of an answer."""
    async with aclosing(follow(response_id, None, asyncio.Lock())) as batches:
        async for _ in batches:
            pass


async def _written(
    key: ApiKey,
    answer: AsyncGenerator[Event, None],
    on_left: Callable[[], object] | None,
    unread: asyncio.TimerHandle,
) -> AsyncGenerator[str, None]:
    unread.cancel()
    has_ended = False
    checked_at = time.monotonic()
    try:
        async with aclosing(answer) as events:
            async for event in with_silences(events):
                if time.monotonic() - checked_at > TRUSTED_FOR_SECONDS:
                    if not await in_database(key.still_works):
                        yield _line({"type": "error", **WRONG_KEY.body})
                        return
                    checked_at = time.monotonic()
                # Each event in one piece: some clients lose one that comes in two.
                yield ALIVE if event is None else _line(event)
        has_ended = True
        yield DONE
    finally:
        if not has_ended and on_left is not None:
            on_left()


async def events_of(
    row: Response, starting_after: int | None, *, sealed: bool
) -> AsyncGenerator[Event, None]:
    """The events of an answer after a `sequence_number` (None: all), to its end; `sealed` with what
    its provider has sealed.
    """
    shown = Events(row.pk, row.asked, starting_after)
    if row.removed:
        # A log may have what was deleted still.
        for event in shown.of(snapshot_of(row, sealed=sealed).lines):
            yield await event_with_results(event, row.owner_id)
        return
    batches_of = follow(row.pk, shown.follows, asyncio.Lock(), sealed=sealed)
    async with aclosing(batches_of) as batches:
        async for batch in batches:
            for event in shown.of(batch.lines):
                yield await event_with_results(event, row.owner_id)


async def with_silences(events: AsyncIterator[T]) -> AsyncGenerator[T | None, None]:
    """The events, and None whenever none has come for a while."""
    coming = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait([coming], timeout=SILENCE_SECONDS)
            if not done:
                yield None
                continue
            try:
                event = coming.result()
            except StopAsyncIteration:
                return
            yield event
            coming = asyncio.ensure_future(anext(events))
    finally:
        coming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await coming


def _nobody_left() -> None:
    """It goes on without its readers."""


def _line(event: Event) -> str:
    return f"event: {event['type']}\ndata: {dumps(event)}\n\n"

"""How anybody reads an answer: what there is after a `sequence_number`, then live, to its end."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.jsontext import dumps, loads
from conversations.protocol.visibility import visible_event, visible_response
from conversations.turns.log import Batch, Behind, EventLog
from conversations.turns.running import turns
from conversations.turns.shared_log import shared_logs

WINDOW_BYTES = 256 * 1024
POLL_SECONDS = 1.0
SILENCE_SECONDS = 5.0
SEALED_FIELD = '"encrypted_content":'  # in a text its quotes are escaped
ENDS = tuple(f'{{"type":"response.{end}"' for end in ("completed", "failed", "incomplete"))


async def follow(
    response_id: str,
    starting_after: int | None,
    one_at_a_time: asyncio.Lock,
    *,
    sealed: bool = False,
) -> AsyncGenerator[Batch, None]:
    """The events of an answer after a `sequence_number` (None: all of them), to its end.

    They come from its log: this process's own, or the one that the processes share. What no log
    holds is told by a `response.snapshot` of what is stored, and while there is no log at all by
    one a second. A snapshot is as long as its answer, so readers that share a connection share a
    lock, which is held until the snapshot is taken: however many they follow, one waits to be
    sent. The caller closes the iterator, so that the lock is not kept by a reader that has left.
    Only a script that has asked for sealed thoughts is told them (see `protocol.visibility`).
    """
    position = -1 if starting_after is None else starting_after
    # An empty log may be of an answer that ended long ago: then the database is asked first.
    is_running = turns.owner_of(response_id) is not None
    told: tuple[str, int | None] | None = None
    while True:
        async with _log_of(response_id) as log:
            if log is not None and (is_running or log.next > log.first):
                own = log is turns.logs.of(response_id)
                async with aclosing(_heard(log, position, is_own=own)) as batches:
                    async for batch in batches:
                        yield batch if sealed else _unsealed(batch)
                        position = batch.sequence_number
                        if batch.lines[-1].startswith(ENDS):
                            return
            is_served = log is not None and not log.closed and log.holds(position)
        async with one_at_a_time:
            row = await in_database(_stored, response_id)
            if row is None:
                return
            is_running, held = row.is_running, _held(row)
            is_news = told != (row.status, held) and not (is_served and held <= position)
            if is_news or not is_running:
                told, position = (row.status, held), held
                yield snapshot_of(row, sealed=sealed)
        if not is_running:
            return
        if not is_served:
            await turns.logs.until_begun(response_id, POLL_SECONDS)


@asynccontextmanager
async def _log_of(response_id: str) -> AsyncIterator[EventLog | None]:
    own = turns.logs.of(response_id)
    if own is not None:
        yield own
        return
    async with shared_logs.reading(response_id) as log:
        yield log


async def _heard(log: EventLog, position: int, *, is_own: bool) -> AsyncGenerator[Batch, None]:
    """What the log tells, until it is closed or has lost the position.

    That of another process, too, until it is silent for a while: its silence may be Redis's.
    """
    async with aclosing(log.follow(position)) as events:
        with suppress(Behind):
            if is_own:
                async for batch in events:
                    yield batch
            else:
                async for batch in _until_silent(events):
                    yield batch


async def _until_silent(events: AsyncGenerator[Batch, None]) -> AsyncGenerator[Batch, None]:
    with suppress(TimeoutError, StopAsyncIteration):
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                batch = await anext(events)
            yield batch


def _held(row: Response) -> int:
    return -1 if row.sequence_number is None else row.sequence_number


def _stored(response_id: str) -> Response | None:
    return Response.objects.filter(pk=response_id).first()


def _unsealed(batch: Batch) -> Batch:
    """The events for everybody else: hardly ever others, and told by a look at their lines."""
    if not any(SEALED_FIELD in line for line in batch.lines):
        return batch
    return batch._replace(lines=[_unsealed_line(line) for line in batch.lines])


def _unsealed_line(line: str) -> str:
    return dumps(visible_event(loads(line))) if SEALED_FIELD in line else line


def snapshot_of(row: Response, *, sealed: bool = False) -> Batch:
    """All of an answer as it is stored, which stands for its events; `sealed` with what its
    provider has sealed.
    """
    frame = {
        "type": "response.snapshot",
        "stream_id": row.id,
        "response": visible_response(row.to_api(), sealed=sealed),
    }
    # Not every snapshot has an event that could be acknowledged: it is outside the window.
    return Batch([dumps(frame)], -1, 0)


class Window:
    """How far a reader may be behind: what was sent and not yet acknowledged, in bytes.

    A browser that does not read, or draws slowly, is so sent WINDOW_BYTES of the events of each
    answer that it follows, and the rest when it has drawn them.
    """

    def __init__(self) -> None:
        self._unacknowledged: deque[tuple[int, int]] = deque()
        self._size = 0
        self._room = asyncio.Event()
        self._room.set()

    async def room(self) -> None:
        """Wait until more may be sent."""
        await self._room.wait()

    def sent(self, batch: Batch) -> None:
        self._unacknowledged.append((batch.sequence_number, batch.size))
        self._size += batch.size
        self._update()

    def acknowledge(self, sequence_number: int) -> None:
        """The reader has drawn everything up to this event."""
        while self._unacknowledged and self._unacknowledged[0][0] <= sequence_number:
            self._size -= self._unacknowledged.popleft()[1]
        self._update()

    def _update(self) -> None:
        if self._size < WINDOW_BYTES:
            self._room.set()
        else:
            self._room.clear()

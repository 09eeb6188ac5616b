"""How anybody reads an answer: what there is after a `sequence_number`, then live, to its end."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.jsontext import dumps
from conversations.protocol.visibility import visible_response
from conversations.turns.log import Batch
from conversations.turns.running import turns

WINDOW_BYTES = 256 * 1024
POLL_SECONDS = 1.0


async def follow(
    response_id: str, starting_after: int | None, one_at_a_time: asyncio.Lock
) -> AsyncGenerator[Batch, None]:
    """The events of an answer after a `sequence_number` (None: all of them).

    An answer without a log here is told by `response.snapshot`s of what is stored, until it ends.
    A snapshot is as long as its answer, so readers that share a connection share a lock, which is
    held until the snapshot is taken: however many they follow, one waits to be sent. The caller
    closes the iterator, so that the lock is not kept by a reader that has left.
    """
    log = turns.log_of(response_id)
    position = -1 if starting_after is None else starting_after
    if log is not None and position < len(log):
        async for batch in log.follow(position):
            yield batch
        return
    told: tuple[str, int | None] | None = None
    while True:
        async with one_at_a_time:
            row = await in_database(_stored, response_id)
            if row is not None and told != (row.status, row.sequence_number):
                told = (row.status, row.sequence_number)
                yield _snapshot(row)
        if row is None or not row.is_running:
            return
        await asyncio.sleep(POLL_SECONDS)


def _stored(response_id: str) -> Response | None:
    return Response.objects.filter(pk=response_id).first()


def _snapshot(row: Response) -> Batch:
    frame = {
        "type": "response.snapshot",
        "stream_id": row.id,
        "response": visible_response(row.to_api()),
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

"""How anybody reads an answer: what there is after a `sequence_number`, then live, to its end."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.jsontext import dumps
from conversations.protocol.visibility import visible_response
from conversations.turns.log import Batch
from conversations.turns.running import turns

WINDOW_BYTES = 256 * 1024
POLL_SECONDS = 1.0


async def follow(response_id: str, starting_after: int | None) -> AsyncIterator[Batch]:
    """The events of an answer after a `sequence_number` (None: all of them).

    An answer without a log here is told by `response.snapshot`s of what is stored, until it ends.
    """
    log = turns.log_of(response_id)
    position = -1 if starting_after is None else starting_after
    if log is not None and position < len(log):
        async for batch in log.follow(position):
            yield batch
        return
    told: tuple[str, int | None] | None = None
    while (row := await in_database(_stored, response_id)) is not None:
        if told != (row.status, row.sequence_number):
            told = (row.status, row.sequence_number)
            yield _snapshot(row)
        if not row.is_running:
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
    # Sent once and not acknowledged: it does not count against the window.
    return Batch([dumps(frame)], -1, 0)


class Window:
    """How far a reader may be behind: what was sent and not yet acknowledged, in bytes.

    The server below buffers without a limit, so a browser that does not read would fill our
    memory; with the window it costs WINDOW_BYTES.
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

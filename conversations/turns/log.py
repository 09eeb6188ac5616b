"""The events of a running answer, replayable from any `sequence_number`.

Held in memory, for one process. Events are kept as the lines that readers are sent, so that a
thousand readers cost one encoding.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

BATCH_BYTES = 64 * 1024


class Batch(NamedTuple):
    """Lines that follow each other, and the `sequence_number` of the last one."""

    lines: list[str]
    sequence_number: int
    size: int


class EventLog:
    """An append-only list of events, one writer, any number of readers at their own pace."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._closed = False
        self._waiting: list[asyncio.Future[None]] = []

    def __len__(self) -> int:
        return len(self._lines)

    def append(self, line: str) -> None:
        """Add the event whose `sequence_number` is the present length."""
        self._lines.append(line)
        self._wake()

    def close(self) -> None:
        """Say that nothing follows: readers end when they have read all."""
        self._closed = True
        self._wake()

    async def follow(self, starting_after: int = -1) -> AsyncIterator[Batch]:
        """Everything after a `sequence_number`: what there is, then live, until the log is closed.

        What came since the reader's last step comes as one batch, of some 64 KiB at the most.
        """
        position = starting_after + 1
        while True:
            if position < len(self._lines):
                batch = self._batch(position)
                position = batch.sequence_number + 1
                yield batch
            elif self._closed:
                return
            else:
                await self._change()

    def _batch(self, position: int) -> Batch:
        size, end = 0, position
        while end < len(self._lines) and size < BATCH_BYTES:
            size += len(self._lines[end])
            end += 1
        return Batch(self._lines[position:end], end - 1, size)

    async def _change(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

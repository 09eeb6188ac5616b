"""The events of a running answer, replayable from any `sequence_number`.

Events are kept as the lines that readers are sent, so that a thousand readers cost one encoding.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import NamedTuple

BATCH_BYTES = 64 * 1024
MAX_BYTES = 16 * 1024 * 1024
TRIMMED_BYTES = MAX_BYTES - MAX_BYTES // 8  # some at a time: each trim moves all that stays


class Behind(Exception):
    """A reader wants events that the log has already let go: the database has what they told."""


class Batch(NamedTuple):
    """Lines that follow each other, and the `sequence_number` of the last one."""

    lines: list[str]
    sequence_number: int
    size: int


class EventLog:
    """An append-only list of events, one writer, any number of readers at their own pace.

    It keeps the last MAX_BYTES of them; `first` is the `sequence_number` of the oldest that it
    still has, `next` that of the event to be appended. `listener`, if it is set, is called after
    every change.
    """

    def __init__(self, first: int = 0) -> None:
        self.first = self.next = first
        self.closed = False
        self.listener: Callable[[], object] | None = None
        self._lines: list[str] = []
        self._size = 0
        self._waiting: list[asyncio.Future[None]] = []

    def append(self, line: str) -> None:
        """Add the event whose `sequence_number` is `next`."""
        self._lines.append(line)
        self.next += 1
        self._size += len(line)
        if self._size > MAX_BYTES:
            self._trim()
        self._changed()

    def close(self) -> None:
        """Say that nothing follows: readers end when they have read all."""
        self.closed = True
        self._changed()

    def holds(self, starting_after: int) -> bool:
        """Whether everything after this `sequence_number` can be read here."""
        return starting_after >= self.first - 1

    async def follow(self, starting_after: int) -> AsyncGenerator[Batch, None]:
        """Everything after a `sequence_number`: what there is, then live, until the log is closed.

        What came since the reader's last step comes as one batch, see `batch`. A reader that is
        ahead of the log waits for what comes after its number: an answer that was taken over makes
        the same events again. Behind, when the log let go of what the reader needs.
        """
        position = starting_after + 1
        while True:
            if position < self.next:
                batch = self.batch(position)
                position = batch.sequence_number + 1
                yield batch
            elif self.closed:
                return
            else:
                await self._change()

    def batch(self, position: int) -> Batch:
        """What there is from this `sequence_number` on, some 64 KiB at the most; perhaps nothing.

        Behind, when the log has let go of it.
        """
        if position < self.first:
            raise Behind
        start = end = position - self.first
        size = 0
        while end < len(self._lines) and size < BATCH_BYTES:
            size += len(self._lines[end])
            end += 1
        return Batch(self._lines[start:end], self.first + end - 1, size)

    def _trim(self) -> None:
        """Let go of the oldest lines; the newest stays, however long it is."""
        count = 0
        while self._size > TRIMMED_BYTES and count < len(self._lines) - 1:
            self._size -= len(self._lines[count])
            count += 1
        del self._lines[:count]
        self.first += count

    async def _change(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            with suppress(ValueError):  # a change has already taken it out
                self._waiting.remove(future)
            raise

    def _changed(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for future in waiting:
                if not future.done():
                    future.set_result(None)
        if self.listener is not None:
            self.listener()

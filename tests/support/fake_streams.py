"""Answers of the fake provider on their way to its clients, in time."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Iterator
from typing import Any, Protocol

from tests.support.fake_answer import Answer, Step
from tests.support.fake_http import Connection

BURST = 64  # events in one write when they go out as fast as they can
DELTA = b"event: response.output_text.delta\n"


class Moving(Protocol):
    """Something that comes to the wheel to be moved on."""

    def move_on(self) -> None: ...


class Wheel:
    """One timer for all streams: thousands of timers of the loop's own would cost more."""

    def __init__(self) -> None:
        self._streams: list[tuple[float, int, Moving]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, due: float, stream: Moving) -> None:
        """Have ``stream.move_on`` called at ``due`` (seconds of the monotonic clock)."""
        heapq.heappush(self._streams, (due, next(self._order), stream))
        if self._timer is None or self._timer.when() > due:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if self._streams:
            self._timer = asyncio.get_running_loop().call_at(self._streams[0][0], self._turn)

    def _turn(self) -> None:
        # Streams that come back at once wait for the next turn, so that the loop can read too.
        now, due = time.monotonic(), []
        while self._streams and self._streams[0][0] <= now:
            due.append(heapq.heappop(self._streams)[2])
        try:
            for stream in due:
                stream.move_on()
        finally:
            self._set_timer()


class Stream:
    """One answer on its way to the one client that asked for it; it pauses while none is read."""

    def __init__(
        self, connection: Connection, answer: Answer, record: dict[str, Any], wheel: Wheel
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._record = record
        self._wheel = wheel
        self._steps = answer.steps()
        self._due = time.monotonic()

    def start(self) -> None:
        self._connection.on_lost = self._left
        self._connection.start_stream()
        self._wheel.add(self._due, self)

    def move_on(self) -> None:
        """Send what is due, and come back for the next; wait while the client takes nothing."""
        if self._record["outcome"]:
            return
        if not self._connection.writable:
            self._connection.on_writable = self._resume
            return
        if self._cut_is_due():
            self._record["outcome"] = "cut"
            self._connection.cut()
            return
        events, pause = taken(self._steps)
        self._record["deltas"] = len(self._answer.said)
        if events:
            self._connection.send_chunk(b"".join(events))
        if pause is None:
            self._record["outcome"] = "completed"
            self._connection.end_stream()
        else:
            self._due += pause
            self._wheel.add(self._due, self)

    def _resume(self) -> None:
        self._connection.on_writable = None
        self.move_on()

    def _cut_is_due(self) -> bool:
        return 0 < self._answer.controls.cut <= len(self._answer.said)

    def _left(self) -> None:
        self._record["outcome"] = self._record["outcome"] or "left"


class Run:
    """A background answer: it goes on whoever reads it, and keeps every event by its number."""

    def __init__(self, answer: Answer, wheel: Wheel) -> None:
        self.answer = answer
        self.log: list[bytes] = []
        self.readers: set[Reader] = set()
        self.is_done = False
        self._wheel = wheel
        self._steps = answer.steps()
        self._due = time.monotonic()

    def start(self) -> None:
        self._wheel.add(self._due, self)

    def move_on(self) -> None:
        if self.is_done:
            return
        events, pause = taken(self._steps)
        self.log += events
        self.is_done = pause is None
        for reader in tuple(self.readers):
            reader.push()
        if pause is not None:
            self._due += pause
            self._wheel.add(self._due, self)

    def cancel(self) -> None:
        """Stop; an answer that is over stays as it is. Readers get an end without an event."""
        if self.is_done:
            return
        self.is_done = True
        self.answer.end("cancelled")
        for reader in tuple(self.readers):
            reader.push()


class Reader:
    """One client that reads a run from a position on; dropped after `cut` deltas, if not 0."""

    def __init__(
        self, connection: Connection, run: Run, record: dict[str, Any], position: int, cut: int = 0
    ) -> None:
        self._connection = connection
        self._run = run
        self._record = record
        self._position = position
        self._cut = cut

    def start(self) -> None:
        self._connection.on_lost = self._left
        self._connection.start_stream()
        self._run.readers.add(self)
        self.push()

    def push(self) -> None:
        """Send all that is there; wait while the client takes nothing."""
        if not self._connection.writable:
            self._connection.on_writable = self._resume
            return
        for event in self._run.log[self._position :]:
            self._position += 1
            self._connection.send_chunk(event)
            self._record["deltas"] += event.startswith(DELTA)
            if 0 < self._cut <= self._record["deltas"]:
                self._end("cut")
                self._connection.cut()
                return
        if self._run.is_done:
            self._end(self._run.answer.status)
            self._connection.end_stream()

    def _resume(self) -> None:
        self._connection.on_writable = None
        self.push()

    def _left(self) -> None:
        self._end(self._record["outcome"] or "left")

    def _end(self, outcome: str) -> None:
        self._record["outcome"] = outcome
        self._run.readers.discard(self)


def taken(steps: Iterator[Step]) -> tuple[list[bytes], float | None]:
    """The events that are due now, and the seconds until the next; None when they were the last."""
    events: list[bytes] = []
    for step in steps:
        if isinstance(step, float):
            return events, step
        events.append(step)
        if len(events) == BURST:
            return events, 0.0
    return events, None

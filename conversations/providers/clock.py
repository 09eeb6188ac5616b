"""The deadlines of one answer."""

import asyncio
from types import TracebackType
from typing import Any

from conversations.providers.config import Deadlines


class Clock:
    """How long to wait for the next event. Times are the event loop's.

    `with clock:` around a wait raises TimeoutError when it takes too long, as `asyncio.timeout_at`
    does; but all the waits of an answer share one timer.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self._idle = deadlines.idle
        self._loop = asyncio.get_running_loop()
        now = self._loop.time()
        self._end = now + deadlines.total
        self._deadline = min(now + deadlines.first_event, self._end)
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[Any] | None = None
        self._cancelled_before = 0
        self._has_rung = False

    def wind(self) -> None:
        """Start waiting for another event: the ones before it arrived and were dealt with."""
        self._deadline = min(self._loop.time() + self._idle, self._end)

    def stop(self) -> None:
        """There will be no further wait."""
        if self._timer:
            self._timer.cancel()

    def __enter__(self) -> None:
        self._waiting = asyncio.current_task()
        assert self._waiting is not None, "only a task can be woken up"
        self._cancelled_before = self._waiting.cancelling()
        if self._timer is None or self._timer.when() > self._deadline:
            self._set_timer()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        task, self._waiting = self._waiting, None
        if not self._has_rung or task is None:
            return
        self._has_rung = False
        # Somebody else may have cancelled the task as well: then it stays so.
        if task.uncancel() <= self._cancelled_before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _set_timer(self) -> None:
        self.stop()
        self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        # Most often an event came since the timer was set, and the deadline is a later one.
        if self._loop.time() < self._deadline:
            self._set_timer()
        else:
            self._has_rung = True
            self._waiting.cancel()

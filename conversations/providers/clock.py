"""The deadlines of one answer."""

import asyncio
from types import TracebackType
from typing import Any

from conversations.providers.config import Deadlines


class Clock:
    """How long to wait for the provider's next sign. Times are the event loop's.

    `with clock:` around a wait raises TimeoutError when it takes too long, as `asyncio.timeout_at`
    does; but all the waits of an answer share one timer. Every wait that ends was a sign of life;
    `wind` says that it was also progress. Until the first progress there is one deadline, which no
    sign of life moves.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._loop = asyncio.get_running_loop()
        self._started_at = self._loop.time()
        self._alive_at = self._progressed_at = self._started_at
        self._has_begun = False
        self._has_progressed = False
        self._timer: asyncio.TimerHandle | None = None
        self._waiting: asyncio.Task[Any] | None = None
        self._cancelled_before = 0
        self._has_rung = False

    def wind(self) -> None:
        """An event arrived and was dealt with: from the next wait on another one is due."""
        self._has_progressed = True

    def stop(self) -> None:
        """There will be no further wait."""
        if self._timer:
            self._timer.cancel()

    def __enter__(self) -> None:
        self._waiting = asyncio.current_task()
        assert self._waiting is not None, "only a task can be woken up"
        self._cancelled_before = self._waiting.cancelling()
        # Only noted here, thousands of times an answer; the timer works out what it means.
        self._alive_at = self._loop.time()
        if self._has_progressed:
            self._progress()
        if self._timer is None:
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

    def _progress(self) -> None:
        self._has_progressed = False
        self._progressed_at = self._alive_at
        if not self._has_begun:
            self._has_begun = True
            self.stop()  # it was set for the first event, and the next may be due earlier
            self._timer = None

    def _deadline(self) -> float:
        limits = self._deadlines
        end = self._started_at + limits.total
        if not self._has_begun:
            return min(self._started_at + limits.first_event, end)
        return min(self._alive_at + limits.liveness, self._progressed_at + limits.progress, end)

    def _set_timer(self) -> None:
        self._timer = self._loop.call_at(self._deadline(), self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        # Most often a sign came since the timer was set, and the deadline is a later one.
        if self._loop.time() < self._deadline():
            self._set_timer()
        else:
            self._has_rung = True
            self._waiting.cancel()

"""Answers in the background: they go on without a reader, for as long as this process lives."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from conversations.protocol import sse
from conversations.providers.guide.performance import Performance
from conversations.providers.guide.player import performed
from conversations.providers.guide.reply import Ending

LONGEST_SECONDS = 3600.0
KEPT_SECONDS = 600.0
MOST_RUNS = 100
MOST_EVENTS = 200_000


class Run:
    """One answer that gives itself, and keeps its events by their numbers."""

    def __init__(self, performance: Performance, pace: float) -> None:
        self.performance = performance
        self.log: list[bytes] = []
        self.is_over = False
        self._news = asyncio.Event()
        self.task = asyncio.get_running_loop().create_task(self._perform(pace))

    @property
    def response(self) -> dict[str, Any]:
        return self.performance.response

    def cancel(self) -> None:
        """Stop, if it is not over. Its readers come to an end without a terminal event."""
        if not self.is_over:
            self.response["status"] = "cancelled"
            self.task.cancel()
            self._end()

    async def follow(self, position: int) -> AsyncIterator[bytes]:
        """The events from a number on, as they are sent, until the last."""
        while True:
            news = self._news
            while position < len(self.log):
                yield self.log[position]
                position += 1
            if self.is_over:
                return
            await news.wait()

    async def _perform(self, pace: float) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                async for event in performed(self.performance, pace):
                    self.log.append(sse.encode(event))
                    self._tell()
        except TimeoutError:
            pass  # its readers learn of it as of any other failure
        finally:
            self._end()

    def _end(self) -> None:
        if self.response["status"] in ("queued", "in_progress"):
            self.response["status"] = "failed"
        self.is_over = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Runs:
    """The background answers of one guide: those that go on, and for a while those that ended."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._runs: dict[str, Run] = {}

    def start(self, performance: Performance) -> Run:
        """Begin an answer; the oldest gives way where there are too many."""
        run = Run(performance, self._pace)
        self._runs[run.response["id"]] = run
        self._drop_too_many()
        run.task.add_done_callback(lambda _: self._ended(run.response["id"]))
        return run

    def get(self, response_id: str) -> Run | None:
        return self._runs.get(response_id)

    def forget(self, response_id: str) -> bool:
        """Whether there was such an answer; it is stopped."""
        run = self._runs.pop(response_id, None)
        if run:
            run.cancel()
        return run is not None

    def close(self) -> None:
        """Stop them all, and forget them."""
        for response_id in tuple(self._runs):
            self.forget(response_id)

    def _ended(self, response_id: str) -> None:
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._runs.pop, response_id, None)
        self._drop_too_many()

    def _drop_too_many(self) -> None:
        over = [response_id for response_id, run in self._runs.items() if run.is_over]
        while over and (len(self._runs) > MOST_RUNS or self._events() > MOST_EVENTS):
            self.forget(over.pop(0))
        while len(self._runs) > MOST_RUNS:
            self.forget(next(iter(self._runs)))

    def _events(self) -> int:
        return sum(len(run.log) for run in self._runs.values())


class Reading(httpx2.AsyncByteStream):
    """The body of a streamed run: its events from `position` on.

    Whose answer is to be cut loses the connection after half of its deltas; the answer goes on.
    """

    def __init__(self, run: Run, position: int, *, is_first: bool = False) -> None:
        self._run = run
        self._position = position
        performance = run.performance
        is_cut = is_first and performance.reply.ending is Ending.CUT
        self._left = len(performance.reply.deltas or ()) // 2 if is_cut else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for event in self._run.follow(self._position):
            yield event
            if self._left is not None and event.partition(b"\n")[0].endswith(b"_text.delta"):
                self._left -= 1
                if self._left <= 0:
                    raise httpx2.RemoteProtocolError("the guide closed the connection")

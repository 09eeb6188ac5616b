"""The event log's second home: what runs here is read in every process, through Redis.

Without REDIS_URL there is none, and nothing of Redis is imported.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings

from conversations.turns.log import EventLog

if TYPE_CHECKING:
    from conversations.turns.shared_home import SharedHome


class SharedLogs:
    """The shared logs of one process and event loop.

    Redis may go away at any moment: then nothing here fails, and readers ask the database.
    """

    def __init__(self) -> None:
        self._home: SharedHome | None = None
        self._recovered: list[Callable[[], Coroutine[Any, Any, None]]] = []

    async def start(self) -> None:
        """Connect, if REDIS_URL names a Redis; one that is away is asked again every second."""
        if settings.REDIS_URL and self._home is None:
            from conversations.turns.shared_home import SharedHome

            self._home = SharedHome(settings.REDIS_URL, self._recovered)
            await self._home.start()

    async def close(self) -> None:
        """Publish what is due, within two seconds, and close the connections and the replicas."""
        home, self._home = self._home, None
        if home:
            await home.close()

    def publish(self, response_id: str, lease: int, log: EventLog) -> None:
        """From now on everything in the log goes to Redis, and when it is closed, its end.

        A higher lease of the same answer ends that.
        """
        if self._home:
            self._home.publisher.publish(response_id, lease, log)

    def unpublish(self, response_id: str) -> None:
        """Publish no more of it, and no end: it goes on elsewhere."""
        if self._home:
            self._home.publisher.unpublish(response_id)

    async def flushed(self, response_id: str) -> None:
        """Wait until what the log has now is in Redis, or is published no more.

        As long as Redis is away: the caller sets the limit.
        """
        if self._home:
            await self._home.publisher.flushed(response_id)

    async def tail(self, response_id: str, lease: int) -> list[str]:
        """Keep every lower lease from publishing, and return the events that others have seen.

        They are the last in which none is missing; [] when there are none or Redis is away.
        """
        return await self._home.tail(response_id, lease) if self._home else []

    @asynccontextmanager
    async def reading(self, response_id: str) -> AsyncIterator[EventLog | None]:
        """The log of an answer that runs in another process; None without a Redis.

        Empty when nothing is known of the answer. It is closed at the answer's end, and when it
        can't go on without a gap: whoever has not read the end asks the database, and comes back.
        """
        if self._home is None:
            yield None
            return
        async with self._home.replicas.reading(response_id) as log:
            yield log

    def on_recovered(self, callback: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Call this whenever Redis is back after it was away."""
        if callback not in self._recovered:
            self._recovered.append(callback)


shared_logs = SharedLogs()

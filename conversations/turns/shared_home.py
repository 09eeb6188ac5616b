"""What a process that has REDIS_URL does for its shared logs. Only such a process imports it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from conversations.turns.shared_adding import is_behind
from conversations.turns.shared_entries import Replica, fence_of, key_of
from conversations.turns.shared_outgoing import RUNNING_KEPT_SECONDS
from conversations.turns.shared_publisher import Publisher
from conversations.turns.shared_redis import FAILURES, SharedRedis
from conversations.turns.shared_replicas import Replicas

logger = logging.getLogger(__name__)

T = TypeVar("T")

PULSE_SECONDS = 1.0
DRAIN_SECONDS = 2.0
CANCEL_AGAIN_SECONDS = 0.1
LEASES_KEPT = 4  # of how many owners, one after the other, a stream holds the events


class SharedHome:
    """The publisher, the replicas, and the tasks that keep them going."""

    def __init__(self, url: str, recovered: list[Callable[[], Coroutine[Any, Any, None]]]) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._recovered = recovered
        self._redis = SharedRedis(url)
        self.publisher = Publisher(self._redis)
        self.replicas = Replicas(self._redis, self._spawn)
        self._redis.on_lost, self._redis.on_back = self.replicas.close, self._back

    async def start(self) -> None:
        await self._redis.pulse()
        for run in (self.publisher.run, self.replicas.run, self._keep_looking):
            self._spawn(_forever(run))

    async def close(self) -> None:
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                await self.publisher.drained()
        except TimeoutError:
            logger.warning("Not all events could be shared before the end")
        self._redis.up.clear()
        self.replicas.close()
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            # Again and again: below Python 3.12 `asyncio.wait_for` may swallow a cancellation.
            await asyncio.wait(self._tasks, timeout=CANCEL_AGAIN_SECONDS)
        await self._redis.close()

    async def tail(self, response_id: str, lease: int) -> list[str]:
        """See SharedLogs. Whoever asks may go away; what was asked of Redis is finished."""
        return await asyncio.shield(self._spawn(self._tail(key_of(response_id), lease)))

    async def _tail(self, key: str, lease: int) -> list[str]:
        replica = Replica(key)
        async with self._redis.loading:
            if not self._redis.up.is_set():
                return []
            try:
                await self._fence(key, lease)
                await replica.load(self._redis)
            except FAILURES as error:
                self._redis.lost(error)
                return []
        return replica.lines()

    async def _fence(self, key: str, lease: int) -> None:
        pipe = self._redis.commands.pipeline(transaction=False)
        pipe.xadd(key, {"fence": ""}, id=fence_of(lease))
        pipe.expire(key, RUNNING_KEPT_SECONDS)
        pipe.xtrim(key, minid=fence_of(max(0, lease - LEASES_KEPT)), approximate=False)
        for result in await pipe.execute(raise_on_error=False):
            # A lease that is there already keeps the lower ones out as well.
            if isinstance(result, Exception) and not is_behind(result):
                raise result

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            await self._redis.pulse()
            self.publisher.sweep()
            self.replicas.sweep()

    def _back(self) -> None:
        for callback in self._recovered:
            self._spawn(callback())

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_log_a_fault)
        return task


async def _forever(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """One fault must not end what every answer depends on."""
    while True:
        try:
            await run()
        except Exception:
            logger.exception("Work on the shared logs broke, and begins again")
        await asyncio.sleep(PULSE_SECONDS)


def _log_a_fault(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logger.error("Work on the shared logs broke", exc_info=error)

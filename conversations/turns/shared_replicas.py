"""The logs of other processes' answers that somebody here reads, all filled by one blocked read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from conversations.turns.log import EventLog
from conversations.turns.shared_entries import Replica, key_of
from conversations.turns.shared_redis import FAILURES, SharedRedis, StreamEntry

KEPT_SECONDS = 5.0


class Shared(Replica):
    """A replica, its readers, and whether it is loaded and follows what comes."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.readers = 0
        self.unused_since = 0.0
        self.is_loaded = asyncio.Event()
        self.is_lost = False

    @property
    def is_live(self) -> bool:
        return self.is_loaded.is_set() and not self.is_lost and not self.log.closed


class Replicas:
    """All replicas of a process, by the key of their stream."""

    def __init__(
        self, redis: SharedRedis, spawn: Callable[[Coroutine[Any, Any, None]], Any]
    ) -> None:
        self._redis, self._spawn = redis, spawn
        self._replicas: dict[str, Shared] = {}
        self._wanted = asyncio.Event()

    @asynccontextmanager
    async def reading(self, response_id: str) -> AsyncIterator[EventLog | None]:
        """The log of an answer as its stream tells it, which is closed when it can't go on.

        None at once while Redis is away.
        """
        if not self._redis.up.is_set():
            yield None
            return
        replica = self._replica(key_of(response_id))
        replica.readers += 1
        try:
            await replica.is_loaded.wait()
            yield None if replica.is_lost else replica.log
        finally:
            replica.readers -= 1
            replica.unused_since = asyncio.get_running_loop().time()

    def close(self) -> None:
        """Close all: their readers go on by asking the database."""
        for replica in list(self._replicas.values()):
            self._lose(replica)

    def sweep(self) -> None:
        """Let go of those that have ended, and of those that nobody has read for a while."""
        now = asyncio.get_running_loop().time()
        for replica in list(self._replicas.values()):
            is_unused = not replica.readers and now - replica.unused_since > KEPT_SECONDS
            if replica.has_ended or is_unused:
                self._lose(replica)

    async def run(self) -> None:
        """Fill the replicas, until cancelled; while there is none, nothing is read."""
        while True:
            await self._wanted.wait()
            await self._redis.up.wait()
            try:
                await self._read()
            except FAILURES as error:
                self._redis.lost(error)

    async def _read(self) -> None:
        streams = {one.key: one.last_id for one in self._replicas.values() if one.is_live}
        if not streams:
            self._wanted.clear()
            return
        for key, entries in (await self._redis.read(streams)).items():
            replica = self._replicas.get(key)
            if replica and replica.is_live:
                self._take(replica, entries)

    def _take(self, replica: Shared, entries: list[StreamEntry]) -> None:
        for entry in entries:
            if not replica.take(*entry):
                self._lose(replica)
                return
        if replica.has_ended:
            replica.log.close()

    def _replica(self, key: str) -> Shared:
        replica = self._replicas.get(key)
        if replica is None:
            replica = self._replicas[key] = Shared(key)
            # A task of its own: readers are cancelled all the time, commands never.
            self._spawn(self._load(replica))
        return replica

    async def _load(self, replica: Shared) -> None:
        async with self._redis.loading:
            if replica.is_lost:
                return
            try:
                await replica.load(self._redis)
            except FAILURES as error:
                self._redis.lost(error)
                self._lose(replica)
        if replica.has_ended:
            replica.log.close()
        replica.is_loaded.set()
        if replica.is_live:
            self._wanted.set()
            await self._wake()

    async def _wake(self) -> None:
        """Have the read that is blocked begin again, with the replicas that there are now."""
        try:
            await self._redis.wake()
        except FAILURES as error:
            self._redis.lost(error)

    def _lose(self, replica: Shared) -> None:
        replica.is_lost = True
        replica.is_loaded.set()
        replica.log.close()
        if self._replicas.get(replica.key) is replica:
            del self._replicas[replica.key]

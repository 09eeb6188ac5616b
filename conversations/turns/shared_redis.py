"""One process's connections to Redis, and whether it can be used at present.

Only a process that has REDIS_URL imports this. Nobody waits for a Redis that is away: it is asked
again once a second, and those who need it are told when it is back.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

StreamEntry = tuple[str, dict[str, str]]  # its id and its fields

FAILURES = (RedisError, OSError)
PAGE = 64  # entries, of some 64 KiB at the most
COMMAND_SECONDS = 2.0
CONNECT_SECONDS = 1.0
POOL_SECONDS = 10.0
BLOCK_SECONDS = 1.0  # so long a read waits for something new before it is repeated
PULSE_KEPT_SECONDS = 60


class SharedRedis:
    """The connections: two for commands, one that publishes, one that is blocked in a read.

    `up` is set while Redis can be written to; `losses` counts how often it went away. `on_lost`
    and `on_back` are called as soon as that is noticed.
    """

    on_lost: Callable[[], None]
    on_back: Callable[[], None]

    def __init__(self, url: str) -> None:
        self.commands = _client(url, 2)
        self.publishing = _client(url, 1)
        self.blocked = _client(url, 1, BLOCK_SECONDS)
        # One stream for each process: whoever adds to it wakes the read that is blocked.
        self.wake_key = f"chatapp:wake:{{{uuid.uuid4().hex}}}"
        # Streams are loaded one after the other: whoever finds Redis away lets all others know.
        self.loading = asyncio.Lock()
        self.up = asyncio.Event()
        self.losses = 0
        self._woken_by = "0-0"

    def lost(self, error: Exception) -> None:
        """Redis failed somebody: do without it until a pulse succeeds."""
        if self.losses and not self.up.is_set():
            return
        self.losses += 1
        self.up.clear()
        logger.error("Redis is away, answers go on without it: %s", error)
        self.on_lost()

    async def pulse(self) -> None:
        """Find out whether Redis can be written to; call it once a second."""
        was_away = self.losses > 0 and not self.up.is_set()
        try:
            if was_away:
                # What is left may lead to a server that is not the one to write to any more.
                await self._hang_up()
            await self.wake()
        except FAILURES as error:
            self.lost(error)
            return
        self.up.set()
        if was_away:
            logger.warning("Redis is back")
            self.on_back()

    async def wake(self) -> None:
        """End the read that is blocked; RedisError, OSError."""
        pipe = self.commands.pipeline(transaction=False)
        pipe.xadd(self.wake_key, {"wake": ""}, maxlen=1, approximate=False)
        pipe.expire(self.wake_key, PULSE_KEPT_SECONDS)
        await pipe.execute()

    async def read(self, streams: Mapping[str, str]) -> Mapping[str, list[StreamEntry]]:
        """Wait for what comes after these ids, a second or until woken; RedisError, OSError.

        For one caller at a time.
        """
        losses = self.losses
        asked: Any = {**streams, self.wake_key: self._woken_by}
        block = round(BLOCK_SECONDS * 1000)
        answer: Any = await self.blocked.xread(asked, count=PAGE, block=block)
        if losses != self.losses:
            # It may lead to a server that is not the one to read from any more.
            await self.blocked.connection_pool.disconnect()
            return {}
        found: dict[str, list[StreamEntry]] = dict(answer or ())
        for entry_id, _ in found.pop(self.wake_key, ()):
            self._woken_by = entry_id
        return found

    async def page(self, key: str, after: str) -> list[StreamEntry]:
        """The entries of a stream after an id, PAGE at the most; RedisError, OSError."""
        page: Any = await self.commands.xrange(key, min=f"({after}", count=PAGE)
        return list(page)

    async def close(self) -> None:
        for client in (self.commands, self.publishing, self.blocked):
            with suppress(*FAILURES):  # nothing is lost by a goodbye that nobody hears
                await client.aclose()

    async def _hang_up(self) -> None:
        for client in (self.commands, self.publishing, self.blocked):
            with suppress(*FAILURES):  # as above
                await client.connection_pool.disconnect(inuse_connections=False)


def _client(url: str, connections: int, blocked_for: float = 0) -> Redis:
    """Connections that give up soon and repeat nothing by themselves.

    Those who use them know what may be repeated, and when.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=POOL_SECONDS,
        socket_timeout=COMMAND_SECONDS + blocked_for,
        socket_connect_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        decode_responses=True,
    )
    return Redis.from_pool(pool)

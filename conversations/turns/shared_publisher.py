"""Brings the logs of the answers that run here to Redis, all of them together."""

import asyncio
import logging
from collections.abc import Iterator

from redis.exceptions import ResponseError

from conversations.turns.log import EventLog
from conversations.turns.shared_adding import Addition, Refusal, add
from conversations.turns.shared_outgoing import Outgoing
from conversations.turns.shared_redis import FAILURES, SharedRedis

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.025
FLUSH_BYTES = 4 * 1024 * 1024


class Publisher:
    """One task for all logs: what they got since the last time goes out at once.

    Of each it keeps a position only, so that a Redis that is away costs no memory.
    """

    def __init__(self, redis: SharedRedis) -> None:
        self._redis = redis
        self._logs: dict[str, Outgoing] = {}
        self._due = asyncio.Event()
        self._progress = asyncio.Event()

    def publish(self, response_id: str, lease: int, log: EventLog) -> None:
        """From now on everything in the log goes to Redis, and when it is closed, its end."""
        self.unpublish(response_id)
        self._logs[response_id] = Outgoing(response_id, lease, log)
        log.listener = self._due.set
        self._due.set()

    def unpublish(self, response_id: str) -> None:
        """Leave it as it is there, without an end."""
        outgoing = self._logs.pop(response_id, None)
        if outgoing:
            outgoing.log.listener = None
            self._tell()

    async def flushed(self, response_id: str) -> None:
        """Wait until what the log has now is in Redis, or is published no more."""
        outgoing = self._logs.get(response_id)
        goal = outgoing.log.next if outgoing else 0
        while outgoing and self._is_published(outgoing) and outgoing.position < goal:
            await self._progress.wait()

    async def drained(self) -> None:
        """Wait until nothing is due any more; not for a Redis that is away."""
        while self._redis.up.is_set() and self._is_due():
            await self._progress.wait()

    def sweep(self) -> None:
        """Let go of what ended long ago and could not be published: the database has it."""
        for outgoing in list(self._logs.values()):
            if outgoing.has_outlived():
                self.unpublish(outgoing.response_id)

    async def run(self) -> None:
        """Publish what is due, until cancelled; while nothing is, nothing wakes it."""
        while True:
            await self._due.wait()
            await self._redis.up.wait()
            self._due.clear()
            try:
                await self._flush()
            except FAILURES as error:
                self._redis.lost(error)
            if self._is_due():
                self._due.set()
            self._tell()
            await asyncio.sleep(TICK_SECONDS)

    async def _flush(self) -> None:
        staged = list(self._staged())
        refused = await add(self._redis.publishing, [addition for _, addition in staged])
        reasons = {refusal.of: refusal for refusal in refused}
        for index, (outgoing, addition) in enumerate(staged):
            if index not in reasons:
                self._arrived(outgoing, addition.id)
        for index, refusal in reasons.items():
            self._refused(staged[index][0], refusal)

    def _staged(self) -> Iterator[tuple[Outgoing, Addition]]:
        """What goes next of each log that is due, in turn, as many as one flush may hold."""
        size = 0
        for response_id, outgoing in list(self._logs.items()):
            if outgoing.is_due and size < FLUSH_BYTES:
                self._logs[response_id] = self._logs.pop(response_id)
                addition = outgoing.next()
                size += len(addition.lines)
                yield outgoing, addition

    def _arrived(self, outgoing: Outgoing, entry_id: str) -> None:
        if not outgoing.arrived(entry_id):
            logger.warning("%s: another process has it, published no more", outgoing.response_id)
            self._drop(outgoing)
        elif outgoing.is_done:
            self._drop(outgoing)

    def _refused(self, outgoing: Outgoing, refusal: Refusal) -> None:
        """The stream is further than we knew, or not ours any more; anything else is for all."""
        if refusal.is_behind:
            self._arrived(outgoing, refusal.top)
        elif refusal.is_for_one:
            logger.error("%s: can't be published: %s", outgoing.response_id, refusal.reason)
            self._drop(outgoing)
        else:
            raise ResponseError(refusal.reason)

    def _drop(self, outgoing: Outgoing) -> None:
        if self._is_published(outgoing):
            self.unpublish(outgoing.response_id)

    def _is_published(self, outgoing: Outgoing) -> bool:
        return self._logs.get(outgoing.response_id) is outgoing

    def _is_due(self) -> bool:
        return any(outgoing.is_due for outgoing in self._logs.values())

    def _tell(self) -> None:
        """Wake those who wait for progress."""
        progress, self._progress = self._progress, asyncio.Event()
        progress.set()

"""Tasks that nobody awaits: kept until they are done, and their faults are logged."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.db import DatabaseError

from conversations.turns.request import RequestError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Tasks(set[asyncio.Task[Any]]):
    """Those of one kind that run now."""

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self.add(task)
        task.add_done_callback(self.discard)
        task.add_done_callback(_log_a_fault)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Its result; who waits for it may be cancelled, it may not."""
        return await asyncio.shield(self.spawn(work))


def _log_a_fault(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, (RequestError, DatabaseError)):
        logger.error("A turn broke", exc_info=error)

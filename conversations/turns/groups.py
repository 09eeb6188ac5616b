"""Groups of the channel layer, for those who can't wait for it.

A layer that is away or frozen costs a second and the hint, never the caller. What was asked of it
is not cancelled but left to its own time limits: its connections are shared.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

logger = logging.getLogger(__name__)

WITHIN_SECONDS = 1.0
AGAIN_SECONDS = 1.0
MAX_PENDING = 50  # calls that a frozen layer may keep; what comes then is lost at once

_pending: set[asyncio.Task[Any]] = set()
_is_failing = False  # said once, until something succeeds


async def send(group: str, message: Mapping[str, Any]) -> bool:
    """Send a message to all channels of a group; False when it is lost, or may be."""
    return await _asked(_layer().group_send(group, dict(message)))


async def join(group: str, channel: str) -> None:
    """Return when the channel is in the group, however often that has to be asked."""
    while True:
        if await _asked(_layer().group_add(group, channel)):
            return
        await asyncio.sleep(AGAIN_SECONDS)


async def leave(group: str, channel: str) -> None:
    """Take the channel out of the group."""
    await _asked(_layer().group_discard(group, channel))


def _layer() -> Any:
    layer = get_channel_layer()
    assert layer is not None, "the settings name one"
    return layer


async def _asked(call: Coroutine[Any, Any, None]) -> bool:
    """Whether the layer did it, within a second."""
    if len(_pending) >= MAX_PENDING:
        call.close()
        return False
    task = asyncio.create_task(call)
    _pending.add(task)
    task.add_done_callback(_settle)
    done, _ = await asyncio.wait([task], timeout=WITHIN_SECONDS)
    return bool(done) and not task.cancelled() and task.exception() is None


def _settle(task: asyncio.Task[Any]) -> None:
    global _is_failing
    _pending.discard(task)
    error = None if task.cancelled() else task.exception()
    if isinstance(error, _failures()):
        if not _is_failing:
            logger.warning("Hints are lost: %s", error)
    elif error is not None:
        logger.error("The channel layer broke", exc_info=error)
    _is_failing = error is not None


def _failures() -> tuple[type[Exception], ...]:
    """What a layer raises that is away."""
    if not settings.REDIS_URL:
        return OSError, RuntimeError
    from redis.exceptions import RedisError  # a process without a Redis imports nothing of it

    return OSError, RuntimeError, RedisError

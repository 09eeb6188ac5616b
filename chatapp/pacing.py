"""Waiting for a peer that takes what it is written slowly, or not at all."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

logger = logging.getLogger(__name__)


async def until_taken(
    writable: asyncio.Event, transport: Any, unsent: Callable[[], int], patience: float
) -> None:
    """Wait until all is sent; a peer that has taken nothing for so many seconds is dropped."""
    clock = asyncio.get_running_loop().time
    least, since = unsent(), clock()
    while not writable.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(patience / 10):
                await writable.wait()
        if (now_unsent := unsent()) < least:
            least, since = now_unsent, clock()
        elif clock() - since > patience:
            logger.info("A peer that has stopped reading is dropped")
            transport.abortConnection()
            return


def unsent_by(transport: Any) -> int:
    """How many bytes a transport of Twisted's holds; it has no public word for that, which alone
    tells slow from stuck.
    """
    unsent: int = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    return unsent

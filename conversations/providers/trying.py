"""A request is sent, and sent again where that helps and does no harm."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, TypeVar

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.queueing import Line
from conversations.providers.retry import delay_before_retry, is_repeatable

OnWait = Callable[[float, ProviderError], None]
Accepted = TypeVar("Accepted")


async def until_accepted(
    send: Callable[[], Awaitable[Accepted]],
    body: Mapping[str, Any],
    on_wait: OnWait | None,
    line: Line,
) -> Accepted:
    """What `send` returns, when it does; the last `ProviderError` when it does not.

    `body` is what it sends, when it is its turn in `line`. `on_wait(seconds, error)` is called
    before each wait.
    """
    await _wait(line.join(), line, on_wait)
    for attempt in count(1):
        try:
            return await send()
        except ProviderError as error:
            delay = delay_before_retry(error, attempt) if is_repeatable(body, error) else None
            if delay is None:
                raise
            is_limit = error.kind is ErrorKind.RATE_LIMITED
            place = line.refused(error, delay) if is_limit else (delay, error)
            await _wait(place, line, on_wait)
    raise AssertionError("the tries are counted without an end")


async def _wait(
    place: tuple[float, ProviderError] | None, line: Line, on_wait: OnWait | None
) -> None:
    while place is not None:
        (seconds, error), known = place, line.refusals
        if on_wait:
            on_wait(seconds, error)
        await asyncio.sleep(seconds)
        # Somebody may have been refused meanwhile: then it is not yet one's turn.
        place = line.join() if line.refusals > known else None

"""A request is sent, and sent again where that helps and does no harm."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, TypeVar

from conversations.protocol.errors import ProviderError
from conversations.providers.retry import delay_before_retry, is_repeatable

OnWait = Callable[[float, ProviderError], None]
Accepted = TypeVar("Accepted")


async def until_accepted(
    send: Callable[[], Awaitable[Accepted]], body: Mapping[str, Any], on_wait: OnWait | None
) -> Accepted:
    """What `send` returns, when it does; the last `ProviderError` when it does not.

    `body` is what it sends. `on_wait(seconds, error)` is called before each wait.
    """
    for attempt in count(1):
        try:
            return await send()
        except ProviderError as error:
            delay = delay_before_retry(error, attempt) if is_repeatable(body, error) else None
            if delay is None:
                raise
            if on_wait:
                on_wait(delay, error)
            await asyncio.sleep(delay)
    raise AssertionError("the tries are counted without an end")

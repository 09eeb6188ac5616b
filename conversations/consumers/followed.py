"""The answers that one page follows: each relayed to it until it ends, or nobody looks any more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from django.db import DatabaseError

from conversations.consumers.refusals import busy
from conversations.protocol.jsontext import dumps
from conversations.turns.following import Window, follow

logger = logging.getLogger(__name__)

SendText = Callable[[str], Awaitable[None]]


class Followed:
    """Relays answers, each in a task of its own; `send` writes one websocket message."""

    def __init__(self, send: SendText) -> None:
        self._send = send
        self._relays: dict[str, tuple[asyncio.Task[None], Window]] = {}
        self._one_snapshot = asyncio.Lock()

    def ids(self) -> list[str]:
        """The answers that are followed now."""
        return list(self._relays)

    def follow(self, response_id: str, starting_after: int | None) -> None:
        """Relay what comes after a `sequence_number` (None: all); instead of an earlier relay."""
        self.unfollow(response_id)
        window = Window()
        relaying = self._relay(response_id, starting_after, window)
        self._relays[response_id] = (asyncio.create_task(relaying), window)

    def unfollow(self, response_id: str) -> None:
        """Relay no more of it."""
        following, _ = self._relays.pop(response_id, (None, None))
        if following:
            following.cancel()

    def acknowledge(self, response_id: str, sequence_number: int) -> None:
        """The page has drawn everything up to this event."""
        _, window = self._relays.get(response_id, (None, None))
        if window:
            window.acknowledge(sequence_number)

    def close(self) -> None:
        """The page has gone."""
        for response_id in self.ids():
            self.unfollow(response_id)

    async def _relay(self, response_id: str, starting_after: int | None, window: Window) -> None:
        try:
            async with aclosing(follow(response_id, starting_after, self._one_snapshot)) as batches:
                async for batch in batches:
                    await self._send("\n".join(batch.lines))
                    window.sent(batch)
                    await window.room()
        except DatabaseError as error:
            logger.error("%s can't be followed: %s", response_id, error)
            await self._send(dumps(busy(stream_id=response_id)))
        finally:
            self._forget(response_id, window)

    def _forget(self, response_id: str, window: Window) -> None:
        """Unless another relay has taken its place, the answer is followed no more."""
        _, present = self._relays.get(response_id, (None, None))
        if present is window:
            del self._relays[response_id]

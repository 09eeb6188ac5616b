"""A background answer at a provider that keeps it: read on, or asked for until it has ended."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any

from django.utils import timezone

from conversations.models import Response
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.protocol.shapes import as_usage
from conversations.providers.client import ProviderClient
from conversations.providers.reading import is_pending, terminal_event

logger = logging.getLogger(__name__)

# What breaks a connection, and says nothing of the answer that was read from it.
LOST = {ErrorKind.CUT, ErrorKind.TIMEOUT, ErrorKind.UNREACHABLE}
# What a provider says while it can't answer us; what it works on may go on.
TROUBLED = {ErrorKind.OVERLOADED, ErrorKind.RATE_LIMITED, ErrorKind.SERVER}
NOT_STREAMED = {ErrorKind.NOT_FOUND, ErrorKind.BAD_REQUEST}
PATIENCE_SECONDS = 600.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
POLL_SECONDS = (2.0, 10.0)
BACKGROUND_FOR = timedelta(hours=24)


class Kept:
    """Reads a background answer from behind the last event that its row has.

    No log repeats the `secrets`, which may be learnt later.
    """

    def __init__(self, row: Response, client: ProviderClient, secrets: Sequence[str]) -> None:
        self._row = row
        self._client = client
        self._secrets = secrets
        self._lost_at: float | None = None
        self._pause = FIRST_PAUSE

    async def rest(self) -> AsyncGenerator[Event, None]:
        """What follows: streamed, or where that is refused, in one piece."""
        row = self._row
        try:
            position = row.upstream_sequence_number
            async with aclosing(self._client.resume(row.upstream_id, position)) as events:
                async for event in events:
                    self._lost_at = None
                    yield event
        except ProviderError as error:
            if error.kind not in NOT_STREAMED:
                raise
            said = error.for_log(self._secrets)
            logger.info("%s: can't be streamed again: %s", row.id, said)
            async with aclosing(self.end()) as events:
                async for event in events:
                    yield event

    async def end(self) -> AsyncGenerator[Event, None]:
        """Its terminal event, asked for until there is one."""
        pause, longest = POLL_SECONDS
        while True:
            response = await self._client.retrieve(self._row.upstream_id)
            if not is_pending(response):
                yield terminal_event(response)
                return
            self._lost_at = None
            await self._give_up_after_a_day()
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)

    async def after(self, error: ProviderError) -> AsyncGenerator[Event, None]:
        """How to read on after an error, once it is time; the error itself when there is no way."""
        if error.kind == ErrorKind.NOT_FOUND:
            failure = {"kind": "gone", "name": str(self._row.provider)}
            raise ProviderError.of(ErrorKind.CUT, failure, detail=error.detail) from error
        if error.kind not in LOST | TROUBLED:
            raise error
        await self._wait(error)
        # An error without an HTTP status was an event: streamed again, it would come again.
        is_event = error.kind in TROUBLED and error.status is None
        return self.end() if is_event else self.rest()

    async def cancel(self) -> Any:
        """Ask the provider to stop what it would otherwise finish without us; returns the usage
        until then, where it says so.
        """
        try:
            stopped = await self._client.cancel(self._row.upstream_id)
        except ProviderError as error:
            said = error.for_log(self._secrets)
            logger.warning("%s: not cancelled upstream: %s", self._row.id, said)
            return None
        return as_usage(stopped.get("usage"))

    async def _wait(self, error: ProviderError) -> None:
        await self._give_up_after_a_day()
        now = asyncio.get_running_loop().time()
        if self._lost_at is None:
            self._lost_at, self._pause = now, FIRST_PAUSE
        if now - self._lost_at > PATIENCE_SECONDS:
            await self._ask_for_it(error)
            self._lost_at = now
        said = error.for_log(self._secrets)
        logger.info("%s: read on in %.1f s: %s", self._row.id, self._pause, said)
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _ask_for_it(self, error: ProviderError) -> None:
        """Whether the provider still has it: a stream may be silent for as long as it works."""
        try:
            await self._client.retrieve(self._row.upstream_id)
        except ProviderError as gone:
            logger.info("%s: given up: %s", self._row.id, gone.for_log(self._secrets))
            raise error from gone

    async def _give_up_after_a_day(self) -> None:
        since = self._row.started_at or self._row.created_at
        if timezone.now() - since > BACKGROUND_FOR:
            failure = {"kind": "unfinished", "name": str(self._row.provider)}
            raise ProviderError.of(ErrorKind.TIMEOUT, failure)

"""The provider's side of one answer: asked, asked again whole, re-attached to, cancelled.

An answer that runs in the background at a provider that keeps it is never asked for twice: wherever
its stream breaks, `kept` reads on. One that can be steered comes over a websocket, on which its
successor follows it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import cached_property
from typing import Any

from conversations.models import Response
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import LIFECYCLE, Event, is_terminal
from conversations.protocol.items import Item
from conversations.protocol.rounds import begun_at
from conversations.protocol.secrets import covered
from conversations.providers.client import OnWait, ProviderClient
from conversations.providers.reading import terminal_event
from conversations.providers.retry import EFFECTIVE_TOOLS
from conversations.turns.asked import asked
from conversations.turns.compacting import compacted
from conversations.turns.endpoint import client_of, provider_of
from conversations.turns.kept import LOST, TROUBLED, Kept
from conversations.turns.line import Line
from conversations.turns.mcp_tools import SETTING, secrets_there, tools_there
from conversations.turns.own_names import OwnNames
from conversations.turns.standing_in import stands_in
from conversations.turns.storing import persistently

logger = logging.getLogger(__name__)

# https://platform.openai.com/docs/api-reference/responses: those that the next try may not meet.
PASSING_FAILURES = {"rate_limit_exceeded", "server_error", "vector_store_timeout"}
REPEAT_SECONDS = 1.0


class Upstream:
    """Reads one answer from its provider. `row` learns the provider's id and last event. What lets
    a provider in elsewhere is in no event and no error, wherever they come from.

    `after` is the upstream of the answer that this one's question was said into.
    """

    def __init__(self, row: Response, on_wait: OnWait, after: "Upstream | None" = None) -> None:
        self.row = row
        self._tell_wait = on_wait
        self._secrets: list[str] = list(after._secrets) if after else []
        self._line = Line()
        self._names = OwnNames(row)
        self._before: Line | None = after._line if after else None
        self._has_shown = len(row.output) > begun_at(row.rounds)
        self._has_looked = self._has_repeated = False

    @property
    def is_kept(self) -> bool:
        """Whether the provider goes on without us, and lets us read the rest later."""
        return self.row.background and bool(self.row.upstream_id)

    @property
    def can_be_steered(self) -> bool:
        """Whether something may be said into the answer while it is given."""
        return self._line.is_open

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events after those that the row has, to the terminal one; else ProviderError."""
        is_whole = False
        try:
            await self._learn_secrets()
            async with aclosing(self._events()) as events:
                async for event in events:
                    self._note(event)
                    is_whole = is_terminal(event)
                    yield await self._names.given(event)
                    if is_whole:
                        return
        except ProviderError as error:
            error.cover(self._secrets)
            raise
        finally:
            await self._line.read(is_whole=is_whole)

    async def steer(self, items: Sequence[Item]) -> None:
        """Say something into the answer: whoever comes `after` reads what becomes of it.

        ProviderError when the provider did not take it.
        """
        try:
            await self._line.steer(items)
        except ProviderError as error:
            error.cover(self._secrets)
            raise

    async def release(self) -> None:
        """Nobody reads on: a websocket that the answer before kept for this one is closed."""
        if self._before is not None:
            await self._before.release()

    async def cancel(self) -> Any:
        """Ask the provider to stop an answer that it would otherwise finish without us; returns the
        usage until then, where it says so.
        """
        if not self.is_kept:
            return None
        await self._learn_secrets()
        return await self._kept.cancel()

    async def _events(self) -> AsyncGenerator[Event, None]:
        stream = self._first()
        while True:
            failure = None
            try:
                async with aclosing(stream) as events:
                    async for said in events:
                        event = covered(said, self._secrets)
                        failure = self._failure_to_repeat(event)
                        if failure:
                            break
                        yield event
            except ProviderError as error:
                error.cover(self._secrets)
                stream = await self._after(error)
                continue
            if failure is None:
                return
            stream = self._once_more(failure)

    async def _learn_secrets(self) -> None:
        if self.row.settings.get(SETTING):
            self._secrets += await persistently(self.row.pk, secrets_there, self.row)

    def _on_wait(self, seconds: float, error: ProviderError) -> None:
        error.cover(self._secrets)
        self._tell_wait(seconds, error)

    def _first(self) -> AsyncGenerator[Event, None]:
        if self._before is not None:
            return self._succeeding(self._before)
        return self._kept.rest() if self.is_kept else self._asked()

    async def _succeeding(self, before: Line) -> AsyncGenerator[Event, None]:
        """The answer to what was said into another; where none begins, it is asked for."""
        self._line.answer = await before.handed_on()
        if self._line.answer is not None:
            has_begun = False
            try:
                async for event in self._line.answer.events():
                    has_begun = True
                    self.row.sent = Response.Sent.CHAINED
                    yield event
            except ProviderError as error:
                if has_begun:
                    raise
                said = error.for_log(self._secrets)
                logger.info("%s: no successor began: %s", self.row.id, said)
                await self._line.hang_up()
            else:
                return
        async with aclosing(self._asked()) as events:
            async for event in events:
                yield event

    async def _after(self, error: ProviderError) -> AsyncGenerator[Event, None]:
        """How to go on after an error; the error itself when there is no way."""
        if self.is_kept:
            return await self._kept.after(error)
        is_event = error.kind in TROUBLED and error.status is None
        if is_event and self._may_repeat:
            return self._once_more(error)
        if not self._has_shown and await stands_in(self.row, error):
            await self._line.hang_up()
            self._on_wait(0, error)
            return self._asked()
        if error.kind in LOST and self.row.upstream_id and not self._has_looked:
            self._has_looked = True
            return self._as_stored(error)
        raise error

    def _failure_to_repeat(self, event: Event) -> ProviderError | None:
        """What to tell of a failure that may pass, before anything was shown; once."""
        if event["type"] != "response.failed" or not self._may_repeat:
            return None
        error = event["response"].get("error") or {}
        if error.get("code") not in PASSING_FAILURES:
            return None
        words = str(error.get("message") or "")
        return ProviderError(ErrorKind.SERVER, words, failure=error.get("failure"))

    @property
    def _may_repeat(self) -> bool:
        tools = tools_there(self.row)
        is_harmless = not any(tool.get("type") in EFFECTIVE_TOOLS for tool in tools)
        return is_harmless and not self._has_shown and not self._has_repeated

    async def _once_more(self, failure: ProviderError) -> AsyncGenerator[Event, None]:
        """The question again, after a moment, as a response of its own."""
        self._has_repeated = True
        self.row.upstream_id, self.row.upstream_sequence_number = "", None
        await self._line.hang_up()
        logger.info("%s: failed, and is asked again: %s", self.row.id, failure.message)
        self._on_wait(REPEAT_SECONDS, failure)
        await asyncio.sleep(REPEAT_SECONDS)
        async with aclosing(self._asked()) as events:
            async for event in events:
                yield event

    async def _as_stored(self, error: ProviderError) -> AsyncGenerator[Event, None]:
        """An answer cut off by the network alone may be complete at a provider that stores it."""
        try:
            response = await self._client.retrieve(self.row.upstream_id)
        except ProviderError as gone:
            logger.info("%s: not stored upstream: %s", self.row.id, gone.for_log(self._secrets))
            raise error from gone
        if response.get("status") != "completed":
            raise error
        yield terminal_event(response)

    def _asked(self) -> AsyncGenerator[Event, None]:
        if self.row.is_compaction:
            return compacted(self.row, self._line, self._on_wait)
        return asked(self.row, self._line, self._on_wait)

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self.row, self._client, self._secrets)

    @property
    def _client(self) -> ProviderClient:
        return client_of(provider_of(self.row))

    def _note(self, event: Event) -> None:
        self._has_shown = self._has_shown or event["type"] not in LIFECYCLE
        number = event.get("sequence_number")
        if isinstance(number, int):
            self.row.upstream_sequence_number = number
        response = event.get("response")
        if isinstance(response, dict) and (
            event["type"] == "response.created" or not self.row.upstream_id
        ):
            self.row.upstream_id = str(response.get("id") or "")[:512]

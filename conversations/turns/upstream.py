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
from typing import TYPE_CHECKING

from django.db import DatabaseError

from conversations.models import Provider, Response
from conversations.models.database import in_database
from conversations.protocol.chain import Request
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.items import Item
from conversations.providers.client import OnWait, ProviderClient
from conversations.providers.reading import terminal_event
from conversations.providers.retry import EFFECTIVE_TOOLS
from conversations.turns.endpoint import client_of
from conversations.turns.kept import LOST, TROUBLED, Kept
from conversations.turns.outgoing import request_of

if TYPE_CHECKING:
    from conversations.providers.steering import SteerableAnswer

logger = logging.getLogger(__name__)

LIFECYCLE = {"response.created", "response.queued", "response.in_progress"}
# https://platform.openai.com/docs/api-reference/responses: those that the next try may not meet.
PASSING_FAILURES = {"rate_limit_exceeded", "server_error", "vector_store_timeout"}
REPEAT_SECONDS = 1.0


class Upstream:
    """Reads one answer from its provider. `row` learns the provider's id and last event.

    `after` is the upstream of the answer that this one's question was said into.
    """

    def __init__(self, row: Response, on_wait: OnWait, after: "Upstream | None" = None) -> None:
        self.row = row
        self._on_wait = on_wait
        self._before = after
        self._answer: SteerableAnswer | None = None
        self._has_successor = False
        self._is_read = asyncio.Event()
        self._has_looked = self._has_shown = self._has_repeated = False

    @property
    def is_kept(self) -> bool:
        """Whether the provider goes on without us, and lets us read the rest later."""
        return self.row.background and bool(self.row.upstream_id)

    @property
    def can_be_steered(self) -> bool:
        """Whether something may be said into the answer while it is given."""
        return self._answer is not None and not self._is_read.is_set()

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events after those that the row has, to the terminal one; else ProviderError."""
        is_whole = False
        try:
            async with aclosing(self._events()) as events:
                async for event in events:
                    self._note(event)
                    is_whole = is_terminal(event)
                    yield event
                    if is_whole:
                        return
        finally:
            self._is_read.set()
            if not (is_whole and self._has_successor):
                await self._hang_up()

    async def steer(self, items: Sequence[Item]) -> None:
        """Say something into the answer: whoever comes `after` reads what becomes of it.

        ProviderError when the provider did not take it.
        """
        if self._answer is None or self._is_read.is_set():
            raise ProviderError(ErrorKind.STEER_REFUSED, "The answer has ended meanwhile.")
        self._has_successor = True  # until it is known: the answer may end before
        has_taken_it = False
        try:
            await self._answer.steer(items)
            has_taken_it = True
        finally:
            self._has_successor = has_taken_it
            if self._is_read.is_set() and not has_taken_it:
                await self._hang_up()

    async def _hang_up(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None:
            await answer.aclose()

    async def _events(self) -> AsyncGenerator[Event, None]:
        stream = self._first()
        while True:
            failure = None
            try:
                async with aclosing(stream) as events:
                    async for event in events:
                        failure = self._failure_to_repeat(event)
                        if failure:
                            break
                        yield event
            except ProviderError as error:
                stream = await self._after(error)
                continue
            if failure is None:
                return
            stream = self._once_more(failure)

    def _failure_to_repeat(self, event: Event) -> ProviderError | None:
        """What to tell of a failure that may pass, before anything was shown; once."""
        if event["type"] != "response.failed" or not self._may_repeat:
            return None
        error = event["response"].get("error") or {}
        if error.get("code") not in PASSING_FAILURES:
            return None
        return ProviderError(ErrorKind.SERVER, str(error.get("message") or ""))

    @property
    def _may_repeat(self) -> bool:
        tools = self.row.settings.get("tools") or ()
        is_harmless = not any(tool.get("type") in EFFECTIVE_TOOLS for tool in tools)
        return is_harmless and not self._has_shown and not self._has_repeated

    async def _once_more(self, failure: ProviderError) -> AsyncGenerator[Event, None]:
        """The question again, after a moment, as a response of its own."""
        self._has_repeated = True
        self.row.upstream_id, self.row.upstream_sequence_number = "", None
        await self._hang_up()
        logger.info("%s: failed, and is asked again: %s", self.row.id, failure.message)
        self._on_wait(REPEAT_SECONDS, failure)
        await asyncio.sleep(REPEAT_SECONDS)
        async with aclosing(self._asked()) as events:
            async for event in events:
                yield event

    def _first(self) -> AsyncGenerator[Event, None]:
        if self._before is not None:
            return self._succeeding(self._before)
        return self._kept.rest() if self.is_kept else self._asked()

    async def _succeeding(self, before: "Upstream") -> AsyncGenerator[Event, None]:
        """The answer to what was said into another; where none begins, it is asked for."""
        await before._is_read.wait()
        self._answer, before._answer = before._answer, None
        if self._answer is not None:
            has_begun = False
            try:
                async for event in self._answer.events():
                    has_begun = True
                    self.row.sent = Response.Sent.CHAINED
                    yield event
            except ProviderError as error:
                if has_begun:
                    raise
                logger.info("%s: no successor began: %s", self.row.id, error.detail or error)
                await self._hang_up()
            else:
                return
        async with aclosing(self._asked()) as events:
            async for event in events:
                yield event

    async def cancel(self) -> None:
        """Ask the provider to stop an answer that it would otherwise finish without us."""
        if self.is_kept:
            await self._kept.cancel()

    @property
    def _provider(self) -> Provider:
        assert self.row.provider is not None, "a turn begins with a provider"
        return self.row.provider

    @cached_property
    def _kept(self) -> Kept:
        return Kept(self.row, self._client)

    @property
    def _client(self) -> ProviderClient:
        return client_of(self._provider)

    async def _asked(self) -> AsyncGenerator[Event, None]:
        """Ask; what the provider forgot or can't do is left out of a second request, unseen."""
        may_chain = True
        while True:
            request = await self._request(may_chain=may_chain)
            try:
                async with aclosing(self._streamed(request)) as events:
                    async for event in events:
                        yield event
            except ProviderError as error:
                if (
                    error.kind == ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND
                    and request.sent == "chained"
                ):
                    logger.info("%s: the provider forgot the chain; replaying it", self.row.id)
                    may_chain = False
                elif error.kind == ErrorKind.NO_BACKGROUND and self.row.background:
                    await self._run_in_foreground()
                else:
                    raise
            else:
                return

    async def _streamed(self, request: Request) -> AsyncGenerator[Event, None]:
        if self._provider.steerable and not self.row.background:
            self._answer = await self._client.open(request.body, self._on_wait)
            stream = self._answer.events()
        else:
            stream = self._client.stream(request.body, self._on_wait)
        async with aclosing(stream) as events:
            async for event in events:
                yield event

    async def _request(self, *, may_chain: bool) -> Request:
        request = await in_database(request_of, self.row, may_chain=may_chain)
        self.row.sent = request.sent
        return request

    async def _run_in_foreground(self) -> None:
        """The provider has no background: remembered, so that it is not offered again."""
        logger.warning("%s: no background at %s", self.row.id, self.row.provider)
        self.row.background = False
        await in_database(_remember_no_background, self._provider)

    async def _after(self, error: ProviderError) -> AsyncGenerator[Event, None]:
        """How to go on after an error; the error itself when there is no way."""
        is_event = error.kind in TROUBLED and error.status is None
        if is_event and self._may_repeat:
            return self._once_more(error)
        if self.is_kept:
            return await self._kept.after(error)
        if error.kind in LOST and self.row.upstream_id and not self._has_looked:
            self._has_looked = True
            return self._as_stored(error)
        raise error

    async def _as_stored(self, error: ProviderError) -> AsyncGenerator[Event, None]:
        """An answer cut off by the network alone may be complete at a provider that stores it."""
        try:
            response = await self._client.retrieve(self.row.upstream_id)
        except ProviderError as gone:
            logger.info("%s: not stored upstream: %s", self.row.id, gone.detail or gone)
            raise error from gone
        if response.get("status") != "completed":
            raise error
        yield terminal_event(response)

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


def _remember_no_background(provider: Provider) -> None:
    try:
        Provider.objects.filter(pk=provider.pk).update(background=False)
    except DatabaseError as error:
        logger.warning("%s: could not be remembered: %s", provider, error)

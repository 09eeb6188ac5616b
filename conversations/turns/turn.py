"""A turn: drives one answer, independent of any socket."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from conversations.models import Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.chain import Request
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.jsontext import dumps
from conversations.protocol.snapshot import Snapshot
from conversations.protocol.visibility import visible_event, visible_response
from conversations.turns.checkpoints import HEARTBEAT, Checkpoint
from conversations.turns.ending import OUR_FAULT, STOPPED, Ending
from conversations.turns.endpoint import client_of
from conversations.turns.log import EventLog
from conversations.turns.outgoing import request_of

logger = logging.getLogger(__name__)

LIFECYCLE = {"response.created", "response.queued", "response.in_progress"}
STORE_FOR_SECONDS = 30


class Turn:
    """One stored question being answered: relays the provider's events to the log, to any number
    of readers, and what they add up to into the database.

    The row is stored before the turn begins, and its end before any reader hears of it.
    """

    def __init__(self, row: Response) -> None:
        self.row = row
        self.log = EventLog()
        self._snapshot = Snapshot({"output": []})
        self._relaying: asyncio.Task[Ending] | None = None
        self._stop: Ending | None = None
        self._version = self._written = 0
        self._written_at = asyncio.get_running_loop().time()
        self._has_ended = False

    async def run(self) -> None:
        """Answer, and store the end; returns when both are done, and the log has its end."""
        self._append({"type": "response.created", "response": self._visible()})
        self._relaying = asyncio.create_task(self._relay(), name=f"relay {self.row.id}")
        if self._stop:
            self._relaying.cancel()
        await asyncio.wait([self._relaying])
        try:
            await self._finish(self._ending(self._relaying))
        finally:
            self.log.close()

    def stop(self, ending: Ending = STOPPED) -> None:
        """End it now: the provider's connection is closed, what was received stays."""
        self._stop = self._stop or ending
        if self._relaying:
            self._relaying.cancel()

    def checkpoint(self) -> Checkpoint | None:
        """What is due to be written; see `checkpoints`. The end is not theirs to write."""
        if self._version > self._written and not self._has_ended:
            columns = {
                "status": self.row.status,
                "started_at": self.row.started_at,
                "first_output_at": self.row.first_output_at,
                "upstream_id": self.row.upstream_id,
                # The fold never changes what it once gave out, so this needs no copy.
                "output": self._output(),
                "sequence_number": len(self.log) - 1,
            }
        elif asyncio.get_running_loop().time() - self._written_at > HEARTBEAT:
            columns = {}
        else:
            return None
        return Checkpoint(self.row.id, columns, self._version)

    def written(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is in the database."""
        self._written = checkpoint.version
        self._written_at = asyncio.get_running_loop().time()

    async def _relay(self) -> Ending:
        self.row.started_at = timezone.now()
        async with aclosing(self._events()) as events:
            async for event in events:
                if is_terminal(event):
                    self._snapshot.apply(event)
                    return Ending.of_response(self._snapshot.response)
                self._record(event)
        return Ending.interrupted()

    async def _events(self) -> AsyncGenerator[Event, None]:
        """The provider's events; a chain that it forgot is sent again whole, unseen."""
        request = await self._request()
        try:
            async with aclosing(self._stream(request)) as events:
                async for event in events:
                    yield event
        except ProviderError as error:
            if error.kind != ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND or request.sent != "chained":
                raise
            logger.info("%s: the provider forgot the chain; replaying it", self.row.id)
            async with aclosing(self._stream(await self._request(may_chain=False))) as events:
                async for event in events:
                    yield event

    async def _request(self, *, may_chain: bool = True) -> Request:
        request = await in_database(request_of, self.row, may_chain=may_chain)
        self.row.sent = request.sent
        return request

    def _stream(self, request: Request) -> AsyncGenerator[Event, None]:
        assert self.row.provider is not None, "a turn begins with a provider"
        return client_of(self.row.provider).stream(request.body)

    def _record(self, event: Event) -> None:
        if event["type"] in LIFECYCLE:
            self._follow_lifecycle(event)
            return
        self._snapshot.apply(event)
        if self.row.first_output_at is None:
            self.row.first_output_at = timezone.now()
        self._version += 1
        self._append(visible_event(event))

    def _follow_lifecycle(self, event: Event) -> None:
        """Ids, settings and times are ours: only the stage is the provider's to say."""
        self._snapshot.apply(event)
        response = self._snapshot.response
        self.row.upstream_id = str(response.get("id") or "")[:512]
        queued = response.get("status") == Status.QUEUED
        self.row.status = Status.QUEUED if queued else Status.IN_PROGRESS
        self._version += 1
        if event["type"] != "response.created":
            self._append({"type": event["type"], "response": self._visible()})

    def _ending(self, relaying: asyncio.Task[Ending]) -> Ending:
        if relaying.cancelled():
            return self._stop or Ending.interrupted()
        error = relaying.exception()
        if error is None:
            return relaying.result()
        if isinstance(error, ProviderError):
            logger.warning("%s: %s", self.row.id, error.detail or error.message)
            return Ending.of_error(error, begun=bool(self._output()))
        logger.error("%s: the turn failed", self.row.id, exc_info=error)
        return OUR_FAULT

    async def _finish(self, ending: Ending) -> None:
        self._has_ended = True
        row, response = self.row, self._snapshot.response
        row.status, row.error = ending.status, ending.error
        row.incomplete_details = ending.incomplete_details
        row.output, row.usage = self._output(), response.get("usage")
        row.upstream_id = str(response.get("id") or "")[:512]
        row.completed_at = timezone.now()
        row.sequence_number = len(self.log)
        row.lease_expires_at = None
        row.text = row.as_text()
        await self._store()
        self._append({"type": ending.event_type, "response": self._visible()})

    async def _store(self) -> None:
        """Store the end, with patience for a database that is away; the lease tells if it fails."""
        for delay in (0.2, 0.5, 1, 2, 4, 8, STORE_FOR_SECONDS / 2):
            try:
                stored = await in_database(_save_ending, self.row)
            except DatabaseError as error:
                logger.error("%s: its end could not be stored yet: %s", self.row.id, error)
                await asyncio.sleep(delay)
            else:
                if not stored:
                    logger.warning("%s: it was deleted or ended by another meanwhile", self.row.id)
                return

    def _append(self, event: Event) -> None:
        line = {
            **event,
            "sequence_number": len(self.log),
            "stream_id": self.row.id,
        }
        self.log.append(dumps(line))

    def _visible(self) -> dict[str, Any]:
        return visible_response(self.row.to_api())

    def _output(self) -> list[Any]:
        return self._snapshot.response.get("output") or []


def _save_ending(row: Response) -> bool:
    """Its columns only, and only while it runs: a row that was deleted meanwhile stays so."""
    columns = (
        "status",
        "error",
        "incomplete_details",
        "output",
        "usage",
        "upstream_id",
        "sent",
        "text",
        "started_at",
        "first_output_at",
        "completed_at",
        "sequence_number",
        "lease_expires_at",
    )
    running = Response.objects.running().filter(pk=row.pk)
    return bool(running.update(**{column: getattr(row, column) for column in columns}))

"""A turn: drives one answer, independent of any socket."""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.items import Item
from conversations.protocol.jsontext import dumps
from conversations.protocol.snapshot import Snapshot
from conversations.protocol.visibility import visible_event, visible_response
from conversations.turns.checkpoints import HEARTBEAT, Checkpoint, write
from conversations.turns.ending import OUR_FAULT, STOPPED, Ending
from conversations.turns.log import EventLog
from conversations.turns.upstream import LIFECYCLE, Upstream

logger = logging.getLogger(__name__)

STORE_PAUSES = (0.2, 0.5, 1, 2, 4)
LEARN_ID_WITHIN = 30.0


class Turn:
    """One stored question being answered: relays the provider's events to the log, to any number
    of readers, and what they add up to into the database.

    The row is stored before the turn begins, and its end before any reader hears of it. A turn
    that is not `fresh` goes on from what the row holds; its log begins behind that. One whose
    question was said into the answer of another turn comes `after` that.
    """

    def __init__(self, row: Response, *, fresh: bool = True, after: "Turn | None" = None) -> None:
        self.row = row
        self.log = EventLog(_behind(row))
        self.is_lost = False
        self._fresh = fresh
        self._snapshot = Snapshot({"output": row.output})
        before = after._upstream if after else None
        self._upstream: Upstream = Upstream(row, self._wait, before)
        self._relaying: asyncio.Task[Ending] | None = None
        self._stop: Ending | None = None
        self._stopping = asyncio.Event()
        self._version = self._written = 0
        self._written_at = asyncio.get_running_loop().time()
        self._has_ended = False

    async def run(self) -> None:
        """Answer, and store the end; returns when both are done, and the log has its end.

        A turn that is handed over or was lost stores no end, and its log has none.
        """
        try:
            if self._fresh:
                self._append({"type": "response.created", "response": self._visible()})
            ending = await self._ending()
            if ending is not None:
                await self._finish(ending)
        finally:
            self.log.close()

    def stop(self, ending: Ending = STOPPED) -> None:
        """End it now: the provider's connection is closed, what was received stays."""
        self._stop = self._stop or ending
        self._stopping.set()

    def leave(self) -> None:
        """End it here without an end: another process runs it, or soon will.

        One that has ended, or is to end, does so: only its store can tell whose it is.
        """
        if self._stop is None and not self._has_ended:
            self.is_lost = True
            self._stopping.set()

    @property
    def can_be_left(self) -> bool:
        """Whether another process can go on without loss: the provider keeps it, or there is
        nothing yet that a second request could contradict.
        """
        return self._upstream.is_kept or not self._output()

    @property
    def can_be_steered(self) -> bool:
        """Whether its provider takes more input while it answers."""
        return self._upstream.can_be_steered and not self._stopping.is_set()

    async def steer(self, items: Sequence[Item]) -> None:
        """Say something into the answer, which another turn answers; ProviderError if refused."""
        await self._upstream.steer(items)

    async def aftermath(self) -> None:
        """What is left to do at the provider once the end is stored."""
        await self._hang_up()
        if self._stop and not self.is_lost:
            await self._upstream.cancel()

    def checkpoint(self) -> Checkpoint | None:
        """What is due to be written; see `checkpoints`. The end is not theirs to write."""
        if self._version > self._written and not self._has_ended:
            return Checkpoint(self.row, self._columns(), self._version)
        if asyncio.get_running_loop().time() - self._written_at > HEARTBEAT:
            return Checkpoint(self.row, {}, self._written)
        return None

    def last_checkpoint(self) -> Checkpoint:
        """All that another process needs to go on from here."""
        return Checkpoint(self.row, self._columns(), self._version)

    def written(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is in the database."""
        self._written = checkpoint.version
        self._written_at = asyncio.get_running_loop().time()

    def _columns(self) -> dict[str, Any]:
        return {
            "status": self.row.status,
            "started_at": self.row.started_at,
            "first_output_at": self.row.first_output_at,
            "upstream_id": self.row.upstream_id,
            "upstream_sequence_number": self.row.upstream_sequence_number,
            "retry": self.row.retry,
            # The fold never changes what it once gave out, so this needs no copy.
            "output": self._output(),
            "sequence_number": self.log.next - 1,
        }

    async def _ending(self) -> Ending | None:
        """How the answer ended; None when it is to go on elsewhere."""
        if self._stop and not self._fresh:
            return self._stop
        self._relaying = asyncio.create_task(self._relay(), name=f"relay {self.row.id}")
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([self._relaying, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._relaying.done():
            return self._relayed(self._relaying)
        if not self._is_nameless:
            await self._hang_up()
        return None if self.is_lost else self._stop

    async def _relay(self) -> Ending:
        self.row.started_at = self.row.started_at or timezone.now()
        async with aclosing(self._upstream.events()) as events:
            async for event in events:
                if self._stop:
                    continue  # read on for its id alone
                if is_terminal(event):
                    self._snapshot.apply(event)
                    return Ending.of_response(self._snapshot.response)
                self._record(event)
                if self.row.background and event["type"] == "response.created":
                    # From here on it can be found again: a crash must not ask, and pay, twice.
                    await write([self])
        return self._stop or Ending.interrupted()

    @property
    def _is_nameless(self) -> bool:
        """Whether hanging up now would leave an answer running that nobody could cancel."""
        return self.row.background and not self.row.upstream_id and not self.is_lost

    async def _hang_up(self) -> None:
        if self._relaying is None:
            return
        deadline = asyncio.get_running_loop().time() + LEARN_ID_WITHIN
        while self._is_nameless and asyncio.get_running_loop().time() < deadline:
            done, _ = await asyncio.wait([self._relaying], timeout=0.1)
            if done:
                break
        self._relaying.cancel()
        await asyncio.wait([self._relaying])

    def _record(self, event: Event) -> None:
        self.row.retry = None
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
        queued = self._snapshot.response.get("status") == Status.QUEUED
        self.row.status = Status.QUEUED if queued else Status.IN_PROGRESS
        self._version += 1
        if event["type"] != "response.created":
            self._append({"type": event["type"], "response": self._visible()})

    def _wait(self, seconds: float, error: ProviderError) -> None:
        """The provider has us wait before it is asked again: readers see why, and until when."""
        self.row.retry = {"at": time.time() + seconds, "message": error.message}
        self._version += 1
        self._append({"type": "response.queued", "response": self._visible()})

    def _relayed(self, relaying: asyncio.Task[Ending]) -> Ending:
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
        row.status, row.error, row.retry = ending.status, ending.error, None
        row.incomplete_details = ending.incomplete_details
        row.output, row.usage = self._output(), response.get("usage")
        row.completed_at = timezone.now()
        row.sequence_number = self.log.next
        row.text = row.as_text()
        if await self._store():
            self._append({"type": ending.event_type, "response": self._visible()})
        else:
            logger.warning("%s: it was deleted or taken over meanwhile", row.id)
            self.is_lost = True

    async def _store(self) -> bool:
        """Store the end, however long the database is away; False when it is not ours any more."""
        pauses = iter(STORE_PAUSES)
        while True:
            try:
                return await in_database(_save_ending, self.row)
            except DatabaseError as error:
                logger.error("%s: its end could not be stored yet: %s", self.row.id, error)
                await asyncio.sleep(next(pauses, STORE_PAUSES[-1]))

    def _append(self, event: Event) -> None:
        line = {
            **event,
            "sequence_number": self.log.next,
            "stream_id": self.row.id,
        }
        self.log.append(dumps(line))

    def _visible(self) -> dict[str, Any]:
        return visible_response(self.row.to_api())

    def _output(self) -> list[Any]:
        return self._snapshot.response.get("output") or []


def _behind(row: Response) -> int:
    """The `sequence_number` after the last event that the row holds."""
    return 0 if row.sequence_number is None else row.sequence_number + 1


@transaction.atomic
def _save_ending(row: Response) -> bool:
    """Its columns only, and only while it is ours: a row that was deleted meanwhile stays so."""
    columns = (
        "status",
        "error",
        "retry",
        "incomplete_details",
        "output",
        "usage",
        "upstream_id",
        "sent",
        "text",
        "background",
        "started_at",
        "first_output_at",
        "completed_at",
        "sequence_number",
    )
    values = {column: getattr(row, column) for column in columns}
    if not Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk).update(**values):
        return False
    conversation = Conversation.objects.filter(pk=row.conversation_id)
    conversation.update(finished_at=row.completed_at)
    return True

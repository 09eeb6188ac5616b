"""A turn: drives one answer, independent of any socket."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from django.utils import timezone

from conversations.models import Response
from conversations.protocol.errors import ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.items import Item
from conversations.protocol.made import CARRYING
from conversations.protocol.rounds import begun_at, is_last, is_whole
from conversations.turns.answer import Answer
from conversations.turns.calling import Calling
from conversations.turns.calls import Due
from conversations.turns.checkpoints import Checkpoint, store, write
from conversations.turns.cited import with_cited_files
from conversations.turns.ending import OUR_FAULT, STOPPED, Ending
from conversations.turns.limits import REASON, is_exhausted
from conversations.turns.made import Made
from conversations.turns.storing import persistently, store_ending, store_usage
from conversations.turns.upstream import Upstream

logger = logging.getLogger(__name__)

LEARN_ID_WITHIN = 30.0
LOOK_AGAIN = 0.1


class Turn:
    """One stored question being answered: relays the provider's events to the log, to any number
    of readers, and what they add up to into the database. Where the model calls tools of ours, it
    makes the calls, and asks the provider again with what they gave.

    The row is stored before the turn begins, and its end before any reader hears of it. A turn
    that is not `fresh` goes on from what the row holds; its log begins behind that. One whose
    question was said into the answer of another turn comes `after` that. One that `is_lost` runs
    in another process, or nowhere.
    """

    def __init__(self, row: Response, *, fresh: bool = True, after: "Turn | None" = None) -> None:
        self.row = row
        self.is_lost = False
        self._fresh = fresh
        self._answer = Answer(row)
        self._calling = Calling(row, self._answer)
        self._made = Made(row)
        self.log = self._answer.log
        before = after._upstream if after else None
        self._upstream: Upstream = Upstream(row, self._answer.wait, before)
        self._relaying: asyncio.Task[Ending] | None = None
        self._abandoning: asyncio.Task[None] | None = None
        self._stop: Ending | None = None
        self._stopping = asyncio.Event()
        self._has_ended = self._is_broken = False
        self._used: Any = None  # at the provider, before it was stopped there

    async def run(self) -> None:
        """Answer, and store the end; returns when both are done, and the log has its end.

        A turn that is handed over or was lost stores no end, and its log has none.
        """
        try:
            if self._fresh:
                self._answer.begin()
            ending = await self._ending()
            if self._stop:
                # Before the end is stored, which may take long: nobody wants more of it.
                self._abandoning = asyncio.create_task(self._abandon())
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
    def was_stopped(self) -> bool:
        """Whether its person wished it to end."""
        return self._stop is STOPPED

    @property
    def can_be_left(self) -> bool:
        """Whether another process can go on without loss: the provider keeps it, or there is
        nothing yet that a second request could contradict.
        """
        if self._calling.is_busy:
            return self._calling.can_be_left
        return self._upstream.is_kept or len(self._answer.output) <= begun_at(self.row.rounds)

    @property
    def is_nameless(self) -> bool:
        """Whether hanging up now would leave an answer running that nobody could find again."""
        return self.row.background and not self.row.upstream_id and not self._calling.is_busy

    @property
    def can_be_steered(self) -> bool:
        """Whether its provider takes more input while it answers, and no call can follow it."""
        is_last_round = not self._calling.has_tools
        return self._upstream.can_be_steered and is_last_round and not self._stopping.is_set()

    async def steer(self, items: Sequence[Item]) -> None:
        """Say something into the answer, which another turn answers; ProviderError if refused."""
        await self._upstream.steer(items)

    async def hang_up(self) -> None:
        """Close the provider's connection, and whatever would follow on it."""
        if self._relaying is not None:
            self._relaying.cancel()
            await asyncio.wait([self._relaying])
        await self._upstream.release()

    async def abandon(self) -> None:
        """Have the provider stop what nobody wants any more, once it is known what to stop; asked
        twice, it is told once.
        """
        self._abandoning = self._abandoning or asyncio.create_task(self._abandon())
        await self._abandoning

    async def aftermath(self) -> None:
        """What is left to do at the provider once the end is stored."""
        if self._abandoning:
            await self._abandoning
        elif self._is_broken and not self.is_lost:
            await self.abandon()
        if self._used is not None and not self.is_lost:
            await persistently(self.row.id, store_usage, self.row, self._used)

    def checkpoint(self) -> Checkpoint | None:
        """What is due to be written; see `checkpoints`. The end is not theirs to write."""
        return self._answer.heartbeat() if self._has_ended else self._answer.checkpoint()

    def last_checkpoint(self) -> Checkpoint:
        """All that another process needs to go on from here."""
        return self._answer.last_checkpoint()

    def written(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is in the database."""
        self._answer.written(checkpoint)

    async def _abandon(self) -> None:
        deadline = asyncio.get_running_loop().time() + LEARN_ID_WITHIN
        while self._relaying and self.is_nameless and asyncio.get_running_loop().time() < deadline:
            done, _ = await asyncio.wait([self._relaying], timeout=LOOK_AGAIN)
            if done:
                break
        await self.hang_up()
        if not self._calling.is_busy:
            self._used = await self._upstream.cancel()

    async def _ending(self) -> Ending | None:
        """How the answer ended; None when it is to go on elsewhere."""
        if self.is_lost or (self._stop and not self._fresh):
            return self._stop
        relaying = asyncio.create_task(self._relay(), name=f"relay {self.row.id}")
        self._relaying = relaying
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([relaying, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if relaying.done():
            return self._relayed(relaying)
        if not self.is_nameless:
            await self.hang_up()
        return None if self.is_lost else self._stop

    async def _relay(self) -> Ending:
        self.row.started_at = self.row.started_at or timezone.now()
        due = await self._calling.due()
        while True:
            if due and (ending := await self._call(due)):
                return ending
            ending = await self._round()
            if ending is not None:
                return ending
            due = self._calling.called()

    async def _round(self) -> Ending | None:
        """Relay one response of the provider's; None where calls are to follow it."""
        async with aclosing(self._upstream.events()) as events:
            async for event in events:
                if self._stop or self.log.closed:
                    if self.is_nameless:
                        continue  # it is read on for its id alone
                    break
                if event["type"] in CARRYING:
                    event = await self._made.kept(event)
                    if is_terminal(event):
                        return self._ended_by(await self._with_cited_files(event))
                self._answer.record(event)
                if self.row.background and event["type"] == "response.created":
                    # From here on it can be found again: a crash must not ask, and pay, twice.
                    await write([self])
        return self._stop or Ending.interrupted()

    async def _with_cited_files(self, event: Event) -> Event:
        known = self._answer.output[begun_at(self.row.rounds) :]
        return await with_cited_files(event, known, self.row, self._made)

    def _ended_by(self, event: Event) -> Ending | None:
        if self._calling.has_tools and is_whole(event):
            self._answer.close_round(event)
            if self._calling.called():
                self._answer.end_round(event)
                return None
        return self._answer.ended_by(event)

    async def _call(self, due: Sequence[Due]) -> Ending | None:
        """Make the calls, and begin the next round; how it ends, where there is none.

        What they are is stored first: whoever takes over makes none that this one has made.
        """
        was_last = is_last(self.row.rounds)
        if not await self._keep():
            return Ending.interrupted()
        if await self._calling.make(due):
            return self._answer.ended_by({"type": "response.completed"})
        if was_last:
            limit = {"status": "incomplete", "incomplete_details": {"reason": REASON}}
            return self._answer.ended_by({"type": "response.incomplete", "response": limit})
        self._answer.next_round(last=bool(is_exhausted(self.row)))
        if not await self._keep():
            return Ending.interrupted()
        self._upstream = Upstream(self.row, self._answer.wait)
        return None

    async def _keep(self) -> bool:
        """Store how far it is, however long that takes; False when another process has it."""
        checkpoint = self._answer.last_checkpoint()
        if not await persistently(self.row.id, store, checkpoint):
            self.leave()
            return False
        self.written(checkpoint)
        return True

    def _relayed(self, relaying: asyncio.Task[Ending]) -> Ending:
        if relaying.cancelled():
            return self._stop or Ending.interrupted()
        error = relaying.exception()
        if error is None:
            return relaying.result()
        self._is_broken = True
        if isinstance(error, ProviderError):
            logger.warning("%s: %s", self.row.id, error.detail or error.message)
            return Ending.of_error(error, begun=bool(self._answer.output))
        logger.error("%s: the turn failed", self.row.id, exc_info=error)
        return OUR_FAULT

    async def _finish(self, ending: Ending) -> None:
        self._has_ended = True
        await self._calling.give_up()
        self._answer.end(ending, await self._made.settled(self._answer.output))
        self.is_lost = not await store_ending(self.row)
        if self.is_lost:
            logger.warning("%s: it was deleted or taken over meanwhile", self.row.id)
        else:
            self._answer.tell_end(ending)

"""What is asked on one websocket: in order where it has the same `stream_id`, or none, and else
side by side, each event marked with its own.

What is said into a running answer is stored behind it, and answered by a successor that follows in
the same order: at once where the provider can be steered so, else when the answer has ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from conversations.gateway.asking import asked_of
from conversations.gateway.attaching import attached, attached_items, may_bring
from conversations.gateway.entry import BUSY, FAULT
from conversations.gateway.refusals import Refusal, bad
from conversations.gateway.starting import leave, new_response, started
from conversations.gateway.steering import (
    MOST_STEERS,
    NotSteered,
    Steer,
    accepted,
    drop,
    failed,
    successor_of,
)
from conversations.gateway.streaming import events_of
from conversations.models.database import in_database

if TYPE_CHECKING:
    from conversations.models import ApiKey, Response

logger = logging.getLogger(__name__)

SendFrame = Callable[[Mapping[str, Any]], Awaitable[None]]

MOST_LANES = 16
MOST_WAITING = 64
MOST_WAITING_CHARACTERS = 4_000_000
MOST_REMEMBERED = 64
TOO_MANY = Refusal(429, "Too many responses are asked for on this connection.", "too_many_streams")


class Lane:
    """What has one `stream_id`: what waits there, what is answered, and what was said into that."""

    def __init__(self, stream_id: str | None) -> None:
        self.stream_id = stream_id
        self.waiting: deque[tuple[dict[str, Any], int]] = deque()
        self.running: Response | None = None
        self.last_number = 0
        self.successors: deque[asyncio.Future[Response | None]] = deque()
        self.task: asyncio.Task[None] | None = None


class Lanes:
    """Those of one connection."""

    def __init__(self, key: "ApiKey", send: SendFrame) -> None:
        self._key, self._send_frame = key, send
        self._lanes: dict[str | None, Lane] = {}
        self._unstored: set[str] = set()
        self._ended: deque[str] = deque(maxlen=MOST_REMEMBERED)

    def queue(self, stream_id: str | None, body: dict[str, Any], size: int) -> None:
        """Have it answered behind what has the same id; Refusal where that is too much."""
        sizes = [each for lane in self._lanes.values() for _, each in lane.waiting]
        if len(sizes) >= MOST_WAITING or sum(sizes) + size > MOST_WAITING_CHARACTERS:
            raise TOO_MANY
        lane = self._lanes.get(stream_id)
        if lane is None:
            if len(self._lanes) >= MOST_LANES:
                raise TOO_MANY
            lane = self._lanes[stream_id] = Lane(stream_id)
            lane.task = asyncio.create_task(self._answer_all(lane))
        lane.waiting.append((body, size))

    async def steer(self, steer: Steer) -> None:
        """Say something into an answer that runs here, and tell whether it is taken."""
        lane = next((each for each in self._lanes.values() if steer.is_for(each.running)), None)
        try:
            if lane is None or lane.running is None:
                raise NotSteered.of_none(has_ended=steer.response_id in self._ended)
            await self._steer(lane, lane.running, steer)
        except NotSteered as error:
            number = lane.last_number if lane else 0
            await self._send(failed(steer, error, number), lane.stream_id if lane else None)

    def close(self) -> None:
        """The connection is no more, and so is what was asked on it."""
        for lane in self._lanes.values():
            if lane.task is not None:
                lane.task.cancel()

    async def _steer(self, lane: Lane, running: "Response", steer: Steer) -> None:
        if len(lane.successors) >= MOST_STEERS:
            raise NotSteered("too_many_pending_steers", "Too much was said into this response.")
        new = successor_of(self._key, running, steer)
        # Before anything is waited for: the answer may end meanwhile.
        successor: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
        lane.successors.append(successor)
        row = None
        try:
            await may_bring(self._key, new.input)
            async with attached_items(self._key, new.input) as items:
                row = await started(replace(new, input=items), leaving=True)
            if self._lanes.get(lane.stream_id) is lane:
                await self._send(accepted(steer, lane.last_number), lane.stream_id)
        except Refusal as refusal:
            raise NotSteered("successor_creation_failed", refusal.message) from refusal
        except DatabaseError as error:
            logger.error("What was said into a response could not be stored: %s", error)
            raise NotSteered("successor_creation_failed", BUSY.message) from error
        finally:
            if successor.cancelled():
                drop(row)
            else:
                successor.set_result(row)

    async def _answer_all(self, lane: Lane) -> None:
        try:
            while lane.waiting:
                await self._answer_next(lane)
        finally:
            del self._lanes[lane.stream_id]

    async def _answer_next(self, lane: Lane) -> None:
        body, _ = lane.waiting.popleft()
        try:
            await self._answer(lane, body)
        except Refusal as refusal:
            # What a failed continuation followed is not offered again.
            self._unstored.discard(str(body.get("previous_response_id")))
            await self._send(refusal.as_event(), lane.stream_id)
        except DatabaseError as error:
            logger.error("A script's question could not be answered: %s", error)
            await self._send(BUSY.as_event(), lane.stream_id)
        except Exception:
            # As on HTTP: nobody is left waiting, nor what was asked behind it.
            logger.exception("A script's question could not be answered")
            await self._send(FAULT.as_event(), lane.stream_id)

    async def _answer(self, lane: Lane, body: dict[str, Any]) -> None:
        for name in ("background", "stream"):
            if body.get(name):
                raise bad(name, "This is not for a websocket.")
        asked = asked_of(body)
        async with attached(self._key, asked) as asked:
            new = await in_database(new_response, self._key, asked, frozenset(self._unstored))
            row: Response | None = await started(new, leaving=True)
        try:
            while row is not None:
                last = await self._tell(lane, row)
                if last == "response.failed":
                    self._unstored.discard(asked.previous_response_id or "")
                elif not asked.store:
                    self._unstored.add(row.pk)
                row = await self._successor(lane)
        finally:
            for successor in lane.successors:
                if not successor.cancel() and not successor.cancelled():
                    drop(successor.result())
            lane.successors.clear()

    async def _successor(self, lane: Lane) -> "Response | None":
        while lane.successors:
            if (row := await lane.successors[0]) is not None:
                lane.successors.popleft()
                return row
            lane.successors.popleft()
        return None

    async def _tell(self, lane: Lane, row: "Response") -> str:
        """Send the events of an answer; gives back the type of the last one."""
        has_ended, last = False, ""
        lane.running = row
        try:
            async with aclosing(events_of(row, None, sealed=row.gives_sealed)) as events:
                async for event in events:
                    last, lane.last_number = event["type"], event["sequence_number"]
                    await self._send(event, lane.stream_id)
            has_ended = True
        finally:
            lane.running = None
            self._ended.append(row.pk)
            if not has_ended:
                leave(row.pk)
        return last

    async def _send(self, event: Mapping[str, Any], stream_id: str | None) -> None:
        await self._send_frame(event if stream_id is None else {**event, "stream_id": stream_id})

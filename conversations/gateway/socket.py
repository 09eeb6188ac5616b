"""The websocket at /v1/responses: the API's own mode, in which one connection asks many times.

`response.create` has the parameters of a POST. What has the same `stream_id`, or none, is answered
one after the other; different ones at the same time, each event marked with its own. What was
asked with `"store": false` can be gone on from on the connection that asked it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.http import HttpRequest

from chatapp.accounts.throttle import address_of
from conversations.gateway.asking import asked_of
from conversations.gateway.attaching import attached
from conversations.gateway.entry import BUSY, bearer
from conversations.gateway.limiting import let_in
from conversations.gateway.refusals import WRONG_KEY, Refusal, bad
from conversations.gateway.starting import leave, new_response, started
from conversations.gateway.streaming import TRUSTED_FOR_SECONDS, events_of
from conversations.models.database import in_database
from conversations.protocol.jsontext import BadJSON, loads
from conversations.sockets import TOO_MANY_SOCKETS, PersonsSocket

if TYPE_CHECKING:
    from conversations.models import ApiKey

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 60 * 60.0
MOST_STREAMS = 16
MOST_WAITING = 64
MOST_WAITING_CHARACTERS = 4_000_000
LONGEST_ID = 64
ENDED = 1000
TOO_LONG = Refusal(
    400, "This connection is 60 minutes old: open another.", "websocket_connection_limit_reached"
)
TOO_MANY_OPEN = Refusal(
    429, "Too many of your connections are open.", "too_many_connections", retry=False
)
TOO_MANY = Refusal(429, "Too many responses are asked for on this connection.", "too_many_streams")


class NoFrame(Refusal):
    """What is no frame that can be understood."""


class ApiSocket(PersonsSocket):
    """One connection of a script."""

    CHECK_SECONDS = TRUSTED_FOR_SECONDS

    async def connect(self) -> None:
        self.streams: dict[str | None, deque[tuple[dict[str, Any], int]]] = {}
        self.tasks: dict[str | None, asyncio.Task[None]] = {}
        self.unstored: set[str] = set()
        self.opened_at = time.monotonic()
        try:
            secret = bearer(_header(self.scope, b"authorization"))
            self.key: ApiKey = await in_database(let_in, secret, _address(self.scope))
        except (Refusal, DatabaseError) as error:
            logger.info("A script's socket was not opened: %s", error)
            await self.close()
            return
        await self.accept()
        if not self.enter(self.key.owner_id):
            await self._refuse(TOO_MANY_OPEN, None)
            await self.close(TOO_MANY_SOCKETS)

    async def disconnect(self, code: int) -> None:
        self.leave()
        self._stop()

    async def may_stay(self) -> bool:
        """A key may be revoked, or end, at any time."""
        return await in_database(self.key.still_works)

    async def turn_out(self) -> None:
        """What is being answered ends with the key."""
        self._stop()
        await self._refuse(WRONG_KEY, None)
        await super().turn_out()

    def _stop(self) -> None:
        for task in self.tasks.values():
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_in:
            return
        stream_id = None
        try:
            body = _frame(text_data)
            stream_id = body.pop("stream_id", None)
            if time.monotonic() - self.opened_at > LONGEST_SECONDS:
                raise TOO_LONG
            self._queue(stream_id, body, len(text_data or ""))
        except NoFrame as refusal:
            await self.refuse_frame(_told(refusal))
        except Refusal as refusal:
            await self._refuse(refusal, stream_id)
            if refusal is TOO_LONG:
                await self.close(ENDED)

    def _queue(self, stream_id: Any, body: dict[str, Any], size: int) -> None:
        """Have it answered behind what has the same id."""
        if stream_id is not None and not (
            isinstance(stream_id, str) and 0 < len(stream_id) <= LONGEST_ID
        ):
            raise bad("stream_id", f"A text of 1 to {LONGEST_ID} characters is expected here.")
        sizes = [each for waiting in self.streams.values() for _, each in waiting]
        if len(sizes) >= MOST_WAITING or sum(sizes) + size > MOST_WAITING_CHARACTERS:
            raise TOO_MANY
        task = self.tasks.get(stream_id)
        if task is None or task.done():
            if sum(not each.done() for each in self.tasks.values()) >= MOST_STREAMS:
                raise TOO_MANY
            self.streams[stream_id] = deque()
            self.tasks[stream_id] = asyncio.create_task(self._answer_all(stream_id))
        self.streams[stream_id].append((body, size))

    async def _answer_all(self, stream_id: str | None) -> None:
        waiting = self.streams[stream_id]
        while waiting:
            body, _ = waiting.popleft()
            try:
                await self._answer(stream_id, body)
            except Refusal as refusal:
                # What a failed continuation followed is not offered again.
                self.unstored.discard(str(body.get("previous_response_id")))
                await self._refuse(refusal, stream_id)
            except DatabaseError as error:
                logger.error("A script's question could not be answered: %s", error)
                await self._refuse(BUSY, stream_id)

    async def _answer(self, stream_id: str | None, body: dict[str, Any]) -> None:
        for name in ("background", "stream"):
            if body.get(name):
                raise bad(name, "This is not for a websocket.")
        asked = asked_of(body)
        async with attached(self.key, asked) as asked:
            new = await in_database(new_response, self.key, asked, frozenset(self.unstored))
            row = await started(new, leaving=True)
        has_ended, last = False, ""
        try:
            async with aclosing(events_of(row, None, sealed=row.gives_sealed)) as events:
                async for event in events:
                    last = event["type"]
                    await self._send(event, stream_id)
            has_ended = True
        finally:
            if not has_ended:
                leave(row.pk)
        if last == "response.failed":
            self.unstored.discard(asked.previous_response_id or "")
        elif not asked.store:
            self.unstored.add(row.pk)

    async def _refuse(self, refusal: Refusal, stream_id: Any) -> None:
        await self._send(_told(refusal), stream_id)

    async def _send(self, event: Mapping[str, Any], stream_id: Any) -> None:
        await self.send_frame(event if stream_id is None else {**event, "stream_id": stream_id})


def _told(refusal: Refusal) -> dict[str, Any]:
    return {"type": "error", "status": refusal.status, **refusal.body}


def _header(scope: Any, name: bytes) -> str:
    return str(dict(scope["headers"]).get(name, b"").decode("latin-1"))


def _address(scope: Any) -> str:
    """Where the connection comes from, by the rule that holds for requests."""
    request = HttpRequest()
    request.META = {
        "REMOTE_ADDR": (scope.get("client") or [""])[0],
        "HTTP_X_FORWARDED_FOR": _header(scope, b"x-forwarded-for"),
    }
    return address_of(request)


def _frame(text: str | None) -> dict[str, Any]:
    """A `response.create` without its type."""
    try:
        frame = loads(text or "")
    except BadJSON as error:
        raise NoFrame(400, "This frame is not valid JSON.", "invalid_json") from error
    if not isinstance(frame, dict):
        raise NoFrame(400, "A frame is an object with a type.", "invalid_json")
    kind = frame.pop("type", None)
    if kind != "response.create":
        said = "Invalid 'type'. response.create is possible here."
        raise NoFrame(400, said, "invalid_value", "type")
    return frame

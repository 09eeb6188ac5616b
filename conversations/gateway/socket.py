"""The websocket at /v1/responses: the API's own mode, in which one connection asks many times.

`response.create` has the parameters of a POST, `response.steer` says something into an answer that
is given here. What was asked with `"store": false` can be gone on from on the connection that asked
it.
"""

import logging
import time
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.http import HttpRequest

from chatapp.accounts.throttle import address_of
from conversations.gateway.entry import bearer
from conversations.gateway.lanes import Lanes
from conversations.gateway.limiting import let_in
from conversations.gateway.refusals import WRONG_KEY, Refusal, bad
from conversations.gateway.steering import Steer
from conversations.gateway.streaming import TRUSTED_FOR_SECONDS
from conversations.models.database import in_database
from conversations.sockets import TOO_MANY_SOCKETS, NoFrame, PersonsSocket, frame_in

if TYPE_CHECKING:
    from conversations.models import ApiKey

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 60 * 60.0
LONGEST_ID = 64
ENDED = 1000
TOO_LONG = Refusal(
    400, "This connection is 60 minutes old: open another.", "websocket_connection_limit_reached"
)
TOO_MANY_OPEN = Refusal(
    429, "Too many of your connections are open.", "too_many_connections", retry=False
)
CREATE, STEER = "response.create", "response.steer"


class ApiSocket(PersonsSocket):
    """One connection of a script."""

    CHECK_SECONDS = TRUSTED_FOR_SECONDS

    async def connect(self) -> None:
        self.lanes: Lanes | None = None
        self.opened_at = time.monotonic()
        try:
            secret = bearer(_header(self.scope, b"authorization"))
            self.key: ApiKey = await in_database(let_in, secret, _address(self.scope))
        except (Refusal, DatabaseError) as error:
            logger.info("A script's socket was not opened: %s", error)
            await self.close()
            return
        await self.accept()
        self.lanes = Lanes(self.key, self.send_frame)
        if not self.enter(self.key.owner_id):
            await self.send_frame(TOO_MANY_OPEN.as_event())
            await self.close(TOO_MANY_SOCKETS)

    async def disconnect(self, code: int) -> None:
        self.leave()
        if self.lanes is not None:
            self.lanes.close()

    async def may_stay(self) -> bool:
        """A key may be revoked, or end, at any time."""
        return await in_database(self.key.still_works)

    async def turn_out(self) -> None:
        """What is being answered ends with the key; what still comes before the end is not read."""
        if self.lanes is not None:
            self.lanes.close()
            self.lanes = None
        await self.send_frame(WRONG_KEY.as_event())
        await super().turn_out()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_in or self.lanes is None:
            return
        stream_id = None
        try:
            kind, body = _frame(text_data)
            if time.monotonic() - self.opened_at > LONGEST_SECONDS:
                raise TOO_LONG
            if kind == STEER:
                await self.lanes.steer(Steer.of(body))
            else:
                stream_id = body.pop("stream_id", None)
                self.lanes.queue(_stream_id(stream_id), body, len(text_data or ""))
        except NoFrame as error:
            await self.refuse_frame(Refusal(400, str(error), "invalid_frame").as_event())
        except Refusal as refusal:
            about = {} if stream_id is None else {"stream_id": stream_id}
            await self.send_frame({**refusal.as_event(), **about})
            if refusal is TOO_LONG:
                await self.close(ENDED)


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


def _stream_id(given: Any) -> str | None:
    if given is None or (isinstance(given, str) and 0 < len(given) <= LONGEST_ID):
        return given
    raise bad("stream_id", f"A text of 1 to {LONGEST_ID} characters is expected here.")


def _frame(text: str | None) -> tuple[str, dict[str, Any]]:
    """The type of a frame, and what else it says."""
    frame = frame_in(text)
    kind = frame.pop("type", None)
    if kind not in (CREATE, STEER):
        raise NoFrame(f"The type of a frame is {CREATE} or {STEER} here.")
    return kind, frame

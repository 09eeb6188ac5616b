"""What every websocket here has: a person behind it, for as long as they may be here.

A person has so many open at the most. Whether they may still be here is looked at every few
seconds, and not only when a frame comes; whoever sends frame after frame that is none is left. At
the server's end all are told to come back. A peer that reads slowly, or sends too fast, is waited
for by the server itself (`chatapp/server.py`).
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Self

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from conversations.protocol.jsontext import BadJSON, dumps, loads

logger = logging.getLogger(__name__)

# Those that a server may choose freely; the page and scripts know them.
BAD_FRAMES = 4400
SIGNED_OUT = 4401
RESTARTING = 4012
TOO_MANY_SOCKETS = 4429

MAX_SOCKETS = 20
MAX_BAD_FRAMES = 20
BAD_FRAMES_WITHIN_SECONDS = 60.0


class NoFrame(Exception):
    """What is no frame at all; the message says why."""


def frame_in(text: str | None) -> dict[str, Any]:
    """What a peer sent, as the object that every frame is; NoFrame."""
    if text is None:
        raise NoFrame("Frames are text.")
    try:
        frame = loads(text)
    except BadJSON as error:
        raise NoFrame("This frame is not valid JSON.") from error
    if not isinstance(frame, dict):
        raise NoFrame("A frame is an object with a type.")
    return frame


class PersonsSocket(AsyncWebsocketConsumer, ABC):
    """One connection of a person. Those of one kind are counted together."""

    CHECK_SECONDS: ClassVar[float] = 30.0
    open_sockets: ClassVar[dict[int, set[Any]]]

    _person_id: int
    _checking: asyncio.Task[None] | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.open_sockets = {}

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Channels' own without its hop to the one database thread for every frame."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    @abstractmethod
    async def may_stay(self) -> bool:
        """Whether its person may still be here; DatabaseError where that can't be told."""

    async def turn_out(self) -> None:
        """Close it, for its person may not be here any more."""
        await self.close(SIGNED_OUT)

    @property
    def is_in(self) -> bool:
        """Whether it is one of its person's open ones."""
        return self._checking is not None

    def enter(self, person_id: int) -> bool:
        """Be one of the open sockets of a person; False where they have too many."""
        sockets = self.open_sockets.setdefault(person_id, set())
        if len(sockets) >= MAX_SOCKETS:
            return False
        sockets.add(self)
        self._person_id = person_id
        self._bad_frames: deque[float] = deque(maxlen=MAX_BAD_FRAMES)
        self._checking = asyncio.create_task(self._keep_checking())
        return True

    def leave(self) -> bool:
        """It is closed; False where it was none of the open ones."""
        if self._checking is None:
            return False
        self._checking.cancel()
        sockets = self.open_sockets[self._person_id]
        sockets.discard(self)
        if not sockets:
            del self.open_sockets[self._person_id]
        return True

    async def check_access(self) -> bool:
        """Turn it out when its person may not be here; a database that is away proves nothing."""
        try:
            may_stay = await self.may_stay()
        except DatabaseError as error:
            logger.error("A socket of user %s can't be checked: %s", self._person_id, error)
            return True
        if not may_stay:
            await self.turn_out()
        return may_stay

    async def refuse_frame(self, frame: Mapping[str, Any]) -> None:
        """Answer what was no frame that can be understood; too many of those end it."""
        self._bad_frames.append(time.monotonic())
        await self.send_frame(frame)
        within = self._bad_frames[-1] - self._bad_frames[0]
        if len(self._bad_frames) == MAX_BAD_FRAMES and within <= BAD_FRAMES_WITHIN_SECONDS:
            await self.close(BAD_FRAMES)

    async def send_frame(self, frame: Mapping[str, Any]) -> None:
        await self.send(text_data=dumps(frame))

    @classmethod
    async def close_all(cls) -> None:
        """Tell each that the server restarts, so that its peer comes back by itself."""
        await cls.of_each(lambda socket: socket.close(RESTARTING))

    @classmethod
    async def of_each(cls, action: Callable[[Self], Awaitable[None]]) -> None:
        """Side by side, and to the end: a peer that is slow or gone keeps nobody from it."""
        sockets = [socket for sockets in cls.open_sockets.values() for socket in sockets]
        for result in await asyncio.gather(*map(action, sockets), return_exceptions=True):
            if isinstance(result, Exception):
                logger.info("A socket could not be told: %s", result)

    async def _keep_checking(self) -> None:
        """A right may end without a frame or a signal."""
        while True:
            await asyncio.sleep(self.CHECK_SECONDS)
            if not await self.check_access():
                return

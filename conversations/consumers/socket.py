"""One page's websocket: who is behind it, for how long, and what is sent to every one."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import translation

from conversations.consumers.followed import Followed
from conversations.consumers.frames import BadFrame, error_frame, subject_of
from conversations.consumers.handlers import Handlers
from conversations.consumers.language import language_of
from conversations.consumers.refusals import busy
from conversations.protocol.jsontext import dumps
from conversations.turns import notices

if TYPE_CHECKING:
    from chatapp.accounts.models import User

logger = logging.getLogger(__name__)

SIGNED_OUT = 4401
BAD_FRAMES = 4400
RESTARTING = 4012
TOO_MANY_SOCKETS = 4429

MAX_BAD_FRAMES = 20
BAD_FRAMES_WITHIN_SECONDS = 60.0
MAX_SOCKETS = 20
CHECK_SECONDS = 30.0


class Access(Protocol):
    """Who is behind a socket; the application puts one into the scope."""

    @property
    def fingerprint(self) -> str:
        """What the session is called where its key has no business."""

    async def user(self, *, fresh: bool = False) -> "User | None":
        """The person, if the session still is one's, looked up at most a few seconds ago."""


class Socket(AsyncWebsocketConsumer):
    """One page of a person: what it asks for, and the answers that it follows."""

    open_sockets: ClassVar[dict[int, set["Socket"]]] = {}

    user: "User"
    access: Access

    async def dispatch(self, message: Mapping[str, Any]) -> None:
        """Channels' own without its hop to the one database thread for every frame."""
        handler = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def connect(self) -> None:
        self.followed = Followed(self._send_text)
        self.bad_frames: deque[float] = deque(maxlen=MAX_BAD_FRAMES)
        self.checking: asyncio.Task[None] | None = None
        self.access = cast("dict[str, Any]", self.scope)["access"]
        try:
            user = await self.access.user(fresh=True)
        except DatabaseError as error:
            logger.error("A socket could not be opened: %s", error)
            await self.close()
            return
        await self.accept()
        if user is None:
            await self.close(SIGNED_OUT)
            return
        self.user = user
        translation.activate(language_of(user, self.scope["headers"]))
        self.handlers = Handlers(user, self._send, self.followed)
        sockets = self.open_sockets.setdefault(user.pk, set())
        if len(sockets) >= MAX_SOCKETS:
            await self.close(TOO_MANY_SOCKETS)
            return
        sockets.add(self)
        self.joining = asyncio.create_task(notices.join(user.pk, self.channel_name))
        self.checking = asyncio.create_task(self._keep_checking())

    async def disconnect(self, code: int) -> None:
        if self.checking is None:
            return
        self.checking.cancel()
        self.joining.cancel()
        self.followed.close()
        sockets = self.open_sockets[self.user.pk]
        sockets.discard(self)
        if not sockets:
            del self.open_sockets[self.user.pk]
        await notices.leave(self.user.pk, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.checking is None:
            return
        try:
            if await self.access.user() is None:
                await self.close(SIGNED_OUT)
            else:
                await self.handlers.handle(text_data)
        except BadFrame as error:
            await self._refuse_frame(error)
        except DatabaseError as error:
            logger.error("A frame could not be handled: %s", error)
            await self._send(busy(**subject_of(text_data)))

    async def notice(self, message: Mapping[str, Any]) -> None:
        """From the channel layer: a hint for the page."""
        await self._send(message["frame"])

    async def access_check(self, message: Mapping[str, Any]) -> None:
        """From the channel layer: a session has ended, or the person's rights have changed."""
        if message["ended"] not in (None, self.access.fingerprint):
            return
        if message["ended"]:
            await self.close(SIGNED_OUT)
        else:
            await self._check_access()

    async def _refuse_frame(self, error: BadFrame) -> None:
        self.bad_frames.append(time.monotonic())
        logger.info("A frame of user %s was refused: %s", self.user.pk, error.message)
        frame = error_frame(
            error.message, "invalid_frame", param=error.param, client_key=error.client_key
        )
        await self._send(frame)
        within = self.bad_frames[-1] - self.bad_frames[0]
        if len(self.bad_frames) == MAX_BAD_FRAMES and within <= BAD_FRAMES_WITHIN_SECONDS:
            await self.close(BAD_FRAMES)

    async def _keep_checking(self) -> None:
        """A session may expire without a frame or a signal."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if not await self._check_access():
                return

    async def _check_access(self) -> bool:
        """Close the socket when its session is nobody's; a database that is away proves nothing."""
        try:
            user = await self.access.user(fresh=True)
        except DatabaseError as error:
            logger.error("The session of user %s can't be checked: %s", self.user.pk, error)
            return True
        if user is None:
            await self.close(SIGNED_OUT)
        return user is not None

    async def _send(self, frame: Mapping[str, Any]) -> None:
        await self._send_text(dumps(frame))

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)

    @classmethod
    async def something_was_missed(cls) -> None:
        """Tell every page that notices were lost, so that it asks for what is new."""
        await cls._of_each(lambda socket: socket._send({"type": "conversations.changed"}))

    @classmethod
    async def close_all(cls) -> None:
        """Tell every page that the server restarts, so that it comes back by itself."""
        await cls._of_each(lambda socket: socket.close(RESTARTING))

    @classmethod
    async def _of_each(cls, action: "Callable[[Socket], Awaitable[None]]") -> None:
        """Side by side, and to the end: a page that is slow or gone keeps nobody from it."""
        sockets = [socket for sockets in cls.open_sockets.values() for socket in sockets]
        for result in await asyncio.gather(*map(action, sockets), return_exceptions=True):
            if isinstance(result, Exception):
                logger.info("A page could not be told: %s", result)


class NoSuchSocket(AsyncWebsocketConsumer):
    """For every other path: refused, without a traceback in the log."""

    async def websocket_connect(self, message: Mapping[str, Any]) -> None:
        await self.close()
        raise StopConsumer

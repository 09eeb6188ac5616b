"""One page's websocket: who is behind it, for how long, and what is sent to every one."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import translation

from conversations.consumers.followed import Followed
from conversations.consumers.frames import BadFrame, error_frame, subject_of
from conversations.consumers.handlers import Handlers
from conversations.consumers.language import language_of
from conversations.consumers.refusals import busy
from conversations.sockets import SIGNED_OUT, TOO_MANY_SOCKETS, PersonsSocket
from conversations.turns import notices

if TYPE_CHECKING:
    from chatapp.accounts.models import User

logger = logging.getLogger(__name__)


class Access(Protocol):
    """Who is behind a socket; the application puts one into the scope."""

    @property
    def fingerprint(self) -> str:
        """What the session is called where its key has no business."""

    async def user(self, *, fresh: bool = False) -> "User | None":
        """The person, if the session still is one's, looked up at most a few seconds ago."""


class Socket(PersonsSocket):
    """One page of a person: what it asks for, and the answers that it follows."""

    user: "User"
    access: Access

    async def connect(self) -> None:
        self.followed = Followed(self._send_text)
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
        self.handlers = Handlers(user, self.send_frame, self.followed)
        if not self.enter(user.pk):
            await self.close(TOO_MANY_SOCKETS)
            return
        self.joining = asyncio.create_task(notices.join(user.pk, self.channel_name))

    async def disconnect(self, code: int) -> None:
        if not self.leave():
            return
        self.joining.cancel()
        self.followed.close()
        await notices.leave(self.user.pk, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_in:
            return
        try:
            if await self.access.user() is None:
                await self.close(SIGNED_OUT)
            else:
                await self.handlers.handle(text_data)
        except BadFrame as error:
            await self._refuse(error)
        except DatabaseError as error:
            logger.error("A frame could not be handled: %s", error)
            await self.send_frame(busy(**subject_of(text_data)))

    async def notice(self, message: Mapping[str, Any]) -> None:
        """From the channel layer: a hint for the page."""
        await self.send_frame(message["frame"])

    async def access_check(self, message: Mapping[str, Any]) -> None:
        """From the channel layer: a session has ended, or the person's rights have changed."""
        if message["ended"] not in (None, self.access.fingerprint):
            return
        if message["ended"]:
            await self.close(SIGNED_OUT)
        else:
            await self.check_access()

    async def may_stay(self) -> bool:
        """A session may expire without a frame or a signal."""
        return await self.access.user(fresh=True) is not None

    async def _refuse(self, error: BadFrame) -> None:
        logger.info("A frame of user %s was refused: %s", self.user.pk, error.message)
        frame = error_frame(
            error.message, "invalid_frame", param=error.param, client_key=error.client_key
        )
        await self.refuse_frame(frame)

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)

    @classmethod
    async def something_was_missed(cls) -> None:
        """Tell every page that notices were lost, so that it asks for what is new."""
        await cls.of_each(lambda socket: socket.send_frame({"type": "conversations.changed"}))


class NoSuchSocket(AsyncWebsocketConsumer):
    """For every other path: refused, without a traceback in the log."""

    async def websocket_connect(self, message: Mapping[str, Any]) -> None:
        await self.close()
        raise StopConsumer

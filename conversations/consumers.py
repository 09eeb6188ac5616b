"""The websocket edge: it says who may do what, and relays; answers run elsewhere.

No handler waits for an answer, because Channels delivers no further frame while one runs.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from conversations.frames import (
    Acknowledge,
    BadFrame,
    Cancel,
    Create,
    Delete,
    Follow,
    Seen,
    Unfollow,
    Update,
    error_frame,
    parse,
)
from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.listing import summary
from conversations.protocol.items import user_message
from conversations.protocol.jsontext import dumps
from conversations.protocol.visibility import visible_response
from conversations.refusals import busy, no_such_answer, refusal
from conversations.turns import notices, queue
from conversations.turns.following import Window, follow
from conversations.turns.request import NewResponse, RequestError
from conversations.turns.running import turns

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
        self.followed: dict[str, tuple[asyncio.Task[None], Window]] = {}
        self.one_snapshot = asyncio.Lock()
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
        for following, _ in self.followed.values():
            following.cancel()
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
                await self._handle(text_data)
        except BadFrame as error:
            await self._refuse_frame(error)
        except DatabaseError as error:
            logger.error("A frame could not be handled: %s", error)
            await self._send(busy())

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

    async def _handle(self, text: str | None) -> None:
        if text is None:
            raise BadFrame("Frames are text.")
        frame = parse(text)
        match frame:
            case Create():
                await self._create(frame)
            case Update() | Delete():
                await self._change_waiting(frame)
            case Seen():
                await self._seen(frame.conversation_id)
            case Acknowledge():
                self._acknowledge(frame)
            case Unfollow():
                self._unfollow(frame.response_id)
            case Follow() | Cancel():
                await self._about_own(frame)

    async def _about_own(self, frame: Follow | Cancel) -> None:
        if not await self._is_own(frame.response_id):
            await self._send(no_such_answer(frame.response_id))
        elif isinstance(frame, Follow):
            self._follow(frame.response_id, frame.starting_after)
        else:
            await turns.cancel(frame.response_id)

    async def _change_waiting(self, frame: Update | Delete) -> None:
        """Edit or withdraw a message that waits; every page of the person hears of it."""
        try:
            if isinstance(frame, Update):
                items = [user_message(frame.input)]
                changed = await in_database(queue.edit, self.user, frame.response_id, items)
            else:
                changed = await in_database(queue.withdraw, self.user, frame.response_id)
        except RequestError as error:
            await self._send(refusal(error, stream_id=frame.response_id))
            return
        except DatabaseError as error:
            logger.error("A waiting message could not be changed: %s", error)
            await self._send(busy(stream_id=frame.response_id))
            return
        await notices.conversation_updated(changed)
        # What was behind a withdrawn message may have moved up to an answer that has ended.
        await turns.begin_next()

    async def _seen(self, conversation_id: str) -> None:
        conversation = await in_database(_seen, self.user, conversation_id)
        if conversation is not None:
            await notices.conversation_updated(conversation)

    async def _create(self, frame: Create) -> None:
        new = NewResponse(
            owner=self.user,
            client_key=frame.client_key,
            input=frame.items(),
            model_id=frame.model,
            conversation_id=frame.conversation,
            previous_response_id=frame.previous_response_id,
            retry_of=frame.retry_of,
            continues=frame.continues,
            branch=frame.branch,
            background=frame.background,
            instructions=frame.instructions,
            settings=frame.settings(),
        )
        try:
            response = await turns.start(new)
            # As it is stored: it goes on while the summary is read, and its events tell the rest.
            accepted = visible_response(response.to_api())
            conversation = await in_database(summary, response.conversation_id)
        except RequestError as error:
            await self._send(refusal(error, client_key=frame.client_key))
            return
        except DatabaseError as error:
            logger.error("A question could not be stored: %s", error)
            await self._send(busy(frame.client_key))
            return
        await self._send(
            {
                "type": "response.accepted",
                "client_key": frame.client_key,
                "conversation": conversation,
                "response": accepted,
            }
        )
        self._follow(response.id, None)

    def _follow(self, response_id: str, starting_after: int | None) -> None:
        self._unfollow(response_id)
        window = Window()
        relaying = self._relay(response_id, starting_after, window)
        self.followed[response_id] = (asyncio.create_task(relaying), window)

    def _unfollow(self, response_id: str) -> None:
        following, _ = self.followed.pop(response_id, (None, None))
        if following:
            following.cancel()

    def _acknowledge(self, frame: Acknowledge) -> None:
        _, window = self.followed.get(frame.response_id, (None, None))
        if window:
            window.acknowledge(frame.sequence_number)

    async def _relay(self, response_id: str, starting_after: int | None, window: Window) -> None:
        try:
            async with aclosing(follow(response_id, starting_after, self.one_snapshot)) as batches:
                async for batch in batches:
                    await self.send(text_data="\n".join(batch.lines))
                    window.sent(batch)
                    await window.room()
        except DatabaseError as error:
            logger.error("%s can't be followed: %s", response_id, error)
            await self._send(busy(stream_id=response_id))
        finally:
            self._forget(response_id, window)

    def _forget(self, response_id: str, window: Window) -> None:
        """Unless another relay has taken its place, the answer is followed no more."""
        _, present = self.followed.get(response_id, (None, None))
        if present is window:
            del self.followed[response_id]

    async def _is_own(self, response_id: str) -> bool:
        if turns.owner_of(response_id) == self.user.pk:
            return True
        return await in_database(_is_own, self.user, response_id)

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
        await self.send(text_data=dumps(frame))

    @classmethod
    async def something_was_missed(cls) -> None:
        """Tell every page that notices were lost, so that it asks for what is new."""
        for sockets in list(cls.open_sockets.values()):
            for socket in list(sockets):
                await socket._send({"type": "conversations.changed"})

    @classmethod
    async def close_all(cls) -> None:
        """Tell every page that the server restarts, so that it comes back by itself."""
        for sockets in list(cls.open_sockets.values()):
            for socket in list(sockets):
                await socket.close(RESTARTING)


class NoSuchSocket(AsyncWebsocketConsumer):
    """For every other path: refused, without a traceback in the log."""

    async def websocket_connect(self, message: Mapping[str, Any]) -> None:
        await self.close()
        raise StopConsumer


def _is_own(user: "User", response_id: str) -> bool:
    own = Conversation.objects.visible_to(user)
    return Response.objects.filter(pk=response_id, conversation__in=own).exists()


def _seen(user: "User", conversation_id: str) -> Conversation | None:
    """The conversation, if it had anything that was not seen yet."""
    found = Conversation.objects.visible_to(user).filter(pk=conversation_id).first()
    return found if found is not None and found.seen() else None

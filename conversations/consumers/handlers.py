"""What a page asks for: checked, carried out by `turns`, and answered at once.

No handler waits for an answer, because Channels delivers no further frame while one runs.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from conversations.consumers.followed import Followed
from conversations.consumers.frames import (
    Acknowledge,
    Cancel,
    Create,
    Delete,
    Follow,
    Seen,
    Unfollow,
    Update,
    parse,
)
from conversations.consumers.refusals import busy, no_such_answer, refusal
from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.listing import summary
from conversations.protocol.visibility import visible_response
from conversations.turns import notices, queue
from conversations.turns.request import NewResponse, RequestError, companions
from conversations.turns.running import turns

if TYPE_CHECKING:
    from chatapp.accounts.models import User

logger = logging.getLogger(__name__)

SendFrame = Callable[[Mapping[str, Any]], Awaitable[None]]


class Handlers:
    """Carries out the frames of one page of a person."""

    def __init__(self, user: "User", send: SendFrame, followed: Followed) -> None:
        self._user = user
        self._send = send
        self._followed = followed

    async def handle(self, text: str | None) -> None:
        """Carry out one frame; BadFrame when it is none, DatabaseError before anything is done."""
        frame = parse(text)
        match frame:
            case Create():
                await self._create(frame)
            case Update() | Delete():
                await self._change_waiting(frame)
            case Seen():
                await self._seen(frame.conversation_id)
            case Acknowledge():
                self._followed.acknowledge(frame.response_id, frame.sequence_number)
            case Unfollow():
                self._followed.unfollow(frame.response_id)
            case Follow() | Cancel():
                await self._about_own(frame)

    async def _about_own(self, frame: Follow | Cancel) -> None:
        if not await self._is_own(frame.response_id):
            await self._send(no_such_answer(frame.response_id))
        elif isinstance(frame, Follow):
            self._followed.follow(frame.response_id, frame.starting_after)
        else:
            await turns.cancel(frame.response_id)

    async def _is_own(self, response_id: str) -> bool:
        if turns.owner_of(response_id) == self._user.pk:
            return True
        return await in_database(_is_own, self._user, response_id)

    async def _change_waiting(self, frame: Update | Delete) -> None:
        """Edit or withdraw a message that waits; every page of the person hears of it."""
        try:
            if isinstance(frame, Update):
                changed = await in_database(
                    queue.edit, self._user, frame.response_id, frame.items()
                )
            else:
                changed = await in_database(queue.withdraw, self._user, frame.response_id)
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
        conversation = await in_database(_seen, self._user, conversation_id)
        if conversation is not None:
            await notices.conversation_updated(conversation)

    async def _create(self, frame: Create) -> None:
        try:
            response = await turns.start(_asked_for(frame, self._user))
            # As it is stored: it goes on while the summary is read, and its events tell the rest.
            accepted = visible_response(response.to_api())
            conversation = await in_database(summary, response.conversation_id)
            others = await in_database(companions, response) if frame.models else []
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
                "others": [visible_response(other.to_api()) for other in others],
            }
        )
        for each in (response, *others):
            self._followed.follow(each.id, None)


def _asked_for(frame: Create, user: "User") -> NewResponse:
    return NewResponse(
        owner=user,
        client_key=frame.client_key,
        input=frame.items(),
        always=frame.always,
        assistant_id=frame.assistant,
        model_id=frame.models[0] if frame.models else frame.model,
        beside=frame.models[1:],
        conversation_id=frame.conversation,
        previous_response_id=frame.previous_response_id,
        retry_of=frame.retry_of,
        continues=frame.continues,
        compacts=frame.compacts,
        branch=frame.branch,
        background=frame.background,
        only_this=frame.only_this,
        temporary=frame.temporary,
        time_zone=frame.time_zone,
        folder_id=frame.folder,
        chosen=frame.settings,
    )


def _is_own(user: "User", response_id: str) -> bool:
    own = Conversation.objects.visible_to(user)
    return Response.objects.filter(pk=response_id, conversation__in=own).exists()


def _seen(user: "User", conversation_id: str) -> Conversation | None:
    """The conversation, if it had anything that was not seen yet."""
    found = Conversation.objects.visible_to(user).filter(pk=conversation_id).first()
    return found if found is not None and found.seen() else None

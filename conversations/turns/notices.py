"""Hints to a person's open pages that something changed.

They travel through the channel layer, which may lose them: they carry no truth that a page could
not find by asking. Deltas never travel here.
"""

import hashlib
import logging
from typing import Any

from asgiref.sync import async_to_sync
from django.db import DatabaseError

from conversations.models import Conversation
from conversations.models.database import in_database
from conversations.models.listing import summary
from conversations.turns import groups

logger = logging.getLogger(__name__)


def group_of(user_id: int) -> str:
    """The channel-layer group of all of a person's sockets."""
    return f"person.{user_id}"


async def send(user_id: int, frame: dict[str, Any]) -> None:
    """Send a frame to every open page of a person; a layer that fails costs only the hint."""
    await groups.send(group_of(user_id), {"type": "notice", "frame": frame})


async def conversation_updated(conversation: Conversation) -> None:
    """Tell a person's pages how a conversation of theirs stands now, if the database can say."""
    try:
        line = await in_database(summary, conversation.pk)
    except DatabaseError as error:
        logger.warning("A notice was lost: %s", error)
        return
    if line is not None:
        await send(conversation.owner_id, {"type": "conversation.updated", "conversation": line})


async def conversations_updated(user_id: int, lines: list[dict[str, Any]]) -> None:
    """Tell a person's pages at once how several conversations of theirs stand now."""
    await send(user_id, {"type": "conversations.updated", "conversations": lines})


async def check_access(user_id: int, session_key: str | None) -> None:
    """Close the sockets of a session that has ended; None: all of a person's look again."""
    ended = None if session_key is None else fingerprint(session_key)
    await groups.send(group_of(user_id), {"type": "access.check", "ended": ended})


def check_access_from_sync(user_id: int, session_key: str | None) -> None:
    """`check_access` for signal handlers, which run in threads."""
    async_to_sync(check_access)(user_id, session_key)


def fingerprint(session_key: str) -> str:
    """What a session is called in the channel layer, where its key has no business."""
    return hashlib.sha256(session_key.encode()).hexdigest()


async def join(user_id: int, channel: str) -> None:
    """Have a socket's channel hear what its person is told; returns when that is so."""
    await groups.join(group_of(user_id), channel)


async def leave(user_id: int, channel: str) -> None:
    """The socket is closed."""
    await groups.leave(group_of(user_id), channel)

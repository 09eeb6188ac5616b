"""Deleting a conversation: what is being answered in it is stopped, here and at its provider."""

from conversations.models import Conversation, Response
from conversations.models.attachment import remove_unused, used_in
from conversations.models.database import in_database
from conversations.turns import notices
from conversations.turns.running import turns


async def delete(conversation: Conversation) -> None:
    """Delete it with all its branches, and have its owner's pages know."""
    await delete_all(conversation.owner_id, [conversation.pk])


async def delete_all(owner_id: int, ids: list[str]) -> None:
    """Delete these, all of one owner, whose pages are told once."""
    running = await in_database(_running_in, ids)
    for row in running:
        await turns.cancel(row.id)
    await in_database(_delete, ids)
    for row in running:
        turns.cancel_upstream(row)
    await notices.send(owner_id, {"type": "conversations.deleted", "conversation_ids": ids})


async def delete_expired() -> int:
    """Delete the temporary conversations whose time is over, and say how many there were."""
    expired = await in_database(_expired)
    for conversation in expired:
        await delete(conversation)
    return len(expired)


def _delete(ids: list[str]) -> None:
    files = used_in(Response.objects.filter(conversation__in=ids))
    Conversation.objects.filter(pk__in=ids).delete()
    remove_unused(files)


def _running_in(ids: list[str]) -> list[Response]:
    rows = Response.objects.running().filter(conversation__in=ids)
    return list(rows.select_related("provider"))


def _expired() -> list[Conversation]:
    return list(Conversation.objects.expired().order_by("expires_at")[:100])

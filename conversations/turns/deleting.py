"""Deleting a conversation: what is being answered in it is stopped, here and at its provider."""

from conversations.models import Conversation, Response
from conversations.models.attachment import remove_unused, used_in
from conversations.models.database import in_database
from conversations.turns import notices
from conversations.turns.running import turns


async def delete(conversation: Conversation) -> None:
    """Delete it with all its branches, and have its owner's pages know."""
    running = await in_database(_running_in, conversation)
    for row in running:
        await turns.cancel(row.id)
    conversation_id, owner_id = conversation.pk, conversation.owner_id
    await in_database(_delete, conversation)
    for row in running:
        turns.cancel_upstream(row)
    frame = {"type": "conversation.deleted", "conversation_id": conversation_id}
    await notices.send(owner_id, frame)


async def delete_expired() -> int:
    """Delete the temporary conversations whose time is over, and say how many there were."""
    expired = await in_database(_expired)
    for conversation in expired:
        await delete(conversation)
    return len(expired)


def _delete(conversation: Conversation) -> None:
    files = used_in(conversation.responses.all())
    conversation.delete()
    remove_unused(files)


def _running_in(conversation: Conversation) -> list[Response]:
    return list(conversation.responses.running().select_related("provider"))


def _expired() -> list[Conversation]:
    return list(Conversation.objects.expired().order_by("expires_at")[:100])

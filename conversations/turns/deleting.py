"""Deleting a conversation: what is being answered in it is stopped, here and at its provider."""

from collections.abc import Iterable

from django.db import transaction

from conversations.models import Conversation, Response
from conversations.models.attachment import remove_unused, used_in
from conversations.models.database import in_database
from conversations.turns import hints, notices
from conversations.turns.running import turns


async def delete(conversation: Conversation) -> None:
    """Delete it with all its branches, and have its owner's pages know."""
    await delete_all(conversation.owner_id, [conversation.pk])


async def delete_all(owner_id: int, ids: list[str]) -> None:
    """Delete these, all of one owner, whose pages are told once."""
    await stop_deleted(await in_database(_delete, ids))
    await notices.send(owner_id, {"type": "conversations.deleted", "conversation_ids": ids})


async def stop_deleted(rows: Iterable[Response]) -> None:
    """Stop what was being answered and is deleted, wherever it runs: what waited for it is gone."""
    for row in rows:
        if not turns.stop(row.id):
            turns.cancel_upstream(row)
            await hints.send({"type": "turns.stop", "response_id": row.id})


async def delete_expired() -> int:
    """Delete the temporary conversations whose time is over, and say how many there were."""
    expired = await in_database(_expired)
    for conversation in expired:
        await delete(conversation)
    return len(expired)


def _delete(ids: list[str]) -> list[Response]:
    files = used_in(Response.objects.filter(conversation__in=ids))
    unfinished = _remove(ids)
    remove_unused(files)
    return unfinished


@transaction.atomic
def _remove(ids: list[str]) -> list[Response]:
    """Delete them, and give back what of them had no end yet."""
    found = Conversation.objects.filter(pk__in=ids)
    # Whoever stores a message or an end locks them, too.
    list(found.order_by("pk").select_for_update().values_list("pk"))
    rows = Response.objects.running().filter(conversation__in=ids)
    unfinished = list(rows.select_related("provider"))
    found.delete()
    return unfinished


def _expired() -> list[Conversation]:
    return list(Conversation.objects.expired().order_by("expires_at")[:100])

"""Deleting a conversation: at once out of sight, a little later for good.

Until it is gone, what is being answered in it goes on, so that it can be taken back whole; what
waits there is not begun. Then what still runs is stopped, here and at its provider.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from conversations.models import Conversation, Response, organising
from conversations.models.attachment import remove_unused, used_in
from conversations.models.conversation import ConversationQuerySet
from conversations.models.database import in_database
from conversations.models.disowning import disown, is_said_in_one
from conversations.models.listing import summaries
from conversations.models.pruning import WholeConversation, remove_branch
from conversations.turns import hints, notices
from conversations.turns.running import turns

if TYPE_CHECKING:
    from chatapp.accounts.models import User

AT_ONCE = 100


async def delete(owner_id: int, ids: Sequence[str]) -> None:
    """Have these, all of one owner's, be seen no more, and be deleted for good soon."""
    await in_database(organising.delete, ids)
    await notices.send(owner_id, {"type": "conversations.deleted", "conversation_ids": list(ids)})


async def take_back(user: "User", ids: Sequence[str]) -> list[dict[str, Any]]:
    """Have these be as they were, and say of those that were still there how they stand."""
    found = await in_database(organising.take_back, user, ids)
    lines = await in_database(summaries, found)
    if found:
        await notices.conversations_updated(user.pk, lines)
        await turns.begin_next()  # what waited in them may have its turn
    return lines


async def delete_expired() -> int:
    """Delete for good what was deleted a while ago, and the temporary ones whose time is over; how
    many there were.
    """
    number = 0
    while expired := await in_database(_expired):
        for conversation in expired:
            await delete_for_good(Conversation.objects.expired().filter(pk=conversation.pk))
            told = {"type": "conversations.deleted", "conversation_ids": [conversation.pk]}
            await notices.send(conversation.owner_id, told)
        number += len(expired)
    return number


async def delete_for_good(found: ConversationQuerySet) -> None:
    """Delete these with all their branches and files: those that still are as was asked for when
    nobody else has hold of them any more.
    """
    await stop_deleted(await in_database(_delete, found))


async def delete_response(row: Response) -> None:
    """Delete one at a script's wish, and what nobody needs without it; of a conversation that would
    be left empty, all. What was said in a conversation that the script named stays there.
    """
    conversation = row.conversation
    unneeded = await in_database(disown, row)
    if unneeded is None:
        if row.is_running and is_said_in_one(row):
            await turns.cancel(row.pk)
        return
    try:
        await stop_deleted(await in_database(remove_branch, conversation, unneeded))
    except WholeConversation:
        await delete_for_good(Conversation.objects.filter(pk=conversation.pk))
        told = {"type": "conversations.deleted", "conversation_ids": [conversation.pk]}
        await notices.send(conversation.owner_id, told)
    else:
        await notices.conversation_updated(conversation)


async def stop_deleted(rows: Iterable[Response]) -> None:
    """Stop what was being answered and is deleted, wherever it runs: what waited for it is gone."""
    for row in rows:
        if not turns.stop(row.id):
            turns.cancel_upstream(row)
            await hints.send({"type": "turns.stop", "response_id": row.id})


def _delete(found: ConversationQuerySet) -> list[Response]:
    files = used_in(Response.objects.filter(conversation__in=found.values("pk")))
    unfinished = _remove(found)
    remove_unused(files)
    return unfinished


@transaction.atomic
def _remove(found: ConversationQuerySet) -> list[Response]:
    """Delete them, and give back what of them had no end yet."""
    # Whoever stores a message or an end, keeps one or takes one back locks them, too.
    ids = list(found.order_by("pk").select_for_update().values_list("pk", flat=True))
    rows = Response.objects.running().filter(conversation__in=ids)
    unfinished = list(rows.select_related("provider"))
    Conversation.objects.filter(pk__in=ids).delete()
    return unfinished


def _expired() -> list[Conversation]:
    return list(Conversation.objects.expired().order_by("pk")[:AT_ONCE])

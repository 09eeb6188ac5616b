"""A new conversation that begins as another one did, up to one of its answers."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext

from conversations.models.attachment import link
from conversations.models.conversation import TITLE_LENGTH, Conversation
from conversations.models.response import Response
from conversations.models.search_entry import entry_of, put
from conversations.models.tagging import inherit
from conversations.models.temporary import expiry
from conversations.protocol.ids import new_id

BATCH = 500
# What a copy has of its own, or not at all: it was never asked for, and nobody runs it.
OWN = {"id", "conversation", "previous_response", "retry_of", "selected_child", "client_key"}
LEFT = {
    "cancel_requested",
    "compacts",  # what it stands for is in the other conversation
    "cost",
    "currency",
    "heartbeat",
    "lease",
    "retry",
    "shown_at",
    "worker",
}


class StillRunning(Exception):
    """The path has no end yet to go on from."""


def fork(conversation: Conversation, response_id: str) -> Conversation:
    """Copy the path up to a response into a new conversation of the same person.

    The copies keep what the provider called them, so that it can be chained on them.
    Response.DoesNotExist when it is not there; StillRunning while it has no end.
    """
    path = Response.objects.path_to(response_id)
    if not path or path[-1].conversation_id != conversation.pk:
        raise Response.DoesNotExist
    if any(row.is_running for row in path):
        raise StillRunning
    copies = _copies(path)
    new = Conversation(
        owner_id=conversation.owner_id,
        title=_title(conversation.title),
        title_source=Conversation.TitleSource.PERSON,
        forked_from=path[-1],
        copied_from_id=conversation.copied_from_id,
        copied_of_id=conversation.copied_of_id,
        copied_at=conversation.copied_at,
        expires_at=expiry() if conversation.is_temporary else None,
    )
    for copy in copies:
        copy.conversation = new
    entries = [] if new.is_temporary else [entry_of(copy) for copy in copies]
    with transaction.atomic():
        new.save(force_insert=True)
        Response.objects.bulk_create(copies, BATCH)
        link(copies)
        put(entries)
        inherit(new, conversation)
        Conversation.objects.filter(pk=new.pk).update(selected_root=copies[0])
    return new


def origin(conversation: Conversation) -> dict[str, Any] | None:
    """Where a conversation was forked from, for its owner; None where that is gone or foreign."""
    if conversation.forked_from_id is None:
        return None
    own = Conversation.objects.visible_to(conversation.owner)
    rows = Response.objects.filter(pk=conversation.forked_from_id, conversation__in=own)
    fields = rows.values_list("pk", "conversation_id", "conversation__title").first()
    if fields is None:
        return None
    return dict(zip(("response_id", "conversation_id", "title"), fields, strict=True))


def _copies(path: Sequence[Response]) -> list[Response]:
    copied = [
        field.attname for field in Response._meta.concrete_fields if field.name not in OWN | LEFT
    ]
    copies: list[Response] = []
    for row in path:
        values = {name: getattr(row, name) for name in copied}
        copy = Response(id=new_id("resp"), **values)
        copy.client_key = copy.id
        copy.previous_response = copies[-1] if copies else None
        copies.append(copy)
    return copies


def _title(title: str) -> str:
    mark = gettext("{title} (fork)").replace("{title}", "")
    if not title or title.endswith(mark):
        return title
    return Truncator(title).chars(TITLE_LENGTH - len(mark)) + mark

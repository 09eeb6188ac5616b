"""A tree from elsewhere becomes a conversation of somebody's: with ids of ours, and found again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from conversations.models.attachment import link
from conversations.models.conversation import TITLE_LENGTH, Conversation
from conversations.models.response import Response, Status
from conversations.models.search_entry import entry_of, put
from conversations.protocol.ids import new_ids
from conversations.protocol.imports.chat import Answer, Chat
from conversations.protocol.items import Item

if TYPE_CHECKING:
    from chatapp.accounts.models import User

BATCH = 200
MODEL_NAME = 200
DAY = 24 * 60 * 60

Files = Callable[[list[Item]], list[Item]]
Stored = Callable[[Conversation, Mapping[str, str]], None]


def plant(
    chat: Chat, owner: "User", files: Files = list, stored: Stored | None = None
) -> Conversation:
    """Store a copy of `chat` as `owner`'s. Nothing that was there before is touched.

    `files` makes of items those that are stored: with the files that they name, or without.
    What `stored` does, given it and the new ids by the keys of `chat`, is in the same transaction.
    """
    conversation = Conversation(
        owner=owner,
        title=Truncator(" ".join(chat.title.split())).chars(TITLE_LENGTH),
        title_source=Conversation.TitleSource.PERSON,
        key_name=chat.key_name,
    )
    ids = new_ids("resp", len(chat.answers))
    rows = dict(zip((answer.key for answer in chat.answers), ids, strict=True))
    responses = [_response(answer, rows, conversation, files) for answer in chat.answers]
    _show(chat, rows, responses)
    _date(chat, responses, conversation)
    entries = [entry_of(response) for response in responses]
    with transaction.atomic():
        conversation.save(force_insert=True)
        Response.objects.bulk_create(responses, BATCH)
        link(responses)
        put(entries)
        root = _root(chat, rows)
        Conversation.objects.filter(pk=conversation.pk).update(selected_root=root)
        if stored:
            stored(conversation, rows)
    return conversation


def _response(
    answer: Answer, rows: Mapping[str, str], conversation: Conversation, files: Files
) -> Response:
    more: dict[str, Any] = dict(answer.more)
    for name in ("started_at", "first_output_at"):
        more[name] = _moment(more.get(name))
    more["compacts_id"] = rows.get(more.pop("compacts", None) or "")
    response = Response(
        id=rows[answer.key],
        client_key=rows[answer.key],
        conversation=conversation,
        owner=conversation.owner,
        previous_response_id=rows.get(answer.previous or ""),
        retry_of_id=rows.get(answer.retry_of or ""),
        selected_child_id=rows.get(answer.selected_child or ""),
        model_name=answer.model[:MODEL_NAME],
        input=files(answer.input),
        output=files(answer.output),
        status=Status(answer.status),
        created_at=_moment(answer.created_at) or timezone.now(),
        completed_at=_moment(answer.completed_at),
        **more,
    )
    response.text = response.as_text()
    return response


def _show(chat: Chat, rows: Mapping[str, str], responses: list[Response]) -> None:
    """Where the source names the end of the branch shown, each response on it learns its next."""
    by_id = {response.pk: response for response in responses}
    child = rows.get(chat.selected or "")
    while child is not None and (parent := by_id[child].previous_response_id):
        by_id[parent].selected_child_id = child
        child = parent


def _root(chat: Chat, rows: Mapping[str, str]) -> str | None:
    if chat.selected is None:
        return rows.get(chat.selected_root or "")
    previous = {answer.key: answer.previous for answer in chat.answers}
    at: str | None = chat.selected
    while at is not None and previous[at] is not None:
        at = previous[at]
    return rows.get(at or "")


def _date(chat: Chat, responses: list[Response], conversation: Conversation) -> None:
    """As old as the source says it is, or as its answers are."""
    dates = [response.created_at for response in responses]
    conversation.created_at = _moment(chat.created_at) or min(dates, default=timezone.now())
    used = _moment(chat.updated_at) or max(dates, default=timezone.now())
    conversation.updated_at = min(used, timezone.now())


def _moment(seconds: float | None) -> datetime | None:
    """None for what can't be: the far ends of the calendar are in no year at all in some zones."""
    if seconds is None or not DAY <= seconds <= time() + DAY:
        return None
    return datetime.fromtimestamp(seconds, UTC)

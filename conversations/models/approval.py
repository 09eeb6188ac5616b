"""The tools that a person has allowed for as long as a conversation lasts."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from conversations.models.conversation import Conversation
from conversations.models.response import Response, Status
from conversations.protocol.approvals import Tool, answers_in
from conversations.protocol.items import Item

BROKEN_OFF = (Status.INCOMPLETE, Status.FAILED, Status.CANCELLED)


def allowed_in(conversation_id: str) -> set[Tool]:
    """What may be used there without being asked for; nothing in one that is being deleted."""
    found = Conversation.objects.present().filter(pk=conversation_id)
    return {Tool(**tool) for tools in found.values_list("approvals", flat=True) for tool in tools}


def allow(conversation_id: str, tools: Iterable[Tool]) -> None:
    """These may be used from now on; within a transaction that has locked the conversation."""
    _write(conversation_id, allowed_in(conversation_id) | set(tools))


@transaction.atomic
def withdraw(conversation_id: str, tool: Tool) -> None:
    """This one is asked for again."""
    list(Conversation.objects.select_for_update().filter(pk=conversation_id))
    _write(conversation_id, allowed_in(conversation_id) - {tool})


def _write(conversation_id: str, tools: Iterable[Tool]) -> None:
    approvals = [tool._asdict() for tool in sorted(tools)]
    Conversation.objects.filter(pk=conversation_id).update(approvals=approvals)


def is_decided(response: Response, again: Sequence[Item] = ()) -> bool:
    """Whether an answer to what this one asks for is stored, on whatever branch; those that broke
    off leave it to be decided `again`, as it was.
    """
    rows = Response.objects.filter(previous_response=response).values_list("status", "input")
    found = ((status, _by_request(given)) for status, given in rows)
    wanted = _by_request(again)
    return any(given and not (status in BROKEN_OFF and given == wanted) for status, given in found)


def _by_request(items: Sequence[Item]) -> dict[str, bool]:
    return {item["approval_request_id"]: bool(item.get("approve")) for item in answers_in(items)}

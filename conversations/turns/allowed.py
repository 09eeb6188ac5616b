"""What a person has allowed for a whole conversation is answered in their place, tab or no tab."""

from django.db import transaction

from conversations.models import Assistant, Beside, Conversation, Response
from conversations.models.approval import allowed_in
from conversations.models.response import Status
from conversations.protocol.approvals import answer, open_requests, tool_of
from conversations.turns.request import NewResponse, store

# A model that asks again and again is paid for each time: then its person is asked.
MOST_IN_A_ROW = 20
KEY = "allowed."  # of the client keys; with the id of the answer that asked it is there once


def go_on_as_allowed(row: Response, worker: str) -> Response | None:
    """Store the answer to all that `row` asks for, to be made by `worker`; what waits for `row`
    waits for it. None where a person has to decide.

    RequestError when it can't be asked for, as when its model is not offered any more.
    """
    with transaction.atomic():
        list(Conversation.objects.lock_of(row.pk))
        if not _is_for_us(row):
            return None
        response, is_new = store(_decided(row), worker)
        if not is_new:
            return None
        waiting = Response.objects.filter(previous_response=row, waiting=True, retry_of=None)
        waiting.update(previous_response=response)
        return response


def _is_for_us(row: Response) -> bool:
    """Whether each of the tools is allowed, and nothing else follows or stands beside it."""
    if row.status != Status.COMPLETED:
        return False
    tools = {tool_of(request) for request in open_requests(row.output)}
    if not tools or not tools <= allowed_in(row.conversation_id):
        return False
    begun = Response.objects.filter(previous_response=row).exclude(waiting=True)
    if begun.exists() or Beside.objects.filter(pk=row.pk).exists():
        return False
    return not _is_in_a_circle(row)


def _is_in_a_circle(row: Response) -> bool:
    at: Response | None = row
    for _ in range(MOST_IN_A_ROW):
        if at is None or not at.client_key.startswith(KEY):
            return False
        at = at.previous_response
    return True


def _decided(row: Response) -> NewResponse:
    """Asked for as the answer itself was."""
    usable = Assistant.objects.usable_by(row.owner).filter(pk=row.assistant_id)
    return NewResponse(
        owner=row.owner,
        client_key=f"{KEY}{row.pk}",
        input=[answer(request["id"], approve=True) for request in open_requests(row.output)],
        assistant_id=row.assistant_id if usable.exists() else None,
        model_id=row.model_id,
        previous_response_id=row.pk,
        background=row.background,
        only_this=row.only_this,
        chosen=row.chosen,
        time_zone=row.time_zone,
    )

"""Decisions of a person on the tools that an answer asks for: each once, all of them together."""

from collections.abc import Sequence

from conversations.models import Response
from conversations.models.approval import allow, is_decided
from conversations.models.response import Status
from conversations.protocol.approvals import answers_in, is_own, open_requests, tool_of
from conversations.protocol.items import Item
from conversations.turns.errors import RequestError


def decide(
    asked: Response, items: Sequence[Item], always: Sequence[str], *, alone: bool = True
) -> None:
    """Check the decisions in `items` on what `asked`, whose conversation is locked, asks for; the
    tools of the requests that `always` names may be used in the conversation from now on.

    RequestError when there is no such request, when one is left open, when they are decided, or
    when something else is said that is to stand `alone`.
    """
    if asked.is_running:
        raise RequestError(
            "This answer is still being written.", "response_running", "previous_response_id", 409
        )
    # One that broke off is not gone on with as it is: what it asked for is forgotten.
    whole = asked.output if asked.status == Status.COMPLETED else []
    requests = {request["id"]: request for request in open_requests(whole)}
    decided = [item["approval_request_id"] for item in answers_in(items)]
    if not requests.keys() >= set(decided):
        raise RequestError(
            "This answer does not ask for that permission.", "approval_not_found", "input", 404
        )
    # What was done here is known, and not done twice; of a provider's calls nobody knows.
    may_repeat = all(is_own(request_id) for request_id in decided)
    if is_decided(asked, items if may_repeat else ()):
        raise RequestError(
            "This was decided already, in another window or on another branch.",
            "approval_decided",
            "input",
            409,
        )
    if sorted(decided) != sorted(requests) or (alone and len(decided) != len(items)):
        raise RequestError(
            "Each of the requests has to be decided once.", "approval_incomplete", "input"
        )
    if always:
        allow(asked.conversation_id, [tool_of(requests[id_]) for id_ in always])

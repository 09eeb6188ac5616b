"""The record of calls: begun in the database before anything is done, ended with the result."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from conversations.models import Response, ToolCall
from conversations.models.approval import allowed_in
from conversations.protocol.approvals import Tool as AskedTool
from conversations.protocol.approvals import (
    answers_in,
    function_of,
    is_own,
    own_requests,
    tool_of,
)
from conversations.protocol.functions import Call, calls_in
from conversations.protocol.item_ids import places
from conversations.protocol.items import Item
from conversations.protocol.rounds import is_between
from conversations.tools.running import AnyTool, Result

UNKNOWN = "It is not known whether this was done: the server stopped while it was."
STOPPED = "This was stopped before it was done."

Decision = ToolCall.Decision


class Due(NamedTuple):
    """A call to be made, the answer that it stands in, and what its person decided, if asked: then
    `request_id` is that of the question.
    """

    call: Call
    response_id: str
    decision: str = ""
    request_id: str = ""

    @property
    def about(self) -> Item:
        """What its output tells of a call that stands in the answer before."""
        if not self.request_id:
            return {}
        return {"approval_request_id": self.request_id, "arguments": self.call.arguments}


def begin(due: Due, tool: AnyTool) -> ToolCall | None:
    """Record that a call is about to be made; None if it was begun before and may have had effects.

    What was begun and has ended has its result, and is not to be made again.
    """
    with transaction.atomic():
        record, is_new = _record(due, tool)
        if not is_new and record.began_at and not record.ended_at and tool.effects:
            return None
        if record.began_at is None:
            record.began_at = timezone.now()
            record.save(update_fields=["began_at"])
        return record


def end(record: ToolCall, result: Result) -> None:
    """Record what came of a call."""
    record.ended_at = timezone.now()
    record.output, record.size, record.error = result.output, result.size, result.error
    record.pictures = list(result.pictures)
    record.save(update_fields=["ended_at", "output", "size", "error", "pictures"])


def deny(due: Due, tool: AnyTool) -> None:
    """Record that its person does not want it."""
    _record(due, tool)


def result_of(record: ToolCall) -> Result | None:
    """What came of a call that was made before."""
    if record.ended_at is None:
        return None
    return Result(record.output, record.size or 0, record.error, record.pictures)


def stop(response_ids: Iterable[str]) -> None:
    """What runs of the calls of these answers is stopped, as far as it can be."""
    running = ToolCall.objects.filter(response__in=response_ids, ended_at=None)
    output = Result.of_error(STOPPED).output
    running.exclude(began_at=None).update(ended_at=timezone.now(), error=STOPPED, output=output)


def is_calling(row: Response) -> bool:
    """Whether what an answer does, as far as its row tells, is to make calls."""
    has_decided = any(is_own(item["approval_request_id"]) for item in answers_in(row.input))
    return is_between(row.rounds) or (has_decided and not row.rounds)


def decided(row: Response) -> list[Due]:
    """The calls of the answer before that its person has decided on with this one."""
    answers = {item["approval_request_id"]: bool(item["approve"]) for item in answers_in(row.input)}
    before = row.previous_response
    if before is None or not answers:
        return []
    asked = {
        (request["call_id"], function_of(request), request["arguments"]): (
            tool_of(request),
            id_,
        )
        for id_, request in own_requests(before.output).items()
        if id_ in answers
    }
    allowed = allowed_in(row.conversation_id)
    known = places(before.output, before.removed)
    placed = [replace(call, at=int(known[call.at])) for call in calls_in(before.output)]
    calls = [(call, (call.call_id, call.name, call.arguments)) for call in placed]
    found = [(call, *asked[key]) for call, key in calls if key in asked]
    return [
        Due(call, before.pk, _decision(tool, answers[id_], allowed), id_)
        for call, tool, id_ in found
    ]


def _decision(tool: AskedTool, may: bool, allowed: set[AskedTool]) -> str:
    if not may:
        return Decision.DENIED
    return Decision.ALWAYS if tool in allowed else Decision.ALLOWED


def _record(due: Due, tool: AnyTool) -> tuple[ToolCall, bool]:
    return ToolCall.objects.get_or_create(
        response_id=due.response_id,
        output_index=due.call.at,
        defaults={
            "name": due.call.name[:200],
            "arguments": due.call.arguments,
            "effects": tool.effects,
            "decision": due.decision,
        },
    )

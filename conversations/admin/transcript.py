"""A conversation with every branch, for the browser's renderer and as plain text without it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.db.models import Prefetch

from conversations.admin.fields import entry_of
from conversations.models import Conversation, Response, ToolCall
from conversations.models.failure import told_of
from conversations.models.listing import shown, summary
from conversations.models.plain import answer_text, question_text

CALLS = Prefetch("tool_calls", ToolCall.objects.defer("pictures").order_by("output_index"))

View = TypeVar("View", bound=Callable[..., Any])


def transcript_of(conversation: Conversation) -> dict[str, Any]:
    """`transcript` for the renderer; `entries`, the same answers as plain text, oldest first."""
    rows = conversation.responses.select_related("api_key").order_by("created_at", "id")
    responses = list(rows.defer("text", "instructions").prefetch_related(CALLS))
    outputs = {response.pk: response.output for response in responses}
    return {
        "transcript": {
            "conversation": summary(conversation.pk),
            "responses": [_shown(response) for response in responses],
        },
        "entries": [_entry(response, outputs) for response in responses],
    }


def enforce_trusted_types(view: View) -> View:
    """Puts back for one page what the admin site takes out: this one shows what a model wrote."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    kept = {name: value for name, value in directives.items() if "trusted-types" in name}
    kept["frame-src"] = [SELF]  # where diagrams are drawn
    enforce = cast("Callable[[View], View]", csp_update(kept))
    return enforce(view)


def _shown(response: Response) -> dict[str, Any]:
    """As its person sees it, and what is recorded of the calls that it made."""
    calls = [_call(call) for call in response.tool_calls.all()]
    return shown(response) | ({"tool_calls": calls} if calls else {})


def _call(call: ToolCall) -> dict[str, Any]:
    fields = ("output_index", "name", "decision", "size", "seconds", "error")
    return {name: getattr(call, name) for name in fields}


def _entry(response: Response, outputs: dict[str, Any]) -> dict[str, Any]:
    before = outputs.get(response.previous_response_id or "")
    return {
        "response": response,
        "question": question_text(response.input, before),
        "answer": answer_text(response.output),
        "calls": response.tool_calls.all(),
        "tokens": entry_of(response.usage, "total_tokens"),
        "error": told_of(response.error),
        "reason": entry_of(response.incomplete_details, "reason"),
    }

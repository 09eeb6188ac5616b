"""A question and its answer as plain text, in the language spoken: for what shows no cards."""

from typing import Any

from django.utils.translation import gettext

from conversations.protocol.approvals import Tool, open_requests, tool_of, tools_decided
from conversations.protocol.items import input_text, output_text


def question_text(given: Any, before: Any) -> str:
    """What a person wrote, or decided on what the answer with the output `before` asked for."""
    decided = [
        (gettext("Allowed: %(tool)s") if may else gettext("Denied: %(tool)s"))
        % {"tool": _named(tool)}
        for tool, may in tools_decided(given, before)
    ]
    return "\n\n".join(filter(None, [input_text(given), *decided]))


def answer_text(output: Any) -> str:
    """What a model wrote, and what it asks for."""
    asked = [
        gettext("Asks for permission to use %(tool)s with %(arguments)s")
        % {"tool": _named(tool_of(request)), "arguments": request.get("arguments") or "{}"}
        for request in open_requests(output)
    ]
    return "\n\n".join(filter(None, [output_text(output), *asked]))


def _named(tool: Tool) -> str:
    if not tool.name:
        return gettext("a tool")
    return f"{tool.name} ({tool.server_label})" if tool.server_label else tool.name

"""Whether a tool of another server may be used: what a provider asks, and what it is answered.

An answer that asks ends with its requests, completed; the next request's input has the decision
on each of them. https://platform.openai.com/docs/guides/tools-connectors-mcp#approvals

What is called from here asks in the same words, but no provider hears of it: the id of such a
request begins with `ask_`, and its `call_id` is that of the call which is made when it is allowed.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from conversations.protocol.functions import Call
from conversations.protocol.ids import new_id
from conversations.protocol.items import Item
from conversations.protocol.mcp import function_name

REQUEST = "mcp_approval_request"
ANSWER = "mcp_approval_response"
OWN = "ask"
HERE = ""
"""The `server_label` of our own tools, which are on no other server."""


class Tool(NamedTuple):
    """What may be used, by the API's names."""

    server_label: str
    name: str


def open_requests(output: Any) -> list[Item]:
    """Return the requests in an answer's items that none of them decides, in their order."""
    decided = [item.get("approval_request_id") for item in answers_in(output)]
    return [item for item in _requests(output) if item["id"] not in decided]


def answers_in(items: Any) -> list[Item]:
    """Return the decisions in an input, or in an output."""
    return [item for item in _of_type(items, ANSWER) if _is_name(item.get("approval_request_id"))]


def answer(request_id: str, *, approve: bool) -> Item:
    """Return the item that decides a request."""
    return {"type": ANSWER, "approval_request_id": request_id, "approve": approve}


def own_request(call: Call, tool: Tool) -> Item:
    """Return the item that asks whether a call of our own may be made, which uses this tool."""
    return {
        "type": REQUEST,
        "id": new_id(OWN),
        "server_label": tool.server_label,
        "name": tool.name,
        "arguments": call.arguments,
        "call_id": call.call_id,
    }


def own_requests(output: Any) -> dict[str, Item]:
    """Return what an answer asks about calls of our own, by the id of the request."""
    return {item["id"]: item for item in _requests(output) if is_own(item["id"])}


def is_own(request_id: str) -> bool:
    """Whether a request is about a call of our own."""
    return request_id.startswith(f"{OWN}_")


def for_provider(items: Sequence[Item]) -> list[Item]:
    """Return the items without what is asked and decided here alone."""
    return [item for item in items if not is_own(_about(item))]


def _about(item: Item) -> str:
    """The request that an item makes or decides; "" for any other."""
    field = {REQUEST: "id", ANSWER: "approval_request_id"}.get(str(item.get("type")), "")
    value = item.get(field)
    return value if isinstance(value, str) else ""


def function_of(request: Item) -> str:
    """Return the name by which the call was made that a request of our own is about."""
    tool = tool_of(request)
    return function_name(*tool) if tool.server_label else tool.name


def tool_of(request: Item) -> Tool:
    """Return the tool that a request is about."""
    return Tool(str(request.get("server_label") or ""), str(request.get("name") or ""))


def tools_decided(items: Any, before: Any) -> list[tuple[Tool, bool]]:
    """Return what the decisions in `items` are about, as far as `before` (the output of the answer
    that asked) tells, each with whether it may be used.
    """
    asked = {item["id"]: tool_of(item) for item in _requests(before)}
    return [
        (asked.get(item["approval_request_id"], Tool("", "")), bool(item.get("approve")))
        for item in answers_in(items)
    ]


def _requests(output: Any) -> list[Item]:
    return [item for item in _of_type(output, REQUEST) if _is_name(item.get("id"))]


def _of_type(items: Any, kind: str) -> list[Item]:
    """What a provider sent need not be a list, nor items."""
    found = items if isinstance(items, list) else []
    return [item for item in found if isinstance(item, dict) and item.get("type") == kind]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""

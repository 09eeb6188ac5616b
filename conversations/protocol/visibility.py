"""What may leave the server: the only place that decides it.

A provider repeats in its answers what the server told it in confidence: the operator's
instructions, tools with their keys, cache keys. So a response leaves by the list of what a
reader needs, and events are dealt with by kind:

- a response: only the fields named here;
- a response that is shared by a link: fewer fields still, no message that instructs, nothing that
  a tool of ours or a server gave or a search of files has found, and none of the files that a
  folder gives, which are its owner's own as its instructions are;
- an item: everything but the fields named here, for its owner may see what was said and done,
  tool arguments included, and kinds of items that are new must not vanish; of a thought also what
  its provider has sealed of it, for a script of its owner's that has asked for that (`sealed`);
- an event that carries neither: as it is when its type is known, for its fields are then text,
  indexes and ids; of an unknown event only its type and its place in the stream.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from conversations.protocol.events import DIALECT_TYPES, TYPES, Event
from conversations.protocol.items import Item

RESPONSE_FIELDS = frozenset(
    {
        "assistant",
        "assistant_id",
        "background",
        "chosen",
        "client_key",
        "compacts",
        "completed_at",
        "continues",
        "cost",
        "created_at",
        "error",
        "first_output_at",
        "folder_files",
        "id",
        "incomplete_details",
        "input",
        "instead_of",
        "max_output_tokens",
        "model",
        "model_id",
        "object",
        "output",
        "parallel_tool_calls",
        "previous_response_id",
        "rating",
        "reasoning",
        "removed",
        "retry",
        "retry_of",
        "sent",
        "sequence_number",
        "service_tier",
        "started_at",
        "status",
        "store",
        "temperature",
        "text",
        "tool_usage",
        "top_p",
        "truncation",
        "unsupported",
        "usage",
        "waiting",
    }
)

# Of these, what somebody else may see who was given a link: what was said, and when. Not what it
# cost, how it was asked for, nor what a provider said to us about a failure.
SHARED_FIELDS = frozenset(
    {
        "completed_at",
        "continues",
        "created_at",
        "first_output_at",
        "id",
        "incomplete_details",
        "input",
        "model",
        "object",
        "output",
        "previous_response_id",
        "retry_of",
        "started_at",
        "status",
        "text",
    }
)

SECRET_ITEM_FIELDS = frozenset({"authorization", "encrypted_content", "environment", "headers"})
# What a script writes in `include` to be given, and to give back, the sealed thoughts of a model.
SEALED = "reasoning.encrypted_content"
SECRET_OF_SEALED = SECRET_ITEM_FIELDS - {"encrypted_content"}

# Of a tool that an item lists: what it is called and what it is for, never how it is reached.
TOOL_FIELDS = frozenset(
    {"annotations", "description", "input_schema", "name", "parameters", "server_label", "type"}
)

# Who speaks in a message that tells the model how to be. (A tuple: a role may be anything.)
INSTRUCTING = ("developer", "system")

# Wherever they stand: how the model was told to be, and which of its owner's files it cites.
NOT_SHARED = frozenset({"attachment_id", "instructions"})
NOT_SHARED_OF_OURS = NOT_SHARED | {"filename"}

ENVELOPE_FIELDS = frozenset({"sequence_number", "stream_id", "type"})
ERROR_FIELDS = ENVELOPE_FIELDS | {"code", "message", "param"}

_KNOWN_TYPES = TYPES | DIALECT_TYPES


def visible_event(event: Event, *, sealed: bool = False) -> Event:
    """Return `event` without what must stay here; the same object when that is all of it."""
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in _KNOWN_TYPES:
        return _only(event, ENVELOPE_FIELDS)
    if kind == "error":
        return _only(event, ERROR_FIELDS)
    if "response" in event:
        event = _replace(event, "response", _response_or_none(event["response"], sealed=sealed))
    if "item" in event:
        event = _replace(event, "item", _visible(event["item"], sealed=sealed))
    return event


def visible_response(response: dict[str, Any], *, sealed: bool = False) -> dict[str, Any]:
    """Return `response` without what must stay here; the same object when that is all of it."""
    visible = _only(response, RESPONSE_FIELDS)
    for field in ("input", "output"):
        if field in visible:
            visible = _replace(visible, field, _items(visible[field], sealed=sealed))
    if "text" in visible:
        visible = _replace(visible, "text", _form_of_text(visible["text"]))
    return visible


def shared_response(response: dict[str, Any]) -> dict[str, Any]:
    """Return of a response what a link to it shows: no instructions, wherever they stand."""
    shared = _only(visible_response(response), SHARED_FIELDS)
    for field in ("input", "output"):
        if isinstance(shared.get(field), list):
            shared = {**shared, field: _shared_items(shared[field])}
    return shared


def _shared_items(items: list[Any]) -> list[Any]:
    said = (item for item in items if item and item.get("role") not in INSTRUCTING)
    return [_without_own(_without_findings(item)) for item in said]


def _without_findings(item: Item) -> Item:
    """What a tool of ours or of an MCP server gave may be of anything that its person has here or
    there, and what a search of files has found of their folder's.
    """
    kind = item.get("type")
    if kind == "file_search_call" and item.get("results"):
        return {**item, "results": None}
    if kind == "mcp_call":
        return _without_gift(item)
    return {**item, "output": ""} if kind == "function_call_output" else item


def _without_gift(item: Item) -> Item:
    """A call that a provider made of a server: that it failed is told, in no words of the server's;
    one that is kept without a status says so by its error alone.
    """
    bare = {key: "" if key == "output" else entry for key, entry in item.items()}
    if bare.pop("error", None):
        bare["status"] = item.get("status") or "failed"
    return bare


def _without_own(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_own(entry) for entry in value]
    if isinstance(value, dict):
        dropped = NOT_SHARED_OF_OURS if "attachment_id" in value else NOT_SHARED
        kept = {key: entry for key, entry in value.items() if key not in dropped}
        return {key: _without_own(entry) for key, entry in kept.items()}
    return value


def visible_item(item: Item, *, sealed: bool = False) -> Item:
    """Return `item` without its secrets; the same object when it has none."""
    is_given = sealed and item.get("type") == "reasoning"
    secret = SECRET_OF_SEALED if is_given else SECRET_ITEM_FIELDS
    if not secret.isdisjoint(item):
        item = {key: value for key, value in item.items() if key not in secret}
    if isinstance(item.get("tools"), list):
        item = _replace(item, "tools", _each(item["tools"], _visible_tool))
    return item


def _form_of_text(value: Any) -> dict[str, Any] | None:
    """Only whether JSON was asked for: a schema and its descriptions may be an operator's."""
    form = value.get("format") if isinstance(value, dict) else None
    kind = form.get("type") if isinstance(form, dict) else None
    visible = {"format": {"type": kind}} if isinstance(kind, str) else None
    return value if value == visible else visible


def _response_or_none(value: Any, *, sealed: bool) -> dict[str, Any] | None:
    return visible_response(value, sealed=sealed) if isinstance(value, dict) else None


def _items(value: Any, *, sealed: bool) -> Any:
    if isinstance(value, list):
        return _each(value, partial(_visible, sealed=sealed))
    # An input may be a plain text; whatever else this is, it was not checked.
    return value if isinstance(value, str) else None


def _visible(value: Any, *, sealed: bool) -> Item | None:
    return visible_item(value, sealed=sealed) if isinstance(value, dict) else None


def _each(items: list[Any], visible_entry: Callable[[Any], Any]) -> list[Any]:
    visible = [visible_entry(item) for item in items]
    unchanged = all(new is old for new, old in zip(visible, items, strict=True))
    return items if unchanged else visible


def _visible_tool(tool: Any) -> dict[str, Any]:
    return _only(tool, TOOL_FIELDS) if isinstance(tool, dict) else {}


def _only(value: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    if value.keys() <= fields:
        return value
    return {key: entry for key, entry in value.items() if key in fields}


def _replace(value: dict[str, Any], field: str, new: Any) -> dict[str, Any]:
    return value if value[field] is new else {**value, field: new}

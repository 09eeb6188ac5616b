"""Reading what providers write instead of the API's shapes: indexes, items, parts, usage.

Every function takes any JSON value and none of them raises. A value read twice reads the same.
The browser's twin is static/chat/models/shapes.js.
"""

import re
from typing import Any

from conversations.protocol.items import Item

RUNNING = ("queued", "in_progress")
ENDED = ("completed", "incomplete", "failed", "cancelled")
"""The statuses of a response."""

DONE = ("completed", "incomplete", "failed")
"""The statuses in which an item does not change any more."""

# The items whose text is streamed: of these the fold itself says when they are done.
STREAMED = frozenset(
    {
        "code_interpreter_call",
        "custom_tool_call",
        "function_call",
        "mcp_call",
        "message",
        "reasoning",
        "shell_call",
        "shell_call_output",
    }
)

_PART_FIELDS = {
    "output_text": "text",
    "reasoning_text": "text",
    "refusal": "refusal",
    "summary_text": "text",
}

_INDEX_LIMIT = 10_000
_DIGITS = re.compile(r"[0-9]{1,4}")


def position(value: Any) -> int | None:
    """Return an index of the list sort, or None for what can't be one."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < _INDEX_LIMIT else None


def named(value: Any) -> str | None:
    """Return an id, or None for what can't be one."""
    return value if isinstance(value, str) and value else None


def is_blank(value: Any) -> bool:
    """Whether a later event may well have left out what `value` stands for."""
    return value is None or value == "" or value == []


def copied(value: Any) -> Any:
    """Copy lists and objects all the way down; the rest can't change and is shared."""
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [copied(entry) for entry in value]
    return value


def as_list(value: Any) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def merge(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Write `new` over `old`, but nothing blank over something that was streamed."""
    for key, value in new.items():
        if key not in old or not is_blank(value):
            old[key] = value


def as_item(value: Any) -> Item | None:
    """Read an output item into a copy of its own, or None where there is none.

    Text may come as a bare `{"type": "text"}`, lists as null.
    """
    if not isinstance(value, dict):
        return None
    item = {key: copied(entry) for key, entry in value.items() if key != "output_index"}
    if item.get("type") in ("text", "output_text"):
        return _message_of(item)
    if not isinstance(item.get("type"), str):
        item["type"] = "message" if "role" in item or "content" in item else "unknown"
    reader = _READERS.get(item["type"])
    if reader:
        reader(item)
    return item


def as_items(value: Any) -> list[Item]:
    """Read a list of output items; anything else is an empty one."""
    return [item for item in map(as_item, as_list(value)) if item is not None]


def as_part(value: Any, kind: str) -> dict[str, Any] | None:
    """Read a part of an item's content; `kind` is the type of one that names none."""
    if isinstance(value, str):
        value = {"type": kind, "text": value}
    if not isinstance(value, dict):
        return None
    part: dict[str, Any] = copied(value)
    if not isinstance(part.get("type"), str) or part["type"] == "text":
        part["type"] = kind
    field = _PART_FIELDS.get(part["type"])
    if field and not isinstance(part.get(field), str):
        part[field] = ""
    return part


def as_usage(value: Any) -> dict[str, Any] | None:
    """Read a usage: what the provider did not count is None, which is not 0.

    Nor is a usage of nothing at all: to answer takes a token at least.
    """
    if not isinstance(value, dict):
        return None
    counted = {
        "input_tokens": value.get("input_tokens", value.get("prompt_tokens")),
        "output_tokens": value.get("output_tokens", value.get("completion_tokens")),
        "total_tokens": value.get("total_tokens"),
    }
    if not any(counted.values()):
        counted = dict.fromkeys(counted)
    others = {"prompt_tokens", "completion_tokens"}
    return {**{key: entry for key, entry in value.items() if key not in others}, **counted}


def as_error(value: Any) -> dict[str, Any]:
    """Read an error as a response carries it: a code and a message at least."""
    given = value if isinstance(value, dict) else {"message": value}
    code, message = named(given.get("code")), named(given.get("message"))
    error = {
        "code": code or "server_error",
        "message": message or "The provider reported an error.",
    }
    failure = given.get("failure")
    return {**error, "failure": failure} if isinstance(failure, dict) else error


def _message_of(item: Item) -> Item:
    part: Item = {"type": "output_text", "text": item.get("text"), "annotations": []}
    merge(part, {"annotations": item.get("annotations")})
    known: Item = {key: item[key] for key in ("id", "status") if key in item}
    message: Item = {"type": "message", "role": "assistant", **known, "content": [part]}
    _read_message(message)
    return message


def _read_message(item: Item) -> None:
    if not isinstance(item.get("role"), str):
        item["role"] = "assistant"
    item["content"] = _parts(item.get("content"), "output_text")


def _read_reasoning(item: Item) -> None:
    item["summary"] = _parts(item.get("summary"), "summary_text")
    if "content" in item:
        item["content"] = _parts(item["content"], "reasoning_text")


def _read_shell_call(item: Item) -> None:
    action = item.get("action")
    if isinstance(action, dict) and isinstance(action.get("commands"), list):
        action["commands"] = [text for text in action["commands"] if isinstance(text, str)]


def _read_shell_call_output(item: Item) -> None:
    item["output"] = [entry for entry in as_list(item.get("output")) if isinstance(entry, dict)]


def _parts(value: Any, kind: str) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else [value]
    parts = (as_part(entry, kind) for entry in entries)
    return [part for part in parts if part is not None]


_READERS = {
    "message": _read_message,
    "reasoning": _read_reasoning,
    "shell_call": _read_shell_call,
    "shell_call_output": _read_shell_call_output,
}

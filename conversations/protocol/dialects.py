"""How providers' Responses APIs differ, as pure functions: a provider's accent is one entry here.

`request` turns the standard request into the provider's, `event` turns what it streams
into the standard's events. Whatever is the same everywhere belongs into STANDARD.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conversations.protocol.events import Event

_LIVENESS = frozenset({"keepalive", "ping", "heartbeat"})


@dataclass(frozen=True)
class Dialect:
    """One accent.

    `request(body)` returns the body to send. `event(name, data)` takes the SSE event name
    ("" for none) and its parsed JSON, and returns the standard event, or None when all it
    says is that the provider is alive. For `settles` seconds after its end a response may not be
    found yet by one that follows it.
    """

    name: str
    settles: float = field(default=0, kw_only=True)
    request: Callable[[dict[str, Any]], dict[str, Any]]
    event: Callable[[str, Any], Event | None]


def as_it_is(body: dict[str, Any]) -> dict[str, Any]:
    """The request of a provider that takes the standard's."""
    return body


def standard_event(name: str, data: Any) -> Event | None:
    """Read one event of any provider that means the standard.

    The type may be in the data or only in the event's name, and an error may be flat, nested,
    untyped or a bare string: it always becomes `{"type": "error", "code", "message", "param"}`.
    The object given is returned itself where nothing is amiss.
    """
    if not isinstance(data, dict):
        return _error_event(data, {}) if name == "error" else None
    kind = data.get("type")
    if not isinstance(kind, str) or not kind:
        return _named(name, data)
    if kind in _LIVENESS:
        return None
    if kind == "error" or (data.get("error") and not kind.startswith("response.")):
        return _error_event(data.get("error") or data, data)
    return data


STANDARD = Dialect(name="standard", request=as_it_is, event=standard_event)

# What has just ended is found some 33 s later: https://github.com/microsoft/agent-framework/issues/6419
AZURE = replace(STANDARD, name="azure", settles=60)


def documented_by_modelverse(body: dict[str, Any]) -> dict[str, Any]:
    """The request in the words of https://docs.modelverse.cn: `input_items`, whose texts are parts
    of the type `text`, and `max_tokens`. Its service also takes the standard's.
    """
    renamed = {_MODELVERSE.get(name, name): value for name, value in body.items()}
    items = renamed.get("input_items")
    if isinstance(items, list):
        renamed["input_items"] = [_with_plain_parts(item) for item in items]
    return renamed


_MODELVERSE = {"input": "input_items", "max_output_tokens": "max_tokens"}
_TEXTS = frozenset({"input_text", "output_text"})


def _with_plain_parts(item: dict[str, Any]) -> dict[str, Any]:
    content = item.get("content")
    if not isinstance(content, list):
        return item
    parts = [
        {"type": "text", "text": part.get("text", "")} if part.get("type") in _TEXTS else part
        for part in content
    ]
    return {**item, "content": parts}


MODELVERSE = replace(STANDARD, name="modelverse", request=documented_by_modelverse)

DIALECTS = {dialect.name: dialect for dialect in (STANDARD, AZURE, MODELVERSE)}


def _named(name: str, data: dict[str, Any]) -> Event | None:
    """Give untyped data the event's name; "message" is what SSE calls an event without one."""
    error = data.get("error")
    if error or name == "error":
        return _error_event(error or data, data)
    if name in ("", "message") or name in _LIVENESS:
        return None
    return {**data, "type": name}


def _error_event(error: Any, event: Mapping[str, Any]) -> Event:
    standard: Event = {"type": "error", **_error_fields(error)}
    if "sequence_number" in event:
        standard["sequence_number"] = event["sequence_number"]
    return standard


def _error_fields(error: Any) -> dict[str, str | None]:
    if not isinstance(error, dict):
        error = {"message": error}
    # The type of a flat error event is "error", which tells nothing.
    kind = error.get("type") if error.get("type") != "error" else None
    return {
        "code": _text(error.get("code")) or _text(kind),
        "message": _text(error.get("message")) or "The provider reported an error.",
        "param": _text(error.get("param")),
    }


def _text(value: Any) -> str | None:
    """Codes come as numbers from some providers."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None

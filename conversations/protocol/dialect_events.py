"""What providers stream, as the standard's events; what one writes otherwise is mended here.

Where a rule comes from stands beside the dialect that uses it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from conversations.protocol.events import Event, is_terminal

Read = Callable[[str, Any], Event | None]

_LIVENESS = frozenset({"keepalive", "ping", "heartbeat"})


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


def ended_by(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Read:
    """Read the standard's events; the response that the last one has is changed by `change`."""

    def read(name: str, data: Any) -> Event | None:
        event = standard_event(name, data)
        if event is None or not is_terminal(event) or not isinstance(event.get("response"), dict):
            return event
        return {**event, "response": change(event["response"])}

    return read


def without_guesses(response: dict[str, Any]) -> dict[str, Any]:
    """Without the zeros of a server that does not count what was cached, or thought."""
    usage = response.get("usage")
    if not isinstance(usage, dict):
        return response
    told = {key: value for key, value in usage.items() if not _is_guess(value)}
    return {**response, "usage": told}


def at_its_limit(response: dict[str, Any]) -> dict[str, Any]:
    """Incomplete, where as many tokens were written as were allowed: it is called completed."""
    usage, most = response.get("usage"), response.get("max_output_tokens")
    written = usage.get("output_tokens") if isinstance(usage, dict) else None
    is_cut = isinstance(most, int) and isinstance(written, int) and written >= most
    if not is_cut or response.get("status") != "completed":
        return response
    details = {"reason": "max_output_tokens"}
    return {**response, "status": "incomplete", "incomplete_details": details}


def calls_named(name: str, data: Any) -> Event | None:
    """Read the standard's events; a call without an id has that by which its pieces name it."""
    event = standard_event(name, data)
    item = event.get("item") if event else None
    if not isinstance(item, dict) or item.get("id") or not item.get("call_id"):
        return event
    return {**(event or {}), "item": {**item, "id": item["call_id"]}}


def _is_guess(value: Any) -> bool:
    return isinstance(value, dict) and not any(value.values())


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

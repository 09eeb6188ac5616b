"""A response as the API has it: whole, each setting with its default, and nothing of ours in it.

It is made of what may leave the server (`protocol.visibility`), as the events of a running answer
carry it too, and of the parameters with which a script asked for it.
"""

from collections.abc import Mapping
from typing import Any

from conversations.gateway.own_calls import OwnCalls
from conversations.gateway.tools import shown as shown_tool
from conversations.protocol.approvals import REQUEST
from conversations.protocol.item_ids import item_id, places
from conversations.protocol.items import Item
from conversations.protocol.mcp_asked import OWN_LABEL

# What every response has: the API's defaults.
DEFAULTS: dict[str, Any] = {
    "conversation": None,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "parallel_tool_calls": True,
    "safety_identifier": None,
    "prompt_cache_key": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "metadata": {},
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "user": None,
}
ERRORS = frozenset(
    {
        "server_error",
        "rate_limit_exceeded",
        "invalid_prompt",
        "data_residency_mismatch",
        "bio_policy",
        "misalignment_policy_violation",
        "vector_store_timeout",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "image_content_policy_violation",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    }
)
# What a request may leave out of its options, and a response may not.
CACHED = {"mode": "implicit", "ttl": "30m"}
COMPRESSIONS = ("enabled", "disabled")
REASONS = ("max_output_tokens", "max_messages", "content_filter", "steered")
LOST = "The answer was broken off before it was complete."
WITH_STATUS = ("message", "function_call", "function_call_output", "reasoning")
TERMINAL = {"completed": "completed", "failed": "failed"}


def response_shown(response: Mapping[str, Any], told: Mapping[str, Any] | None) -> dict[str, Any]:
    """The API's object, from a response of ours; `told` is what a script gave, None of a chat's."""
    given = _repeated(told or {})
    text, reasoning = given.pop("text", None) or {}, given.pop("reasoning", None) or {}
    tools = [shown_tool(tool) for tool in given.pop("tools", ())]
    is_background = given.pop("background", False)
    status, error, details = _ending(response)
    if status == "queued" and not (is_background or response.get("waiting")):
        status = "in_progress"
    given.pop("include", None)
    tier = given.pop("service_tier", None)
    return {
        **DEFAULTS,
        **given,
        "id": response["id"],
        "object": "response",
        "created_at": int(response["created_at"]),
        "completed_at": _whole(response.get("completed_at")),
        "status": status,
        "background": is_background,
        "error": error,
        "incomplete_details": details,
        "model": response["model"],
        "output": [item for item, _ in output_shown(response, told, status)],
        "previous_response_id": given.get(
            "previous_response_id", response.get("previous_response_id")
        ),
        "reasoning": {"effort": None, "summary": None, **reasoning},
        "service_tier": "default" if tier in (None, "auto") else tier,
        "text": {"verbosity": "medium", "format": {"type": "text"}, **_given(text)},
        "tools": tools,
        "usage": _usage(response.get("usage")),
    }


def _repeated(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as the API repeats it: some options whole, or not at all."""
    given = dict(told)
    cache, image = given.pop("prompt_cache_options", None), given.pop("image", None) or {}
    if cache:
        given["prompt_cache_options"] = CACHED | _given(cache)
    if image.get("context_compression") in COMPRESSIONS:
        given["image"] = image
    return given


def terminal_type(status: str) -> str:
    """The event with which a response ends that has this status."""
    return f"response.{TERMINAL.get(status, 'incomplete')}"


def output_shown(
    response: Mapping[str, Any], told: Mapping[str, Any] | None, status: str
) -> list[tuple[Item, list[int]]]:
    """The items of its output, when it has this status; each with its place, and where else it is
    stored.
    """
    output, calls = response.get("output") or [], OwnCalls(told, response["id"])
    items = calls.output(output, places(output, response.get("removed") or ()), status)
    stored = [(item, calls.places(index)) for index, item in enumerate(items)]
    return [(item_shown(item, response["id"], at[0]), at) for item, at in stored]


def item_shown(item: Item, response_id: str, place: str | int) -> Item:
    """An item of an output with what the API promises of one; a request keeps its id, which is that
    by which it is decided on.
    """
    kind = str(item.get("type"))
    shown = {key: value for key, value in item.items() if key != "output_index"}
    if kind != REQUEST or not shown.get("id"):
        shown["id"] = item_id(kind, response_id, place)
    if kind in WITH_STATUS and shown.get("status") is None:
        shown["status"] = "completed"
    if kind == "message":
        shown["role"] = "assistant"
        shown["content"] = [part_shown(part) for part in shown.get("content") or ()]
    elif kind == "function_call":
        shown |= {name: str(shown.get(name) or "") for name in ("arguments", "name")}
        shown["call_id"] = str(shown.get("call_id") or shown["id"])
    elif kind == REQUEST:
        # One of ours is about a call that stands here, of a tool that may be on no other server.
        shown.pop("call_id", None)
        shown["server_label"] = shown.get("server_label") or OWN_LABEL
    elif kind == "reasoning":
        shown["summary"] = shown.get("summary") or []
    elif kind == "compaction":
        shown.setdefault("encrypted_content", "")  # which is for its provider alone
    elif kind == "code_interpreter_call":
        shown["outputs"] = [_output(output) for output in shown.get("outputs") or ()] or None
    return shown


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    """What code gave; a picture that is kept here has lost the address that it had."""
    if output.get("type") != "image" or output.get("url"):
        return dict(output)
    name = (output.get("file") or {}).get("filename") or "A picture."
    return {"type": "logs", "logs": f"[{name}]"}


def part_shown(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message."""
    if part.get("type") != "output_text":
        return dict(part)
    annotations, logprobs = part.get("annotations") or [], part.get("logprobs") or []
    return {**part, "annotations": annotations, "logprobs": logprobs}


def _ending(
    response: Mapping[str, Any],
) -> tuple[str, dict[str, Any] | None, dict[str, Any] | None]:
    """Status, error and details in the API's words: what was broken off has failed."""
    status, error = str(response.get("status")), response.get("error")
    details = response.get("incomplete_details") or {}
    if status == "incomplete" and details.get("reason") not in REASONS:
        said = (error or {}).get("message") or LOST
        return "failed", {"code": "server_error", "message": said}, None
    if status == "failed":
        code = (error or {}).get("code")
        code = {"rate_limited": "rate_limit_exceeded"}.get(str(code), code)
        said = (error or {}).get("message") or LOST
        return status, {"code": code if code in ERRORS else "server_error", "message": said}, None
    return status, None, {"reason": details["reason"]} if details else None


def _usage(usage: Any) -> dict[str, Any] | None:
    """What was counted; None where the provider did not count."""
    if not isinstance(usage, Mapping) or usage.get("input_tokens") is None:
        return None
    given, written = int(usage["input_tokens"]), int(usage.get("output_tokens") or 0)
    read, thought = usage.get("input_tokens_details") or {}, usage.get("output_tokens_details")
    return {
        "input_tokens": given,
        "input_tokens_details": {
            "cached_tokens": int(read.get("cached_tokens") or 0),
            "cache_write_tokens": int(read.get("cache_write_tokens") or 0),
        },
        "output_tokens": written,
        "output_tokens_details": {
            "reasoning_tokens": int((thought or {}).get("reasoning_tokens") or 0)
        },
        "total_tokens": int(usage.get("total_tokens") or given + written),
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}

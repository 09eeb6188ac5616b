"""The response object, with every field that the API writes."""

import time
from typing import Any

from conversations.protocol.ids import new_id
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.reply import Ending
from conversations.providers.guide.tokens import count_tokens

# A request's settings come back in its response; these are the ones that it did not choose.
DEFAULTS: dict[str, Any] = {
    "background": False,
    "frequency_penalty": 0,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "presence_penalty": 0,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
}


def response_to(ask: Ask) -> dict[str, Any]:
    """The response that has just been created for a request."""
    body = ask.body
    chosen = {name: body[name] for name in DEFAULTS if body.get(name) is not None}
    return {
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": "queued" if ask.is_background else "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": body["model"],
        "output": [],
        "reasoning": {"effort": None, "summary": None} | (body.get("reasoning") or {}),
        "service_tier": "default",
        "text": {"format": {"type": "text"}, "verbosity": "medium"} | (body.get("text") or {}),
        "tools": [_echo(tool) for tool in body.get("tools") or ()],
        "usage": None,
        **DEFAULTS,
        **chosen,
    }


def finished(response: dict[str, Any], ending: Ending, usage: dict[str, Any]) -> None:
    """Write the end of an answer into its response."""
    response["usage"] = usage
    if ending is Ending.COMPLETED:
        response["status"] = "completed"
        response["completed_at"] = int(time.time())
    elif ending is Ending.FAILED:
        response["status"] = "failed"
        message = "The guide was asked to fail."
        response["error"] = {"code": "server_error", "message": message}
    else:
        response["status"] = "incomplete"
        response["incomplete_details"] = {"reason": ending.value}


def usage_of(ask: Ask, *, said: int, reasoned: int) -> dict[str, Any]:
    """The tokens of an answer, estimated; `said` includes `reasoned`."""
    given = input_tokens(ask)
    return {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": reasoned},
        "total_tokens": given + said,
    }


def input_tokens(ask: Ask) -> int:
    """The tokens of everything that a model would be given, estimated."""
    settings = [ask.body[name] for name in ("instructions", "tools") if ask.body.get(name)]
    return sum(map(count_tokens, [*map(_words, ask.items), *settings]))


def _words(item: dict[str, Any]) -> Any:
    """An item without its inline files: their bytes are not words."""
    content = item.get("content")
    if not isinstance(content, list):
        return content or item
    return [part for part in content if part.get("type") not in ("input_image", "input_file")]


def _echo(tool: dict[str, Any]) -> dict[str, Any]:
    if tool.get("type") != "function":
        return tool
    return {"description": None, "parameters": None, "strict": True} | tool

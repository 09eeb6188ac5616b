"""What Open Responses (2026-04-24) asks of a response and of a stream, and its runner is strict
about: fields that have to be there and have a value, and the kinds of events and items there are.
"""

import json
from typing import Any

VALUES: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "object": str,
    "created_at": int,
    "status": str,
    "model": str,
    "output": list,
    "parallel_tool_calls": bool,
    "tools": list,
    "text": dict,
    "temperature": (int, float),
    "top_p": (int, float),
    "presence_penalty": (int, float),
    "frequency_penalty": (int, float),
    "top_logprobs": int,
    "truncation": str,
    "service_tier": str,
    "store": bool,
    "background": bool,
    "metadata": dict,
    "reasoning": dict,
    "usage": dict,
}
PRESENT = (
    "completed_at",
    "error",
    "incomplete_details",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "previous_response_id",
    "prompt_cache_key",
    "safety_identifier",
    "tool_choice",
)
ITEMS = ("message", "function_call", "function_call_output", "reasoning", "compaction")
EVENTS = {
    "response.created",
    "response.in_progress",
    "response.completed",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.delta",
    "response.output_text.done",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
}


def check(response: dict[str, Any]) -> None:
    """That a response is complete, whole and as the specification has it."""
    for name, kind in VALUES.items():
        assert isinstance(response[name], kind), name
    assert set(PRESENT) <= response.keys()
    assert response["object"] == "response"
    assert response["status"] == "completed"
    assert isinstance(response["completed_at"], int)
    assert response["text"]["format"]["type"] == "text"
    assert isinstance(response["text"]["verbosity"], str)
    assert response["output"]
    for item in response["output"]:
        assert item["type"] in ITEMS
        assert item["status"] == "completed"
        for part in item.get("content") or ():
            assert isinstance(part["annotations"], list)
    assert all("strict" in tool for tool in response["tools"])
    usage = response["usage"]
    assert "cached_tokens" in usage["input_tokens_details"]
    assert "reasoning_tokens" in usage["output_tokens_details"]


def check_stream(events: list[dict[str, Any]]) -> dict[str, Any]:
    """That events are complete, known, numbered without a gap and end with a whole response, which
    is given back.
    """
    assert {event["type"] for event in events} <= EVENTS
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[0]["type"] == "response.created"
    assert events[-1]["type"] == "response.completed"
    for event in events:
        if event["type"].endswith((".delta", ".done")) and "content_index" in event:
            assert event["item_id"]
            assert isinstance(event["output_index"], int)
    response: dict[str, Any] = events[-1]["response"]
    check(response)
    return response


def events_in(text: str) -> list[dict[str, Any]]:
    """The events of a stream, each of which is named as its type says, and its end."""
    *blocks, end, nothing = text.split("\n\n")
    assert (end, nothing) == ("data: [DONE]", "")
    events = []
    for block in blocks:
        if block.startswith(":"):
            continue
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        events.append(event)
    return events

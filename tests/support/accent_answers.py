"""The items of an answer, its response object and the events that it is streamed by: the standard's
form of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Item = dict[str, Any]
Body = dict[str, Any]

USAGES: Mapping[str, Body | None] = {
    "none": None,
    "total": {"total_tokens": 12},
    "whole": {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12},
}


def message(text: str, number: int) -> Item:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def function_call(name: str, arguments: str, number: int) -> Item:
    return {
        "id": f"fc_{number}",
        "type": "function_call",
        "status": "completed",
        "call_id": f"call_{number}",
        "name": name,
        "arguments": arguments,
    }


def response_of(
    name: str, body: Mapping[str, Any], items: Sequence[Item], usage: Body | None
) -> Body:
    """The response object when it has ended."""
    return {
        "id": name,
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": body.get("model"),
        "max_output_tokens": body.get("max_output_tokens"),
        "background": bool(body.get("background")),
        "output": list(items),
        "usage": usage,
    }


def events_of(response: Body) -> list[Body]:
    """The events that lead to this response, numbered."""
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    if begun["background"]:
        begun["status"] = "queued"
    events: list[Body] = [{"type": "response.created", "response": begun}]
    for index, item in enumerate(response["output"]):
        events += _item_events(index, item)
    events.append({"type": "response.completed", "response": response})
    return [{**event, "sequence_number": n} for n, event in enumerate(events)]


def pieces(text: str) -> list[str]:
    return [text[at : at + 7] for at in range(0, len(text), 7)]


def _item_events(index: int, item: Item) -> list[Body]:
    at = {"output_index": index, "item_id": item["id"]}
    if item["type"] == "message":
        text, empty = item["content"][0]["text"], {**item, "content": []}
        delta: Body = {"type": "response.output_text.delta", "content_index": 0, **at}
    else:
        text, empty = item["arguments"], {**item, "arguments": ""}
        delta = {"type": "response.function_call_arguments.delta", **at}
    added = {**empty, "status": "in_progress"}
    return [
        {"type": "response.output_item.added", "output_index": index, "item": added},
        *({**delta, "delta": piece} for piece in pieces(text)),
        {"type": "response.output_item.done", "output_index": index, "item": item},
    ]

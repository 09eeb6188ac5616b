"""The form that ModelVerse's documentation describes, and no other provider's; and Ollama's."""

from collections.abc import Callable
from typing import Any

from tests.support.accent_answers import events_of, pieces

Body = dict[str, Any]

# The standard's words for what is documented under another name.
FOREIGN = {"input": "input_items", "max_output_tokens": "max_tokens"}


def read_modelverse(sent: Body) -> Body:
    """What a request in that form asks for, in the standard's words; one in the standard's own, or
    without a question, raises ValueError.
    """
    if wrong := sorted(FOREIGN.keys() & sent.keys()):
        raise ValueError(f"'{wrong[0]}' is not read: write '{FOREIGN[wrong[0]]}'.")
    if "input_items" not in sent:
        raise ValueError("'input_items' is missing.")
    items, most = sent["input_items"], sent.get("max_tokens")
    body = {key: value for key, value in sent.items() if key not in FOREIGN.values()}
    body["input"] = items if isinstance(items, str) else [_read(item) for item in items]
    if most is not None:
        body["max_output_tokens"] = most
    if sent.get("previous_response_id"):
        body["previous_response_id"] = sent["previous_response_id"].replace("-", "_")
    return body


def modelverse_response(response: Body) -> Body:
    """A whole answer: `created`, outputs that are texts, an id with a dash."""
    return {
        "id": response["id"].replace("_", "-"),
        "object": "response",
        "created": 1,
        "model": response["model"],
        "status": response["status"],
        "output": [_output(item) for item in response["output"]],
        "usage": response["usage"],
    }


def modelverse_events(response: Body) -> list[Body]:
    """A stream: `response.created`, `response.delta`, `response.done`."""
    whole = modelverse_response(response)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    texts = [item["text"] for item in whole["output"] if item["type"] == "text"]
    deltas = [{"type": "response.delta", "delta": one} for text in texts for one in pieces(text)]
    return [
        {"type": "response.created", "response": begun},
        *deltas,
        {"type": "response.done", "response": whole},
    ]


def ollama_response(response: Body) -> Body:
    """One with calls has nothing else; see openai/responses.go of https://github.com/ollama/ollama.

    It says that it is complete, though it was cut.
    """
    calls = [item for item in response["output"] if item["type"] == "function_call"]
    details = {"cached_tokens": 0}, {"reasoning_tokens": 0}
    names = "input_tokens_details", "output_tokens_details"
    usage = {**response["usage"], **dict(zip(names, details, strict=True))}
    return {**response, "output": calls or response["output"], "usage": usage}


def ollama_events(response: Body) -> list[Body]:
    """What was said before the first call has its index, and no end."""
    is_calling = any(item["type"] == "function_call" for item in response["output"])
    events = events_of(response)
    if is_calling:
        events = [_at_once(event) for event in events if not _ends_text(event)]
    return [*events[:-1], {**events[-1], "response": ollama_response(response)}]


def _ends_text(event: Body) -> bool:
    item = event.get("item") or {}
    return event["type"] == "response.output_item.done" and item.get("type") == "message"


def _at_once(event: Body) -> Body:
    at = event.get("output_index")
    return event if at is None else {**event, "output_index": max(0, at - 1)}


FORMS: dict[str, tuple[Callable[[Body], Body], Callable[[Body], list[Body]]]] = {
    "standard": (lambda response: response, events_of),
    "modelverse": (modelverse_response, modelverse_events),
    "ollama": (ollama_response, ollama_events),
}
"""How a response is written in each form: whole, and as events."""


def _read(item: Body) -> Body:
    content = item.get("content")
    if not isinstance(content, list):
        return item
    return {**item, "content": [_part(part) for part in content]}


def _part(part: Body) -> Body:
    if part.get("type") in ("input_text", "output_text"):
        raise ValueError(f"A part of the type '{part['type']}' is not read: write 'text'.")
    return {**part, "type": "input_text"} if part.get("type") == "text" else part


def _output(item: Body) -> Body:
    if item["type"] == "message":
        return {"type": "text", "text": item["content"][0]["text"]}
    return {key: item[key] for key in ("type", "call_id", "name", "arguments")}

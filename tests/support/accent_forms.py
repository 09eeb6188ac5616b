"""The form that ModelVerse's documentation describes, and no other provider's."""

from typing import Any

Body = dict[str, Any]


def read_modelverse(sent: Body) -> Body:
    """What a request in that form asks for, in the standard's words."""
    body = {key: value for key, value in sent.items() if key not in ("input_items", "max_tokens")}
    if "input_items" in sent:
        body["input"] = [_read(item) for item in sent["input_items"]]
    if sent.get("previous_response_id"):
        body["previous_response_id"] = sent["previous_response_id"].replace("-", "_")
    return body


def _read(item: Body) -> Body:
    content = item.get("content")
    if not isinstance(content, list):
        return item
    return {**item, "content": [_part(part) for part in content]}


def _part(part: Body) -> Body:
    return {**part, "type": "input_text"} if part.get("type") == "text" else part


def modelverse_response(response: Body) -> Body:
    """A whole answer: `created`, outputs that are texts, an id with a dash."""
    return {
        "id": response["id"].replace("_", "-"),
        "object": "response",
        "created": 1,
        "model": response["model"],
        "status": response["status"],
        "output": [_output(item) for item in response["output"]],
        "usage": {"total_tokens": 12},
    }


def modelverse_events(response: Body) -> list[Body]:
    """A stream: `response.created`, `response.delta`, `response.done`."""
    whole = modelverse_response(response)
    begun = {**whole, "status": "in_progress", "output": []}
    texts = [item["text"] for item in whole["output"] if item["type"] == "text"]
    deltas = [
        {"type": "response.delta", "delta": text[at : at + 7]}
        for text in texts
        for at in range(0, len(text), 7)
    ]
    return [
        {"type": "response.created", "response": begun},
        *deltas,
        {"type": "response.done", "response": whole},
    ]


def _output(item: Body) -> Body:
    if item.get("type") != "message":
        return item
    return {"type": "text", "text": item["content"][0]["text"]}

"""The form that ModelVerse's documentation describes, and no other provider's."""

from typing import Any

from tests.support.accent_answers import pieces

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

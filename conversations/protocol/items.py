"""Items: what goes into a response and what comes out of it, each a dict as the API writes it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Item = dict[str, Any]

_TEXT_FIELDS = {"output_text": "text", "refusal": "refusal"}


def as_items(given: str | Sequence[Mapping[str, Any]]) -> list[Item]:
    """Write the `input` of a request in its long form.

    A string is one message of the user; the short form of a message (`role` without `type`,
    `content` as a string) is spelled out; other items are copied as they are.
    Raises ValueError for anything that is no string and no list of objects.
    """
    if isinstance(given, str):
        return [user_message(given)]
    items = given if isinstance(given, Sequence) else [None]
    return [_spelled_out(item) for item in items]


def user_message(text: str) -> Item:
    """Return the item that a person's plain `text` stands for."""
    return {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": text}],
    }


def assistant_message(text: str) -> Item:
    """Return the item that says the model once answered `text`."""
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text}],
    }


def input_text(items: Iterable[Mapping[str, Any]]) -> str:
    """Return what the user's messages of `items` say, a blank line between messages."""
    messages = (item for item in items if item.get("role") == "user")
    return _joined(_content_text(item, {"input_text": "text"}) for item in messages)


def output_text(items: Iterable[Mapping[str, Any]]) -> str:
    """Return what the model's messages of `items` say, refusals included.

    Parts of one message follow each other directly, messages after a blank line.
    """
    messages = (item for item in items if item.get("type") == "message")
    answers = (item for item in messages if item.get("role", "assistant") == "assistant")
    return _joined(_content_text(item, _TEXT_FIELDS) for item in answers)


def _spelled_out(item: object) -> Item:
    if not isinstance(item, Mapping):
        # The caller's own error, and one that a person can read.
        raise ValueError("The input must be a text or a list of items.")  # noqa: TRY004
    copy = dict(item)
    if "type" not in copy and "role" in copy:
        copy["type"] = "message"
    if copy.get("type") == "message" and isinstance(copy.get("content"), str):
        kind = "output_text" if copy.get("role") == "assistant" else "input_text"
        copy["content"] = [{"type": kind, "text": copy["content"]}]
    return copy


def _content_text(item: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    """Join the texts of an item's parts; `fields` says where each type of part has its text."""
    content = item.get("content")
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    parts = (part for part in content if isinstance(part, Mapping))
    texts = (part.get(fields.get(str(part.get("type")), "")) for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)

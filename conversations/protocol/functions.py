"""Calls of our own functions: which of an answer's items they are, and what answers them.

https://platform.openai.com/docs/guides/function-calling
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.protocol.items import Item

CALL = "function_call"
OUTPUT = "function_call_output"
NO_PICTURE = "[A picture. This model takes no images.]"
NO_FILE = "[File: {name}. A call can give this model no files.]"


@dataclass(frozen=True)
class Call:
    """A call, and its place in the output; one that is not `whole` was cut, and is never made."""

    at: int
    call_id: str
    name: str
    arguments: str
    whole: bool

    @property
    def deed(self) -> tuple[str, str]:
        """What two calls have in common that do the same."""
        return self.name, self.arguments


def calls_in(output: Sequence[Item]) -> list[Call]:
    """The calls in an answer, in their order."""
    return [_call(at, item) for at, item in enumerate(output) if item.get("type") == CALL]


def open_calls_in(output: Sequence[Item], begun: int = 0) -> list[Call]:
    """Those from the item `begun` on that have no output behind it: their ids may be used again."""
    answered = {item.get("call_id") for item in output[begun:] if item.get("type") == OUTPUT}
    return [call for call in calls_in(output) if call.at >= begun and call.call_id not in answered]


def call_id_of(item: Item) -> str:
    """That of a call, by which its output names it; not every provider gives one."""
    return _text(item.get("call_id")) or _text(item.get("id"))


def output_of(call: Call, id_: str, output: str = "", status: str = "in_progress") -> Item:
    """The item that answers a call."""
    return {
        "type": OUTPUT,
        "id": id_,
        "call_id": call.call_id,
        "name": call.name,
        "output": output,
        "status": status,
    }


def picture_part(url: str) -> dict[str, Any]:
    """A picture, given as a data URL, in the list that an output may be."""
    return {"type": "input_image", "image_url": url, "detail": "auto"}


def pictures_in(items: Sequence[Item]) -> list[str]:
    """The addresses of those that outputs of calls hold."""
    outputs = (item.get("output") for item in items if item.get("type") == OUTPUT)
    parts = (part for output in outputs if isinstance(output, list) for part in output)
    urls = (part.get("image_url") for part in parts if isinstance(part, dict))
    return [url for url in urls if isinstance(url, str)]


def without_pictures(items: Sequence[Item]) -> list[Item]:
    """The items for a model that looks at none: outputs are texts that name what was there, but for
    those with a document.
    """
    return [_without_pictures(item) for item in items]


def in_texts(items: Sequence[Item]) -> list[Item]:
    """The items for a server to which an output is a text, whatever was in it."""
    return [_as_text(item) for item in items]


def _without_pictures(item: Item) -> Item:
    parts = _parts_of(item)
    if not any(part.get("type") == "input_file" for part in parts):
        return _as_text(item)
    text = {"type": "input_text", "text": NO_PICTURE}
    told = [text if part.get("type") == "input_image" else part for part in parts]
    return {**item, "output": told}


def _as_text(item: Item) -> Item:
    if item.get("type") != OUTPUT or not isinstance(item.get("output"), list):
        return item
    return {**item, "output": "\n\n".join(map(_text_of, _parts_of(item)))}


def _parts_of(item: Item) -> list[dict[str, Any]]:
    """The parts of an output; imported ones may be of any shape."""
    parts = item.get("output")
    if item.get("type") != OUTPUT or not isinstance(parts, list):
        return []
    return [part for part in parts if isinstance(part, dict)]


def _text_of(part: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if kind == "input_file":
        return NO_FILE.format(name=_text(part.get("filename")))
    return _text(part.get("text")) if kind == "input_text" else NO_PICTURE


def _call(at: int, item: Item) -> Call:
    return Call(
        at=at,
        call_id=call_id_of(item),
        name=_text(item.get("name")),
        arguments=_text(item.get("arguments")),
        whole=item.get("status") in (None, "completed"),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

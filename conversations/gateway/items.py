"""The `input` of a request, checked: the items that a script may say, in their long form.

Ids and statuses of items are not kept: they point into a store, which may be another's.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from conversations.gateway.refusals import bad
from conversations.protocol.items import Item, as_items

MOST_ITEMS = 2000
ROLES = ("user", "assistant", "system", "developer")
PHASES = ("commentary", "final_answer")
DETAILS = ("auto", "low", "high", "original")
IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
TEXTS = {"assistant": "output_text"}


def items_of(given: Any, name: str = "input") -> list[Item]:
    """The input as items, or what else has this `name`; Refusal for what none can be."""
    if not isinstance(given, (str, list)) or not given:
        raise bad(name, "A text, or a list of items, is expected here.", "invalid_type")
    if len(given) > MOST_ITEMS and isinstance(given, list):
        raise bad(name, f"At most {MOST_ITEMS} items fit here.", "array_above_max_length")
    try:
        items = as_items(given)
    except ValueError as error:
        raise bad(name, str(error), "invalid_type") from error
    return [_item(item, f"{name}[{at}]") for at, item in enumerate(items)]


def _item(item: Item, at: str) -> Item:
    kind = item.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise bad(f"{at}.type", f"One of {', '.join(READERS)} is possible here.")
    return reader(item, at)


def _message(item: Item, at: str) -> Item:
    role = _one_of(item, "role", ROLES, at)
    content = item.get("content")
    if not isinstance(content, list) or not content:
        raise bad(f"{at}.content", "A text, or a list of parts, is expected here.", "invalid_type")
    parts = [_part(part, role, f"{at}.content[{n}]") for n, part in enumerate(content)]
    phase = {"phase": item["phase"]} if item.get("phase") in PHASES else {}
    return {"type": "message", "role": role, "content": parts, **phase}


def _part(part: Any, role: str, at: str) -> dict[str, Any]:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind in ("text", "input_text", "output_text"):
        text = _text(part, "text", at)
        return {"type": TEXTS.get(role, "input_text"), "text": text}
    if kind == "refusal" and role == "assistant":
        return {"type": kind, "refusal": _text(part, "refusal", at)}
    if kind in ("input_image", "input_file") and role != "assistant":
        return _file(part, at)
    raise bad(f"{at}.type", "A part of this type is not possible here.")


def _file(part: Mapping[str, Any], at: str) -> dict[str, Any]:
    """An image in a data URL, or a file of the person's own by its id."""
    if isinstance(part.get("file_id"), str):
        return {"type": part["type"], "file_id": part["file_id"]}
    if part["type"] == "input_file":
        raise bad(at, "A file is named by its file_id here.")
    url = part.get("image_url")
    if not isinstance(url, str) or not IMAGE.fullmatch(url):
        raise bad(f"{at}.image_url", "A data URL of a PNG, JPEG, GIF or WebP is expected here.")
    detail = part.get("detail") or "auto"
    if detail not in DETAILS:
        raise bad(f"{at}.detail", f"One of {', '.join(DETAILS)} is possible here.")
    return {"type": "input_image", "image_url": url, "detail": detail}


def _call(item: Item, at: str) -> Item:
    fields = {name: _text(item, name, at) for name in ("call_id", "name", "arguments")}
    return {"type": "function_call", **fields}


def _output(item: Item, at: str) -> Item:
    output = item.get("output")
    if isinstance(output, list):
        output = [_result(part, f"{at}.output[{n}]") for n, part in enumerate(output)]
    elif not isinstance(output, str):
        raise bad(f"{at}.output", "A text, or a list of parts, is expected here.", "invalid_type")
    call_id = _text(item, "call_id", at)
    return {"type": "function_call_output", "call_id": call_id, "output": output}


def _result(part: Any, at: str) -> dict[str, Any]:
    """What a tool of the script's gave: words and pictures, but no files of anybody's."""
    if isinstance(part, Mapping) and "file_id" in part:
        raise bad(at, "A file can't be named here.")
    return _part(part, "user", at)


def _reasoning(item: Item, at: str) -> Item:
    if not isinstance(item.get("summary"), list):
        raise bad(f"{at}.summary", "A list is expected here.", "invalid_type")
    kept = ("id", "summary", "content", "encrypted_content")
    known = {name: item[name] for name in kept if item.get(name) is not None}
    return {"type": "reasoning", **known}


def _compaction(item: Item, at: str) -> Item:
    """One of ours, still sealed."""
    return {"type": "compaction", "encrypted_content": _text(item, "encrypted_content", at)}


def _text(given: Mapping[str, Any], name: str, at: str) -> str:
    if not isinstance(given.get(name), str):
        raise bad(f"{at}.{name}", "A text is expected here.", "invalid_type")
    return str(given[name])


def _one_of(given: Mapping[str, Any], name: str, choices: tuple[str, ...], at: str) -> str:
    if given.get(name) not in choices:
        raise bad(f"{at}.{name}", f"One of {', '.join(choices)} is possible here.")
    return str(given[name])


READERS: dict[str, Callable[[Item, str], Item]] = {
    "message": _message,
    "function_call": _call,
    "function_call_output": _output,
    "reasoning": _reasoning,
    "compaction": _compaction,
}

"""The `input` of a request, checked: the items that a script may say, in their long form.

Ids and statuses of items are not kept: they point into a store, which may be another's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from conversations.gateway.refusals import bad
from conversations.protocol.approvals import ANSWER
from conversations.protocol.items import Item, as_items
from conversations.protocol.jsontext import dumps

MOST_ITEMS = 2000
ROLES = ("user", "assistant", "system", "developer")
PHASES = ("commentary", "final_answer")
DETAILS = ("auto", "low", "high", "original")
WEB = ("https://", "http://")
DATA_OR_WEB = ("data:image/", *WEB)
TEXT_PARTS = ("text", "input_text", "output_text")
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
    phase = {}
    if item.get("phase") is not None:
        phase = {"phase": _one_of(item, "phase", PHASES, at)}
    return {"type": "message", "role": role, "content": parts, **phase}


def _part(part: Any, role: str, at: str) -> dict[str, Any]:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind in TEXT_PARTS:
        text = _text(part, "text", at)
        return {"type": TEXTS.get(role, "input_text"), "text": text}
    if kind == "refusal" and role == "assistant":
        return {"type": kind, "refusal": _text(part, "refusal", at)}
    if kind in ("input_image", "input_file") and role != "assistant":
        return _file(part, at)
    raise bad(f"{at}.type", "A part of this type is not possible here.")


def _file(part: Mapping[str, Any], at: str) -> dict[str, Any]:
    """One of the person's own by its id; or what brings one, for `attaching`."""
    detail = part.get("detail")
    if detail is not None and detail not in DETAILS:
        raise bad(f"{at}.detail", f"One of {', '.join(DETAILS)} is possible here.")
    about = {"type": part["type"]} | ({"detail": detail} if detail else {})
    if part.get("file_id") is not None:
        return {**about, "file_id": _text(part, "file_id", at)}
    if part["type"] == "input_image":
        return {**about, "image_url": _address(part, "image_url", at, DATA_OR_WEB)}
    name = {"filename": _text(part, "filename", at)} if part.get("filename") is not None else {}
    if part.get("file_url") is not None:
        return {**about, **name, "file_url": _address(part, "file_url", at, WEB)}
    return {**about, **name, "file_data": _text(part, "file_data", at)}


def _address(part: Mapping[str, Any], name: str, at: str, begins: tuple[str, ...]) -> str:
    url = _text(part, name, at)
    if not url.startswith(begins):
        code = {"image_url": "invalid_image_url"}.get(name, "invalid_file_url")
        said = f"An address that begins with {' or '.join(begins)} is expected here."
        raise bad(f"{at}.{name}", said, code)
    return url


def _call(item: Item, at: str) -> Item:
    fields = {name: _text(item, name, at) for name in ("call_id", "name", "arguments")}
    return {"type": "function_call", **fields}


def _output(item: Item, at: str) -> Item:
    output = item.get("output")
    if isinstance(output, list):
        output = [_part(part, "user", f"{at}.output[{n}]") for n, part in enumerate(output)]
    elif not isinstance(output, str):
        raise bad(f"{at}.output", "A text, or a list of parts, is expected here.", "invalid_type")
    call_id = _text(item, "call_id", at)
    return {"type": "function_call_output", "call_id": call_id, "output": output}


def _reasoning(item: Item, at: str) -> Item:
    known: Item = {"summary": _thoughts(item, "summary", "summary_text", at)}
    if item.get("content") is not None:
        known["content"] = _thoughts(item, "content", "reasoning_text", at)
    for name in ("id", "encrypted_content"):
        if item.get(name) is not None:
            known[name] = _text(item, name, at)
    return {"type": "reasoning", **known}


def _thoughts(item: Item, name: str, kind: str, at: str) -> list[dict[str, str]]:
    if not isinstance(item.get(name), list):
        raise bad(f"{at}.{name}", "A list is expected here.", "invalid_type")
    parts = list(enumerate(item[name]))
    for n, part in parts:
        if not isinstance(part, Mapping) or part.get("type") != kind:
            raise bad(f"{at}.{name}[{n}].type", f"{kind} is possible here.")
    return [{"type": kind, "text": _text(part, "text", f"{at}.{name}[{n}]")} for n, part in parts]


def _compaction(item: Item, at: str) -> Item:
    """One of ours, still sealed."""
    return {"type": "compaction", "encrypted_content": _text(item, "encrypted_content", at)}


def _decision(item: Item, at: str) -> Item:
    """On what the answer before asks for."""
    if not isinstance(item.get("approve"), bool):
        raise bad(f"{at}.approve", "True or false is expected here.", "invalid_type")
    id_ = _text(item, "approval_request_id", at)
    return {"type": ANSWER, "approval_request_id": id_, "approve": item["approve"]}


def _server_call(item: Item, at: str) -> Item:
    """A call that was made here, with what it gave."""
    fields = {name: _text(item, name, at) for name in ("id", "server_label", "name", "arguments")}
    output = _text(item, "output", at) if item.get("output") is not None else _failure(item)
    return {"type": "mcp_call", **fields, "output": output}


def _failure(item: Item) -> str:
    """What a model is told of a call that gave nothing: why, if its error says so."""
    error = item.get("error")
    parts = error.get("content") if isinstance(error, Mapping) else None
    for part in parts if isinstance(parts, list) else [{"text": error}]:
        if isinstance(part, Mapping) and isinstance(part.get("text"), str):
            return dumps({"error": part["text"]})
    return ""


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
    "mcp_approval_response": _decision,
    "mcp_call": _server_call,
}

"""What a model of the tests says: it shows what it was told, so that a test sees what arrived."""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

Item = dict[str, Any]
PLACE = '{"city": "Paris", "country": "France"}'


def said_of(context: Sequence[Item], request: Mapping[str, Any], *, sees: bool, reads: bool) -> str:
    """The answer to the last thing in `context`, which is all that the model knows."""
    said = [text for item in context if item.get("role") == "user" for text in _texts(item)]
    last = said[-1] if said else ""
    if _results(context[-1:]):
        return f"The tool says {_results(context)[-1]}."
    if (request.get("text") or {}).get("format", {}).get("type") == "json_schema":
        return PLACE
    if "Remember this word" in last:
        return "OK"
    if "told to remember" in last:
        return next(iter(re.findall(r"Remember this word: (\w+)", " ".join(said))), "I don't know.")
    if "Which colour" in last:
        return "Red." if sees and _parts(context, "input_image") else "I see no picture."
    if "in this file" in last:
        return _word_in(_parts(context, "input_file")) if reads else "I see no file."
    return "You said: " + " | ".join(said)


def call_of(context: Sequence[Item], request: Mapping[str, Any]) -> Item | None:
    """The call that it makes instead of an answer, when it has a function that is spoken of."""
    last = context[-1] if context else {}
    functions = [tool for tool in request.get("tools") or () if tool.get("type") == "function"]
    if not functions or last.get("role") != "user" or "tool" not in " ".join(_texts(last)):
        return None
    name = functions[0]["name"]
    return {
        "type": "function_call",
        "call_id": "call_1",
        "name": name,
        "arguments": '{"city":"Paris"}',
    }


def _texts(item: Item) -> list[str]:
    content = item.get("content")
    if isinstance(content, str):
        return [content]
    return [str(part["text"]) for part in content or () if "text" in part]


def _parts(context: Sequence[Item], kind: str) -> list[dict[str, Any]]:
    parts = (
        part for item in context for part in item.get("content") or () if isinstance(part, dict)
    )
    return [part for part in parts if part.get("type") == kind]


def _results(context: Sequence[Item]) -> list[str]:
    return [str(i.get("output")) for i in context if i.get("type") == "function_call_output"]


def _word_in(files: list[dict[str, Any]]) -> str:
    if not files:
        return "I see no file."
    data = base64.b64decode(files[-1]["file_data"].partition(",")[2])
    return next(iter(re.findall(r"\((\w+)\) Tj", data.decode("latin-1"))), "I can't read it.")

"""What a model of the tests says: it shows what it was told, so that a test sees what arrived."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from conversations.protocol.notes import INSTRUCTIONS
from tests.support.fake_answer import is_title

Item = dict[str, Any]
PLACE = '{"city": "Paris", "country": "France"}'
NOTE = "The user likes tea."
TITLE = "A word and two numbers"
WORD = re.compile(r"(?:Remember this word:|Our word is) (\w+)")
SUM = re.compile(r"Work out (.+)")


def said_of(context: Sequence[Item], request: Mapping[str, Any], *, sees: bool, reads: bool) -> str:
    """The answer to the last thing in `context`, which is all that the model knows."""
    said = [text for item in context if item.get("role") == "user" for text in _texts(item)]
    last = said[-1] if said else ""
    words, results = WORD.findall(" ".join(said)), _results(context)
    if is_title(request):
        return TITLE
    if request.get("instructions") == INSTRUCTIONS:
        return json.dumps([NOTE])
    if _results(context[-1:]):
        return f"It is {results[-1]}."
    if (request.get("text") or {}).get("format", {}).get("type") == "json_schema":
        return PLACE
    if WORD.search(last):
        return "OK"
    if "told to remember" in last:
        return words[0] if words else "I don't know."
    if "What do you know" in last:
        return f"I know: {', '.join([*words, *results]) or 'nothing'}."
    if "Which colour" in last:
        return "Red." if sees and _parts(context, "input_image") else "I see no picture."
    if "in this file" in last:
        return _word_in(_parts(context, "input_file")) if reads else "I see no file."
    return "You said: " + " | ".join(said)


def call_of(context: Sequence[Item], request: Mapping[str, Any]) -> tuple[str, str] | None:
    """The name and the arguments of the call that it makes, when it has a function for what it is
    asked; "it" in a sum is what it worked out last.
    """
    last = context[-1] if context else {}
    names = [tool["name"] for tool in request.get("tools") or () if tool.get("type") == "function"]
    text = " ".join(_texts(last)) if last.get("role") == "user" else ""
    if "calculate" in names and (asked := SUM.search(text)):
        expression = re.sub(r"\bit\b", next(reversed(_results(context)), "it"), asked[1])
        return "calculate", json.dumps({"expression": expression})
    return (names[0], '{"city":"Paris"}') if names and "tool" in text else None


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
    """What the calls have given, in their order."""
    outputs = (item["output"] for item in context if item.get("type") == "function_call_output")
    return [_result(str(output)) for output in outputs]


def _result(output: str) -> str:
    told = json.loads(output) if output.startswith("{") else {}
    return str(told.get("result", output))


def _word_in(files: list[dict[str, Any]]) -> str:
    if not files:
        return "I see no file."
    data = base64.b64decode(files[-1]["file_data"].partition(",")[2])
    return next(iter(re.findall(r"\((\w+)\) Tj", data.decode("latin-1"))), "I can't read it.")

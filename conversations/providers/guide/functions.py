"""Function tools: when the guide calls one, with what, and what it makes of the result."""

import json
from typing import Any

from conversations.protocol.items import Item
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.failures import wrong_parameter
from conversations.providers.guide.own_tools import ASKED, arguments_for, told
from conversations.providers.guide.reply import Call
from conversations.providers.guide.schema import value_for
from conversations.providers.guide.words import words


def calls_for(ask: Ask) -> list[Call]:
    """The calls that the question, or the request's `tool_choice`, asks for."""
    choice = ask.body.get("tool_choice") or "auto"
    functions = ask.functions
    if choice == "none" or not functions:
        return []
    if isinstance(choice, dict):
        allowed = [choice, *(choice.get("tools") or ())]
        names = {entry.get("name") for entry in allowed}
        functions = [function for function in functions if function.get("name") in names]
        if not functions:
            raise wrong_parameter("tool_choice", "Tool choice names no tool of this request.")
    forced = choice == "required" or (isinstance(choice, dict) and _is_forced(choice))
    if calls := _own(functions, ask.question):
        return calls
    chosen = _best([one for one in functions if one.get("name") not in ASKED], ask.question)
    if chosen is None and forced:
        chosen = functions[0]
    return [] if chosen is None else [call(chosen, ask.question)]


def call(function: dict[str, Any], question: str) -> Call:
    """A call of `function` with arguments that its schema allows, taken from the question."""
    arguments = value_for(function.get("parameters") or {"type": "object"}, question)
    return Call(str(function.get("name")), arguments if isinstance(arguments, dict) else {})


def answer_from(ask: Ask) -> str:
    """What the results of the calls say."""
    return "\n\n".join(_result(output, ask.items) for output in ask.tool_outputs)


def _is_forced(choice: dict[str, Any]) -> bool:
    return choice.get("type") == "function" or choice.get("mode") == "required"


def _own(functions: list[dict[str, Any]], question: str) -> list[Call]:
    """Calls of the server's own tools."""
    names = [str(one.get("name")) for one in functions if one.get("name") in ASKED]
    asked = [(name, arguments_for(name, question)) for name in names]
    return [Call(name, arguments) for name, arguments in asked if arguments is not None]


def _best(functions: list[dict[str, Any]], question: str) -> dict[str, Any] | None:
    """The function whose name and description share most words with the question."""
    if not functions:
        return None
    asked = set(words(question))
    shared = [
        len(
            asked.intersection(words(f"{function.get('name')} {function.get('description') or ''}"))
        )
        for function in functions
    ]
    most = max(shared)
    return functions[shared.index(most)] if most else None


def _result(output: Item, items: list[Item]) -> str:
    call_id = output.get("call_id")
    names = [
        item.get("name")
        for item in items
        if item.get("type") == "function_call" and item.get("call_id") == call_id
    ]
    name = str(names[-1]) if names else ""
    title = f"`{name}`" if name else "the tool"
    return f"According to {title}:\n\n{_shown(output.get('output'), name)}"


def _shown(result: Any, name: str) -> str:
    if isinstance(result, list):
        result = "\n".join(str(part["text"]) for part in result if "text" in part)
    try:
        value = json.loads(result)
    except (TypeError, ValueError, RecursionError):
        return str(result)  # a tool may answer in plain words
    if sentence := told(name, value):
        return sentence
    if isinstance(value, dict | list):
        return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"
    return str(value)

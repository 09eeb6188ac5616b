"""The tools of a request: functions that stay with the caller, and what the provider has itself."""

from collections.abc import Mapping
from typing import Any

from conversations.gateway.refusals import bad
from conversations.protocol.parameters import TOOLS
from conversations.protocol.settings import NAME

MOST_TOOLS = 128
CHOICES = ("auto", "none", "required")
MODES = ("auto", "required")


def tools_of(given: Any) -> list[dict[str, Any]]:
    """The tools, as the provider is told of them."""
    if not isinstance(given, list) or len(given) > MOST_TOOLS:
        raise bad("tools", f"A list of at most {MOST_TOOLS} tools is expected here.")
    return [_tool(tool, f"tools[{at}]") for at, tool in enumerate(given)]


def tool_choice_of(given: Any, tools: list[dict[str, Any]]) -> str | dict[str, Any]:
    """Which of the tools the model may, or has to, use."""
    if isinstance(given, str) and given in CHOICES:
        return given
    if not isinstance(given, Mapping):
        raise bad("tool_choice", f"One of {', '.join(CHOICES)}, or a tool, is possible here.")
    if given.get("type") != "allowed_tools":
        return _named(given, tools, "tool_choice")
    if given.get("mode") not in MODES or not isinstance(given.get("tools"), list):
        raise bad("tool_choice", "A mode, and a list of tools, are expected here.")
    allowed = [
        _named(tool, tools, f"tool_choice.tools[{at}]") for at, tool in enumerate(given["tools"])
    ]
    return {"type": "allowed_tools", "mode": given["mode"], "tools": allowed}


def shown(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as a response repeats it: a function with all that the API says of one."""
    if tool.get("type") != "function":
        return tool
    return {"description": None, "parameters": None, "strict": True, **tool}


def _tool(tool: Any, at: str) -> dict[str, Any]:
    kind = tool.get("type") if isinstance(tool, Mapping) else None
    if kind == "function":
        return _function(tool, at)
    if not isinstance(kind, str) or kind not in TOOLS:
        raise bad(f"{at}.type", f"One of function, {', '.join(TOOLS)} is possible here.")
    if any(TOOLS[kind].get(name) != value for name, value in tool.items()):
        raise bad(at, "This tool is offered without settings of its own.")
    return dict(TOOLS[kind])


def _function(tool: Mapping[str, Any], at: str) -> dict[str, Any]:
    name = tool.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise bad(f"{at}.name", "A name has 1 to 64 letters, digits, dashes, underscores.")
    kept: dict[str, Any] = {"type": "function", "name": name}
    for field, kind in (("description", str), ("parameters", Mapping), ("strict", bool)):
        value = tool.get(field)
        if value is None:
            continue
        if not isinstance(value, kind):
            raise bad(f"{at}.{field}", "This has the wrong type.", "invalid_type")
        kept[field] = value
    return kept


def _named(given: Any, tools: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """A tool of this request, by its type and, if it is a function, its name."""
    fields = ("type", "name") if isinstance(given, Mapping) and "name" in given else ("type",)
    wanted = {name: given.get(name) for name in fields} if isinstance(given, Mapping) else {}
    if not any(wanted.items() <= tool.items() for tool in tools if wanted):
        raise bad(at, "This is no tool of this request.")
    return wanted

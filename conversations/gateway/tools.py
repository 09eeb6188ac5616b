"""The tools of a request: functions that stay with the caller, what the provider has itself, and
those of this installation, as tools of MCP servers that are named by their labels.
"""

from collections.abc import Mapping
from typing import Any

from conversations.gateway.refusals import bad
from conversations.protocol.mcp import LABEL, LONGEST_LABEL
from conversations.protocol.parameters import TOOLS
from conversations.protocol.settings import NAME

MOST_TOOLS = 128
SERVER = "mcp"
CHOICES = ("auto", "none", "required")
MODES = ("auto", "required")
NAMING = ("type", "name", "server_label")
MCP_FIELDS = ("type", "server_label", "allowed_tools", "require_approval")
APPROVALS = ("always", "never")
NAMED_ONLY = (
    "Only servers that an administrator of this installation has named can be used, each by its"
    " server_label alone."
)


def tools_of(given: Any) -> list[dict[str, Any]]:
    """The tools, as the provider is told of them."""
    if not isinstance(given, list) or len(given) > MOST_TOOLS:
        raise bad("tools", f"A list of at most {MOST_TOOLS} tools is expected here.")
    tools = [_tool(tool, f"tools[{at}]") for at, tool in enumerate(given)]
    labels = [tool["server_label"] for tool in tools if tool["type"] == "mcp"]
    if len(set(labels)) < len(labels):
        raise bad("tools", "A server can be named once.")
    return tools


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
    if kind == SERVER:
        return _mcp(tool, at)
    if not isinstance(kind, str) or kind not in TOOLS:
        raise bad(f"{at}.type", f"One of function, mcp, {', '.join(TOOLS)} is possible here.")
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


def _mcp(tool: Mapping[str, Any], at: str) -> dict[str, Any]:
    given = {name: value for name, value in tool.items() if value is not None}
    for name in given:
        if name not in MCP_FIELDS:
            raise bad(f"{at}.{name[:80]}", NAMED_ONLY)
    label = given.get("server_label")
    if not isinstance(label, str) or not LABEL.fullmatch(label) or len(label) > LONGEST_LABEL:
        raise bad(f"{at}.server_label", "The label of a server is expected here.")
    allowed = given.get("allowed_tools")
    if isinstance(allowed, list):
        allowed = _names(allowed, f"{at}.allowed_tools")
    elif allowed is not None:
        allowed = _filter(allowed, f"{at}.allowed_tools")
    approval = _approval(given.get("require_approval"), f"{at}.require_approval")
    told = {"type": "mcp", "server_label": label, "allowed_tools": allowed}
    return told | {"require_approval": approval}


def _approval(given: Any, at: str) -> Any:
    if given is None or given in APPROVALS:
        return given
    if not isinstance(given, Mapping) or set(given) - set(APPROVALS):
        raise bad(at, f"One of {', '.join(APPROVALS)}, or a filter for each, is possible here.")
    return {when: _filter(each, f"{at}.{when}") for when, each in given.items() if each is not None}


def _filter(given: Any, at: str) -> dict[str, Any]:
    """Tools by their names, or by whether they only read."""
    if not isinstance(given, Mapping) or set(given) - {"tool_names", "read_only"}:
        raise bad(at, "A filter has tool_names and read_only.", "invalid_type")
    kept: dict[str, Any] = {}
    if given.get("tool_names") is not None:
        kept["tool_names"] = _names(given["tool_names"], f"{at}.tool_names")
    if given.get("read_only") is not None:
        if not isinstance(given["read_only"], bool):
            raise bad(f"{at}.read_only", "True or false is expected here.", "invalid_type")
        kept["read_only"] = given["read_only"]
    return kept


def _names(given: Any, at: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise bad(at, "A list of names of tools is expected here.", "invalid_type")
    return list(dict.fromkeys(given))


def _named(given: Any, tools: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """A tool of this request, by its type and, if it is a function, its name; one of a server by
    the server's label, perhaps with its name there.
    """
    fields = [name for name in NAMING if isinstance(given, Mapping) and given.get(name) is not None]
    wanted = {name: given[name] for name in fields}
    known = dict(wanted)
    if wanted.get("type") == "mcp":
        known.setdefault("server_label", "")
        known.pop("name", None)  # which there are is not known yet
    if not any(known.items() <= tool.items() for tool in tools if known):
        raise bad(at, "This is no tool of this request.")
    return wanted

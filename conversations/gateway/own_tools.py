"""The tools of this installation that a request names: which of them are there for its person."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import Asked
from conversations.gateway.operations import JSON, operation
from conversations.gateway.refusals import bad
from conversations.gateway.shapes import list_of, sdk
from conversations.models import ApiKey, McpServer, Response
from conversations.models.database import in_database
from conversations.models.mcp_server import CalledBy
from conversations.protocol.approvals import Tool, answers_in, is_own, open_requests, tool_of
from conversations.protocol.mcp_asked import OWN_LABEL, fits, tools_asked
from conversations.tools.tool import Tool as OwnTool
from conversations.turns import mcp_tools, toolbox
from conversations.turns.searching import withheld_from

ELSEWHERE = ("search_conversations",)
"""Looks at what was said elsewhere: it is there where it is named, and not with the rest."""


def with_servers(asked: Asked, key: ApiKey) -> Asked:
    """What is asked, in which each server's tools are named; Refusal for what is not there."""
    tools = asked.told.get("tools") or []
    if not any(tool["type"] == "mcp" for tool in tools):
        return asked
    there = _there(key, [tool["server_label"] for tool in tools if tool["type"] == "mcp"])
    named = [_named(tool, there, f"tools[{at}]") for at, tool in enumerate(tools)]
    told = {**asked.told, "tools": named}
    functions = {
        tool["server_label"]: tool["allowed_tools"] for tool in named if tool["type"] == "mcp"
    }
    own = functions.pop(OWN_LABEL, None) or []
    if not asked.store and (only := [name for name in own if name in ELSEWHERE]):
        raise bad("tools", f"'{only[0]}' is only for what is stored.")
    settings = dict(asked.settings)
    settings |= {toolbox.SETTING: own} if own else {}
    settings |= {mcp_tools.SETTING: list(functions)} if functions else {}
    _check_names(told)
    return replace(asked, settings=settings, told=told)


def check_decisions(asked: Asked, previous: Response | None) -> None:
    """What is decided on with this request can be done with its tools; Refusal else."""
    if not answers_in(asked.input):
        return
    if previous is None:
        raise bad("input", "A decision follows, by previous_response_id, what asks for it.")
    if not asked.store:
        raise bad("input", "What is not stored can't decide on what a stored response asks for.")
    labels = [tool.get("server_label") for tool in asked.told.get("tools") or ()]
    tools = list(tools_asked(asked.told).values())
    for request in open_requests(previous.output):
        label, name = tool_of(request)
        label = label or OWN_LABEL
        # What the provider asks about, it calls itself.
        is_there = Tool(label, name) in tools if is_own(request["id"]) else label in labels
        if not is_there:
            raise bad("tools", f"Name '{name}' of '{label}', which is decided on, again.")


@operation(
    "listServers",
    "List the servers whose tools a request may name",
    meaning="The app itself, as `chatapp`, and the MCP servers that the key's person may use, each"
    " with its tools.",
    answers={JSON: list_of(sdk("responses.response_output_item.McpListTools"))},
)
async def servers(_: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """GET /v1/mcp_servers: those that can be named with this key, as the API lists their tools."""
    return JsonResponse({"object": "list", "data": await in_database(_listed_all, key)})


def _listed_all(key: ApiKey) -> list[dict[str, Any]]:
    own = [
        {
            "name": tool.name,
            "description": tool.description,
            "input_schema": tool.definition["parameters"],
            "annotations": {"readOnlyHint": not tool.effects},
        }
        for tool in _own_tools(key)
    ]
    usable = McpServer.objects.usable_by(key.owner).exclude(label=OWN_LABEL).order_by("label")
    theirs = [
        _listed(server.label, [_tool_listed(tool) for tool in server.callable_tools])
        for server in usable
    ]
    return [_listed(OWN_LABEL, own), *theirs]


def _listed(label: str, tools: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "mcp_list_tools", "id": f"mcpl_{label}", "server_label": label, "tools": tools}


def _tool_listed(tool: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": tool["name"],
        "description": tool["description"],
        "input_schema": tool["input_schema"],
        "annotations": {"readOnlyHint": tool["reads_only"]},
    }


def _own_tools(key: ApiKey) -> list[OwnTool]:
    withheld = withheld_from(key.owner)
    return [tool for tool in toolbox.offered() if tool.name not in withheld]


def _there(key: ApiKey, labels: list[str]) -> dict[str, dict[str, bool] | None]:
    """By the servers' labels their tools, each with whether it only reads; None where it is the
    provider that knows them.
    """
    there: dict[str, dict[str, bool] | None] = {
        OWN_LABEL: {tool.name: not tool.effects for tool in _own_tools(key)}
    }
    for server in McpServer.objects.usable_by(key.owner).filter(label__in=labels):
        known = {tool["name"]: bool(tool["reads_only"]) for tool in server.callable_tools}
        is_theirs = not server.tools and server.called_by == CalledBy.PROVIDER
        there.setdefault(server.label, None if is_theirs else known)
    return there


def _named(
    tool: dict[str, Any], there: Mapping[str, Mapping[str, bool] | None], at: str
) -> dict[str, Any]:
    """A server with the names of the tools of it that are meant."""
    if tool["type"] != "mcp":
        return tool
    label, allowed = tool["server_label"], tool["allowed_tools"]
    if label not in there:
        raise bad(f"{at}.server_label", f"There is no server '{label}' that you may use.")
    known = there[label]
    if known is None:
        if isinstance(allowed, Mapping) and "read_only" in allowed:
            said = f"Which tools of {label} only read is not known here: name them."
            raise bad(f"{at}.allowed_tools.read_only", said)
        return {**tool, "allowed_tools": _wanted(allowed)}
    for name in _wanted(allowed) or ():
        if name not in known:
            raise bad(f"{at}.allowed_tools", f"'{name[:80]}' is no tool of {label} here.")
    return {**tool, "allowed_tools": _meant(allowed, known, is_own=label == OWN_LABEL)}


def _wanted(allowed: Any) -> list[str] | None:
    """The names that are given, in whatever form."""
    names: list[str] | None = allowed.get("tool_names") if isinstance(allowed, Mapping) else allowed
    return names


def _meant(allowed: Any, known: Mapping[str, bool], *, is_own: bool) -> list[str]:
    if isinstance(allowed, list):
        return allowed
    names = known if allowed and "tool_names" in allowed else _unasked(known, is_own=is_own)
    if not allowed:
        return list(names)
    return [name for name in names if fits(allowed, name, reads_only=known[name])]


def _unasked(known: Mapping[str, bool], *, is_own: bool) -> list[str]:
    return [name for name in known if not (is_own and name in ELSEWHERE)]


def _check_names(told: Mapping[str, Any]) -> None:
    """Each call can be told apart, and a choice is one of what there is."""
    functions = tools_asked(told)
    if len(functions) > mcp_tools.MOST:
        raise bad("tools", f"At most {mcp_tools.MOST} tools of servers: name fewer of them.")
    for at, tool in enumerate(told["tools"]):
        if tool["type"] == "function" and tool["name"] in functions:
            raise bad(f"tools[{at}].name", "A tool of a server in this request is called so.")
    choice = told.get("tool_choice")
    chosen = choice.get("tools", [choice]) if isinstance(choice, Mapping) else ()
    known = list(functions.values())
    for tool in chosen:
        is_of_server = tool.get("type") == "mcp" and tool.get("name") is not None
        if is_of_server and Tool(tool["server_label"], tool["name"]) not in known:
            raise bad("tool_choice", "This is no tool of this request.")

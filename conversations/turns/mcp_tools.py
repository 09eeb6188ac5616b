"""The MCP servers that are on for an answer: whose tools are called from here, and which of them
its provider calls itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.mcp.calling import call_tool
from conversations.mcp.errors import McpError
from conversations.models import McpServer, Response
from conversations.models.mcp_server import CalledBy
from conversations.protocol.mcp import Rule, Rules, hosted_tool, secrets_of
from conversations.protocol.mcp_asked import servers_asked
from conversations.tools.errors import ToolError
from conversations.tools.remote import Given, RemoteTool
from conversations.tools.tool import MOST_CHARACTERS
from conversations.turns.mcp_listing import config_of

SETTING = "mcp_servers"
MOST = 100
"""Providers take 128 tools in a request, ours among them."""


def servers_of(row: Response) -> list[McpServer]:
    """Those that were switched on, as far as its person may use them now."""
    labels = row.settings.get(SETTING)
    if not labels:
        return []
    found = McpServer.objects.usable_by(row.owner).filter(label__in=labels)
    return list(found.order_by("label"))


def remote_tools(row: Response, servers: Sequence[McpServer]) -> list[RemoteTool]:
    """Their tools, as they can be called from here; none where the provider calls no functions."""
    if not servers or (row.provider is not None and row.provider.calls_functions is False):
        return []
    return [remote for server in servers for remote in _of_server(row, server)][:MOST]


def hosted_tools(row: Response, servers: Sequence[McpServer]) -> dict[str, dict[str, Any]]:
    """Those that the provider of `row` calls, by their labels, as a request's `tools` has them:
    with what lets it in, which is sent with each request and stored with none.
    """
    if not servers or not _calls_servers(row):
        return {}
    there = (server for server in servers if server.called_by == CalledBy.PROVIDER)
    return {server.label: _hosted(server, _rules(row, server)) for server in there}


def tools_there(row: Response) -> list[dict[str, Any]]:
    """What its provider may have used by the time it fails, as far as the row tells: nobody sees
    from here whether it has called a server.
    """
    servers = [{"type": "mcp"}] if row.settings.get(SETTING) and _calls_servers(row) else []
    return [*row.settings.get("tools", ()), *servers]


def secrets_there(row: Response) -> list[str]:
    """What a provider of `row` may repeat and nobody is to see: what lets it in at the servers that
    providers call, whether this one does or another did before.
    """
    there = (server for server in servers_of(row) if server.called_by == CalledBy.PROVIDER)
    return secrets_of(_hosted(server, server.all_rules) for server in there)


def _calls_servers(row: Response) -> bool:
    return row.provider is not None and bool(row.provider.calls_mcp)


def _rules(row: Response, server: McpServer) -> Rules:
    """Which of its tools may be called: where a script asks, perhaps fewer, and more that ask."""
    asked = servers_asked(row.asked).get(server.label)
    if asked is None:
        return server.all_rules
    return asked.narrowed(
        server.all_rules, [tool["name"] for tool in server.tools if tool["reads_only"]]
    )


def _of_server(row: Response, server: McpServer) -> list[RemoteTool]:
    rules = _rules(row, server)
    listed = ((tool, rules.of(tool["name"])) for tool in server.tools)
    return [_remote(server, tool, rule) for tool, rule in listed if rule != Rule.FORBIDDEN]


def _remote(server: McpServer, tool: Mapping[str, Any], rule: Rule) -> RemoteTool:
    name, config = tool["name"], config_of(server)

    async def call(arguments: Mapping[str, Any]) -> Given:
        try:
            said = await call_tool(config, name, arguments)
        except McpError as error:
            raise ToolError(f"{server.name}: {error}") from error
        if said.is_error:
            raise ToolError(said.text[:MOST_CHARACTERS] or f"{server.name}: {name} failed.")
        return Given(said.text, said.pictures)

    return RemoteTool(
        server_label=server.label,
        tool=name,
        description=tool["description"] or tool["title"],
        schema=tool["input_schema"],
        call=call,
        effects=not tool["reads_only"],
        asks=rule == Rule.ASKS,
    )


def _hosted(server: McpServer, rules: Rules) -> dict[str, Any]:
    return hosted_tool(
        server.label,
        server.url,
        rules,
        description=server.description,
        token=server.token,
        headers=server.told_headers,
    )

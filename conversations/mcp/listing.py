"""The tools of an MCP server, as far as they can be used."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.connection import visit
from conversations.protocol.jsontext import BadJSON, clean, dumps, loads

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import Tool

LONGEST_NAME = 128


@dataclass(frozen=True)
class Listed:
    """The usable tools, each as `{"name", "title", "description", "input_schema", "reads_only"}`;
    `left_out` are the names of those that are too large, too many or have no proper name.
    """

    tools: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


async def tools_of(config: ServerConfig, limits: Limits | None = None) -> Listed:
    """Ask a server for its tools; McpError where that can't be done."""
    bounds = limits or Limits()

    async def ask(client: "Client") -> list["Tool"]:
        return await _all_pages(client, bounds)

    listed = Listed()
    for tool in await visit(config, ask, bounds.listing, bounds):
        usable = _usable(tool, bounds) if len(listed.tools) < bounds.tools else None
        if usable is None:
            listed.left_out.append(clean(tool.name)[:LONGEST_NAME])
        elif all(usable["name"] != known["name"] for known in listed.tools):
            listed.tools.append(usable)
    return listed


async def _all_pages(client: "Client", limits: Limits) -> list["Tool"]:
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(limits.pages):
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            break
    return tools


def _usable(tool: "Tool", limits: Limits) -> dict[str, Any] | None:
    schema = _schema(tool.input_schema, limits)
    if schema is None or not 0 < len(tool.name) <= LONGEST_NAME or clean(tool.name) != tool.name:
        return None
    hints = tool.annotations
    return {
        "name": tool.name,
        "title": clean(tool.title or (hints and hints.title) or "")[:LONGEST_NAME],
        "description": clean(tool.description or "")[: limits.description],
        "input_schema": schema,
        "reads_only": bool(hints and hints.read_only_hint),
    }


def _schema(schema: dict[str, Any], limits: Limits) -> dict[str, Any] | None:
    """As it can be stored; None for one that is too large, or is none of an object."""
    if schema.get("type", "object") != "object":
        return None
    try:
        written = dumps(schema)
        read: dict[str, Any] = loads(written)
    except BadJSON:
        return None
    return {**read, "type": "object"} if len(written) <= limits.schema else None

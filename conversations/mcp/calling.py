"""A call of a tool of an MCP server, and what came of it, as far as a model can be told."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.connection import visit
from conversations.protocol.jsontext import dumps
from conversations.protocol.secrets import covered

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult, ContentBlock


@dataclass(frozen=True)
class Said:
    """What a tool said; with `is_error` it is what went wrong there."""

    text: str
    is_error: bool = False


async def call_tool(
    config: ServerConfig, name: str, arguments: Mapping[str, Any], limits: Limits | None = None
) -> Said:
    """Have a server use one of its tools; McpError where it can't be asked, or does not answer."""
    bounds = limits or Limits()

    async def ask(client: "Client") -> Said:
        return _said(await client.call_tool(name, dict(arguments)))

    said = await visit(config, ask, bounds.calling, bounds)
    return replace(said, text=covered(said.text, config.secrets))


def _said(result: "CallToolResult") -> Said:
    texts = [_text(block) for block in result.content]
    if not texts and result.structured_content is not None:
        # Beside texts it says the same once more.
        texts.append(dumps(result.structured_content))
    return Said("\n\n".join(texts), bool(result.is_error))


def _text(block: "ContentBlock") -> str:
    if block.type == "text":
        return block.text
    if block.type == "resource_link":
        told = (block.title or block.name, block.uri, block.description)
        return " ".join(filter(None, told))
    if block.type == "resource":
        written = getattr(block.resource, "text", None)
        return written or f"[A file that can't be read here: {block.resource.uri}]"
    kind = {"image": "A picture", "audio": "A sound"}[block.type]
    return f"[{kind} that can't be shown here: {block.mime_type}]"

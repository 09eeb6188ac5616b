"""A call of a tool of an MCP server, and what came of it, as far as a model can be told."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.connection import visit
from conversations.protocol.jsontext import dumps
from conversations.protocol.secrets import covered

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult, ContentBlock

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Said:
    """What a tool said; with `is_error` it is what went wrong there. `pictures` are data URLs."""

    text: str
    is_error: bool = False
    pictures: Sequence[str] = ()


async def call_tool(
    config: ServerConfig, name: str, arguments: Mapping[str, Any], limits: Limits | None = None
) -> Said:
    """Have a server use one of its tools; McpError where it can't be asked, or does not answer."""
    bounds = limits or Limits()

    async def ask(client: "Client") -> Said:
        return _said(await client.call_tool(name, dict(arguments)), bounds)

    said = await visit(config, ask, bounds.calling, bounds)
    return replace(said, text=covered(said.text, config.secrets))


def _said(result: "CallToolResult", limits: Limits) -> Said:
    texts: list[str] = []
    pictures: list[str] = []
    for block in result.content:
        picture = _picture(block, limits) if len(pictures) < limits.pictures else ""
        if picture:
            pictures.append(picture)
        else:
            texts.append(_text(block))
    if not result.content and result.structured_content is not None:
        # Beside texts it says the same once more.
        texts.append(dumps(result.structured_content))
    return Said("\n\n".join(texts), bool(result.is_error), tuple(pictures))


def _picture(block: "ContentBlock", limits: Limits) -> str:
    """A picture as a data URL; "" for what is none that can be shown."""
    if block.type != "image" or block.mime_type not in PICTURES:
        return ""
    if len(block.data) > limits.picture * 4 // 3:
        return ""
    try:
        base64.b64decode(block.data, validate=True)
    except binascii.Error:
        return ""
    return f"data:{block.mime_type};base64,{block.data}"


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

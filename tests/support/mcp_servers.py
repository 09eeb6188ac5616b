"""MCP servers as they are stored."""

from typing import Any

from conversations.models import McpServer


def make_mcp_server(label: str = "wiki", **fields: Any) -> McpServer:
    defaults = {
        "name": label.capitalize(),
        "url": f"https://{label}.test/mcp",
        "token": "swordfish",
        "headers": "X-Team: secret-seven",
    }
    return McpServer.objects.create(label=label, **defaults | fields)


def listed(*names: str) -> list[dict[str, Any]]:
    """Tools as they are kept after a look."""
    return [
        {
            "name": name,
            "title": "",
            "description": f"Does {name}.",
            "input_schema": {"type": "object", "properties": {}},
            "reads_only": False,
        }
        for name in names
    ]

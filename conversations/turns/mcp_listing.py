"""The tools of the MCP servers, looked up and kept."""

from django.utils import timezone

from conversations.mcp.config import ServerConfig
from conversations.mcp.errors import McpError
from conversations.mcp.listing import tools_of
from conversations.models import McpServer
from conversations.models.database import in_database
from conversations.models.mcp_server import Transport


def config_of(server: McpServer) -> ServerConfig:
    """What its client needs to know."""
    headers = server.told_headers
    if server.token:
        headers["Authorization"] = f"Bearer {server.token}"
    return ServerConfig(server.url, server.transport == Transport.SSE, headers)


async def look(server: McpServer) -> None:
    """Ask a server for its tools, and remember them, or else why it could not be asked: then those
    that were known stay.
    """
    server.fault = server.fault_detail = ""
    try:
        listed = await tools_of(config_of(server))
    except McpError as error:
        server.fault, server.fault_detail = error.fault, error.detail
    else:
        server.tools, server.left_out = listed.tools, listed.left_out
        server.looked_at = timezone.now()
    fields = ["tools", "left_out", "looked_at", "fault", "fault_detail"]
    await in_database(server.save, update_fields=fields)

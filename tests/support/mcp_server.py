"""A real MCP server in a process of its own: `python -m tests.support.mcp_server [sse]`.

Its first line on standard output is its URL. It wants the token that is in MCP_TOKEN, if one is,
and writes down in MCP_RECORD, if that names a file, the tools that were called.
"""

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ImageContent, TextContent, ToolAnnotations
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.support.processes import running
from tests.support.server import INHERITED, bound_socket

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
server = MCPServer("Weather station", log_level="CRITICAL")


def _record(name: str, arguments: dict[str, Any]) -> None:
    if path := os.environ.get("MCP_RECORD"):
        with Path(path).open("a") as file:
            file.write(f"{name} {arguments}\n")


@server.tool(title="Weather", annotations=ToolAnnotations(read_only_hint=True))
def weather(place: str) -> str:
    """Tell the weather at a place."""
    _record("weather", {"place": place})
    return f"In {place} it is sunny, 21 degrees."


@server.tool()
def open_window(number: int) -> str:
    """Open a window of the station."""
    _record("open_window", {"number": number})
    return f"Window {number} is open."


@server.tool(name="look.out")
def look_out() -> CallToolResult:
    """Take a picture."""
    picture = base64.b64encode(PIXEL).decode()
    return CallToolResult(
        content=[
            TextContent(type="text", text="What is seen from the station:"),
            ImageContent(type="image", data=picture, mime_type="image/png"),
        ]
    )


@server.tool()
def fail() -> str:
    """Fail."""
    raise ToolError("The anemometer is frozen.")


@server.tool()
def flood(characters: int) -> str:
    """Say very much."""
    return "x" * characters


class Guarded:
    """Lets in who knows the token."""

    def __init__(self, app: Starlette, token: str) -> None:
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._expected not in dict(scope["headers"]).values():
            await PlainTextResponse("No.", 401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@contextmanager
def mcp_server(transport: str = "http", **environment: str) -> Iterator[str]:
    """Run one until the block is left; gives its URL."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    arguments = ["-m", "tests.support.mcp_server", transport]
    with running(arguments, inherited | environment) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


def main(transport: str) -> None:
    sse = transport == "sse"
    app: Any = server.sse_app() if sse else server.streamable_http_app()
    if token := os.environ.get("MCP_TOKEN"):
        app = Guarded(app, token)
    listening = bound_socket()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/{'sse' if sse else 'mcp'}"
    print(address, flush=True)  # noqa: T201 - what starts it reads this
    config = uvicorn.Config(app, log_level="critical", lifespan="on", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http")

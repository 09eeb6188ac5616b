"""One visit to an MCP server: a connection that is opened, used and closed again.

Servers that keep sessions are told of the end of each.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
from pydantic import ValidationError

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.errors import Fault, McpError
from conversations.mcp.guard import GuardedTransport
from conversations.network.transport import NetworkTransport
from conversations.protocol.secrets import covered
from conversations.providers.connection import proxy_for

if TYPE_CHECKING:
    from mcp import Client

logger = logging.getLogger(__name__)

Given = TypeVar("Given")


async def visit(
    config: ServerConfig,
    act: "Callable[[Client], Awaitable[Given]]",
    seconds: float,
    limits: Limits,
) -> Given:
    """What `act` gives, done with a connection to the server, all of it within so many seconds.

    McpError for whatever goes wrong.
    """
    # In a thread: the import takes some seconds, in which the loop would serve nobody.
    await asyncio.to_thread(import_module, "mcp.client")
    guard = GuardedTransport(NetworkTransport(proxy_for(config.url)), config, limits)
    clock, cancelled = asyncio.timeout(seconds), _times_cancelled()
    try:
        async with clock, _connected(config, guard, limits) as client:
            return await act(client)
    except McpError:
        raise
    except Exception as error:
        # Whoever hangs up in the middle has the library stumble over its own closed streams.
        if _times_cancelled() > cancelled:
            raise asyncio.CancelledError from error
        if clock.expired():
            raise McpError(Fault.SLOW) from error
        told = _told(error, guard)
        raise McpError(told.fault, covered(told.detail, config.secrets)) from error


def _times_cancelled() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task else 0


@asynccontextmanager
async def _connected(
    config: ServerConfig, guard: GuardedTransport, limits: Limits
) -> "AsyncIterator[Client]":
    from mcp import Client
    from mcp.types import Implementation

    http = httpx2.AsyncClient(
        transport=guard,
        headers=dict(config.headers),
        follow_redirects=False,
        trust_env=False,  # else a .netrc file could add a password
        timeout=httpx2.Timeout(None, connect=limits.connect),
    )
    ourselves = Implementation(name="chatapp", version="1")
    streams = _streams(config, http, limits)
    async with Client(streams, client_info=ourselves, cache=None) as client:
        yield client


@asynccontextmanager
async def _streams(
    config: ServerConfig, http: httpx2.AsyncClient, limits: Limits
) -> AsyncIterator[Any]:
    from mcp.client.sse import sse_client
    from mcp.client.streamable_http import streamable_http_client

    def ours(headers: Any = None, timeout: Any = None, auth: Any = None) -> httpx2.AsyncClient:
        return http

    if config.older:
        async with sse_client(config.url, httpx_client_factory=ours) as streams:
            yield streams
        return
    most = limits.bytes
    async with (
        http,
        streamable_http_client(config.url, http_client=http, max_sse_event_size=most) as streams,
    ):
        yield streams


def _told(error: Exception, guard: GuardedTransport) -> McpError:
    from mcp import MCPError
    from mcp.types import PARSE_ERROR

    if guard.fault is not None:
        return McpError(guard.fault, guard.detail)
    for one in _leaves(error):
        if isinstance(one, MCPError):
            garbled = one.code == PARSE_ERROR
            return McpError(Fault.GARBAGE) if garbled else McpError(Fault.ERROR, one.message)
        if isinstance(one, (ValidationError, httpx2.SSEError, ValueError)):
            return McpError(Fault.GARBAGE)
        if not isinstance(one, (httpx2.HTTPError, OSError)):
            logger.error("A visit to an MCP server failed", exc_info=one)
    return McpError(Fault.BROKE)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error

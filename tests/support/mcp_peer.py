"""An MCP server that answers as a test wants, over `MisbehavingProvider`'s sockets."""

from typing import Any

from tests.support.misbehaving import Behaviour, Exchange, reply

HANDSHAKE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "peer", "version": "1"},
}
NO_METHOD = {"code": -32601, "message": "Method not found"}


def speaking(**results: Any) -> Behaviour:
    """Speaks the protocol of 2025: answers `tools/list` with the result named `list`, `tools/call`
    with that named `call`. What is a behaviour itself takes over there.
    """
    known = {"initialize": HANDSHAKE} | {f"tools/{name}": given for name, given in results.items()}

    async def behave(exchange: Exchange) -> None:
        message = exchange.request.body
        if exchange.request.method != "POST":
            await reply(405, "No.")(exchange)
        elif "id" not in message:
            await reply(202, b"")(exchange)
        elif message["method"] not in known:
            await _said(exchange, error=NO_METHOD)
        elif callable(given := known[message["method"]]):
            await given(exchange)
        else:
            await _said(exchange, result=given)

    return behave


async def _said(exchange: Exchange, **said: Any) -> None:
    """Each with the session that its client is to end."""
    message = {"jsonrpc": "2.0", "id": exchange.request.body["id"], **said}
    await reply(200, message, headers={"mcp-session-id": "session-1"})(exchange)


def tool(name: str = "search", **fields: Any) -> dict[str, Any]:
    """A tool as a server lists it."""
    return {"name": name, "inputSchema": {"type": "object", "properties": {}}, **fields}

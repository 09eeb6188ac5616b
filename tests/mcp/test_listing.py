"""A server's tools are listed, or it is told why not: by a real server, and by bad ones."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.errors import Fault, McpError
from conversations.mcp.listing import tools_of
from tests.support.certificates import self_signed_context
from tests.support.mcp_peer import speaking, tool
from tests.support.mcp_server import mcp_server
from tests.support.misbehaving import (
    Behaviour,
    Exchange,
    MisbehavingProvider,
    body,
    reply,
    reset,
    silence,
)
from tests.support.server import free_port

HASTY = Limits(listing=1.5)
TOKEN = {"Authorization": "Bearer swordfish"}


async def fault_of(*behaviours: Behaviour, limits: Limits | None = None, **fields: Any) -> McpError:
    async with MisbehavingProvider(*behaviours, **fields) as peer:
        with pytest.raises(McpError) as caught:
            await tools_of(ServerConfig(peer.url, headers=TOKEN), limits)
    return caught.value


@pytest.fixture(scope="module", params=["http", "sse"])
def real(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    with mcp_server(request.param, MCP_TOKEN="swordfish") as url:
        yield url, request.param == "sse"


async def test_a_real_server_lists_its_tools(real: tuple[str, bool]) -> None:
    listed = await tools_of(ServerConfig(*real, headers=TOKEN))
    assert [one["name"] for one in listed.tools] == [
        "weather",
        "open_window",
        "look.out",
        "fail",
        "flood",
    ]
    weather = listed.tools[0]
    assert (weather["title"], weather["reads_only"]) == ("Weather", True)
    assert weather["description"] == "Tell the weather at a place."
    assert weather["input_schema"]["required"] == ["place"]
    assert listed.left_out == []


async def test_a_real_server_that_wants_a_token_refuses_us(real: tuple[str, bool]) -> None:
    with pytest.raises(McpError) as caught:
        await tools_of(ServerConfig(*real))
    assert (caught.value.fault, caught.value.detail) == (Fault.REFUSED, "HTTP 401")


@pytest.mark.parametrize(
    ("behaviour", "fault", "detail"),
    [
        (reply(200, b"<h1>Hello", "text/html"), Fault.GARBAGE, "text/html"),
        (reply(200, {"hello": "world"}), Fault.GARBAGE, ""),
        (reply(200, b"{", "application/json"), Fault.GARBAGE, ""),
        (reply(200, b"", "application/json", {"content-encoding": "gzip"}), Fault.GARBAGE, None),
        (body(b"data: {\n\n"), Fault.GARBAGE, ""),
        (reply(403, "No."), Fault.REFUSED, "HTTP 403"),
        (reply(404, "No."), Fault.MISSING, "HTTP 404"),
        (reply(503, "Later."), Fault.ERROR, "HTTP 503"),
        (silence, Fault.SLOW, ""),
        (body(b": still here\n\n", silence), Fault.SLOW, ""),
        (reset, Fault.BROKE, ""),
    ],
)
async def test_whatever_answers_wrongly_is_told_apart(
    behaviour: Behaviour, fault: Fault, detail: str | None
) -> None:
    error = await fault_of(behaviour, limits=HASTY if fault == Fault.SLOW else None)
    assert error.fault == fault
    if detail is not None:
        assert error.detail == detail
    assert "swordfish" not in str(error)


async def test_what_the_server_says_of_its_error_is_told() -> None:
    async def refuse(exchange: Exchange) -> None:
        error = {"code": -32000, "message": "The  station\nis closed. " + "x" * 1000}
        await reply(200, {"jsonrpc": "2.0", "id": exchange.request.body["id"], "error": error})(
            exchange
        )

    error = await fault_of(speaking(list=refuse))
    assert error.fault == Fault.ERROR
    assert error.detail.startswith("The station is closed. xxx")
    assert len(error.detail) == 300


async def test_nothing_follows_a_redirect_to_another_host() -> None:
    async with MisbehavingProvider(speaking(list={"tools": []})) as other:
        away = reply(307, "", headers={"location": f"{other.url}/elsewhere"})
        error = await fault_of(away)
        assert error.fault == Fault.ELSEWHERE
        assert other.requests == []


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async def moved(exchange: Exchange) -> None:
        if exchange.request.path == "/v1":
            await reply(307, "", headers={"location": "/v1/"})(exchange)
        else:
            await speaking(list={"tools": [tool()]})(exchange)

    async with MisbehavingProvider(moved) as peer:
        listed = await tools_of(ServerConfig(peer.url))
    assert [one["name"] for one in listed.tools] == ["search"]


async def test_where_nobody_listens_is_told() -> None:
    with pytest.raises(McpError) as caught:
        await tools_of(ServerConfig(f"http://127.0.0.1:{free_port()}/mcp"))
    assert caught.value.fault == Fault.UNREACHABLE


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    tls = self_signed_context(tmp_path)
    error = await fault_of(speaking(list={"tools": []}), tls=tls)
    assert error.fault == Fault.CERTIFICATE


@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream"])
async def test_an_answer_without_end_is_not_read_to_its_end(content_type: str) -> None:
    async def flood(exchange: Exchange) -> None:
        await exchange.head(content_type=content_type)
        while True:
            await exchange.send(b"data: " + b"x" * 65_536 + b"\n")

    limits = Limits(bytes=1_000_000)
    assert (await fault_of(flood, limits=limits)).fault == Fault.LARGE


async def test_of_hostile_tools_those_that_can_be_used_are_taken() -> None:
    deep: dict[str, Any] = {"type": "object"}
    for _ in range(80):
        deep = {"type": "object", "properties": {"x": deep}}
    tools = [
        tool("good", description="a" * 9_000, title="b\0ad"),
        tool("good", description="The same name again."),
        tool("deep", inputSchema=deep),
        tool("wide", inputSchema={"type": "object", "description": "x" * 30_000}),
        tool("n\0l"),
        tool(""),
        tool("n" * 200),
    ]
    async with MisbehavingProvider(speaking(list={"tools": tools})) as peer:
        listed = await tools_of(ServerConfig(peer.url))
    assert [one["name"] for one in listed.tools] == ["good"]
    assert len(listed.tools[0]["description"]) == 4_000
    assert listed.tools[0]["title"] == "bad"
    assert listed.left_out == ["deep", "wide", "nl", "", "n" * 128]


async def test_pages_without_end_are_asked_for_a_few_times() -> None:
    page = {"tools": [tool(f"t{n}") for n in range(10)], "nextCursor": "more"}
    async with MisbehavingProvider(speaking(list=page)) as peer:
        listed = await tools_of(ServerConfig(peer.url))
        asked = [
            one for one in peer.requests if one.body and one.body.get("method") == "tools/list"
        ]
    assert len(asked) == Limits().pages
    assert len(listed.tools) == 10


async def test_more_tools_than_a_model_can_be_told_of_are_left_out() -> None:
    tools = [tool(f"t{n}") for n in range(200)]
    async with MisbehavingProvider(speaking(list={"tools": tools})) as peer:
        listed = await tools_of(ServerConfig(peer.url))
    assert (len(listed.tools), len(listed.left_out)) == (128, 72)


async def test_a_session_is_ended_and_only_what_is_meant_to_leave_leaves() -> None:
    async with MisbehavingProvider(speaking(list={"tools": []})) as peer:
        await tools_of(ServerConfig(peer.url, headers=TOKEN))
    assert peer.requests[-1].method == "DELETE"
    assert peer.requests[-1].headers["mcp-session-id"] == "session-1"
    assert all(one.headers["authorization"] == "Bearer swordfish" for one in peer.requests)
    assert all(one.headers["accept-encoding"] == "identity" for one in peer.requests)


async def test_a_server_that_takes_its_time_is_hung_up_on() -> None:
    async with MisbehavingProvider(silence) as peer:
        with pytest.raises(McpError):
            await tools_of(ServerConfig(peer.url), HASTY)
        await asyncio.wait_for(peer.hung_up.wait(), 5)


async def test_a_goodbye_that_is_not_answered_costs_little() -> None:
    async def mute(exchange: Exchange) -> None:
        is_goodbye = exchange.request.method == "DELETE"
        await (silence if is_goodbye else speaking(list={"tools": [tool()]}))(exchange)

    async with MisbehavingProvider(mute) as peer:
        listed = await tools_of(ServerConfig(peer.url), Limits(closing=0.1))
    assert len(listed.tools) == 1

"""A server's tool is called, or it is told why not: by a real server, and by bad ones."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from conversations.mcp.calling import Said, call_tool
from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.errors import Fault, McpError
from tests.support.mcp_peer import speaking
from tests.support.mcp_server import mcp_server
from tests.support.misbehaving import Behaviour, MisbehavingProvider, reply, reset, silence
from tests.support.server import free_port

HASTY = Limits(calling=1.5)
TOKEN = {"Authorization": "Bearer swordfish"}


@pytest.fixture(scope="module", params=["http", "sse"])
def real(request: pytest.FixtureRequest) -> Iterator[ServerConfig]:
    with mcp_server(request.param, MCP_TOKEN="swordfish") as url:
        yield ServerConfig(url, request.param == "sse", TOKEN)


async def said_by(
    content: list[dict[str, Any]], limits: Limits | None = None, **result: Any
) -> Said:
    """What a server is heard to say whose tool gives this."""
    given = {"content": content, **result}
    async with MisbehavingProvider(speaking(call=given, list={"tools": []})) as peer:
        return await call_tool(ServerConfig(peer.url), "search", {}, limits)


async def fault_of(behaviour: Behaviour, limits: Limits | None = None) -> McpError:
    async with MisbehavingProvider(behaviour) as peer:
        with pytest.raises(McpError) as caught:
            await call_tool(ServerConfig(peer.url, headers=TOKEN), "search", {}, limits)
    return caught.value


async def test_a_real_server_uses_its_tool(real: ServerConfig) -> None:
    said = await call_tool(real, "weather", {"place": "Lund"})
    assert said == Said("In Lund it is sunny, 21 degrees.")


async def test_what_goes_wrong_in_a_tool_is_told_as_it_says(real: ServerConfig) -> None:
    said = await call_tool(real, "fail", {})
    assert said.is_error
    assert "The anemometer is frozen." in said.text


async def test_arguments_that_the_tool_does_not_take_are_an_error_of_its_own(
    real: ServerConfig,
) -> None:
    said = await call_tool(real, "open_window", {"number": "the left one"})
    assert said.is_error
    assert "number" in said.text


async def test_a_tool_that_there_is_not_is_an_error(real: ServerConfig) -> None:
    said = await call_tool(real, "erase", {})
    assert said.is_error
    assert "erase" in said.text


async def test_a_picture_comes_beside_what_is_said_of_it(real: ServerConfig) -> None:
    said = await call_tool(real, "look.out", {})
    assert said.text == "What is seen from the station:"
    (picture,) = said.pictures
    assert picture.startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(
    "image",
    [
        {"data": "PHN2Zz4=", "mimeType": "image/svg+xml"},
        {"data": "x" * 100, "mimeType": "image/png"},
        {"data": "no base64!", "mimeType": "image/png"},
    ],
)
async def test_a_picture_that_can_not_be_shown_is_named(image: dict[str, str]) -> None:
    said = await said_by([{"type": "image", **image}], Limits(picture=60))
    assert said == Said(f"[A picture that can't be shown here: {image['mimeType']}]")


async def test_of_too_many_pictures_the_first_are_shown() -> None:
    image = {"type": "image", "data": "UEsDBA==", "mimeType": "image/png"}
    said = await said_by([image] * 3, Limits(pictures=2))
    assert len(said.pictures) == 2
    assert said.text == "[A picture that can't be shown here: image/png]"


async def test_what_has_no_text_is_told_by_its_structure() -> None:
    said = await said_by([], structuredContent={"degrees": 21, "ort": "Zürich"})
    assert said.text == '{"degrees":21,"ort":"Zürich"}'


async def test_of_what_has_both_the_text_is_told() -> None:
    text = {"type": "text", "text": "21 degrees"}
    said = await said_by([text, text], structuredContent={"degrees": 21})
    assert said.text == "21 degrees\n\n21 degrees"


async def test_files_are_read_or_named() -> None:
    said = await said_by(
        [
            {"type": "resource", "resource": {"uri": "file:///a.md", "text": "# A"}},
            {"type": "resource", "resource": {"uri": "file:///b.zip", "blob": "UEsDBA=="}},
            {"type": "resource_link", "uri": "https://c.test/", "name": "c", "title": "See"},
            {"type": "audio", "data": "UEsDBA==", "mimeType": "audio/wav"},
        ]
    )
    assert said.text.split("\n\n") == [
        "# A",
        "[A file that can't be read here: file:///b.zip]",
        "See https://c.test/",
        "[A sound that can't be shown here: audio/wav]",
    ]


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (reply(200, b"<h1>Hello", "text/html"), Fault.GARBAGE),
        (reply(401, "No."), Fault.REFUSED),
        (reply(503, "Later."), Fault.ERROR),
        (reset, Fault.BROKE),
        (silence, Fault.SLOW),
        (speaking(call=silence), Fault.SLOW),
        (speaking(call=reset), Fault.BROKE),
        (speaking(call={"content": "no list"}), Fault.GARBAGE),
        (speaking(call={"content": [{"type": "text", "text": "x" * 9_000_000}]}), Fault.LARGE),
    ],
)
async def test_whatever_goes_wrong_on_the_way_is_told(behaviour: Behaviour, fault: Fault) -> None:
    error = await fault_of(behaviour, HASTY if fault == Fault.SLOW else None)
    assert error.fault == fault
    assert "swordfish" not in str(error)


async def test_where_nobody_listens_is_told() -> None:
    with pytest.raises(McpError) as caught:
        await call_tool(ServerConfig(f"http://127.0.0.1:{free_port()}/mcp"), "search", {})
    assert caught.value.fault == Fault.UNREACHABLE


@pytest.mark.parametrize("moment", [1, 5, 20, 60, 200])
async def test_a_call_that_nobody_waits_for_any_more_is_hung_up(moment: int) -> None:
    async with MisbehavingProvider(speaking(call=silence)) as peer:
        calling = asyncio.create_task(call_tool(ServerConfig(peer.url), "search", {}))
        for _ in range(moment):
            await peer.asked.wait()
            await asyncio.sleep(0)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling

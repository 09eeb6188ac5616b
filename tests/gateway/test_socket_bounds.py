"""What holds for every websocket holds for a script's: how many, how long a frame, who may stay."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from chatapp.server import MAX_FRAME_BYTES, STALLED_SECONDS
from conversations.protocol.parameters import MAX_INSTRUCTIONS
from conversations.sockets import (
    BAD_FRAMES,
    MAX_BAD_FRAMES,
    MAX_SOCKETS,
    RESTARTING,
    SIGNED_OUT,
    TOO_MANY_SOCKETS,
)
from tests.gateway.specification import check
from tests.gateway.test_socket import Connection, connected
from tests.gateway.test_stored import until
from tests.support.memory import MEGABYTE, memory_of
from tests.support.raw_peer import RawPeer, text_frame
from tests.support.server import Server, add_people, running_server


@pytest.fixture
def server(migrated: Path, tmp_path: Path) -> Iterator[Server]:
    """One of its own, whose sockets nobody else opens."""
    shutil.copytree(migrated, tmp_path / "data")
    with running_server(tmp_path / "data", {"GRACE_SECONDS": "1"}) as process:
        add_people(process.data_dir, ["ada"])
        yield process


@pytest.fixture
def key(server: Server) -> str:
    return server.manage("create_key", "ada", "Notebook").strip()


async def code_of(connection: Connection) -> int:
    """Read on to the end, and give back the code of the close."""
    with suppress(ConnectionClosed):
        while True:
            await connection.socket.recv()
    code = connection.socket.close_code
    assert code is not None
    return code


async def test_more_than_anybody_needs_are_refused(server: Server, key: str) -> None:
    async with asyncio.timeout(60):
        open_ones = [connected(server, key) for _ in range(MAX_SOCKETS)]
        for each in open_ones:
            await each.__aenter__()
        async with connected(server, key) as one_more:
            assert (await one_more.last())["error"]["code"] == "too_many_connections"
            assert await code_of(one_more) == TOO_MANY_SOCKETS
        await open_ones[0].__aexit__(None, None, None)
        async with connected(server, key) as again:
            check((await again.ask())["response"])
        for each in open_ones[1:]:
            await each.__aexit__(None, None, None)


async def test_frame_after_frame_that_is_none_closes_it(server: Server, key: str) -> None:
    async with connected(server, key) as connection:
        for _ in range(MAX_BAD_FRAMES):
            await connection.socket.send("nonsense")
        assert await code_of(connection) == BAD_FRAMES


async def test_a_frame_that_is_too_long_closes_it(server: Server, key: str) -> None:
    async with connected(server, key) as connection:
        await connection.socket.send(json.dumps("x" * MAX_FRAME_BYTES))
        assert await code_of(connection) == 1009


async def test_an_idle_one_is_closed_when_its_key_is_revoked(server: Server, key: str) -> None:
    code = f"from conversations.models.api_key import key_of; key_of({key!r}).revoke()"
    async with connected(server, key) as connection:
        server.manage("shell", "-v0", "-c", code)
        assert await code_of(connection) == SIGNED_OUT


async def test_what_comes_after_its_key_was_revoked_is_not_asked(server: Server, key: str) -> None:
    revoke = f"from conversations.models.api_key import key_of; key_of({key!r}).revoke()"
    count = "from conversations.models import Response; print(Response.objects.count())"
    asking = text_frame(type="response.create", model="guide", input="Hello")
    with RawPeer(server, key=key) as peer:
        server.manage("shell", "-v0", "-c", revoke)
        await asyncio.to_thread(peer.read, 4096)
        with suppress(OSError):
            for _ in range(10):
                peer.send(asking)
        await asyncio.to_thread(until, lambda: peer.is_cut)
    assert server.manage("shell", "-v0", "-c", count).strip() == "0"


async def test_at_the_servers_end_it_is_told_to_come_back(server: Server, key: str) -> None:
    async with connected(server, key) as connection:
        await connection.send(input="try: slow 200 long 1000")
        await connection.socket.recv()
        ending = asyncio.create_task(asyncio.to_thread(server.terminate))
        assert await code_of(connection) == RESTARTING
        assert await ending == 0


async def test_what_waits_is_bounded_and_what_is_not_answered_says_so(
    server: Server, key: str
) -> None:
    async with connected(server, key) as connection:
        for n in range(8):
            await connection.send(input="x" * 900_000, metadata={"n": str(n)})
        codes = [(await connection.last()).get("error", {}).get("code") for _ in range(8)]
        assert "too_many_streams" in codes


async def test_a_peer_that_reads_nothing_costs_little_and_is_dropped(
    server: Server, key: str
) -> None:
    async with connected(server, key) as connection:
        check((await connection.ask())["response"])
    before = memory_of(server)
    body = {"model": "guide", "input": "Hello", "instructions": "x" * MAX_INSTRUCTIONS}
    with RawPeer(server, key=key) as peer:
        asked = [
            text_frame(type="response.create", stream_id=str(n % 16), **body) for n in range(64)
        ]
        await asyncio.to_thread(peer.send_until_it_blocks, b"".join(asked), 1, 2.0)
        async with asyncio.timeout(STALLED_SECONDS + 20):
            while not peer.is_cut:
                assert memory_of(server) - before < 60 * MEGABYTE
                await asyncio.sleep(0.5)
    async with connected(server, key) as connection:
        check((await connection.ask())["response"])
    assert "Traceback" not in server.log_text()

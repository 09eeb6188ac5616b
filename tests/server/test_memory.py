"""What a socket may cost a real server process, whatever its peer does or leaves undone."""

import asyncio
import json

import pytest

from chatapp.server import STALLED_SECONDS
from tests.support.add_answers import add_answers
from tests.support.memory import MEGABYTE, memory_of
from tests.support.raw_peer import PING, RawPeer, frame, text_frame
from tests.support.server import Server, add_people
from tests.support.websocket import connect

ANSWERS = 50


@pytest.fixture
def ada(server: Server) -> str:
    """The session key of a person."""
    return add_people(server.data_dir, ["ada"])["ada"]


@pytest.fixture
def answers(server: Server, ada: str) -> list[str]:
    """Stored answers of hers, not much less than a megabyte each."""
    return add_answers(server, "ada", ANSWERS, 900_000)


async def ask(server: Server, session_key: str) -> None:
    """Open a page, ask, and wait for the end of the answer."""
    page = await connect(server.url, session_key)
    page.send(json.dumps({"type": "response.create", "client_key": "k", "input": "Hello"}))
    async with asyncio.timeout(10):
        while "response.completed" not in await page.receive():
            pass
    page.protocol.close()
    await page.closed


async def memory_in_use(server: Server, session_key: str) -> int:
    """What the process takes once it has done what everybody does."""
    await ask(server, session_key)
    return memory_of(server)


def follows(answers: list[str]) -> bytes:
    return b"".join(text_frame(type="response.follow", response_id=id_) for id_ in answers)


@pytest.mark.parametrize("different", [True, False])
async def test_a_page_that_reads_none_of_fifty_long_answers_costs_little(
    server: Server, ada: str, answers: list[str], different: bool
) -> None:
    before = await memory_in_use(server, ada)
    with RawPeer(server, ada) as peer:
        for id_ in answers:
            peer.send(follows([id_ if different else answers[0]]))
            await asyncio.sleep(0.05)
        assert memory_of(server) - before < 30 * MEGABYTE
        await ask(server, ada)


@pytest.mark.parametrize(
    ("data", "times"),
    [
        pytest.param(follows(["x"]) * 1000, 200, id="200,000 small frames"),
        pytest.param(frame(PING, bytes(125)) * 1000, 300, id="300,000 pings"),
    ],
)
async def test_a_peer_that_sends_faster_than_it_is_answered_and_reads_nothing_costs_little(
    server: Server, ada: str, data: bytes, times: int
) -> None:
    before = await memory_in_use(server, ada)
    with RawPeer(server, ada) as peer:
        await asyncio.to_thread(peer.send_until_it_blocks, data, times, 2.0)
        assert memory_of(server) - before < 20 * MEGABYTE
        await ask(server, ada)


async def test_a_peer_that_stopped_reading_is_dropped_and_a_slow_one_is_not(
    server: Server, ada: str, answers: list[str]
) -> None:
    with RawPeer(server, ada) as stopped, RawPeer(server, ada) as slow:
        stopped.send(follows(answers))
        slow.send(follows(answers))
        async with asyncio.timeout(STALLED_SECONDS + 8):
            while not stopped.is_cut:
                assert not slow.is_cut
                slow.read(MEGABYTE // 4)
                await asyncio.sleep(0.5)
        slow.send(follows(answers[:1]))
    assert "Traceback" not in server.log_text()

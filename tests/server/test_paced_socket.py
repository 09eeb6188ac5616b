"""When a socket is read, by what waits for the application and what its peer has not taken."""

import asyncio

import pytest

from chatapp.server import MAX_WAITING_BYTES, MAX_WAITING_FRAMES, PacedSocket


class Transport:
    """Twisted's, as far as a paced socket speaks to it."""

    is_read = True

    def pauseProducing(self) -> None:  # noqa: N802 (Twisted's name)
        self.is_read = False

    def resumeProducing(self) -> None:  # noqa: N802 (Twisted's name)
        self.is_read = True


@pytest.fixture
def paced() -> PacedSocket:
    paced = PacedSocket()
    paced.transport = Transport()
    paced.application_queue = asyncio.Queue()
    paced.client_addr = []
    return paced


async def take_all(paced: PacedSocket) -> None:
    while not paced.application_queue.empty():
        paced.application_queue.get_nowait()
    await asyncio.sleep(0.1)


async def test_a_socket_is_read_on_when_too_many_frames_have_been_taken(paced: PacedSocket) -> None:
    for _ in range(MAX_WAITING_FRAMES):
        paced.onMessage(b"", False)
    assert paced.transport.is_read
    paced.onMessage(b"", False)
    assert not paced.transport.is_read
    await take_all(paced)
    assert paced.transport.is_read


async def test_a_socket_is_read_on_when_too_many_bytes_have_been_taken(paced: PacedSocket) -> None:
    paced.onMessage(b"x" * MAX_WAITING_BYTES, False)
    assert paced.transport.is_read
    paced.onMessage(b"x", False)
    assert not paced.transport.is_read
    await take_all(paced)
    assert paced.transport.is_read
    paced.onMessage(b"x" * MAX_WAITING_BYTES, False)
    assert paced.transport.is_read


async def test_taken_frames_alone_do_not_let_a_socket_be_read_whose_peer_does_not_read(
    paced: PacedSocket,
) -> None:
    paced.onMessage(b"x" * (MAX_WAITING_BYTES + 1), False)
    paced.pauseProducing()
    await take_all(paced)
    assert not paced.transport.is_read
    paced.resumeProducing()
    assert paced.transport.is_read


async def test_whoever_waits_to_write_is_let_go_when_the_socket_is_closed(
    paced: PacedSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PacedSocket.__base__, "onClose", lambda *_: None)
    monkeypatch.setattr(paced, "_unsent", lambda: 1)
    paced.pauseProducing()
    waiting = asyncio.create_task(paced.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    paced.onClose(False, 1006, "")
    async with asyncio.timeout(1):
        await waiting

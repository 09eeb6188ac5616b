"""Connections as httpcore2 uses them, over real sockets."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpcore2
import pytest

from conversations.network.connections import Backend
from conversations.network.wire import MOST_UNREAD, Wire
from tests.support.listening import Serve, listening, listening_at

LARGE = bytes(range(256)) * 16 * 1024  # 4 MiB


@asynccontextmanager
async def connected(
    serve: Serve, tls: ssl.SSLContext | None = None, trust: ssl.SSLContext | None = None
) -> AsyncIterator[httpcore2.AsyncNetworkStream]:
    """A connection to a server that handles it with `serve`; encrypted where `trust` is given."""
    async with listening(serve, tls) as port:
        stream = await Backend().connect_tcp("127.0.0.1", port, timeout=5)
        try:
            if trust:
                stream = await stream.start_tls(trust, "127.0.0.1", timeout=5)
            yield stream
        finally:
            await stream.aclose()


@pytest.fixture
def trusting(self_signed: ssl.SSLContext, tmp_path: Path) -> ssl.SSLContext:
    """A client's side of TLS that trusts the self-signed certificate."""
    return ssl.create_default_context(cafile=tmp_path / "server.pem")


async def until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def send_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(LARGE)
    await writer.drain()


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(1)
    linger = struct.pack("ii", 1, 0)  # closed without a goodbye
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def all_of(stream: httpcore2.AsyncNetworkStream, pause: float = 0) -> bytes:
    received = bytearray()
    while data := await stream.read(65536, timeout=5):
        received += data
        await asyncio.sleep(pause)
    return bytes(received)


async def until_readable(stream: httpcore2.AsyncNetworkStream) -> None:
    for _ in range(500):
        if stream.get_extra_info("is_readable"):
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)  # what the socket has, the event loop has, too


async def test_what_is_sent_comes_back() -> None:
    async with connected(echo) as stream:
        for _ in range(3):
            await stream.write(b"hello")
            assert await stream.read(100) == b"hello"


async def test_a_read_takes_no_more_than_it_was_asked_for() -> None:
    async with connected(echo) as stream:
        await stream.write(b"hello")
        assert await stream.read(2) == b"he"
        assert await stream.read(100) == b"llo"


async def test_tls_carries_the_same(self_signed: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    async with connected(echo, self_signed, trusting) as stream:
        await stream.write(b"hello")
        assert await stream.read(100) == b"hello"
        assert stream.get_extra_info("ssl_object").version().startswith("TLS")


async def test_tls_within_tls_carries_the_same(
    self_signed: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(self_signed)
        await echo(reader, writer)

    async with connected(serve, self_signed, trusting) as stream:
        inner = await stream.start_tls(trusting, "127.0.0.1", timeout=5)
        await inner.write(b"hello")
        assert await inner.read(100) == b"hello"
        await inner.aclose()


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    self_signed: ssl.SSLContext,
) -> None:
    with pytest.raises(httpcore2.ConnectError) as caught:
        async with connected(until_closed, self_signed, ssl.create_default_context()):
            pass
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


async def test_a_peer_that_speaks_before_the_handshake_is_refused(
    trusting: ssl.SSLContext,
) -> None:
    async def interrupt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await reader.read()

    async with connected(interrupt) as stream:
        await until_readable(stream)
        with pytest.raises(httpcore2.ConnectError):
            await stream.start_tls(trusting, "127.0.0.1")


async def test_a_handshake_that_does_not_come_is_given_up(trusting: ssl.SSLContext) -> None:
    async with connected(until_closed) as stream:
        with pytest.raises(httpcore2.ConnectTimeout):
            await stream.start_tls(trusting, "127.0.0.1", timeout=0.05)


async def test_nobody_listening_is_a_connect_error(unused_tcp_port: int) -> None:
    with pytest.raises(httpcore2.ConnectError) as caught:
        await Backend().connect_tcp("127.0.0.1", unused_tcp_port, timeout=5)
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_a_unix_socket_is_a_connection_like_any_other(tmp_path: Path) -> None:
    path = str(tmp_path / "socket")
    async with listening_at(path, echo):
        stream = await Backend().connect_unix_socket(path)
        await stream.write(b"hello")
        assert await stream.read(100) == b"hello"
        await stream.aclose()
    with pytest.raises(httpcore2.ConnectError):
        await Backend().connect_unix_socket(path + "?")


async def test_a_read_without_an_answer_times_out_and_loses_nothing() -> None:
    async with connected(echo) as stream:
        with pytest.raises(httpcore2.ReadTimeout):
            await stream.read(100, timeout=0.02)
        await stream.write(b"hello")
        assert await stream.read(100) == b"hello"


async def test_a_cancelled_read_loses_nothing() -> None:
    async with connected(echo) as stream:
        reading = asyncio.create_task(stream.read(100))
        await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await stream.write(b"hello")
        assert await stream.read(100) == b"hello"


async def test_a_peer_that_does_not_read_stops_the_writer() -> None:
    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # it is one for reading, too
        await asyncio.sleep(1)

    async with connected(stuck) as stream:
        with pytest.raises(httpcore2.WriteTimeout):
            await stream.write(LARGE * 8, timeout=0.2)


async def test_a_reset_is_an_error_and_not_an_end() -> None:
    async with connected(reset) as stream:
        await stream.write(b"x")
        with pytest.raises(httpcore2.ReadError):
            await stream.read(100, timeout=5)
        with pytest.raises(httpcore2.WriteError):
            await stream.write(b"x")


async def test_closing_ends_a_read_that_waits() -> None:
    async with connected(until_closed) as stream:
        reading = asyncio.create_task(stream.read(100))
        await asyncio.sleep(0)
        await stream.aclose()
        with pytest.raises(httpcore2.ReadError):
            await reading


async def test_closing_does_not_wait_for_the_peer_to_say_goodbye(
    self_signed: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(LARGE)
                await writer.drain()
        finally:
            left.set()

    async with connected(talk, self_signed, trusting) as stream:
        await stream.read(100)
        await stream.aclose()
        async with asyncio.timeout(1):
            await left.wait()


async def test_an_idle_connection_that_the_peer_closes_becomes_readable() -> None:
    async def wait_for_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)

    async with connected(wait_for_byte) as stream:
        assert not stream.get_extra_info("is_readable")
        await stream.write(b"x")
        await until_readable(stream)
        assert await stream.read(100) == b""


@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_a_slow_reader_gets_all_that_a_hasty_peer_sent_before_it_left(
    self_signed: ssl.SSLContext,
    trusting: ssl.SSLContext,
    is_encrypted: bool,
) -> None:
    tls = (self_signed, trusting) if is_encrypted else (None, None)
    async with connected(send_large, *tls) as stream:
        await asyncio.sleep(0.1)
        assert await all_of(stream, pause=0.001) == LARGE


async def test_many_connections_are_read_at_once() -> None:
    async with listening(echo) as port:
        streams = [await Backend().connect_tcp("127.0.0.1", port) for _ in range(100)]
        reads = [asyncio.create_task(stream.read(100, timeout=5)) for stream in streams]
        for number, stream in enumerate(streams):
            await stream.write(str(number).encode())
        assert await asyncio.gather(*reads) == [str(n).encode() for n in range(100)]
        for stream in streams:
            await stream.aclose()


class Tap(asyncio.Transport):
    """A transport that only notes whether it is read from."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def pause_reading(self) -> None:
        self.calls.append("pause")

    def resume_reading(self) -> None:
        self.calls.append("resume")


def test_no_more_is_taken_from_a_peer_than_may_wait() -> None:
    wire, tap = Wire(), Tap()
    wire.connection_made(tap)
    wire.data_received(bytes(MOST_UNREAD))
    assert tap.calls == []
    wire.data_received(b"x")
    wire.take(MOST_UNREAD // 4)
    assert tap.calls == ["pause"]
    wire.take(MOST_UNREAD // 2)
    assert tap.calls == ["pause", "resume"]

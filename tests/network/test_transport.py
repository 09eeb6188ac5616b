"""Requests through the pool: kept connections, and proxies."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from conversations.network.transport import NetworkTransport
from tests.support.listening import listening
from tests.support.misbehaving import MisbehavingProvider, reply

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@asynccontextmanager
async def client(proxy: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=NetworkTransport(proxy), trust_env=False) as client:
        yield client


async def test_a_connection_closed_while_idle_is_not_used_again() -> None:
    connections = 0
    closed = asyncio.Event()

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HELLO)  # which promises to stay
        writer.close()
        await writer.wait_closed()
        closed.set()

    async with listening(answer_once) as port, client() as http:
        for _ in range(3):
            closed.clear()
            assert (await http.get(f"http://127.0.0.1:{port}/")).text == "hello"
            await closed.wait()
    assert connections == 3


async def test_a_request_goes_through_a_proxy_that_it_signs_in_to() -> None:
    async with MisbehavingProvider(reply(200, {"said": "hello"})) as proxy:
        address = proxy.url.removesuffix("/v1").replace("://", "://me:secret@")
        async with client(address) as http:
            answer = await http.get("http://provider.example/v1/models")
    assert answer.json() == {"said": "hello"}
    assert proxy.requests[0].path == "http://provider.example/v1/models"
    assert proxy.requests[0].headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


async def test_an_encrypted_request_goes_through_a_tunnel(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    async with (
        MisbehavingProvider(reply(200, {"said": "hello"}), tls=self_signed) as provider,
        listening(tunnel) as port,
        client(f"http://127.0.0.1:{port}") as http,
    ):
        answer = await http.get(f"{provider.url}/models")
    assert answer.json() == {"said": "hello"}


async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An HTTP proxy that knows CONNECT only."""
    method, target, _ = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)
    assert method == "CONNECT"
    host, _, port = target.rpartition(":")
    far_reader, far_writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(_pour(reader, far_writer), _pour(far_reader, writer))
    finally:
        far_writer.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

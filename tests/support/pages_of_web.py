"""A page of the web for tests, at a port of this machine that may be read."""

import asyncio

from pytest_django import Settings

from conversations.network.reach import Place
from tests.support.listening import Serve


def serving(body: bytes, media_type: str = "text/html") -> Serve:
    """Answers each connection with this."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}"
        writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return serve


def allow(settings: Settings, port: int) -> str:
    """The address of what listens at the port, which the administrator allows from now on."""
    settings.WEB_INTERNAL_HOSTS = frozenset({Place("127.0.0.1", port)})
    return f"http://127.0.0.1:{port}/"

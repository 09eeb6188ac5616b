"""One connection serves one answer after the other."""

import asyncio

from conversations.providers.client import ProviderClient
from tests.providers.asking import config_for, events_of
from tests.support.misbehaving import answer, sse

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_the_next_answer_comes_over_the_same_connection() -> None:
    connections = 0
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while head := await _head(reader):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            body = b"".join(map(sse, answer("Hello"))) + b"data: [DONE]\n\n"
            writer.write(HEAD + b"%x\r\n%b\r\n" % (len(body), body))
            await writer.drain()
            await asyncio.sleep(0.01)  # the end comes in a packet of its own
            writer.write(b"0\r\n\r\n")
        writer.close()
        ended.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = ProviderClient(config_for(f"http://127.0.0.1:{port}/v1"))
        for _ in range(3):
            await events_of(client)
        await client.aclose()
        await ended.wait()
    assert connections == 1


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The head of the next request; nothing when the client has hung up."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""

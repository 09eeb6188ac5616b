"""A provider over real sockets that misbehaves on demand.

`async with MisbehavingProvider(error(500), stream(answer("Hi"))) as provider:` answers the first
request with the first behaviour, the second with the second, and every later one with the last. A
behaviour is a coroutine function that is given the `Exchange` and writes what it likes.
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

Event = dict[str, Any]
EVENT_STREAM = "text/event-stream"
NO_HEADERS: Mapping[str, str] = {}


@dataclass
class Received:
    """One request as it came: header names in lower case, the body decoded where it is JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Exchange:
    """One request and the connection on which to answer it."""

    request: Received
    writer: asyncio.StreamWriter

    async def head(
        self,
        status: int = 200,
        content_type: str = EVENT_STREAM,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """The status line and headers of a chunked answer."""
        fields = {
            "content-type": content_type,
            "transfer-encoding": "chunked",
            "connection": "close",
            **headers,
        }
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{k}: {v}" for k, v in fields.items())]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def send(self, data: bytes) -> None:
        """`data` as one chunk of the answer."""
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data) if data else b"")

    async def event(self, event: Event) -> None:
        """One event, with its name."""
        await self.send(sse(event))

    async def end(self) -> None:
        """The proper end of a chunked answer."""
        await self.raw(b"0\r\n\r\n")

    async def raw(self, data: bytes) -> None:
        """`data` as it is, below HTTP."""
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Drop the connection with an RST."""
        self.writer.transport.abort()


Behaviour = Callable[[Exchange], Awaitable[None]]


class MisbehavingProvider:
    """A server on a free port of this machine; `url` is its base URL for the SDK."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._behaviours = behaviours
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[Received] = []
        self.asked = asyncio.Event()
        """Set when a request has come."""
        self.hung_up = asyncio.Event()
        """Set when a client closed its connection before the behaviour was through."""
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of its own: asyncio's streams complain about a cancelled one that they started.
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        await asyncio.wait({task})
        self._tasks.discard(task)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read_request(reader)
        if request is None:
            return
        behaviour = self._behaviours[min(len(self.requests), len(self._behaviours) - 1)]
        self.requests.append(request)
        self.asked.set()
        answering = asyncio.ensure_future(behaviour(Exchange(request, writer)))
        watching = asyncio.ensure_future(reader.read())
        try:
            await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done() or isinstance(answering.exception(), ConnectionError):
                self.hung_up.set()
            else:
                answering.result()
        finally:
            answering.cancel()
            watching.cancel()
            await asyncio.gather(answering, watching, return_exceptions=True)


def sse(event: Event) -> bytes:
    """One event as server-sent events carry it."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def response(**fields: Any) -> dict[str, Any]:
    """A response object with as much as a client needs."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": "m",
        "output": [],
        **fields,
    }


def answer(*deltas: str) -> list[Event]:
    """The events of a whole answer with these deltas."""
    text = "".join(deltas)
    return [
        {"type": "response.created", "response": response(status="in_progress")},
        *beginning(*deltas),
        {"type": "response.completed", "response": response(output=[message(text)])},
    ]


def beginning(*deltas: str) -> list[Event]:
    """Deltas only: an answer that has begun."""
    return [
        {"type": "response.output_text.delta", "output_index": 0, "item_id": "m", "delta": delta}
        for delta in deltas
    ]


def message(text: str) -> dict[str, Any]:
    """An output item that says `text`."""
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"id": "m", "type": "message", "role": "assistant", "content": content}


def stream(events: Iterable[Event], then: Behaviour | None = None) -> Behaviour:
    """Stream `events`; then end the answer, or go on with `then`."""
    return body(b"".join(map(sse, events)), then)


def body(data: bytes, then: Behaviour | None = None) -> Behaviour:
    """Stream `data` as an event stream; then end the answer, or go on with `then`."""

    async def behave(exchange: Exchange) -> None:
        await exchange.head()
        await exchange.send(data)
        await (then or Exchange.end)(exchange)

    return behave


def reply(
    status: int,
    content: bytes | dict[str, Any] | list[Any] | str,
    content_type: str = "application/json",
    headers: Mapping[str, str] = NO_HEADERS,
) -> Behaviour:
    """Answer in one piece; anything but bytes is sent as JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()

    async def behave(exchange: Exchange) -> None:
        await exchange.head(status, content_type, headers)
        await exchange.send(data)
        await exchange.end()

    return behave


def error(
    status: int, message: str = "", headers: Mapping[str, str] = NO_HEADERS, **fields: Any
) -> Behaviour:
    """Answer with an error as OpenAI writes it."""
    return reply(status, {"error": {"message": message, **fields}}, headers=headers)


async def silence(exchange: Exchange) -> None:
    """Say nothing more, until the client gives up."""
    await asyncio.get_running_loop().create_future()


async def no_more(exchange: Exchange) -> None:
    """Close the connection properly, though the answer has no end."""


async def reset(exchange: Exchange) -> None:
    """Drop the connection."""
    exchange.reset()


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None  # a client that connects and leaves again
    first, *lines = head.decode().rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    data = await reader.readexactly(int(headers.get("content-length", 0)))
    is_form = headers.get("content-type", "").startswith("multipart/")
    return Received(method, path, headers, data if is_form else json.loads(data or b"null"))

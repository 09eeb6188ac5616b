"""A page's socket to a real server process."""

import asyncio
import json

from django.conf import settings

from tests.bench.websocket import WebSocket


class Socket:
    """What a server sends: frames to be received one by one, and the text they add up to."""

    def __init__(self, url: str, session_key: str) -> None:
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.deltas: list[str] = []
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self.protocol = WebSocket(
            f"{url}/ws",
            f"{settings.SESSION_COOKIE_NAME}={session_key}",
            self._take,
            self.closed.set_result,
        )

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    def deltas_after(self, kept: str) -> int:
        """How many deltas came after those that add up to `kept`."""
        length, number = 0, 0
        while length < len(kept):
            length += len(self.deltas[number])
            number += 1
        return len(self.deltas) - number

    def send(self, text: str) -> None:
        self.protocol.send(text)

    async def receive(self) -> str:
        return await self._frames.get()

    def _take(self, payload: bytes) -> None:
        frame = payload.decode()
        for line in frame.split("\n"):
            event = json.loads(line)
            if event["type"] == "response.output_text.delta":
                self.deltas.append(event["delta"])
        self._frames.put_nowait(frame)


async def connect(url: str, session_key: str) -> Socket:
    """Open the socket of a person who is signed in with this session."""
    socket = Socket(url, session_key)
    host, _, port = url.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: socket.protocol, host, int(port))
    await socket.protocol.opened
    return socket

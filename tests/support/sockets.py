"""A browser's socket, without a browser."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from chatapp.accounts.models import User
from chatapp.asgi import application
from conversations.models.database import in_database

ORIGIN = "http://localhost:8000"


class Page:
    """Sends frames, and reads what comes line by line."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator
        self._lines: list[str] = []

    async def send(self, **frame: Any) -> None:
        await self.communicator.send_to(text_data=json.dumps(frame))

    async def send_text(self, text: str) -> None:
        # Not `send_to`, which knows no empty frames.
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def receive(self) -> dict[str, Any]:
        if not self._lines:
            self._lines = str(await self.communicator.receive_from(timeout=5)).split("\n")
        frame = json.loads(self._lines.pop(0))
        assert isinstance(frame, dict)
        return frame

    async def receive_until(self, *types: str) -> dict[str, Any]:
        """The next frame of one of these types; those before it are passed over."""
        while (frame := await self.receive())["type"] not in types:
            pass
        return frame

    async def receives_nothing(self) -> bool:
        """Whether all is read, and nothing more comes for a while."""
        return not self._lines and await self.communicator.receive_nothing(timeout=0.2)

    async def close_code(self) -> int:
        """Read on to the end, and give back the code of the close."""
        while True:
            message = await self.communicator.receive_output(timeout=5)
            if message["type"] == "websocket.close":
                return int(message["code"])

    async def ask(self, text: str = "Why?", **fields: Any) -> dict[str, Any]:
        """Ask, and give back the frame that says it is stored."""
        key = fields.pop("client_key", f"key of {text}")
        await self.send(type="response.create", client_key=key, input=text, **fields)
        return await self.receive_until("response.accepted", "error")


async def session_of(user: User) -> str:
    """Sign a person in, and give back the session's key."""

    def sign_in() -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    return await in_database(sign_in)


def communicator(session_key: str | None, origin: str | None = ORIGIN) -> WebsocketCommunicator:
    headers = [(b"host", b"localhost:8000")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if session_key:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
    return WebsocketCommunicator(application, "/ws", headers=headers)


@asynccontextmanager
async def open_page(user: User, session_key: str | None = None) -> AsyncIterator[Page]:
    """An open socket of a person who is signed in."""
    socket = communicator(session_key or await session_of(user))
    connected, _ = await socket.connect(timeout=5)
    assert connected
    try:
        yield Page(socket)
    finally:
        await socket.disconnect()

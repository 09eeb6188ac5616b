"""A provider whose websocket says what a test scripts, and a client that is connected to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from conversations.protocol.events import Event
from conversations.providers.client import ProviderClient
from conversations.providers.steering import SteerableAnswer
from tests.providers.asking import config_for

Play = Callable[["Peer"], Awaitable[None]]
REQUEST: dict[str, Any] = {"model": "m", "input": "Hi"}
MESSAGE: dict[str, Any] = {"type": "message", "role": "user", "content": "Shorter."}


class Peer:
    """The provider's end of one websocket; `received` holds what the client said, in order."""

    def __init__(self, connection: ServerConnection, received: list[Any]) -> None:
        self.connection = connection
        self._received = received

    async def say(self, *events: Any) -> None:
        for event in events:
            await self.connection.send(event if isinstance(event, str) else json.dumps(event))

    async def hear(self) -> Any:
        message = json.loads(await self.connection.recv())
        self._received.append(message)
        return message

    def reset(self) -> None:
        self.connection.transport.abort()


@asynccontextmanager
async def scripted(
    *plays: Play, **fields: Any
) -> AsyncIterator[tuple[ProviderClient, list[Any], asyncio.Event]]:
    """A client of a provider that plays one script after the other, the last again and again.

    With it come what the provider heard, and an event that is set when a client has left.
    """
    received: list[Any] = []
    left = asyncio.Event()
    left_to_play = list(plays)

    async def accept(connection: ServerConnection) -> None:
        play = left_to_play.pop(0) if len(left_to_play) > 1 else left_to_play[0]
        peer = Peer(connection, received)
        await peer.hear()
        await play(peer)
        await connection.wait_closed()
        left.set()

    async with serve(accept, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        client = ProviderClient(config_for(f"http://127.0.0.1:{port}/v1", **fields))
        try:
            yield client, received, left
        finally:
            await client.aclose()


@asynccontextmanager
async def opened(client: ProviderClient, **request: Any) -> AsyncIterator[SteerableAnswer]:
    answer = await client.open({**REQUEST, **request})
    try:
        yield answer
    finally:
        await answer.aclose()


async def read(answer: SteerableAnswer) -> list[Event]:
    """All events of the response that is given now."""
    async with aclosing(answer.events()) as events:
        return [event async for event in events]


def accepted(steer_id: str = "steer_1") -> Event:
    steer = {"id": steer_id, "previous_response_id": "resp_1"}
    return {"type": "response.steer.accepted", "sequence_number": 3, "steer": steer}


def refused(code: str, steer_id: str | None = None) -> Event:
    error = {"type": "invalid_request_error", "code": code, "message": "No."}
    steer: Event = {"id": steer_id, "previous_response_id": "resp_1", "input": []}
    return {"type": "response.steer.failed", "sequence_number": 4, "error": error, "steer": steer}

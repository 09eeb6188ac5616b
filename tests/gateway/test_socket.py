"""The websocket at /v1/responses, by the official SDK and by what Open Responses asks of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.gateway.specification import check
from tests.support.server import Server

ENDS = ("response.completed", "response.failed", "response.incomplete", "error")


class Connection:
    """Asks, and reads to the end of an answer."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, **body: Any) -> None:
        frame = {"type": "response.create", "model": "guide", "input": "Hello", **body}
        await self.socket.send(json.dumps(frame))

    async def last(self) -> dict[str, Any]:
        while True:
            event: dict[str, Any] = json.loads(await self.socket.recv())
            if event["type"] in ENDS:
                return event

    async def ask(self, **body: Any) -> dict[str, Any]:
        await self.send(**body)
        return await self.last()


@asynccontextmanager
async def connected(server: Server, key: str, **headers: str) -> AsyncIterator[Connection]:
    url = f"{server.url.replace('http', 'ws', 1)}/v1/responses"
    headers = {"Authorization": f"Bearer {key}", **headers}
    async with connect(url, additional_headers=headers) as socket:
        yield Connection(socket)


async def test_the_official_client_asks_and_goes_on(async_client: AsyncOpenAI) -> None:
    async with async_client.responses.connect() as connection:
        said = []
        previous: str | None = None
        for question in ("My name is Grace", "What is my name?"):
            await connection.response.create(
                model="guide", input=question, previous_response_id=previous, store=False
            )
            async for event in connection:
                if event.type == "response.completed":
                    previous = event.response.id
                    said.append(event.response.output_text)
                    break
    assert "Grace" in said[1]


async def test_what_is_asked_is_answered_in_order_and_completely(
    served: Server, keys: dict[str, str]
) -> None:
    async with connected(served, keys["ada"]) as connection:
        for n in range(3):
            await connection.send(input="Hello", metadata={"n": str(n)}, store=bool(n % 2))
        for n in range(3):
            response = (await connection.last())["response"]
            check(response)
            assert response["metadata"] == {"n": str(n)}


async def test_streams_with_names_are_answered_side_by_side(
    served: Server, keys: dict[str, str]
) -> None:
    async with connected(served, keys["ada"]) as connection:
        await connection.send(input="try: slow 200 long 1000", stream_id="slow")
        await connection.send(stream_id="quick")
        assert (await connection.last())["stream_id"] == "quick"


async def test_what_was_not_stored_is_known_on_its_connection_alone(
    served: Server, keys: dict[str, str]
) -> None:
    async with connected(served, keys["ada"]) as connection:
        first = await connection.ask(input="My name is Grace", store=False)
        id_ = first["response"]["id"]
        again = await connection.ask(
            input="What is my name?", store=False, previous_response_id=id_
        )
        check(again["response"])
        assert "Grace" in again["response"]["output"][0]["content"][0]["text"]
    async with connected(served, keys["ada"]) as connection:
        refused = await connection.ask(previous_response_id=id_, store=False)
        assert refused["error"]["code"] == "previous_response_not_found"
        assert refused["status"] == 400
        check((await connection.ask())["response"])


async def test_what_a_failed_continuation_followed_is_forgotten(
    served: Server, keys: dict[str, str]
) -> None:
    async with connected(served, keys["ada"]) as connection:
        first = await connection.ask(store=False)
        id_ = first["response"]["id"]
        orphan = {"type": "function_call_output", "call_id": "call_none", "output": "x"}
        failed = await connection.ask(input=[orphan], previous_response_id=id_, store=False)
        assert failed["type"] == "error"
        gone = await connection.ask(previous_response_id=id_, store=False)
        assert gone["error"]["code"] == "previous_response_not_found"


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", '{"type": "response.fly"}', '{"type": "response.create"}', "[" * 1000],
)
async def test_a_frame_that_is_none_is_refused_and_the_connection_stays(
    served: Server, keys: dict[str, str], frame: str
) -> None:
    async with connected(served, keys["ada"]) as connection:
        await connection.socket.send(frame)
        event = json.loads(await connection.socket.recv())
        assert (event["type"], event["status"]) == ("error", 400)
        assert event["error"]["type"] == "invalid_request_error"
        check((await connection.ask())["response"])


async def test_nobody_is_let_in_without_a_key(served: Server, keys: dict[str, str]) -> None:
    for key in ("", "wrong", f"{keys['ada']}x"):
        with pytest.raises(InvalidStatus) as refused:
            async with connected(served, key):
                pass
        assert refused.value.response.status_code == 403


async def test_two_people_never_see_each_others(served: Server, keys: dict[str, str]) -> None:
    async with connected(served, keys["ada"]) as connection:
        id_ = (await connection.ask())["response"]["id"]
    async with connected(served, keys["bob"]) as connection:
        refused = await connection.ask(previous_response_id=id_)
        assert refused["error"]["code"] == "previous_response_not_found"


@pytest.mark.usefixtures("keys")
async def test_a_revoked_key_closes_its_connection(served: Server) -> None:
    secret = served.manage("create_key", "ada", "To be revoked").strip()
    code = f"from conversations.models.api_key import key_of; key_of({secret!r}).revoke()"
    async with connected(served, secret) as connection:
        await connection.send(input="try: slow 300 long 1000")
        served.manage("shell", "-v0", "-c", code)
        assert (await connection.last())["error"]["code"] == "invalid_api_key"
        with pytest.raises(ConnectionClosed) as closed:
            await connection.socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401

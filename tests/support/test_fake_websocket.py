"""The fake provider's websocket speaks as the SDK's types say."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.resources.responses.responses import AsyncResponsesConnection
from openai.types.responses import ResponsesServerEvent
from pydantic import TypeAdapter

from tests.support.server import FakeProvider, fake_provider

MODEL = "fake-model"
EVENTS: TypeAdapter[Any] = TypeAdapter(ResponsesServerEvent)


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture
async def socket(provider: FakeProvider) -> AsyncIterator[AsyncResponsesConnection]:
    async with (
        AsyncOpenAI(api_key="sk-fake", base_url=provider.base_url) as client,
        client.responses.connect() as connection,
    ):
        yield connection


async def until(socket: AsyncResponsesConnection, kind: str) -> list[dict[str, Any]]:
    """The events to the first of a kind, each as strict as the SDK's types are."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] != kind:
        message = await socket.recv_bytes()
        EVENTS.validate_json(message)
        events.append(json.loads(message))
    return events


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(
        event["delta"] for event in events if event["type"] == "response.output_text.delta"
    )


async def test_one_answer_follows_another(socket: AsyncResponsesConnection) -> None:
    await socket.response.create(model=MODEL, input="deltas=3")
    first = await until(socket, "response.completed")
    previous = first[0]["response"]["id"]
    await socket.response.create(model=MODEL, input="deltas=2", previous_response_id=previous)
    second = await until(socket, "response.completed")
    assert (text_of(first), text_of(second)) == ("w1 w2 w3 ", "w1 w2 ")
    assert second[0]["response"]["previous_response_id"] == previous


async def test_an_answer_is_steered(
    socket: AsyncResponsesConnection, provider: FakeProvider
) -> None:
    await socket.response.create(model=MODEL, input="deltas=1000 rate=100 steered")
    begun = await until(socket, "response.output_text.delta")
    previous = begun[0]["response"]["id"]
    message: Any = {"type": "message", "role": "user", "content": "deltas=2 successor"}
    await socket.response.steer(input=[message], previous_response_id=previous)
    ended = await until(socket, "response.incomplete")
    assert "response.steer.accepted" in [event["type"] for event in ended]
    response = ended[-1]["response"]
    assert response["incomplete_details"] == {"reason": "steered"}
    assert response["output"][0]["content"][0]["text"] == text_of([*begun, *ended])
    assert text_of(await until(socket, "response.completed")) == "w1 w2 "
    (successor,) = provider.asked("successor")
    assert (successor["kind"], successor["outcome"]) == ("steer", "completed")


@pytest.mark.parametrize(
    ("question", "code"),
    [("deltas=50 rate=100 nosteer=1", "steering_not_supported"), ("deltas=1", "response_")],
)
async def test_what_can_not_be_steered_is_given_back(
    socket: AsyncResponsesConnection, question: str, code: str
) -> None:
    await socket.response.create(model=MODEL, input=question)
    begun = await until(socket, "response.output_text.delta")
    if code == "response_":
        begun += await until(socket, "response.completed")
    message: Any = {"type": "message", "role": "user", "content": "No?"}
    await socket.response.steer(input=[message], previous_response_id=begun[0]["response"]["id"])
    failed = (await until(socket, "response.steer.failed"))[-1]
    assert failed["error"]["code"].startswith(code)
    assert failed["steer"]["input"] == [message]


async def test_a_refused_request_leaves_the_websocket_open(
    socket: AsyncResponsesConnection,
) -> None:
    await socket.response.create(model=MODEL, input="Hi", previous_response_id="resp_0")
    (error,) = await until(socket, "error")
    assert (error["status"], error["error"]["code"]) == (400, "previous_response_not_found")
    await socket.response.create(model=MODEL, input="deltas=1")
    assert text_of(await until(socket, "response.completed")) == "w1 "

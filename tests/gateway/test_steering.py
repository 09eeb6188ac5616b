"""`response.steer` over the websocket: what is said into an answer, and what is given back."""

import json
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openai import AsyncOpenAI

from tests.gateway.specification import check
from tests.gateway.test_creating import WEATHER
from tests.gateway.test_socket import Connection, connected
from tests.gateway.test_stored import until
from tests.support.server import (
    FakeProvider,
    Server,
    add_people,
    connected_to,
    running_server,
)
from tests.support.uploads import picture

LONG = "deltas=5000 rate=100"
ACCEPTED = "response.steer.accepted"
SHORTER: Any = [{"type": "message", "role": "user", "content": "Shorter!"}]
USED_UP = (
    "from chatapp.accounts.models import User; from conversations.models import Limit;"
    " Limit.objects.get_or_create(user=User.objects.get(), tokens_per_day=0)[0]"
)
STEERABLE = "from conversations.models import Provider; Provider.objects.update(steerable=True)"


@pytest.fixture(scope="module")
def server(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider
) -> Iterator[Server]:
    """Its provider can be steered."""
    folder = tmp_path_factory.mktemp("steering") / "data"
    shutil.copytree(migrated, folder)
    with running_server(folder, {"GRACE_SECONDS": "1", **connected_to(provider)}) as process:
        add_people(process.data_dir, ["ada"])
        process.manage("shell", "-v0", "-c", STEERABLE)
        yield process


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return server.manage("create_key", "ada", "Notebook").strip()


@pytest_asyncio.fixture
async def connection(server: Server, key: str) -> AsyncIterator[Connection]:
    async with connected(server, key) as made:
        yield made


async def until_told(connection: Connection, *kinds: str) -> dict[str, Any]:
    while True:
        event: dict[str, Any] = json.loads(await connection.socket.recv())
        if event["type"] in kinds:
            return event


async def begun(connection: Connection, text: str = LONG, **body: Any) -> str:
    """The id of an answer that is being written."""
    await connection.send(model="fake-model", input=text, **body)
    created = await until_told(connection, "response.created", "error")
    assert created["type"] == "response.created", created
    await until_told(connection, "response.output_text.delta")
    return str(created["response"]["id"])


async def steer(connection: Connection, response_id: Any, **frame: Any) -> None:
    told = {"type": "response.steer", "previous_response_id": response_id, "input": SHORTER}
    await connection.socket.send(json.dumps({**told, **frame}))


async def test_the_official_client_steers_an_answer_and_reads_its_successor(
    server: Server, key: str
) -> None:
    kinds: list[str] = []
    ids: list[str] = []
    async with (
        AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key) as client,
        client.responses.connect() as connection,
    ):
        await connection.response.create(model="fake-model", input=LONG)
        async for event in connection:
            kinds.append(event.type)
            if event.type == "response.created":
                ids.append(event.response.id)
            elif event.type == "response.output_text.delta" and kinds.count(event.type) == 1:
                await connection.response.steer(input=SHORTER, previous_response_id=ids[0])
            elif event.type == "response.steer.accepted":
                assert event.steer.previous_response_id == ids[0]
            elif event.type == "response.incomplete":
                assert event.response.incomplete_details is not None
                assert event.response.incomplete_details.reason == "steered"
            elif event.type == "response.completed":
                last = event.response
                break
    assert last.output_text.strip() == "You asked: Shorter!"
    assert (last.id, last.previous_response_id) == (ids[1], ids[0])
    told = [kind for kind in kinds if kind in (ACCEPTED, "response.incomplete")]
    assert told == [ACCEPTED, "response.incomplete"]


async def test_the_successor_is_asked_for_as_the_answer_was(connection: Connection) -> None:
    asked: dict[str, Any] = {
        "temperature": 0.5,
        "instructions": "Be brief",
        "metadata": {"run": "7"},
    }
    response_id = await begun(connection, stream_id="one", **asked)
    await steer(connection, response_id, input="Shorter!")
    accepted = await until_told(connection, "response.steer.accepted", "response.steer.failed")
    assert accepted["type"] == "response.steer.accepted"
    assert accepted["stream_id"] == "one"
    assert (await connection.last())["response"]["status"] == "incomplete"
    ended = await connection.last()
    assert ended["stream_id"] == "one"
    check(ended["response"])
    assert {name: ended["response"][name] for name in asked} == asked


async def test_what_the_provider_does_not_take_is_answered_when_the_answer_has_ended(
    connection: Connection,
) -> None:
    response_id = await begun(connection, "deltas=60 rate=100 nosteer=1")
    for n in range(2):
        await steer(connection, response_id, input=f"And {n}?")
    ends = [(await connection.last())["response"] for _ in range(3)]
    assert [end["status"] for end in ends] == ["completed"] * 3
    texts = [end["output"][0]["content"][0]["text"].strip() for end in ends]
    assert texts[1:] == ["You asked: And 0?", "You asked: And 1?"]
    check((await connection.ask(model="fake-model"))["response"])


async def test_a_picture_that_is_said_becomes_a_file(
    server: Server, key: str, connection: Connection
) -> None:
    data = b64encode(picture()).decode()
    for url in (f"data:image/png;base64,{data}", "data:image/png;base64,aGk="):
        part = {"type": "input_image", "image_url": url}
        response_id = await begun(connection)
        await steer(connection, response_id, input=[{"role": "user", "content": [part]}])
        told = await until_told(connection, ACCEPTED, "response.steer.failed")
        await connection.last()
        if told["type"] == ACCEPTED:
            successor = (await connection.last())["response"]
    assert told["error"]["code"] == "successor_creation_failed"
    async with AsyncOpenAI(base_url=f"{server.url}/v1", api_key=key) as client:
        items = (await client.responses.input_items.list(successor["id"])).data
        files = (await client.files.list()).data
    said: Any = items[0]
    assert said.content[0].file_id in [file.id for file in files]
    assert len(files) == 1


async def test_of_what_is_not_stored_the_successor_is_known_here_alone(
    connection: Connection,
) -> None:
    response_id = await begun(connection, store=False)
    await steer(connection, response_id)
    await connection.last()
    successor = (await connection.last())["response"]
    assert successor["store"] is False
    more = {"model": "fake-model", "store": False, "previous_response_id": successor["id"]}
    check((await connection.ask(**more))["response"])


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"previous_response_id": "resp_none"}, "response_not_found"),
        ({"stream_id": "x"}, "invalid_input"),
        ({"input": [{"role": "system", "content": "x"}]}, "invalid_input"),
        ({"input": [{"role": "user", "content": "x", "id": "msg_1"}]}, "invalid_input"),
        ({"input": []}, "invalid_input"),
        ({"input": [{"type": "function_call_output"}]}, "invalid_input"),
    ],
)
async def test_what_can_not_be_said_is_given_back(
    connection: Connection, frame: dict[str, Any], code: str
) -> None:
    response_id = await begun(connection)
    await steer(connection, response_id, **frame)
    failed = await until_told(connection, "response.steer.failed")
    assert failed["error"]["code"] == code
    assert failed["error"]["type"] == "invalid_request_error"
    given = frame.get("input", SHORTER)
    assert [{"type": "message", **item} for item in given] == failed["steer"]["input"]


async def test_a_response_with_functions_can_not_be_steered(connection: Connection) -> None:
    response_id = await begun(connection, tools=[WEATHER])
    await steer(connection, response_id)
    failed = await until_told(connection, "response.steer.failed")
    assert failed["error"]["code"] == "steering_not_supported"


async def test_nor_can_one_that_has_ended(connection: Connection) -> None:
    ended = await connection.ask(model="fake-model")
    await steer(connection, ended["response"]["id"])
    failed = await until_told(connection, "response.steer.failed")
    assert failed["error"]["code"] == "response_already_completed"


async def test_nor_one_of_a_provider_that_can_not(served: Server, keys: dict[str, str]) -> None:
    async with connected(served, keys["ada"]) as connection:
        await connection.send(input="try: slow 100 long 100")
        created = await until_told(connection, "response.created")
        await steer(connection, created["response"]["id"])
        failed = await until_told(connection, "response.steer.failed")
        assert failed["error"]["code"] == "steering_not_supported"


async def test_too_much_can_not_be_said(connection: Connection) -> None:
    response_id = await begun(connection, "deltas=5000 rate=100 nosteer=1")
    for _ in range(9):
        await steer(connection, response_id)
    failed = await until_told(connection, "response.steer.failed")
    assert failed["error"]["code"] == "too_many_pending_steers"


async def test_who_has_asked_enough_has_no_picture_looked_at(
    server: Server, connection: Connection
) -> None:
    part = {"type": "input_image", "image_url": "data:image/png;base64,aGk="}
    response_id = await begun(connection)
    server.manage("shell", "-v0", "-c", USED_UP)
    try:
        await steer(connection, response_id, input=[{"role": "user", "content": [part]}])
        failed = await until_told(connection, "response.steer.failed")
    finally:
        server.manage("shell", "-v0", "-c", f"{USED_UP}.delete()")
    assert failed["error"]["code"] == "successor_creation_failed"
    assert "tokens of this day" in failed["error"]["message"]


@pytest.mark.parametrize("frame", [{"previous_response_id": 7}, {"input": 7}, {"input": [7]}])
async def test_what_could_not_be_given_back_is_an_error(
    connection: Connection, frame: dict[str, Any]
) -> None:
    await steer(connection, "resp_none", **frame)
    error = await connection.last()
    assert (error["type"], error["status"]) == ("error", 400)


async def test_what_was_said_goes_with_its_connection(server: Server, key: str) -> None:
    async with connected(server, key) as connection:
        response_id = await begun(connection, "deltas=5000 rate=100 nosteer=1")
        await steer(connection, response_id, input="Said in vain")
        await until_told(connection, "response.steer.accepted")
    rows = "Response.objects.filter(status__in=['queued', 'in_progress'])"
    code = f"from conversations.models import Response; print({rows}.count())"
    until(lambda: server.manage("shell", "-v0", "-c", code).strip() == "0")


async def test_nobody_steers_what_is_asked_on_another_connection(
    server: Server, key: str, connection: Connection
) -> None:
    response_id = await begun(connection)
    async with connected(server, key) as other:
        await steer(other, response_id)
        failed = await until_told(other, "response.steer.failed")
    assert failed["error"]["code"] == "response_not_found"

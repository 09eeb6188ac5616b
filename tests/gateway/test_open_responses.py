"""The cases of the Open Responses suite, written afresh, and all run at once with one key."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.gateway.specification import check, check_stream, events_in
from tests.gateway.test_creating import PNG, WEATHER
from tests.support.server import Server

NOT_FOUND = "previous_response_not_found"
ENDS = ("response.completed", "response.failed", "response.incomplete", "error")
Body = dict[str, Any]


class Caller:
    """One key, with which everything is asked."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._headers = f"{url}/v1", {"Authorization": f"Bearer {key}"}

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(headers=self._headers, timeout=50) as client:
            return await client.post(f"{self._url}/{path}", json=body)

    async def ask(self, *said: Body, **more: Any) -> Body:
        """A response that is whole."""
        answer = await self.post("responses", model="guide", input=said, **more)
        assert answer.status_code == 200
        response: Body = answer.json()
        check(response)
        return response

    def connect(self) -> connect:
        url = self._url.replace("http", "ws", 1) + "/responses"
        return connect(url, additional_headers=self._headers)


async def turn(socket: ClientConnection, *said: Body, **more: Any) -> list[Body]:
    """The events of one turn over a websocket."""
    body = {"type": "response.create", "model": "guide", "input": said, **more}
    await socket.send(json.dumps(body))
    events: list[Body] = []
    while not events or events[-1]["type"] not in ENDS:
        events.append(json.loads(await socket.recv()))
    return events


async def refused(socket: ClientConnection, *said: Body, **more: Any) -> str | None:
    """Why a turn failed."""
    last = (await turn(socket, *said, **more))[-1]
    error = last["error"] if last["type"] == "error" else last["response"]["error"]
    code: str | None = error["code"]
    return code


def user(content: Any) -> Body:
    return {"type": "message", "role": "user", "content": content}


async def basic_response(caller: Caller) -> None:
    await caller.ask(user("Say hello in exactly 3 words."))


async def assistant_phase(caller: Caller) -> None:
    await caller.ask(
        {"role": "assistant", "phase": "commentary", "content": "I look it up."},
        {"role": "assistant", "phase": "final_answer", "content": "It is 4."},
        user("Thank you"),
    )


async def streaming_response(caller: Caller) -> None:
    answer = await caller.post(
        "responses", model="guide", input=[user("Count from 1 to 5.")], stream=True
    )
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["x-accel-buffering"] == "no"
    check_stream(events_in(answer.text))


async def streaming_tool_call(caller: Caller) -> None:
    said = [user("What's the weather like in San Francisco?")]
    answer = await caller.post("responses", model="guide", input=said, tools=[WEATHER], stream=True)
    events = events_in(answer.text)
    check_stream(events)
    kinds = [event["type"] for event in events]
    assert "response.function_call_arguments.delta" in kinds
    assert "response.function_call_arguments.done" in kinds
    for kind in ("added", "done"):
        (item,) = (e["item"] for e in events if e["type"] == f"response.output_item.{kind}")
        assert item["type"] == "function_call"


async def websocket_response(caller: Caller) -> None:
    async with caller.connect() as socket:
        check_stream(await turn(socket, user("Count from 1 to 5.")))


async def websocket_sequential_responses(caller: Caller) -> None:
    async with caller.connect() as socket:
        for said in ("Say one.", "Say two."):
            check_stream(await turn(socket, user(said), store=False))


async def websocket_continuation(caller: Caller) -> None:
    async with caller.connect() as socket:
        first = check_stream(await turn(socket, user("My name is Grace."), store=False))
        again = await turn(
            socket, user("What is my name?"), store=False, previous_response_id=first["id"]
        )
        assert "Grace" in check_stream(again)["output"][0]["content"][0]["text"]


async def websocket_reconnect_store_false_recovery(caller: Caller) -> None:
    async with caller.connect() as socket:
        first = check_stream(await turn(socket, user("Hello"), store=False))
    async with caller.connect() as socket:
        again = await refused(socket, user("Go on"), store=False, previous_response_id=first["id"])
        assert again == NOT_FOUND
        check_stream(await turn(socket, user("Hello"), store=False))


async def websocket_previous_response_not_found(caller: Caller) -> None:
    async with caller.connect() as socket:
        again = await refused(socket, user("Go on"), previous_response_id="resp_none")
        assert again == NOT_FOUND


async def websocket_failed_continuation_evicts_cache(caller: Caller) -> None:
    orphan = {"type": "function_call_output", "call_id": "call_none", "output": "x"}
    async with caller.connect() as socket:
        first = check_stream(await turn(socket, user("Hello"), store=False))
        known = {"store": False, "previous_response_id": first["id"]}
        assert await refused(socket, orphan, **known) != NOT_FOUND
        assert await refused(socket, user("Go on"), **known) == NOT_FOUND


async def websocket_compact_new_chain(caller: Caller) -> None:
    compacted = (await compacting(caller)).json()["output"]
    async with caller.connect() as socket:
        check_stream(await turn(socket, *compacted, user("Go on"), tools=[]))


async def system_prompt(caller: Caller) -> None:
    await caller.ask({"role": "system", "content": "You are a pirate."}, user("Say hello."))


async def tool_calling(caller: Caller) -> None:
    said = user("What's the weather like in San Francisco?")
    tool = {name: value for name, value in WEATHER.items() if name != "strict"}
    response = await caller.ask(said, tools=[tool])
    assert [item["type"] for item in response["output"]] == ["function_call"]
    assert all("strict" in tool for tool in response["tools"])


async def image_input(caller: Caller) -> None:
    picture = {"type": "input_image", "image_url": PNG}
    await caller.ask(user([{"type": "input_text", "text": "What do you see?"}, picture]))


async def multi_turn(caller: Caller) -> None:
    response = await caller.ask(
        user("My name is Alice."),
        {"type": "message", "role": "assistant", "content": "Hello Alice!"},
        user("What is my name?"),
    )
    assert "Alice" in response["output"][0]["content"][0]["text"]


async def compact_response(caller: Caller) -> None:
    answer = await compacting(caller)
    compaction = answer.json()
    assert (answer.status_code, compaction["object"]) == (200, "response.compaction")
    assert isinstance(compaction["created_at"], int)
    assert compaction["usage"]["total_tokens"] >= 0
    (item,) = compaction["output"]
    assert item["type"] == "compaction"
    assert item["encrypted_content"]


async def compact_missing_model(caller: Caller) -> None:
    answer = await caller.post("responses/compact", input=[user("Hello")])
    assert answer.status_code == 400


async def compacting(caller: Caller) -> httpx2.Response:
    said = [user("My parrot is called Coco."), {"role": "assistant", "content": "Hello, Coco"}]
    return await caller.post("responses/compact", model="guide", input=said, prompt_cache_key="k")


CASES: tuple[Callable[[Caller], Awaitable[None]], ...] = (
    basic_response,
    assistant_phase,
    streaming_response,
    streaming_tool_call,
    websocket_response,
    websocket_sequential_responses,
    websocket_continuation,
    websocket_reconnect_store_false_recovery,
    websocket_previous_response_not_found,
    websocket_failed_continuation_evicts_cache,
    websocket_compact_new_chain,
    system_prompt,
    tool_calling,
    image_input,
    multi_turn,
    compact_response,
    compact_missing_model,
)


@pytest.fixture(scope="module")
def failures(served: Server, keys: dict[str, str]) -> dict[str, BaseException | None]:
    """What came of each case, all of them at once."""

    async def run() -> list[BaseException | None]:
        caller = Caller(served.url, keys["ada"])
        return await asyncio.gather(*(case(caller) for case in CASES), return_exceptions=True)

    names = [case.__name__ for case in CASES]
    return dict(zip(names, asyncio.run(run()), strict=True))


@pytest.mark.parametrize("case", [case.__name__ for case in CASES])
def test_a_case_holds_among_all_others(
    failures: dict[str, BaseException | None], case: str
) -> None:
    if failure := failures[case]:
        raise failure

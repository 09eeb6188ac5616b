"""The fake provider's background answers: they go on by themselves, and repeat what they said."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.request import urlopen

import httpx2
import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError, RateLimitError

from tests.support.server import FakeProvider, fake_provider

MODEL = "fake-model"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture
async def client(provider: FakeProvider) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(
        api_key="sk-fake",
        base_url=provider.base_url,
        max_retries=0,
        _strict_response_validation=True,
    ) as client:
        yield client


async def begin(client: AsyncOpenAI, question: str) -> tuple[str, list[Any]]:
    """Ask in the background, read two deltas and leave: the id, and the events that were read."""
    read: list[Any] = []
    async with await client.responses.create(
        model=MODEL, input=question, background=True, store=True, stream=True
    ) as stream:
        async for event in stream:
            read.append(event)
            if [event.type for event in read].count("response.output_text.delta") == 2:
                break
    return read[0].response.id, read


async def rest(client: AsyncOpenAI, response_id: str, starting_after: int) -> list[Any]:
    stream = await client.responses.retrieve(
        response_id, stream=True, starting_after=starting_after
    )
    return [event async for event in stream]


async def ended(client: AsyncOpenAI, response_id: str) -> Any:
    while True:
        response = await client.responses.retrieve(response_id)
        if response.status not in ("queued", "in_progress"):
            return response


def told(provider: FakeProvider, response_id: str) -> Any:
    url = f"{provider.base_url.removesuffix('/v1')}/_responses/{response_id}"
    with urlopen(url, timeout=10) as answer:
        return json.load(answer)


def kinds(provider: FakeProvider, text: str) -> list[tuple[str, str]]:
    return [(asked["kind"], asked["outcome"]) for asked in provider.asked(text)]


async def test_an_answer_goes_on_without_its_reader_and_is_resumed_without_a_seam(
    client: AsyncOpenAI, provider: FakeProvider
) -> None:
    response_id, read = await begin(client, "deltas=60 rate=200 seam")
    later = await rest(client, response_id, read[-1].sequence_number)
    numbers = [event.sequence_number for event in [*read, *later]]
    assert numbers == list(range(len(numbers)))
    assert later[-1].type == "response.completed"
    said = "".join(e.delta for e in [*read, *later] if e.type == "response.output_text.delta")
    assert re.findall(r"w(\d+)", said) == [str(n) for n in range(1, 61)]
    assert told(provider, response_id) == {
        "id": response_id,
        "status": "completed",
        "text": said,
        "created": 1,
    }
    assert kinds(provider, "seam") == [("create", "left"), ("resume", "completed")]
    assert provider.asked("seam")[1]["starting_after"] == read[-1].sequence_number


async def test_the_same_numbers_are_the_same_bytes(
    client: AsyncOpenAI, provider: FakeProvider
) -> None:
    response_id, _ = await begin(client, "deltas=20 stamp=1 bytes")
    await ended(client, response_id)
    async with httpx2.AsyncClient(base_url=provider.base_url) as http:
        url = f"/responses/{response_id}?stream=true"
        whole = (await http.get(url)).content
        later = (await http.get(f"{url}&starting_after=9")).content
    assert whole.endswith(later)
    assert whole.removesuffix(later).count(b"\n\n") == 10


async def test_it_may_be_queued_before_it_begins(client: AsyncOpenAI) -> None:
    stream = await client.responses.create(
        model=MODEL, input="queued=1 deltas=2", background=True, stream=True
    )
    events: list[Any] = [event async for event in stream]
    assert [event.type for event in events][:3] == [
        "response.created",
        "response.queued",
        "response.in_progress",
    ]
    assert [event.response.status for event in events[:3]] == ["queued", "queued", "in_progress"]


async def test_one_that_is_not_streamed_can_be_polled_but_not_streamed(
    client: AsyncOpenAI,
) -> None:
    created = await client.responses.create(model=MODEL, input="deltas=3 poll", background=True)
    assert created.status == "queued"
    assert (await ended(client, created.id)).output_text == "w1 w2 w3 "
    with pytest.raises(BadRequestError):
        await rest(client, created.id, 0)


async def test_cancelling_stops_it_as_often_as_one_likes(client: AsyncOpenAI) -> None:
    response_id, _ = await begin(client, "deltas=10000 rate=100 cancelled")
    for _ in range(2):
        assert (await client.responses.cancel(response_id)).status == "cancelled"
    events = await rest(client, response_id, 0)
    assert events[-1].type == "response.output_text.delta"


async def test_one_that_is_over_stays_so_when_it_is_cancelled(client: AsyncOpenAI) -> None:
    response_id, _ = await begin(client, "deltas=3 over")
    await ended(client, response_id)
    assert (await client.responses.cancel(response_id)).status == "completed"


async def test_what_is_not_in_the_background_can_not_be_cancelled_or_resumed(
    client: AsyncOpenAI,
) -> None:
    created = await client.responses.create(model=MODEL, input="Hello?")
    with pytest.raises(BadRequestError, match="Cannot cancel a synchronous response"):
        await client.responses.cancel(created.id)
    with pytest.raises(BadRequestError):
        await rest(client, created.id, 0)


async def test_the_connection_that_asked_can_be_cut_and_the_answer_goes_on(
    client: AsyncOpenAI, provider: FakeProvider
) -> None:
    stream = await client.responses.create(
        model=MODEL, input="deltas=30 cut=7 dropped", background=True, stream=True
    )
    read = []
    with pytest.raises(Exception, match="Connection error"):
        read.extend([event async for event in stream])
    (request,) = provider.asked("dropped")
    assert (request["outcome"], request["deltas"]) == ("cut", 7)
    assert (await ended(client, request["response_id"])).status == "completed"


async def test_a_provider_may_forget_an_answer(client: AsyncOpenAI) -> None:
    response_id, _ = await begin(client, "deltas=3 forget=1")
    with pytest.raises(NotFoundError):
        await client.responses.retrieve(response_id)
    with pytest.raises(NotFoundError):
        await rest(client, response_id, 0)


async def test_a_provider_may_keep_an_answer_and_not_stream_it_again(client: AsyncOpenAI) -> None:
    response_id, _ = await begin(client, "deltas=3 noresume=1")
    with pytest.raises(BadRequestError):
        await rest(client, response_id, 0)
    assert (await ended(client, response_id)).output_text == "w1 w2 w3 "


async def test_a_provider_may_refuse_the_background(client: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        await begin(client, "nobackground=1")
    assert (refused.value.code, refused.value.param) == ("unsupported_parameter", "background")


async def test_a_provider_may_be_busy_at_first(client: AsyncOpenAI, provider: FakeProvider) -> None:
    for _ in range(2):
        with pytest.raises(RateLimitError) as refused:
            await begin(client, "deltas=3 busy=2")
        assert refused.value.response.headers["retry-after"] == "2"
    await begin(client, "deltas=3 busy=2")
    assert [asked["outcome"] for asked in provider.asked("busy=2")][:2] == ["refused", "refused"]
    assert provider.asked("busy=2")[2]["duplicate_of"] is None


async def test_a_tool_may_be_called_before_the_text(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model=MODEL, input="deltas=3 mcp=1") as stream:
        types = [event.type async for event in stream]
        final = await stream.get_final_response()
    assert [item.type for item in final.output] == ["mcp_call", "message"]
    assert final.output_text == "w1 w2 w3 "
    called = types.index("response.mcp_call.in_progress")
    assert called < types.index("response.mcp_call.completed")


async def test_a_second_response_to_the_same_question_shows(
    client: AsyncOpenAI, provider: FakeProvider
) -> None:
    first, _ = await begin(client, "deltas=3 twice billed")
    second, _ = await begin(client, "deltas=3 twice billed")
    created = [a for a in provider.asked("twice billed") if a["kind"] == "create"]
    assert [request["duplicate_of"] for request in created] == [None, first]
    assert told(provider, second)["created"] == 2

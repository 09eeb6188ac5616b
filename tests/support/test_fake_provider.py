"""The fake provider is strict enough that what works with it may work with a real one."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, NotFoundError

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


async def test_the_sdk_can_put_the_streamed_response_together(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model=MODEL, input="deltas=120 size=9") as stream:
        numbers = [event.sequence_number async for event in stream]
        final = await stream.get_final_response()
    assert numbers == list(range(len(numbers)))
    assert re.findall(r"w(\d+)x*", final.output_text) == [str(n) for n in range(1, 121)]
    assert final.usage
    assert final.usage.output_tokens == 120


async def test_a_whole_response_can_be_asked_for_and_fetched_again(client: AsyncOpenAI) -> None:
    response = await client.responses.create(model=MODEL, input="Hello?")
    assert response.output_text == "You asked: Hello? "
    assert await client.responses.retrieve(response.id) == response


async def test_functions_are_called_and_their_results_heard(client: AsyncOpenAI) -> None:
    tool = {"type": "function", "name": "calculate", "parameters": {}, "strict": True}

    async def said(given: Any, previous: str | None = None) -> Any:
        before = {"previous_response_id": previous} if previous else {}
        request: Any = {"model": MODEL, "tools": [tool], "input": given, **before}
        async with client.responses.stream(**request) as stream:
            return await stream.get_final_response()

    def result(call_id: str, output: str) -> list[dict[str, str]]:
        return [{"type": "function_call_output", "call_id": call_id, "output": output}]

    first = await said("call=2 please")
    assert first.output[0].arguments == '{"expression": "1 * 17"}'
    second = await said(result(first.output[0].call_id, "17"), first.id)
    assert second.output[0].arguments == '{"expression": "2 * 17"}'
    last = await said(result(second.output[0].call_id, "34"), second.id)
    assert last.output_text == "You asked: call=2 please I was told: 34 "


async def test_a_response_continues_a_known_one_only(client: AsyncOpenAI) -> None:
    first = await client.responses.create(model=MODEL, input="One")
    second = await client.responses.create(model=MODEL, input="Two", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    with pytest.raises(BadRequestError) as refused:
        await client.responses.create(model=MODEL, input="Three", previous_response_id="resp_0")
    assert refused.value.code == "previous_response_not_found"


async def test_an_unknown_response_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(NotFoundError):
        await client.responses.retrieve("resp_0")


async def test_it_lists_its_models(client: AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == [MODEL, "fake-model-large"]


async def test_a_client_that_goes_away_is_noticed(
    client: AsyncOpenAI, provider: FakeProvider
) -> None:
    stream = await client.responses.create(
        model=MODEL, input="deltas=100000 going away", stream=True
    )
    await anext(aiter(stream))
    await stream.close()
    (request,) = provider.asked("going away")
    while not request["outcome"]:
        (request,) = provider.asked("going away")
    assert request["outcome"] == "left"

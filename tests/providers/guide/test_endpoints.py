"""The guide's API, as the SDK reads it in its strictest mode."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI

from conversations.providers.guide.store import Kept, Store
from conversations.providers.guide.transport import GuideTransport

TOOL: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}
REQUESTS: dict[str, Any] = {
    "text": {"input": "Hello"},
    "samples": {"input": "try: markdown code table maths"},
    "reasoning": {"input": "try: reason", "reasoning": {"effort": "low", "summary": "auto"}},
    "every kind of item": {"input": "try: items"},
    "sources": {"input": "try: sources approval"},
    "a refusal": {"input": "try: refuse"},
    "a call": {"input": "The weather in Paris?", "tools": [TOOL]},
    "a required call": {"input": "Hello", "tools": [TOOL], "tool_choice": "required"},
    "json": {"input": "Hello", "text": {"format": {"type": "json_object"}}},
    "settings": {
        "input": [{"role": "user", "content": "Hello"}],
        "instructions": "Be brief",
        "metadata": {"a": "b"},
        "temperature": 0.5,
        "store": False,
        "truncation": "auto",
    },
}
ENDS: dict[str, Any] = {
    "failed": {"input": "try: fail"},
    "incomplete": {"input": "Hello", "max_output_tokens": 3},
    "filtered": {"input": "try: filter"},
}

_NAMES = """
    type role content text image_url call_id output name parameters properties items enum anyOf
    required minItems format schema $ref effort mode tools
"""
NAMES = st.sampled_from(_NAMES.split())


@pytest.fixture
async def strict() -> AsyncIterator[AsyncOpenAI]:
    """The SDK, refusing everything that is not exactly as its types say."""
    http_client = httpx2.AsyncClient(transport=GuideTransport(pace=0))
    async with AsyncOpenAI(
        api_key="-",
        base_url="http://guide.embedded/v1",
        max_retries=0,
        http_client=http_client,
        _strict_response_validation=True,
    ) as client:
        yield client


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
async def test_the_sdk_accumulates_the_stream_to_the_same_response(
    strict: AsyncOpenAI, request_: Any
) -> None:
    async with strict.responses.stream(model="guide", **request_) as stream:
        types = [event.type async for event in stream]
        final = await stream.get_final_response()
    assert final.status == "completed"
    assert types[:2] == ["response.created", "response.in_progress"]
    assert types[-1] == "response.completed"
    assert types.count("response.output_item.added") == types.count("response.output_item.done")


@pytest.mark.parametrize("request_", {**REQUESTS, **ENDS}.values(), ids={**REQUESTS, **ENDS}.keys())
async def test_every_event_is_valid_for_the_sdk(strict: AsyncOpenAI, request_: Any) -> None:
    stream = await strict.responses.create(model="guide", stream=True, **request_)
    events = [event async for event in stream]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert all(type(event).__name__ != "ResponseAudioDeltaEvent" for event in events)


@pytest.mark.parametrize("request_", {**REQUESTS, **ENDS}.values(), ids={**REQUESTS, **ENDS}.keys())
async def test_every_whole_response_is_valid_for_the_sdk(
    strict: AsyncOpenAI, request_: Any
) -> None:
    response = await strict.responses.create(model="guide", **request_)
    assert response.output
    assert response.usage is not None


async def test_a_stored_response_can_be_retrieved_and_deleted(strict: AsyncOpenAI) -> None:
    created = await strict.responses.create(model="guide", input="Hello")
    retrieved = await strict.responses.retrieve(created.id)
    assert retrieved.output_text == created.output_text
    items = await strict.responses.input_items.list(created.id)
    assert [item.type for item in items.data] == ["message"]
    await strict.responses.delete(created.id)
    with pytest.raises(openai.NotFoundError):
        await strict.responses.retrieve(created.id)
    with pytest.raises(openai.NotFoundError):
        await strict.responses.delete(created.id)


async def test_a_response_that_is_not_stored_can_not_be_continued(strict: AsyncOpenAI) -> None:
    created = await strict.responses.create(model="guide", input="Hello", store=False)
    with pytest.raises(openai.NotFoundError):
        await strict.responses.retrieve(created.id)
    with pytest.raises(openai.BadRequestError) as caught:
        await strict.responses.create(model="guide", input="And?", previous_response_id=created.id)
    assert caught.value.code == "previous_response_not_found"
    assert caught.value.param == "previous_response_id"


async def test_a_response_can_not_be_cancelled(strict: AsyncOpenAI) -> None:
    created = await strict.responses.create(model="guide", input="Hello")
    with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
        await strict.responses.cancel(created.id)


async def test_input_tokens_are_counted(strict: AsyncOpenAI) -> None:
    short = await strict.responses.input_tokens.count(model="guide", input="Hello")
    long = await strict.responses.input_tokens.count(model="guide", input="Hello " * 100)
    assert 0 < short.input_tokens < long.input_tokens


async def test_there_is_one_model(strict: AsyncOpenAI) -> None:
    assert [model.id async for model in strict.models.list()] == ["guide"]


async def test_anything_else_is_not_found(strict: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        await strict.chat.completions.create(model="guide", messages=[])


WRONG: dict[str, Any] = {
    "no model": {"model": None, "input": "Hello"},
    "no input": {"model": "guide"},
    "a number for input": {"model": "guide", "input": 5},
    "words for items": {"model": "guide", "input": ["Hello"]},
    "a limit of nothing": {"model": "guide", "input": "Hello", "max_output_tokens": 0},
    "no list of tools": {"model": "guide", "input": "Hello", "tools": {}},
    "words for tools": {"model": "guide", "input": "Hello", "tools": ["a"]},
    "a word for reasoning": {"model": "guide", "input": "Hello", "reasoning": "high"},
    "parts that are no objects": {
        "model": "guide",
        "input": [{"role": "user", "content": ["Hello"]}],
    },
    "a schema that is none": {
        "model": "guide",
        "input": "Hello",
        "text": {"format": {"type": "json_schema", "name": "x", "schema": {"properties": [1]}}},
    },
    "a choice of no tool": {
        "model": "guide",
        "input": "Hello",
        "tools": [TOOL],
        "tool_choice": {"type": "function", "name": "other"},
    },
}


@pytest.mark.parametrize("request_", WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_request_is_refused(strict: AsyncOpenAI, request_: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await strict.responses.create(extra_body=request_)
    assert caught.value.type == "invalid_request_error"


async def test_a_body_that_is_no_json_is_refused() -> None:
    async with httpx2.AsyncClient(transport=GuideTransport()) as client:
        answer = await client.post("http://guide.embedded/v1/responses", content=b"{")
    assert answer.status_code == 400


def test_the_oldest_response_is_forgotten_first() -> None:
    store = Store(size=2)
    for name in "abc":
        store.keep(Kept({"id": name}, [], []))
    assert store.get("a") is None
    assert store.get("b") is not None
    assert store.get("c") is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


PART = st.fixed_dictionaries(
    {"type": st.sampled_from(["input_text", "input_image", "input_file", "output_text"])},
    optional=dict.fromkeys(("text", "image_url", "file_data", "filename"), JSON),
)
ITEM = st.fixed_dictionaries(
    {"type": st.sampled_from(["message", "function_call", "function_call_output", "reasoning"])},
    optional={
        "role": st.sampled_from(["user", "assistant", "developer"]) | JSON,
        "content": st.lists(PART, max_size=3) | JSON,
        "call_id": st.just("c") | JSON,
        "output": st.lists(PART, max_size=3) | JSON,
        "name": JSON,
    },
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {"model": st.just("guide"), "input": st.text(max_size=20) | JSON | st.lists(ITEM)},
        optional={
            "instructions": JSON,
            "tools": st.lists(
                st.fixed_dictionaries({"type": st.just("function"), "parameters": JSON})
            ),
            "tool_choice": st.sampled_from(["required", "none"]) | JSON,
            "text": st.fixed_dictionaries(
                {"format": st.fixed_dictionaries({"type": st.just("json_schema"), "schema": JSON})}
            )
            | JSON,
            "reasoning": JSON,
            "max_output_tokens": JSON,
            "include": JSON,
        },
    )
)
def test_no_request_at_all_brings_the_guide_down(body: Any) -> None:
    async def ask() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=GuideTransport(pace=0)) as client:
            return await client.post("http://guide.embedded/v1/responses", json=body)

    assert asyncio.run(ask()).status_code in (200, 400)

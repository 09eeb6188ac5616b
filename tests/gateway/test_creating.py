"""POST /v1/responses and GET /v1/models, asked by the official SDK."""

import json
from typing import Any

import pytest
from openai import AsyncOpenAI, BadRequestError, OpenAI
from pydantic import BaseModel

WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def ask(client: OpenAI, given: Any = "Hello", **more: Any) -> Any:
    return client.responses.create(**{"model": "guide", "input": given, **more})


def test_the_models_that_may_be_asked_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["guide"]
    assert client.models.retrieve("guide").owned_by == "Guide"


def test_an_answer_comes_whole_with_every_setting(client: OpenAI) -> None:
    response = ask(client, temperature=0.5, metadata={"run": "7"}, instructions="No Markdown")
    assert response.status == "completed"
    assert "guide" in response.output_text
    told = response.to_dict()
    assert told["temperature"] == 0.5
    assert told["metadata"] == {"run": "7"}
    assert told["instructions"] == "No Markdown"
    defaults = {"top_p": 1.0, "truncation": "disabled", "store": True, "tools": [], "user": None}
    assert {name: told[name] for name in defaults} == defaults
    assert told["text"] == {"format": {"type": "text"}, "verbosity": "medium"}
    assert response.usage is not None
    assert response.usage.total_tokens > 0
    assert not {"client_key", "stream_id", "sent", "cost", "chosen"} & told.keys()


def test_options_of_the_cache_and_of_images_are_repeated_whole_or_not_at_all(
    client: OpenAI,
) -> None:
    told = ask(client, prompt_cache_options={"ttl": "12h"}, extra_body={"image": {}}).to_dict()
    assert told["prompt_cache_options"] == {"mode": "implicit", "ttl": "12h"}
    assert "image" not in told


def test_a_stream_adds_up_to_what_is_kept(client: OpenAI) -> None:
    texts, numbers = [], []
    with client.responses.stream(model="guide", input="try: reason table") as stream:
        for event in stream:
            numbers.append(event.sequence_number)
            if event.type == "response.output_text.delta":
                texts.append(event.delta)
        final = stream.get_final_response()
    assert "".join(texts) == final.output_text
    assert numbers == sorted(set(numbers))
    assert [item.type for item in final.output] == ["reasoning", "message"]


async def test_it_is_streamed_to_an_asynchronous_client(async_client: AsyncOpenAI) -> None:
    stream = await async_client.responses.create(model="guide", input="Hello", stream=True)
    events = [event async for event in stream]
    assert events[0].type == "response.created"
    assert events[-1].type == "response.completed"
    assert events[0].response.id == events[-1].response.id


def test_a_conversation_goes_on_from_an_answer_and_without_its_instructions(
    client: OpenAI,
) -> None:
    first = ask(client, "My name is Grace", instructions="Answer in upper case")
    assert first.output_text.isupper()
    second = ask(client, "What is my name?", previous_response_id=first.id)
    assert "Grace" in second.output_text
    assert second.previous_response_id == first.id
    assert second.instructions is None


def test_the_history_may_be_told_instead(client: OpenAI) -> None:
    told = [
        {"role": "system", "content": "Answer in upper case"},
        {"role": "user", "content": "My name is Grace"},
        {"role": "assistant", "content": "Hello, Grace", "phase": "final_answer"},
        {"role": "user", "content": [{"type": "input_text", "text": "What is my name?"}]},
    ]
    assert "grace" in ask(client, told).output_text.lower()


def test_an_answer_itself_is_input_again(client: OpenAI) -> None:
    first = ask(client, "My name is Grace")
    given: list[Any] = [{"role": "user", "content": "My name is Grace"}, *first.to_dict()["output"]]
    second = ask(client, [*given, {"role": "user", "content": "What is my name?"}])
    assert "Grace" in second.output_text


def test_the_callers_functions_are_called_by_the_caller(client: OpenAI) -> None:
    first = ask(client, "What is the weather in Rome?", tools=[WEATHER])
    (call,) = [item for item in first.output if item.type == "function_call"]
    assert call.name == "get_weather"
    assert "city" in json.loads(call.arguments)
    assert first.tools[0].strict is True
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain"}
    second = ask(client, [output], previous_response_id=first.id, tools=[WEATHER])
    assert "Rain" in second.output_text
    third = ask(
        client,
        [{"role": "user", "content": "Weather?"}, call.to_dict(), output],
        tools=[WEATHER],
    )
    assert "Rain" in third.output_text


def test_a_call_can_be_forced_or_forbidden(client: OpenAI) -> None:
    forced = ask(client, "Hello", tools=[WEATHER], tool_choice="required")
    assert [item.type for item in forced.output] == ["function_call"]
    choice = {"type": "function", "name": "get_weather"}
    assert ask(client, tools=[WEATHER], tool_choice=choice).to_dict()["tool_choice"] == choice
    none = ask(client, "The weather?", tools=[WEATHER], tool_choice="none")
    assert [item.type for item in none.output] == ["message"]


def test_an_answer_may_have_to_fit_a_schema(client: OpenAI) -> None:
    class City(BaseModel):
        name: str
        people: int

    response = client.responses.parse(model="guide", input="A city", text_format=City)
    assert isinstance(response.output_parsed, City)
    told: Any = response.to_dict()
    assert told["text"]["format"]["name"] == "City"


def test_a_picture_goes_in(client: OpenAI) -> None:
    parts: list[Any] = [
        {"type": "input_text", "text": "What is it?"},
        {"type": "input_image", "image_url": PNG},
    ]
    response = ask(client, [{"role": "user", "content": parts}])
    assert response.status == "completed"
    item: Any = client.responses.input_items.list(response.id).data[0]
    assert item.content[1].file_id.startswith("file_")


def test_modelverses_spelling_is_understood(client: OpenAI) -> None:
    item = {"role": "user", "content": [{"type": "text", "text": "My name is Grace"}]}
    body = {"model": "guide", "input_items": [item], "max_tokens": 5}
    response = client.post("/responses", body=body, cast_to=dict[str, Any])
    assert response["max_output_tokens"] == 5
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}


def test_what_is_not_stored_leaves_nothing_to_name(client: OpenAI) -> None:
    first = ask(client, "My name is Grace")
    apart = ask(client, "What is my name?", store=False, previous_response_id=first.id)
    assert "Grace" in apart.output_text
    assert apart.store is False
    assert apart.previous_response_id == first.id
    with pytest.raises(BadRequestError, match="not found") as refused:
        ask(client, "And again?", previous_response_id=apart.id)
    assert refused.value.code == "previous_response_not_found"


def test_it_is_told_nothing_of_what_is_remembered_of_its_person(client: OpenAI) -> None:
    ask(client, "Remember that I like tea")
    assert "tea" not in ask(client, "What are your instructions?").output_text

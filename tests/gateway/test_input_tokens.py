"""POST /v1/responses/input_tokens: what a question would take, and nothing of it is kept."""

from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.gateway.test_creating import WEATHER, ask
from tests.gateway.test_own_tools import CALCULATE, OURS
from tests.support.server import Server


def count(client: OpenAI, **given: Any) -> int:
    counted = client.responses.input_tokens.count(**{"model": "guide", **given})
    assert counted.object == "response.input_tokens"
    return counted.input_tokens


def test_all_that_is_told_counts(client: OpenAI) -> None:
    little, much = count(client, input="Hello"), count(client, input="Hello " * 400)
    assert 0 < little < 100 < much
    assert count(client, input=[{"role": "user", "content": "Hello"}]) == little
    assert count(client, input="Hello", instructions="Be brief. " * 40) > little
    for more in ({"tools": [WEATHER]}, {"reasoning": {"effort": "low"}}, {"truncation": "auto"}):
        assert count(client, input="Hello", **more) >= little


def test_the_tools_that_are_named_here_count(client: OpenAI) -> None:
    alone = count(client, input="Hello")
    one = count(client, input="Hello", tools=[CALCULATE])
    assert alone + 20 < one < count(client, input="Hello", tools=[OURS])
    with pytest.raises(openai.BadRequestError) as refused:
        count(client, input="Hello", tools=[{**OURS, "server_label": "nobody"}])
    assert refused.value.param == "tools[0].server_label"


def test_what_is_gone_on_from_counts(client: OpenAI) -> None:
    long = "My name is Grace. " * 100
    first = ask(client, long)
    conversation = client.conversations.create(items=[{"role": "user", "content": long}])
    alone = count(client, input="Who?")
    assert count(client, input="Who?", previous_response_id=first.id) > alone + 300
    assert count(client, input="Who?", conversation=conversation.id) > alone + 300
    assert count(client, conversation=conversation.id) > 300


def test_nothing_is_stored(served: Server, client: OpenAI) -> None:
    conversation = client.conversations.create()
    code = (
        "from conversations.models import Conversation, Response;"
        "print(Conversation.objects.count(), Response.objects.count())"
    )
    before = served.manage("shell", "-v0", "-c", code)
    count(client, input="Hello")
    count(client, input="Hello", conversation=conversation.id)
    assert served.manage("shell", "-v0", "-c", code) == before


async def test_an_asynchronous_client_need_not_name_a_model(async_client: AsyncOpenAI) -> None:
    counted = await async_client.responses.input_tokens.count(input="Hello")
    assert counted.input_tokens > 0


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"model": "nothing"}, "model"),
        ({"input": 7}, "input"),
        ({"extra_body": {"store": True}}, "store"),
        ({"previous_response_id": "resp_no"}, "previous_response_id"),
        ({"conversation": "c", "previous_response_id": "r"}, "previous_response_id"),
        ({"input": [{"type": "input_file"}]}, "input[0].type"),
    ],
)
def test_what_can_not_be_counted_is_refused(
    client: OpenAI, given: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        count(client, **given)
    assert refused.value.param == param

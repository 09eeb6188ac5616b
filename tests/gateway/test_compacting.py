"""POST /v1/responses/compact: a conversation goes on from its summary."""

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.gateway.specification import check
from tests.gateway.test_creating import ask
from tests.gateway.test_socket import connected
from tests.support.server import Server

SAID: Any = [
    {"role": "user", "content": "My parrot is called Coco"},
    {"role": "assistant", "content": "Hello, Coco"},
]


def test_what_was_said_goes_on_from_its_compaction(client: OpenAI) -> None:
    compacted = client.responses.compact(model="guide", input=SAID, prompt_cache_key="k")
    (item,) = compacted.output
    assert item.type == "compaction"
    assert "Coco" not in item.encrypted_content
    assert compacted.usage.total_tokens > 0
    given = [item.to_dict(), {"role": "user", "content": "What did I ask first?"}]
    next_one = ask(client, given)
    items = client.responses.input_items.list(next_one.id, order="asc").data
    assert "Coco" in items[0].to_json()


def test_so_does_a_chain(client: OpenAI) -> None:
    first = ask(client, "My parrot is called Coco")
    compacted = client.responses.compact(model="guide", previous_response_id=first.id)
    next_one = ask(client, [compacted.output[0].to_dict(), *SAID[:1]])
    items = client.responses.input_items.list(next_one.id, order="asc").data
    assert "My parrot is called Coco" in items[0].to_json()


async def test_and_over_a_websocket(served: Server, keys: dict[str, str], client: OpenAI) -> None:
    compacted = client.responses.compact(model="guide", input=SAID)
    given = [compacted.output[0].to_dict(), {"role": "user", "content": "Hello"}]
    async with connected(served, keys["ada"]) as connection:
        check((await connection.ask(input=given, tools=[]))["response"])


def test_nobody_else_and_nothing_made_up_is_understood(client: OpenAI, bobs: OpenAI) -> None:
    compacted = client.responses.compact(model="guide", input=SAID).output[0].to_dict()
    for asking, content in (
        (bobs, compacted["encrypted_content"]),
        (client, "gAAAA"),
        (client, "aes256gcm:00000000:AAAA"),
    ):
        item = {"type": "compaction", "encrypted_content": content}
        with pytest.raises(openai.BadRequestError) as refused:
            ask(asking, [item, {"role": "user", "content": "Hello"}])
        assert refused.value.param == "input"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": "Hello"}, "model"),
        ({"model": "guide"}, "input"),
        ({"model": "guide", "input": "Hello", "stream": True}, "stream"),
        ({"model": "guide", "previous_response_id": "resp_no"}, "previous_response_id"),
    ],
)
def test_what_can_not_be_compacted_is_refused(
    client: OpenAI, body: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/responses/compact", body=body, cast_to=object)
    assert refused.value.param == param

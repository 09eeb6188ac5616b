"""A tool of another server, told to a model and called like one of ours."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from conversations.protocol.approvals import Tool as AskedTool
from conversations.tools.context import Context
from conversations.tools.errors import ToolError
from conversations.tools.remote import Given, RemoteTool
from conversations.tools.running import MOST_ARGUMENTS, is_asked, run

CONTEXT = Context(person_id=1, conversation_id="c", response_id="r")
SCHEMA = {"type": "object", "properties": {"q": {"type": "string"}}}


def remote(**fields: Any) -> RemoteTool:
    """A tool that tells what it was called with."""

    async def call(arguments: Mapping[str, Any]) -> Given:
        return Given(f"called with {dict(arguments)}")

    defaults: dict[str, Any] = {"tool": "look.up", "schema": SCHEMA, "call": call}
    return RemoteTool(server_label="wiki", description="Looks up.", **defaults | fields)


def test_a_model_is_told_of_it_as_of_a_function() -> None:
    tool = remote()
    assert tool.definition == {
        "type": "function",
        "name": tool.name,
        "description": "Looks up.",
        "parameters": SCHEMA,
        "strict": False,
    }
    assert tool.name.startswith("mcp__wiki__look_up_")
    assert tool.asked_as == AskedTool("wiki", "look.up")


def test_a_schema_without_properties_gets_none() -> None:
    told = remote(schema={"type": "object"}).definition["parameters"]
    assert told == {"type": "object", "properties": {}}


async def test_it_is_called_with_what_the_model_wrote() -> None:
    result = await run(remote(), '{"q": "bees"}', CONTEXT)
    assert result.output == "called with {'q': 'bees'}"
    assert (await run(remote(), "", CONTEXT)).output == "called with {}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"q": ', "not valid"),
        ("[1]", "no JSON object"),
        ('{"q": NaN}', "not valid"),
        ('{"q": "' + "x" * MOST_ARGUMENTS + '"}', "longer than"),
    ],
)
async def test_arguments_that_are_none_are_an_error_and_no_call(arguments: str, said: str) -> None:
    result = await run(remote(), arguments, CONTEXT)
    assert said in result.error


async def test_what_goes_wrong_there_is_told_to_the_model() -> None:
    async def call(arguments: Mapping[str, Any]) -> Given:
        raise ToolError("Wiki: The server can't be reached.")

    result = await run(remote(call=call), "{}", CONTEXT)
    assert json.loads(result.output) == {"error": "Wiki: The server can't be reached."}


async def test_more_than_a_model_can_read_is_cut() -> None:
    async def call(arguments: Mapping[str, Any]) -> Given:
        return Given("x" * 50_000)

    result = await run(remote(call=call), "{}", CONTEXT)
    assert (result.size, len(result.output) < 21_000) == (50_000, True)


def test_whether_it_asks_is_not_a_matter_of_its_effects() -> None:
    assert is_asked(remote(asks=True, effects=False), "{}", CONTEXT)
    assert not is_asked(remote(asks=False, effects=True), "{}", CONTEXT)


async def test_pictures_stand_behind_the_text_in_what_the_model_is_told() -> None:
    async def call(arguments: Mapping[str, Any]) -> Given:
        return Given("Look:", ["data:image/png;base64,AAAA"])

    result = await run(remote(call=call), "{}", CONTEXT)
    assert (result.output, result.size) == ("Look:", 5)
    assert result.told == [
        {"type": "input_text", "text": "Look:"},
        {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"},
    ]

"""What a model is told of a function, in the strict subset of JSON schema."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from conversations.tools.context import Context
from conversations.tools.schema import arguments_of
from conversations.tools.table import BY_NAME, TOOLS
from conversations.tools.tool import Tool


class Stop(BaseModel):
    """A place to stop at."""

    name: str
    minutes: int = 5


def travel(
    to: Annotated[str, Field(description="A town.", min_length=1, max_length=40)],
    context: Context,
    by: Literal["train", "bus"] = "train",
    stops: list[Stop] | None = None,
) -> str:
    """Plan a journey.

    Use it for journeys.
    """
    return f"{to} {by} {stops} {context.person_id}"


TRAVEL = Tool(travel, "Travel", "Plans journeys.")


def test_a_function_is_told_by_its_name_docstring_and_types() -> None:
    definition = TRAVEL.definition

    assert definition["type"] == "function"
    assert definition["name"] == "travel"
    assert definition["description"] == "Plan a journey.\n\nUse it for journeys."
    assert definition["strict"] is True
    properties = definition["parameters"]["properties"]
    assert properties["to"] == {"type": "string", "description": "A town."}
    assert properties["by"]["anyOf"][0]["enum"] == ["train", "bus"]


def test_all_properties_are_required_and_no_others_allowed_at_every_depth() -> None:
    schema = TRAVEL.definition["parameters"]

    assert schema["required"] == ["to", "by", "stops"]
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Stop"]["required"] == ["name", "minutes"]
    assert schema["$defs"]["Stop"]["additionalProperties"] is False


def test_what_has_a_default_may_be_null() -> None:
    properties = TRAVEL.definition["parameters"]["properties"]

    assert {"type": "null"} in properties["by"]["anyOf"]
    assert {"type": "null"} in properties["stops"]["anyOf"]


def test_the_context_is_in_no_schema() -> None:
    assert "context" not in TRAVEL.definition["parameters"]["properties"]
    assert TRAVEL.context_parameter == "context"


def test_a_tool_without_parameters_has_an_empty_object() -> None:
    def ping() -> str:
        """Ping."""
        return "pong"

    schema = Tool(ping, "Ping", "Pings.").definition["parameters"]

    assert schema == {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": False,
    }


def test_a_parameter_without_a_type_is_a_mistake() -> None:
    def untyped(what) -> str:  # type: ignore[no-untyped-def]
        return str(what)

    with pytest.raises(TypeError, match="what has no type"):
        arguments_of(untyped)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_each_tool_of_the_table_is_told_in_full(tool: Tool) -> None:
    definition = tool.definition

    assert BY_NAME[tool.name] is tool
    assert len(BY_NAME) == len(TOOLS)
    assert definition["description"]
    assert tool.label
    assert tool.meaning
    for name, schema in definition["parameters"]["properties"].items():
        told = [schema, *schema.get("anyOf", [])]
        assert any(each.get("description") for each in told), f"{tool.name}: {name}"

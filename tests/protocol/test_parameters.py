"""The table of parameters: nothing of the API is forgotten, and nothing out of range is taken."""

from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openai.types import shared_params
from openai.types.responses import response_create_params, response_includable
from openai.types.responses.response_text_config_param import ResponseTextConfigParam

from conversations.protocol.parameters import BY_NAME, GROUPS, PARAMETERS, REASONS, Parameter
from conversations.protocol.settings import (
    BadParameter,
    checked,
    flattened,
    nested,
    refused_in,
    without,
)
from tests.support.parameters_manual import manual

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}
EXAMPLES: dict[str, Any] = {
    "text": "Be brief.",
    "number": 0.5,
    "integer": 5_000,
    "switch": False,
    "pairs": {"team": "blue"},
    "format": {"type": "json_schema", "name": "a", "schema": SCHEMA, "strict": True},
    "tools": [{"type": "web_search"}],
    "functions": ["calculate", "current_time"],
}


SEARCH: Any = {"type": "web_search"}
FILES: Any = {"type": "file_search", "vector_store_ids": ["vs_1"]}
OURS: Any = {"type": "function", "name": "calculate"}
FROM_HERE: Any = {"type": "function", "name": "mcp__wiki__search"}
THERE: Any = {"type": "mcp", "server_label": "wiki"}


def example_of(parameter: Parameter) -> Any:
    if parameter.kind == "choice":
        return parameter.choices[-1]
    if parameter.kind == "many":
        return list(parameter.choices)
    return 5 if parameter.name == "top_logprobs" else EXAMPLES[parameter.kind]


def keys_of(typed_dict: Any) -> set[str]:
    return set(typed_dict.__annotations__)


def test_each_parameter_of_the_sdk_can_be_set_or_is_answered_for() -> None:
    theirs = keys_of(response_create_params.ResponseCreateParamsBase) | {"stream"}
    ours = {name.partition(".")[0] for name in BY_NAME}
    assert ours.isdisjoint(REASONS)
    within_tools = {"functions", "mcp_servers"}
    assert ours - within_tools | set(REASONS) == theirs


@pytest.mark.parametrize(
    ("outer", "theirs", "elsewhere"),
    [
        ("reasoning", shared_params.Reasoning, {"generate_summary"}),
        ("text", ResponseTextConfigParam, set()),
    ],
)
def test_so_is_each_part_of_those_that_are_objects(
    outer: str, theirs: Any, elsewhere: set[str]
) -> None:
    ours = {name.partition(".")[2] for name in BY_NAME if name.startswith(f"{outer}.")}
    assert ours | elsewhere == keys_of(theirs)


def test_what_can_be_included_is_the_sdks_but_for_what_only_our_own_items_would_bring() -> None:
    known = set(get_args(response_includable.ResponseIncludable))
    assert known - set(BY_NAME["include"].choices) == {
        "message.input_image.image_url",
        "computer_call_output.output.image_url",
    }
    assert set(BY_NAME["include"].choices) < known


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_each_says_what_it_means_and_takes_what_fits(parameter: Parameter) -> None:
    assert parameter.label
    assert parameter.meaning.endswith(".")
    assert parameter.group in GROUPS
    value = example_of(parameter)
    chosen = checked({parameter.name: value})
    assert set(chosen) == {parameter.name}
    assert checked(nested(chosen)) == chosen
    assert checked(chosen) == chosen


@pytest.mark.parametrize(
    ("settings", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": 1.5}, "max_output_tokens"),
        ({"reasoning": {"effort": "huge"}}, "reasoning.effort"),
        ({"reasoning": {"secret": 1}}, "reasoning.secret"),
        ({"reasoning": "high"}, "reasoning"),
        ({"store": "no"}, "store"),
        ({"tools": [{"type": "mcp", "server_url": "http://x"}]}, "tools"),
        ({"tools": ["web_search"]}, "tools"),
        ({"tools": "web_search"}, "tools"),
        ({"include": "everything"}, "include"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {"": "x"}}, "metadata"),
        ({"metadata": {str(n): "" for n in range(17)}}, "metadata"),
        ({"text": {"format": {"type": "json_schema", "name": "a"}}}, "text.format.schema"),
        ({"text.format": {"type": "json_schema", "schema": SCHEMA}}, "text.format.name"),
        ({"text.format": {"type": "grammar"}}, "text.format"),
        ({"text.format": "json"}, "text.format"),
        ({"instructions": "x" * 50_001}, "instructions"),
        ({"instructions": 5}, "instructions"),
        ({"previous_response_id": "x"}, "previous_response_id"),
        ({"model": "x"}, "model"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(settings: dict[str, Any], param: str) -> None:
    with pytest.raises(BadParameter) as refused:
        checked(settings)
    assert refused.value.param == param
    assert str(refused.value).endswith(".")


def test_a_schema_that_is_nested_without_end_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(60):
        schema = {"items": schema}
    form = {"type": "json_schema", "name": "a", "schema": {"type": "object", "properties": schema}}
    with pytest.raises(BadParameter, match="deeply"):
        checked({"text.format": form})


def test_nothing_that_was_not_set_is_there() -> None:
    assert checked({}) == {}
    assert checked({"temperature": None, "reasoning": {"effort": None}}) == {}


def test_of_tools_only_what_is_written_here_is_sent() -> None:
    given_tool = {"type": "code_interpreter", "container": "somebody's"}
    assert checked({"tools": [given_tool]})["tools"] == [
        {"type": "code_interpreter", "container": {"type": "auto"}}
    ]


def test_settings_nest_as_the_api_has_them() -> None:
    flat = {
        "reasoning.effort": "low",
        "reasoning.summary": "auto",
        "context_management.compact_threshold": 5_000,
        "temperature": 0,
    }
    sent = nested(flat)
    assert sent == {
        "reasoning": {"effort": "low", "summary": "auto"},
        "context_management": [{"type": "compaction", "compact_threshold": 5_000}],
        "temperature": 0,
    }
    assert flattened(sent) == flat


@pytest.mark.parametrize(
    ("param", "names"),
    [
        ("temperature", ["temperature"]),
        ("reasoning", ["reasoning.effort", "reasoning.summary"]),
        ("reasoning.effort", ["reasoning.effort"]),
        ("tools[0].type", ["tools"]),
        ("top_p", []),
        ("", []),
    ],
)
def test_what_a_provider_refuses_is_found_by_the_name_it_gives(
    param: str, names: list[str]
) -> None:
    settings = {
        "temperature": 1,
        "reasoning": {"effort": "low", "summary": "auto"},
        "tools": [SEARCH],
    }
    assert refused_in(settings, param, [SEARCH]) == names
    assert flattened(without(settings, names)).keys() == flattened(settings).keys() - set(names)


@pytest.mark.parametrize(
    ("sent", "param", "name"),
    [
        ([SEARCH, OURS, FROM_HERE], "tools[0].type", "tools"),
        ([SEARCH, OURS, FROM_HERE], "tools[1].function", "functions"),
        ([SEARCH, OURS, FROM_HERE], "tools[2].parameters", "mcp_servers"),
        ([SEARCH, FROM_HERE], "tools[1].parameters", "mcp_servers"),
        ([SEARCH, OURS, THERE], "tools[2]", "mcp_servers"),
        ([SEARCH, OURS, THERE], "tools", "tools"),
        ([OURS, FROM_HERE], "tools", "functions"),
        ([FROM_HERE], "tools", "mcp_servers"),
        ([THERE], "tools", "mcp_servers"),
        ([THERE], "toolset", None),
        ([THERE], "tools[7]", "tools"),
    ],
)
def test_of_all_tools_those_that_are_meant_are_refused(
    sent: list[Any], param: str, name: str | None
) -> None:
    settings = {
        "tools": [SEARCH],
        "functions": ["calculate", "current_time"],
        "mcp_servers": ["wiki"],
    }
    assert refused_in(settings, param, sent) == ([name] if name else [])


def test_a_search_of_files_that_nobody_chose_stands_for_a_function() -> None:
    assert refused_in(
        {"tools": [SEARCH], "functions": ["search_files"]}, "tools[1]", [SEARCH, FILES]
    ) == ["functions"]


VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 2.5, float("inf"), "", "low", "json_object", [], ["low"], [[]], {}, {"a": 1}]
) | st.dictionaries(st.sampled_from(["type", "effort", "format", "a"]), st.integers(), max_size=3)
NAMES = st.sampled_from([*BY_NAME, "x", "reasoning", "text", "context_management"])


@given(st.dictionaries(NAMES, VALUES, max_size=5))
@example({"temperature": 10**400})
def test_whatever_is_sent_is_checked_or_refused(settings: dict[str, Any]) -> None:
    with suppress(BadParameter):
        chosen = checked(settings)
        assert chosen.keys() <= BY_NAME.keys()
        assert checked(nested(chosen)) == chosen


def test_the_manual_has_the_table() -> None:
    page = Path(__file__).parents[2] / "docs" / "parameters.md"
    assert page.read_text() == manual(), (
        "python -m tests.support.parameters_manual > docs/parameters.md"
    )

"""MCP servers in the API's words: rules become what is sent, and tools get names."""

import re
from typing import Any

import pytest

from conversations.protocol.mcp import (
    LONGEST_LABEL,
    Rule,
    Rules,
    function_name,
    hosted_tool,
    label_of,
)

ALLOWED, ASKS, FORBIDDEN = Rule.ALLOWED, Rule.ASKS, Rule.FORBIDDEN
LISTED = ("read", "write", "drop")


@pytest.mark.parametrize(
    ("default", "by_tool", "sent"),
    [
        (ASKS, {}, {"require_approval": "always"}),
        (ALLOWED, {}, {"require_approval": "never"}),
        (FORBIDDEN, {}, {"require_approval": "always", "allowed_tools": []}),
        (ASKS, {"read": ALLOWED}, {"require_approval": {
            "always": {"tool_names": ["write", "drop"]}, "never": {"tool_names": ["read"]},
        }}),
        (ALLOWED, {"write": ASKS, "drop": FORBIDDEN}, {
            "require_approval": {
                "always": {"tool_names": ["write"]}, "never": {"tool_names": ["read"]},
            },
            "allowed_tools": ["read", "write"],
        }),
        (FORBIDDEN, {"read": ALLOWED}, {
            "require_approval": {"never": {"tool_names": ["read"]}}, "allowed_tools": ["read"],
        }),
        (FORBIDDEN, {"unlisted": ASKS}, {
            "require_approval": "always", "allowed_tools": ["unlisted"],
        }),
    ],
)  # fmt: skip
def test_rules_say_which_tools_may_be_called_and_which_ask(
    default: Rule, by_tool: dict[str, Rule], sent: dict[str, Any]
) -> None:
    tool = hosted_tool("wiki", "https://wiki.test/mcp", Rules(default, by_tool, LISTED))
    where = {"type": "mcp", "server_label": "wiki", "server_url": "https://wiki.test/mcp"}
    assert tool == where | sent


def test_a_tool_that_appears_later_is_not_called_where_another_is_forbidden() -> None:
    rules = Rules(ALLOWED, {"drop": FORBIDDEN}, LISTED)
    assert hosted_tool("wiki", "u", rules)["allowed_tools"] == ["read", "write"]


def test_what_lets_us_in_goes_along_where_there_is_some() -> None:
    tool = hosted_tool(
        *("wiki", "u", Rules(ASKS)), description="Ours.", token="t", headers={"X-Team": "7"}
    )
    assert tool["server_description"] == "Ours."
    assert (tool["authorization"], tool["headers"]) == ("t", {"X-Team": "7"})


def test_a_tool_keeps_its_name_behind_that_of_its_server() -> None:
    assert function_name("wiki", "search") == "mcp__wiki__search"
    assert function_name("my_wiki", "a__b-C") == "mcp__my_wiki__a__b-C"


def test_a_name_that_no_function_can_have_is_made_one_and_stays_apart() -> None:
    names = ["look.out", "look_out", "look/out", "ищи", "a" * 128, "a" * 127, "a" * 33]
    made = [function_name("w" * LONGEST_LABEL, name) for name in names]
    assert all(re.fullmatch(r"mcp__w+__[A-Za-z0-9_-]+", name) for name in made)
    assert max(map(len, made)) == 64
    assert len(set(made)) == len(names)
    assert made == [function_name("w" * LONGEST_LABEL, name) for name in names]


@pytest.mark.parametrize("tool", ["edit", "a__b", "what is it?", "long" * 40])
def test_a_function_tells_whose_it_is(tool: str) -> None:
    assert label_of(function_name("our-wiki", tool)) == "our-wiki"


@pytest.mark.parametrize("function", ["calculate", "mcp__wiki", "my__wiki__edit", ""])
def test_a_function_that_is_of_no_server_tells_none(function: str) -> None:
    assert label_of(function) == ""

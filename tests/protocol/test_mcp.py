"""MCP servers in the API's words: rules become what is sent, and headers are read strictly."""

from typing import Any

import pytest

from conversations.protocol.mcp import BadHeaders, Rule, Rules, hosted_tool, read_headers

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


def test_headers_are_read_a_line_each() -> None:
    assert read_headers("X-Key: a:b \n\n  X-Team:7\n") == {"X-Key": "a:b", "X-Team": "7"}
    assert read_headers("") == {}


@pytest.mark.parametrize(
    "line",
    ["X-Key", "X Key: a", ": a", "X-Key:", "Ä: a", "Host: other", "MCP-Session-Id: 1", "X: a\x07b"],
)
def test_what_is_no_header_to_be_sent_is_refused(line: str) -> None:
    with pytest.raises(BadHeaders):
        read_headers(f"X-Good: 1\n{line}")

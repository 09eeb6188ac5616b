"""Tools as a script asks for them: fewer than are there, and never with fewer questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.approvals import Tool
from conversations.protocol.mcp import Rule, Rules
from conversations.protocol.mcp_asked import (
    ServerAsked,
    choice_told,
    servers_asked,
    tools_asked,
)

ORDER = [Rule.ALLOWED, Rule.ASKS, Rule.FORBIDDEN]
NAMES = st.sampled_from(["read", "write", "burn"])
FILTERS = st.fixed_dictionaries(
    {}, optional={"tool_names": st.lists(NAMES), "read_only": st.booleans()}
)
APPROVALS = st.one_of(
    st.none(),
    st.sampled_from(["always", "never"]),
    st.fixed_dictionaries({}, optional={"always": FILTERS, "never": FILTERS}),
)


@given(
    rules=st.dictionaries(NAMES, st.sampled_from(ORDER)),
    default=st.sampled_from(ORDER),
    names=st.none() | st.lists(NAMES),
    approval=APPROVALS,
    reading=st.lists(NAMES),
    name=NAMES,
)
def test_what_is_asked_gives_nothing_that_the_rules_hold_back(
    rules: dict[str, Rule],
    default: Rule,
    names: list[str] | None,
    approval: Any,
    reading: list[str],
    name: str,
) -> None:
    before = Rules(default, rules, ["read"])
    after = ServerAsked("wiki", names, approval).narrowed(before, reading)
    assert ORDER.index(after.of(name)) >= ORDER.index(before.of(name))
    if names is not None and name not in names:
        assert after.of(name) == Rule.FORBIDDEN


@pytest.mark.parametrize(
    ("approval", "reads_only", "rule"),
    [
        (None, True, Rule.ALLOWED),
        (None, False, Rule.ASKS),
        ("always", True, Rule.ASKS),
        ("never", False, Rule.ALLOWED),
        ({"never": {"tool_names": ["write"]}}, False, Rule.ALLOWED),
        ({"never": {"tool_names": ["other"]}}, False, Rule.ASKS),
        ({"never": {"read_only": False}}, False, Rule.ALLOWED),
        ({"always": {"read_only": True}, "never": {"tool_names": ["write"]}}, True, Rule.ASKS),
        ({"never": {}}, False, Rule.ASKS),
    ],
)
def test_what_asks_first_is_what_is_said_and_else_what_has_effects(
    approval: Any, reads_only: bool, rule: Rule
) -> None:
    asked = ServerAsked("wiki", ["write"], approval)
    assert asked.rule("write", Rule.ALLOWED, reads_only=reads_only) == rule


def test_what_is_to_ask_by_its_name_asks_where_nobody_knows_what_there_is() -> None:
    unknown = Rules(Rule.ALLOWED)
    approval = {"always": {"tool_names": ["burn"]}, "never": {"read_only": False}}
    after = ServerAsked("far", None, approval).narrowed(unknown, [])
    assert after.of("burn") == Rule.ASKS
    after = ServerAsked("far", None, {"never": {"tool_names": ["read"]}}).narrowed(unknown, [])
    assert (after.of("read"), after.of("burn")) == (Rule.ALLOWED, Rule.ASKS)


def test_the_tools_are_known_by_what_the_model_calls_them() -> None:
    tools = [
        {"type": "function", "name": "own"},
        {"type": "mcp", "server_label": "chatapp", "allowed_tools": ["calculate"]},
        {"type": "mcp", "server_label": "wiki", "allowed_tools": ["look.up"]},
        {"type": "mcp", "server_label": "far", "allowed_tools": None},
    ]
    found = tools_asked({"tools": tools})
    assert found["calculate"] == Tool("chatapp", "calculate")
    assert [*found.values()][1:] == [Tool("wiki", "look.up")]
    assert servers_asked({"tools": tools}).keys() == {"chatapp", "wiki", "far"}
    assert tools_asked(None) == {}


def test_a_choice_of_a_hosted_server_is_the_providers_to_understand() -> None:
    functions = {"calculate": Tool("chatapp", "calculate")}
    far, own = ({"type": "mcp", "server_label": label} for label in ("far", "chatapp"))
    assert choice_told(far, functions, ["far"]) == far
    assert choice_told(far, functions) == "auto"
    allowed = {"type": "allowed_tools", "mode": "auto", "tools": [far, own]}
    told = choice_told(allowed, functions, ["far"])
    assert told["tools"] == [far, {"type": "function", "name": "calculate"}]
    assert choice_told({**allowed, "tools": [far]}, functions) == "none"

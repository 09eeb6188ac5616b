"""Whatever a script sends for tools, a choice or a steer is understood or refused."""

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conversations.gateway.events import Events
from conversations.gateway.own_calls import OwnCalls
from conversations.gateway.refusals import Refusal
from conversations.gateway.shown import response_shown
from conversations.gateway.steering import NotSteered, Steer
from conversations.gateway.tools import shown, tool_choice_of, tools_of
from conversations.protocol.jsontext import dumps
from conversations.protocol.mcp import Rule
from conversations.protocol.mcp_asked import choice_told, servers_asked, tools_asked

NAMES = st.sampled_from(["calculate", "chatapp", "wiki", "mcp", "function", "always", "never"])
FIELDS = st.sampled_from(
    [
        *("type", "name", "server_label", "allowed_tools", "require_approval", "tool_names"),
        *("read_only", "always", "never", "mode", "tools", "input", "role", "content"),
    ]
)
ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=12,
)
SERVERS = st.fixed_dictionaries(
    {"type": st.just("mcp"), "server_label": NAMES},
    optional={"allowed_tools": ANY, "require_approval": ANY},
)


@given(tools=st.lists(SERVERS | ANY, max_size=4) | ANY, choice=ANY)
def test_tools_and_a_choice(tools: Any, choice: Any) -> None:
    try:
        told = [shown(tool) for tool in tools_of(tools)]
    except Refusal:
        return
    with suppress(Refusal):
        choice_told(tool_choice_of(choice, told), {})
    for server in servers_asked({"tools": told}).values():
        assert server.rule("x", Rule.FORBIDDEN, reads_only=True) == Rule.FORBIDDEN


@given(frame=st.dictionaries(st.sampled_from(["previous_response_id", "input", "x"]), ANY))
def test_a_steer(frame: Any) -> None:
    with suppress(Refusal, NotSteered):
        assert all(item["role"] == "user" for item in Steer.of(frame).items)


ITEMS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["function_call", "function_call_output", "mcp_approval_request", "message"]
        ),
    },
    optional={
        "id": st.sampled_from(["ask_1", "other"]),
        "name": st.sampled_from(["calculate", "theirs"]),
        "call_id": st.sampled_from(["call_1", "call_2"]),
        "arguments": st.text(max_size=3),
        "output": st.text(max_size=3) | st.just('{"error": "no"}') | st.just([]),
        "status": st.sampled_from(["completed", "in_progress", "incomplete"]),
        "server_label": st.just(""),
    },
)
ASKED = {"tools": [{"type": "mcp", "server_label": "chatapp", "allowed_tools": ["calculate"]}]}


@given(items=st.lists(ITEMS, max_size=8))
def test_an_output_of_any_items_is_the_same_told_by_events(items: list[dict[str, Any]]) -> None:
    assert tools_asked(ASKED)
    calls, told = OwnCalls(ASKED, "resp_1"), {}
    for at, item in enumerate(items):
        event = {"type": "response.output_item.done", "output_index": at, "item": item}
        for each in calls.events(event):
            if each["type"] == "response.output_item.added":
                assert each["output_index"] not in told
                told[each["output_index"]] = each["item"]
            if each["type"] == "response.output_item.done":
                assert each["output_index"] in told
                told[each["output_index"]] = each["item"]
    stored = OwnCalls(ASKED, "resp_1")
    whole = stored.output(items, [str(at) for at in range(len(items))], "completed")
    assert len(told) == len(whole)
    for index, item in enumerate(whole):
        assert told[index]["type"] == item["type"]
        assert calls.place(index) == stored.place(index)
        if "output" in item and item["type"] == "mcp_call":
            assert told[index] == item


def test_what_stands_behind_a_call_is_named_by_where_it_is_stored() -> None:
    call = {"type": "function_call", "call_id": "c", "name": "calculate", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "name": "calculate", "output": "1"}
    thought = {"type": "reasoning", "summary": []}
    items = [thought, call, output, thought]
    stored = {"id": "resp_1", "created_at": 1, "status": "completed", "model": "m", "output": items}
    shown = [item["id"] for item in response_shown(stored, ASKED)["output"]]
    assert shown == ["rs_1_0", "mcp_1_1", "rs_1_3"]
    events = Events("resp_1", ASKED, None)
    lines: list[str] = []
    for at, item in enumerate(items):
        for kind in ("added", "done"):
            event = {"type": f"response.output_item.{kind}", "output_index": at, "item": item}
            lines.append(dumps({**event, "sequence_number": len(lines)}))
    told = [event["item"] for event in events.of(lines) if event["type"].endswith("item.done")]
    assert [item["id"] for item in told] == shown
    less = {**stored, "output": [thought, thought], "removed": ["1", "2"]}
    assert [item["id"] for item in response_shown(less, ASKED)["output"]] == ["rs_1_0", "rs_1_3"]

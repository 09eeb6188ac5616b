"""What an answer asks for, and what is decided."""

from typing import Any

import pytest

from conversations.protocol.approvals import (
    Tool,
    answer,
    answers_in,
    open_requests,
    tool_of,
    tools_decided,
)


def request(id_: Any = "r1", **fields: Any) -> dict[str, Any]:
    return {
        "type": "mcp_approval_request",
        "id": id_,
        "server_label": "dice",
        "name": "roll",
    } | fields


def test_requests_are_open_until_an_item_of_the_answer_decides_them() -> None:
    items = [request("r1"), request("r2"), answer("r1", approve=False), request("r3")]
    assert [item["id"] for item in open_requests(items)] == ["r2", "r3"]


def test_a_decision_is_written_as_the_api_has_it() -> None:
    assert answer("r1", approve=True) == {
        "type": "mcp_approval_response",
        "approval_request_id": "r1",
        "approve": True,
    }


@pytest.mark.parametrize(
    "output",
    [None, "text", {}, [None, 1, "x"], [request(None)], [request({"a": 1})], [request("")]],
)
def test_what_is_no_request_is_none(output: Any) -> None:
    assert open_requests(output) == []
    assert answers_in(output) == []


def test_a_decision_that_names_nothing_decides_nothing() -> None:
    broken = {"type": "mcp_approval_response", "approval_request_id": ["r1"]}
    assert [item["id"] for item in open_requests([request("r1"), broken])] == ["r1"]


def test_a_tool_is_one_of_a_server() -> None:
    assert tool_of(request()) == Tool("dice", "roll")
    assert tool_of(request(server_label=None, name=None)) == Tool("", "")


def test_decisions_are_about_what_the_answer_before_asked() -> None:
    decided = [answer("r1", approve=True), answer("r9", approve=False)]
    assert tools_decided(decided, [request("r1")]) == [
        (Tool("dice", "roll"), True),
        (Tool("", ""), False),
    ]

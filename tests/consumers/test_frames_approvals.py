"""Decisions in what a browser sends, and what it is told of them."""

import json
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.consumers.frames import BadFrame, Create, parse
from conversations.models.database import in_database
from conversations.protocol.approvals import answer
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider
from tests.support.sockets import open_page

REQUEST = {
    "id": "r1",
    "type": "mcp_approval_request",
    "server_label": "dice",
    "name": "roll",
    "arguments": "{}",
}


def create(*decisions: Any, **fields: Any) -> str:
    frame = {"type": "response.create", "client_key": "k", "input": list(decisions)}
    return json.dumps(frame | {"previous_response_id": "resp_1"} | fields)


def test_decisions_are_an_input_of_their_own() -> None:
    decisions = [answer("r1", approve=True), answer("r2", approve=False)]
    frame = parse(create(*decisions, always=["r1"]))
    assert isinstance(frame, Create)
    assert frame.items() == decisions
    assert frame.always == ["r1"]


@pytest.mark.parametrize(
    ("decisions", "fields"),
    [
        ([answer("r1", approve=True)], {"previous_response_id": None}),
        ([answer("r1", approve=True)], {"retry_of": "resp_2"}),
        ([answer("r1", approve=True)], {"models": ["m1", "m2"]}),
        ([answer("r1", approve=False)], {"always": ["r1"]}),
        ([answer("r1", approve=True)], {"always": ["r2"]}),
        (["Why?"], {"always": ["r1"]}),
        ([answer("r1", approve=True) | {"reason": "because"}], {}),
        ([answer("r1", approve=True) | {"approve": "yes"}], {}),
        ([answer("", approve=True)], {}),
        ([answer("r" * 513, approve=True)], {}),
        ([answer("r1", approve=True), {"role": "user", "content": "And?"}], {}),
        ([answer(f"r{n}", approve=True) for n in range(101)], {}),
    ],
)
def test_a_decision_that_is_none_is_refused(decisions: list[Any], fields: dict[str, Any]) -> None:
    with pytest.raises(BadFrame):
        parse(create(*decisions, **fields))


async def test_a_page_hears_what_is_allowed_in_the_conversation(
    owner: User, provider: ScriptedProvider
) -> None:
    conversation = await in_database(make_conversation, owner)
    asked = await in_database(make_response, conversation, output=[REQUEST])
    async with open_page(owner) as page:
        frame = {"type": "response.create", "previous_response_id": asked.pk}
        allowed = {"input": [answer("r1", approve=True)], "always": ["r1"]}
        await page.send(**frame, **allowed, client_key="k1")
        accepted = await page.receive_until("response.accepted", "error")
        assert accepted["conversation"]["approvals"] == [{"server_label": "dice", "name": "roll"}]
        assert accepted["response"]["input"] == [answer("r1", approve=True)]
        await page.send(**frame, input=[answer("r1", approve=False)], client_key="k2")
        refused = await page.receive_until("error")
        assert refused["error"]["code"] == "approval_decided"
        assert refused["client_key"] == "k2"

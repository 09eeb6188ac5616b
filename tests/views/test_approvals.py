"""What was asked for and decided, wherever a conversation is read; and how leave is taken back."""

import json
from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User
from conversations.models import Conversation, Response, Share
from conversations.protocol.approvals import answer
from tests.support.models import make_conversation, make_response

REQUEST = {
    "id": "r1",
    "type": "mcp_approval_request",
    "server_label": "dice",
    "name": "roll",
    "arguments": '{"sides":6}',
}
ROLL = {"server_label": "dice", "name": "roll"}
FLIP = {"server_label": "dice", "name": "flip"}


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner, "Dice", approvals=[FLIP, ROLL])


@pytest.fixture
def decided(conversation: Conversation) -> Response:
    asked = make_response(conversation, "Roll a die.", output=[REQUEST])
    return make_response(
        conversation, answer="A four.", previous=asked, input=[answer("r1", approve=False)]
    )


def patch(client: Client, conversation: Conversation, body: Any) -> Any:
    address = f"/conversations/{conversation.pk}/"
    return client.patch(address, json.dumps(body), content_type="application/json")


def test_leave_for_a_tool_is_withdrawn_and_every_page_catches_up(
    signed_in: Client, conversation: Conversation
) -> None:
    changed = patch(signed_in, conversation, {"withdrawn": ROLL}).json()
    assert changed["approvals"] == [FLIP]
    assert changed["version"] == conversation.version + 1
    assert patch(signed_in, conversation, {"withdrawn": ROLL}).json()["approvals"] == [FLIP]


@pytest.mark.parametrize("tool", [None, {}, {"name": "roll"}, {"name": 1, "server_label": "dice"}])
def test_what_is_no_tool_is_not_withdrawn(
    signed_in: Client, conversation: Conversation, tool: Any
) -> None:
    assert patch(signed_in, conversation, {"withdrawn": tool}).status_code == 400


def test_the_export_has_what_was_asked_and_decided(
    signed_in: Client, conversation: Conversation, decided: Response
) -> None:
    signed_in.cookies["language"] = "zh-hans"
    text = signed_in.get(f"/conversations/{conversation.pk}/export.md").content.decode()
    assert 'Asks for permission to use roll (dice) with {"sides":6}' in text
    assert "\n\nDenied: roll (dice)\n\n" in text


def test_without_scripts_it_can_be_read(
    signed_in: Client, conversation: Conversation, decided: Response
) -> None:
    for address in (f"/plain/{conversation.pk}/", f"/conversations/{conversation.pk}/print/"):
        text = signed_in.get(address).content.decode()
        assert "Asks for permission to use roll (dice) with" in text
        assert "Denied: roll (dice)" in text


def test_a_shared_page_says_it_in_the_readers_language(
    conversation: Conversation, decided: Response
) -> None:
    token = Share.make(conversation).token
    page = Client(headers={"accept-language": "zh-hans"}).get(f"/s/{token}/")
    text = page.content.decode()
    assert "已拒绝" in text
    assert "Denied: roll" not in text

"""Calls of this installation's tools as items of a conversation: the same that responses show."""

from functools import partial
from typing import Any

import openai
from openai import OpenAI

from tests.gateway.test_conversations import begun, listed, refusal
from tests.gateway.test_creating import ask
from tests.gateway.test_own_tools import CALCULATE, SUM, decided_on
from tests.support.server import Server

ASKING: Any = {**CALCULATE, "require_approval": "always"}


def test_what_a_named_tool_gave_is_an_item_as_in_its_response(client: OpenAI) -> None:
    id_ = begun(client)
    response = ask(client, SUM, conversation=id_, tools=[CALCULATE])
    items = listed(client, id_)
    assert [item.type for item in items] == ["message", "mcp_call", "message"]
    assert [item.to_dict() for item in items[1:]] == response.to_dict()["output"]
    for limit in (1, 2):
        assert [item.id for item in listed(client, id_, limit=limit)] == [i.id for i in items]
    for item in items:
        assert client.conversations.items.retrieve(item.id, conversation_id=id_) == item


def test_a_call_that_is_deleted_is_gone_with_what_it_gave(served: Server, client: OpenAI) -> None:
    id_ = begun(client)
    response = ask(client, SUM, conversation=id_, tools=[CALCULATE])
    call, answer = response.output
    client.conversations.items.delete(call.id, conversation_id=id_)
    assert [item.id for item in listed(client, id_)][1:] == [answer.id]
    assert stored(served, response.id) == "['message'] 0"
    kept = client.responses.retrieve(response.id)
    assert [item.id for item in kept.output] == [answer.id]
    last = list(client.responses.retrieve(response.id, stream=True))[-1]
    assert last.type == "response.completed"
    assert [item.id for item in last.response.output] == [answer.id]
    gone = partial(client.conversations.items.retrieve, call.id, conversation_id=id_)
    assert refusal(gone).status_code == 404
    assert ask(client, "Thank you", conversation=id_).status == "completed"


def test_a_question_about_a_call_is_an_item_by_the_id_that_decides_it(
    served: Server, client: OpenAI
) -> None:
    id_ = begun(client)
    first = ask(client, SUM, conversation=id_, tools=[ASKING])
    request = first.output[1]
    decision: Any = decided_on(request.id)
    second = ask(client, [decision], tools=[ASKING], previous_response_id=first.id)
    asked, decided = [item.id for item in first.output], [item.id for item in second.output]
    for order in ("asc", "desc"):
        for limit in (1, 20):
            items = listed(client, id_, limit=limit, order=order)
            ids = [item.id for item in (items if order == "asc" else items[::-1])]
            assert (ids[1:3], ids[4:]) == (asked, decided)
    again = client.conversations.items.retrieve(request.id, conversation_id=id_)
    assert again.to_dict() == request.to_dict()
    client.conversations.items.delete(decided[0], conversation_id=id_)
    client.conversations.items.delete(request.id, conversation_id=id_)
    left = [item.id for item in listed(client, id_)]
    assert (left[1:2], left[3:]) == (asked[:1], decided[1:])
    assert stored(served, first.id) == "['function_call'] 0"
    assert stored(served, second.id) == "['message'] 0"


def test_a_request_of_another_conversation_or_person_is_no_item(
    client: OpenAI, bobs: OpenAI
) -> None:
    id_ = begun(client)
    request = ask(client, SUM, conversation=id_, tools=[ASKING]).output[1]
    for asking, where in ((client, begun(client)), (bobs, begun(bobs)), (bobs, id_)):
        for call in (asking.conversations.items.retrieve, asking.conversations.items.delete):
            assert refusal(partial(call, request.id, conversation_id=where)).status_code == 404
    assert request.id in [item.id for item in listed(client, id_)]


def test_calls_are_told_to_a_conversation_and_decisions_are_not(client: OpenAI) -> None:
    first = ask(client, SUM, tools=[CALCULATE]).to_dict()
    id_ = begun(client, {"role": "user", "content": SUM}, *first["output"])
    told = ["message", "function_call", "function_call_output", "message"]
    assert [item.type for item in listed(client, id_)] == told
    client.conversations.items.create(id_, items=first["output"])
    assert [item.type for item in listed(client, id_)] == [*told, *told[1:]]
    assert ask(client, "Thank you", conversation=id_).status == "completed"
    decision: Any = decided_on("ask_1")
    create = partial(client.conversations.items.create, id_, items=[decision])
    for call in (create, partial(begun, client, decision)):
        error = refusal(call)
        assert isinstance(error, openai.BadRequestError)
        assert error.param == "items"


def stored(served: Server, response_id: str) -> str:
    """The types of the items that there are of an output, and how many calls are on record."""
    code = f"""
from conversations.models import Response
row = Response.objects.get(pk="{response_id}")
print([item["type"] for item in row.output], row.tool_calls.count())
"""
    return served.manage("shell", "-v0", "-c", code).strip()

"""/v1/conversations: begun, gone on in, read and deleted by scripts, and by the chat."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.gateway.test_creating import WEATHER, ask
from tests.gateway.test_refusing import sent
from tests.gateway.test_socket import connected
from tests.gateway.test_stored import SLOW, ended, text_of
from tests.support.server import Server

GRACE: Any = {"role": "user", "content": "My name is Grace"}
WELCOME: Any = {"role": "assistant", "content": "Hello, Grace"}


def begun(client: OpenAI, *items: Any, **more: Any) -> str:
    return client.conversations.create(items=items, **more).id


def listed(client: OpenAI, conversation_id: str, **more: Any) -> list[Any]:
    """All items, read page by page, in the order in which they were said."""
    return list(client.conversations.items.list(conversation_id, **{"order": "asc", **more}))


def texts(items: list[Any]) -> list[str]:
    return [text_of(item) for item in items if item.type == "message"]


def refusal(call: Callable[[], object]) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as refused:
        call()
    return refused.value


def test_one_is_begun_noted_on_read_and_deleted(client: OpenAI) -> None:
    made = client.conversations.create(items=[GRACE], metadata={"topic": "demo"})
    assert made.object == "conversation"
    assert client.conversations.retrieve(made.id) == made
    noted = client.conversations.update(made.id, metadata={"topic": "names", "n": "2"})
    assert client.conversations.retrieve(made.id).metadata == {"topic": "names", "n": "2"}
    assert noted.created_at == made.created_at
    assert client.conversations.update(made.id, metadata=None).metadata == {}
    assert client.conversations.delete(made.id).deleted is True
    assert refusal(lambda: client.conversations.retrieve(made.id)).status_code == 404


async def test_an_asynchronous_client_does_all_of_it_too(async_client: AsyncOpenAI) -> None:
    conversations = async_client.conversations
    made = await conversations.create(items=[GRACE])
    more = await conversations.items.create(made.id, items=[WELCOME])
    welcome: Any = more.data[0]
    found = [item async for item in conversations.items.list(made.id, limit=1, order="asc")]
    assert [item.type for item in found] == ["message", "message"]
    again = await conversations.items.retrieve(welcome.id, conversation_id=made.id)
    assert again == welcome
    await conversations.items.delete(welcome.id, conversation_id=made.id)
    response = await async_client.responses.create(
        model="guide", input="What is my name?", conversation=made.id
    )
    assert "Grace" in response.output_text
    assert (await conversations.delete(made.id)).object == "conversation.deleted"


def test_turns_in_a_conversation_know_what_was_said_in_it(client: OpenAI) -> None:
    id_ = begun(client)
    first = ask(client, "My name is Grace", conversation=id_)
    assert first.conversation.id == id_
    second = ask(client, "What is my name?", conversation={"id": id_})
    assert "Grace" in second.output_text
    again: Any = client.responses.retrieve(second.id)
    assert again.conversation.id == id_
    assert second.previous_response_id is None
    assert ask(client, "Hello").conversation is None
    said = texts(listed(client, id_))
    assert said[::2] == ["My name is Grace", "What is my name?"]
    assert said[1::2] == [first.output_text, second.output_text]


def test_what_it_was_begun_with_is_known(client: OpenAI) -> None:
    system = {"role": "system", "content": "Answer in upper case"}
    id_ = begun(client, system, GRACE, WELCOME)
    answer = ask(client, "What is my name?", conversation=id_).output_text
    assert "GRACE" in answer
    assert answer.isupper()


def test_its_instructions_are_not_handed_on(client: OpenAI) -> None:
    id_ = begun(client)
    loud = ask(client, "Hello", conversation=id_, instructions="Answer in upper case")
    assert loud.output_text.isupper()
    next_one = ask(client, "Hello", conversation=id_)
    assert next_one.instructions is None
    assert not next_one.output_text.isupper()


def test_a_streamed_answer_is_in_it_too(client: OpenAI) -> None:
    id_ = begun(client, GRACE)
    with client.responses.stream(
        model="guide", input="What is my name?", conversation=id_
    ) as stream:
        done = [event for event in stream if event.type == "response.output_item.done"]
        final: Any = stream.get_final_response()
    ids = [event.item.to_dict()["id"] for event in done]
    assert "Grace" in final.output_text
    assert final.conversation.id == id_
    assert ids == [item.id for item in final.output]
    assert ids == [item.id for item in listed(client, id_)][-len(ids) :]


def test_an_answer_in_the_background_is_in_it_when_it_has_ended(client: OpenAI) -> None:
    id_ = begun(client)
    running = ask(client, "try: slow 40 table", conversation=id_, background=True)
    assert running.conversation.id == id_
    done = ended(client, running.id)
    assert texts(listed(client, id_)) == ["try: slow 40 table", done.output_text]


async def test_a_websocket_goes_on_in_it(
    served: Server, keys: dict[str, str], client: OpenAI
) -> None:
    id_ = begun(client, GRACE)
    async with connected(served, keys["ada"]) as connection:
        event = await connection.ask(input="What is my name?", conversation=id_)
        assert "Grace" in event["response"]["output"][0]["content"][0]["text"]
        assert event["response"]["conversation"] == {"id": id_}
        missing = await connection.ask(conversation="conv_none")
        assert (missing["type"], missing["status"]) == ("error", 404)
    assert len(listed(client, id_)) == 3


def test_calls_are_answered_in_it(client: OpenAI) -> None:
    id_ = begun(client)
    first = ask(client, "What is the weather in Rome?", tools=[WEATHER], conversation=id_)
    output = {
        "type": "function_call_output",
        "call_id": first.output[0].call_id,
        "output": "Rain",
    }
    assert "Rain" in ask(client, [output], tools=[WEATHER], conversation=id_).output_text
    kinds = [item.type for item in listed(client, id_)]
    assert kinds == ["message", "function_call", "function_call_output", "message"]
    again = refusal(lambda: ask(client, [{**output, "call_id": "call_x"}], conversation=id_))
    assert again.param == "input"


def test_calls_can_be_told_with_their_outputs(client: OpenAI) -> None:
    call: Any = {
        "type": "function_call",
        "call_id": "call_1",
        "name": "get_weather",
        "arguments": '{"city": "Rome"}',
    }
    output: Any = {"type": "function_call_output", "call_id": "call_1", "output": "Rain"}
    asked: Any = {"role": "user", "content": "The weather in Rome?"}
    id_ = begun(client, asked, call)
    client.conversations.items.create(id_, items=[output])
    told = [{"role": "developer", "content": "Answer now"}]
    assert "Rain" in ask(client, told, tools=[WEATHER], conversation=id_).output_text
    orphan: Any = {**output, "call_id": "call_2"}
    error = refusal(lambda: client.conversations.items.create(id_, items=[orphan]))
    assert (error.status_code, error.param) == (400, "items")


def test_items_have_one_id_wherever_they_are_seen(client: OpenAI) -> None:
    id_ = begun(client, GRACE, WELCOME)
    response = ask(client, "try: reason table", conversation=id_)
    given = client.responses.input_items.list(response.id, order="asc").data
    seen = [item.id for item in (*given, *response.output)]
    items = listed(client, id_)
    assert [item.id for item in items][-len(seen) :] == seen
    assert len({item.id for item in items}) == len(items) == 5
    for item in items:
        assert client.conversations.items.retrieve(item.id, conversation_id=id_) == item


def test_items_are_listed_in_pages_from_both_ends(client: OpenAI) -> None:
    id_ = begun(client)
    for start in range(0, 60, 20):
        told: Any = [
            {"role": "user" if n % 2 == 0 else "assistant", "content": f"Number {n}"}
            for n in range(start, start + 20)
        ]
        answer = client.conversations.items.create(id_, items=told)
        assert texts(answer.data) == [f"Number {n}" for n in range(start, start + 20)]
        assert (answer.first_id, answer.last_id) == (answer.data[0].id, answer.data[-1].id)
        assert answer.has_more is False
    every = [f"Number {n}" for n in range(60)]
    for limit in (1, 7, 59, 60, 100):
        assert texts(listed(client, id_, limit=limit)) == every
        assert texts(listed(client, id_, limit=limit, order="desc")) == every[::-1]
    page = client.conversations.items.list(id_)
    assert texts(page.data) == every[:39:-1]
    assert page.has_more
    assert listed(client, begun(client)) == []


def test_many_more_turns_than_a_page_has_are_walked(client: OpenAI) -> None:
    id_ = begun(client)
    for start in range(0, 100, 20):
        told: Any = [{"role": "user", "content": f"{n}"} for n in range(start, start + 10)]
        answered: Any = [part for each in told for part in (each, WELCOME)]
        client.conversations.items.create(id_, items=answered)
    assert len(listed(client, id_)) == 100
    assert len(listed(client, id_, order="desc", limit=3)) == 100


def test_a_deleted_item_is_sent_to_nobody_any_more(client: OpenAI) -> None:
    id_ = begun(client)
    ask(client, "My name is Grace", conversation=id_)
    items = listed(client, id_)
    for item in items:
        after = client.conversations.items.delete(item.id, conversation_id=id_)
        assert after.id == id_
    assert listed(client, id_) == []
    assert "Grace" not in ask(client, "What is my name?", conversation=id_).output_text
    for call in (client.conversations.items.retrieve, client.conversations.items.delete):
        gone = refusal(partial(call, items[0].id, conversation_id=id_))
        assert gone.status_code == 404


def test_what_stands_behind_a_deleted_item_keeps_its_id(client: OpenAI) -> None:
    id_ = begun(client, GRACE, GRACE, WELCOME)
    response = ask(client, "try: reason table", conversation=id_)
    before = [item.id for item in listed(client, id_)]
    client.conversations.items.delete(before[0], conversation_id=id_)
    client.conversations.items.delete(response.output[0].id, conversation_id=id_)
    left = [one for one in before if one not in (before[0], response.output[0].id)]
    assert [item.id for item in listed(client, id_)] == left
    kept = client.responses.retrieve(response.id)
    assert [item.id for item in kept.output] == [response.output[1].id]
    events = list(client.responses.retrieve(response.id, stream=True))
    assert events[-1].type == "response.completed"
    assert [item.id for item in events[-1].response.output] == [response.output[1].id]


def test_a_page_goes_on_behind_an_item_that_was_deleted_meanwhile(client: OpenAI) -> None:
    id_ = begun(client, GRACE, WELCOME, GRACE, WELCOME)
    orders: Any = ("asc", "desc")
    for order in orders:
        page = client.conversations.items.list(id_, limit=2, order=order)
        rest = [item.id for item in page][2:]
        assert page.last_id is not None
        response = client.conversations.items.delete(page.last_id, conversation_id=id_)
        assert response.id == id_
        next_page = client.conversations.items.list(id_, after=page.last_id, order=order)
        assert [item.id for item in next_page.data] == rest


def test_two_at_once_in_one_conversation_are_not_mixed_up(client: OpenAI) -> None:
    id_ = begun(client)

    def one(n: int) -> str:
        try:
            answer: str = ask(client, f"Number {n}. try: slow 20 table", conversation=id_).id
        except openai.BadRequestError as error:
            return str(error.code)
        return answer

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(one, range(6)))
    answered = [outcome for outcome in outcomes if outcome != "conversation_locked"]
    assert all(outcome.startswith("resp_") for outcome in answered)
    assert answered
    assert len(listed(client, id_)) == 2 * len(answered)


def test_while_one_is_being_answered_nothing_else_changes_it(client: OpenAI) -> None:
    id_ = begun(client, GRACE)
    (item,) = listed(client, id_)
    running = ask(client, SLOW, conversation=id_, background=True)
    assert listed(client, id_) == [item]
    calls: list[Callable[[], object]] = [
        lambda: ask(client, conversation=id_),
        lambda: ask(client, conversation=id_, store=False),
        lambda: client.conversations.items.create(id_, items=[WELCOME]),
        lambda: client.conversations.items.delete(item.id, conversation_id=id_),
    ]
    for call in calls:
        error = refusal(call)
        assert (error.status_code, error.code) == (400, "conversation_locked")
    client.responses.cancel(running.id)
    assert ask(client, "What is my name?", conversation=id_).status == "completed"


def test_what_is_not_to_be_stored_reads_it_and_leaves_nothing_in_it(client: OpenAI) -> None:
    id_ = begun(client, GRACE)
    before = listed(client, id_)
    apart = ask(client, "What is my name?", conversation=id_, store=False)
    assert "Grace" in apart.output_text
    assert apart.conversation.id == id_
    assert listed(client, id_) == before
    empty = begun(client)
    ask(client, conversation=empty, store=False)
    assert listed(client, empty) == []
    assert refusal(lambda: client.responses.retrieve(apart.id)).status_code == 404


def test_a_deleted_response_leaves_what_was_said_in_its_conversation(client: OpenAI) -> None:
    id_ = begun(client)
    only = ask(client, "My name is Grace", conversation=id_)
    client.responses.delete(only.id)
    assert refusal(lambda: client.responses.retrieve(only.id)).status_code == 404
    assert len(listed(client, id_)) == 2
    second = ask(client, "What is my name?", conversation=id_)
    assert "Grace" in second.output_text
    follower = ask(client, "Hello", previous_response_id=second.id)
    for one in (second, follower):
        client.responses.delete(one.id)
    assert len(listed(client, id_)) == 4
    running = ask(client, SLOW, conversation=id_, background=True)
    client.responses.delete(running.id)
    assert refusal(lambda: client.responses.retrieve(running.id)).status_code == 404


def test_a_chain_of_responses_is_a_conversation_as_well(client: OpenAI, served: Server) -> None:
    first = ask(client, "My name is Grace")
    ask(client, "Hello", previous_response_id=first.id)
    rows = f"Response.objects.filter(pk={first.id!r})"
    code = f"from conversations.models import Response; print({rows}.get().conversation_id)"
    id_ = served.manage("shell", "-v0", "-c", code).strip()
    assert texts(listed(client, id_))[::2] == ["My name is Grace", "Hello"]
    assert "Grace" in ask(client, "What is my name?", conversation=id_).output_text


def test_one_that_is_not_there_is_not_found(client: OpenAI) -> None:
    for given in ("conv_none", {"id": "conv_none"}, "no id at all"):
        with pytest.raises(openai.NotFoundError, match="not found"):
            ask(client, conversation=given)


def test_what_is_taken_either_by_its_end_or_as_a_conversation(client: OpenAI) -> None:
    id_ = begun(client)
    first = ask(client, "Hello", conversation=id_)
    error = refusal(lambda: ask(client, conversation=id_, previous_response_id=first.id))
    assert (error.status_code, error.code) == (400, "mutually_exclusive_parameters")
    assert "previous_response_id" in str(error)
    assert "conversation" in str(error)


def test_two_people_never_see_each_others(client: OpenAI, bobs: OpenAI) -> None:
    id_ = begun(client, GRACE, metadata={"a": "b"})
    (item,) = listed(client, id_)
    other = begun(bobs, GRACE)
    calls: list[Callable[[str], object]] = [
        bobs.conversations.retrieve,
        bobs.conversations.delete,
        lambda id_: bobs.conversations.update(id_, metadata={}),
        lambda id_: bobs.conversations.items.list(id_),
        lambda id_: bobs.conversations.items.create(id_, items=[GRACE]),
        lambda id_: bobs.conversations.items.retrieve(item.id, conversation_id=id_),
        lambda id_: bobs.conversations.items.delete(item.id, conversation_id=id_),
        lambda id_: ask(bobs, conversation=id_),
        lambda id_: bobs.responses.input_tokens.count(model="guide", conversation=id_),
    ]
    for call in calls:
        messages = []
        for each in (id_, id_[:-6] + "zzzzzz"):
            error = refusal(partial(call, each))
            assert error.status_code == 404
            messages.append(str(error).replace(each, "ID"))
        assert messages[0] == messages[1]
    for call in calls[5:7]:
        assert refusal(partial(call, other)).status_code == 404
    unknown = item.id.replace(item.id.split("_")[1][14:], "0" * 32)
    pages = [listed(bobs, other, after=after, order="desc") for after in (item.id, unknown)]
    assert pages[0] == pages[1]
    assert client.conversations.retrieve(id_).metadata == {"a": "b"}
    assert listed(client, id_) == [item]


@pytest.mark.parametrize(
    ("method", "path", "body", "param"),
    [
        ("POST", "", {"items": "x"}, "items"),
        ("POST", "", {"items": [GRACE] * 21}, "items"),
        ("POST", "", {"items": [{"type": "item_reference", "id": "x"}]}, "items[0].type"),
        ("POST", "", {"metadata": {"a": 1}}, "metadata"),
        ("POST", "", {"metadata": {"a" * 65: "b"}}, "metadata"),
        ("POST", "", {"metadata": {"a": "b" * 513}}, "metadata"),
        ("POST", "", {"metadata": {str(n): "b" for n in range(17)}}, "metadata"),
        ("POST", "", {"metadata": []}, "metadata"),
        ("POST", "", {"title": "x"}, "title"),
        ("POST", "/ID", {}, "metadata"),
        ("POST", "/ID", {"items": []}, "items"),
        ("POST", "/ID/items", {}, "items"),
        ("POST", "/ID/items", {"items": []}, "items"),
        ("POST", "/ID/items", {"items": [GRACE] * 21}, "items"),
        ("POST", "/ID/items?include[]=all", {"items": [GRACE]}, "include[0]"),
        ("GET", "/ID/items?limit=0", None, "limit"),
        ("GET", "/ID/items?limit=101", None, "limit"),
        ("GET", f"/ID/items?limit=000000001{'9' * 30}", None, "limit"),
        ("GET", "/ID/items?order=up", None, "order"),
        ("GET", "/ID/items?after=msg_none", None, "after"),
        ("GET", "/ID/items?include=all", None, "include[0]"),
    ],
)
def test_what_is_not_as_it_has_to_be_is_told_where(
    served: Server,
    keys: dict[str, str],
    client: OpenAI,
    method: str,
    path: str,
    body: Any,
    param: str,
) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    address = f"/v1/conversations{path}".replace("ID", begun(client))
    given = b"" if body is None else json.dumps(body).encode()
    status, _, told = sent(served, method, address, key, given)
    assert (status, told["error"]["param"]) == (400, param)
    assert told["error"]["type"] == "invalid_request_error"


def test_each_address_takes_a_slash_at_its_end(
    served: Server, keys: dict[str, str], client: OpenAI
) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    id_ = begun(client, GRACE)
    (item,) = listed(client, id_)
    base = "/v1/conversations"
    for path in (f"{base}/{id_}", f"{base}/{id_}/items", f"{base}/{id_}/items/{item.id}"):
        for slash in ("", "/"):
            assert sent(served, "GET", path + slash, key)[0] == 200
    status, headers, _ = sent(served, "PUT", f"{base}/{id_}/", key)
    assert (status, headers["allow"]) == (405, "DELETE, GET, POST")
    assert sent(served, "POST", f"{base}/", key, b"{}")[0] == 200


def test_more_can_be_included_by_the_names_of_the_api(client: OpenAI) -> None:
    id_ = begun(client, GRACE)
    names: Any = ["message.input_image.image_url", "reasoning.encrypted_content"]
    assert len(listed(client, id_, include=names)) == 1


def test_all_items_are_deleted_page_by_page(client: OpenAI) -> None:
    orders: Any = ("asc", "desc")
    for order in orders:
        id_ = begun(client, *[GRACE, WELCOME] * 3)
        for item in client.conversations.items.list(id_, limit=2, order=order):
            client.conversations.items.delete(str(item.id), conversation_id=id_)
        assert listed(client, id_) == []


def test_what_was_asked_is_read_on_behind_an_item_that_was_deleted(client: OpenAI) -> None:
    id_ = begun(client)
    response = ask(client, [GRACE, GRACE, WELCOME, GRACE], conversation=id_)
    orders: Any = ("asc", "desc")
    for order in orders:
        page = client.responses.input_items.list(response.id, limit=1, order=order)
        rest = [item.id for item in page][1:]
        (first,) = (str(item.id) for item in page.data)
        client.conversations.items.delete(first, conversation_id=id_)
        left = client.responses.input_items.list(response.id, after=first, order=order)
        assert [item.id for item in left.data] == rest


def test_what_was_told_and_no_answer_can_not_be_deleted_as_one(client: OpenAI) -> None:
    id_ = begun(client, GRACE, WELCOME)
    items = listed(client, id_)
    client.responses.delete(f"resp_{items[0].id.split('_')[1]}")
    assert listed(client, id_) == items

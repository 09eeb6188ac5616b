"""Responses that are kept: read again, followed, run in the background, cancelled, deleted."""

import time
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseCreatedEvent

from tests.gateway.test_creating import WEATHER, ask
from tests.support.server import Server

SLOW = "try: slow 100 long 100"


def text_of(item: Any) -> Any:
    return item.content[0].text


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what has to happen; a test's own deadline ends it otherwise."""
    while not is_so():
        time.sleep(0.05)


def ended(client: OpenAI, response_id: str) -> Any:
    """The response, once it has ended."""
    until(lambda: client.responses.retrieve(response_id).status not in ("queued", "in_progress"))
    return client.responses.retrieve(response_id)


def test_a_response_is_read_again_as_it_was(client: OpenAI) -> None:
    for more in ({}, {"tools": [WEATHER]}, {"text": {"format": {"type": "json_object"}}}):
        given = ask(client, "What is the weather?", metadata={"a": "b"}, **more)
        assert client.responses.retrieve(given.id).to_dict() == given.to_dict()


def test_what_was_asked_is_listed_in_pages(client: OpenAI) -> None:
    said = [f"Number {n}" for n in range(5)]
    given = ask(client, [{"role": "user", "content": text} for text in said])
    pages = client.responses.input_items.list(given.id, limit=2)
    assert [text_of(item) for item in pages] == said[::-1]
    ordered = client.responses.input_items.list(given.id, order="asc", limit=1)
    assert ordered.has_more
    after = client.responses.input_items.list(given.id, order="asc", after=ordered.data[0].id)
    assert [text_of(item) for item in after.data] == said[1:]
    for wrong in ({"limit": 0}, {"limit": 101}, {"after": "msg_none"}, {"order": "up"}):
        with pytest.raises(openai.BadRequestError):
            client.responses.input_items.list(given.id, **wrong)


def test_calls_and_their_outputs_are_among_what_was_asked(client: OpenAI) -> None:
    first = ask(client, "What is the weather?", tools=[WEATHER])
    call = first.output[0].to_dict()
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "Rain"}
    given = [{"role": "user", "content": "Weather?"}, call, output]
    second = ask(client, [*given, {"role": "assistant", "content": "Rain."}], tools=[WEATHER])
    listed = client.responses.input_items.list(second.id, order="asc")
    kinds = ["message", "function_call", "function_call_output", "message"]
    assert [item.type for item in listed] == kinds


def test_an_answer_in_the_background_is_polled(client: OpenAI) -> None:
    begun = ask(client, "Hello", background=True)
    assert begun.status in ("queued", "in_progress")
    assert begun.background is True
    done = ended(client, begun.id)
    assert done.status == "completed"
    assert "guide" in done.output_text


def test_a_stream_that_was_left_is_read_on_from_behind_an_event(client: OpenAI) -> None:
    stream = client.responses.create(model="guide", input=SLOW, background=True, stream=True)
    seen: list[Any] = []
    for event in stream:
        seen.append(event)
        if len(seen) == 12:
            break
    stream.close()
    response_id = seen[0].response.id
    rest = client.responses.retrieve(
        response_id, stream=True, starting_after=seen[-1].sequence_number
    )
    seen += rest
    assert [event.sequence_number for event in seen] == list(range(len(seen)))
    written = "".join(event.delta for event in seen if event.type == "response.output_text.delta")
    assert seen[-1].type == "response.completed"
    assert written == seen[-1].response.output_text
    again = client.responses.retrieve(response_id, stream=True)
    assert [event.to_dict() for event in again] == [event.to_dict() for event in seen]


def test_one_in_the_background_is_cancelled_and_stays_so(client: OpenAI) -> None:
    begun = ask(client, SLOW, background=True)
    assert client.responses.cancel(begun.id).status == "cancelled"
    assert client.responses.cancel(begun.id).status == "cancelled"
    assert client.responses.retrieve(begun.id).status == "cancelled"


def test_one_that_was_waited_for_can_not_be_cancelled(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="synchronous"):
        client.responses.cancel(ask(client).id)


def test_without_a_reader_only_what_runs_in_the_background_goes_on(client: OpenAI) -> None:
    for is_background, status in ((False, "cancelled"), (True, "completed")):
        stream = client.responses.create(
            model="guide", input="try: slow 40 table", background=is_background, stream=True
        )
        first = next(iter(stream))
        assert isinstance(first, ResponseCreatedEvent)
        stream.close()
        assert ended(client, first.response.id).status == status


def test_who_hangs_up_while_waiting_for_an_answer_ends_it(served: Server, client: OpenAI) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=1.0).responses.create(
            model="guide", input="try: slow 200 long 1000", metadata={"run": "left"}
        )
    rows = "Response.objects.filter(asked__metadata__run='left')"
    code = f"from conversations.models import Response; print({rows}.get().status)"
    until(lambda: served.manage("shell", "-v0", "-c", code).strip() == "cancelled")


def test_a_deleted_response_is_gone(client: OpenAI) -> None:
    given = ask(client)
    client.responses.delete(given.id)
    for call in (client.responses.retrieve, client.responses.delete, client.responses.cancel):
        with pytest.raises(openai.NotFoundError):
            call(given.id)
    with pytest.raises(openai.BadRequestError):
        ask(client, previous_response_id=given.id)


def test_what_follows_a_deleted_response_stays_and_goes_on(client: OpenAI) -> None:
    first = ask(client, "My name is Grace")
    second = ask(client, "Hello", previous_response_id=first.id)
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)
    third = ask(client, "What is my name?", previous_response_id=second.id)
    assert "Grace" in third.output_text


def test_one_that_runs_is_stopped_when_it_is_deleted(client: OpenAI) -> None:
    begun = ask(client, SLOW, background=True)
    client.responses.delete(begun.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(begun.id)


def test_two_people_never_see_each_others(client: OpenAI, bobs: OpenAI) -> None:
    given = ask(client, "My name is Grace", background=True)
    ended(client, given.id)
    calls: list[Callable[[str], object]] = [
        bobs.responses.retrieve,
        bobs.responses.delete,
        bobs.responses.cancel,
        lambda id_: bobs.responses.input_items.list(id_),
        lambda id_: bobs.responses.retrieve(id_, stream=True),
    ]
    for call in calls:
        messages = []
        for id_ in (given.id, given.id[:-6] + "zzzzzz"):
            with pytest.raises(openai.NotFoundError) as error:
                call(id_)
            messages.append(str(error.value).replace(id_, "ID"))
        assert messages[0] == messages[1]
    with pytest.raises(openai.BadRequestError) as refused:
        ask(bobs, "What is my name?", previous_response_id=given.id)
    assert refused.value.code == "previous_response_not_found"
    assert client.responses.retrieve(given.id).status == "completed"


def test_what_a_stream_starts_after_is_a_number(client: OpenAI) -> None:
    given = ask(client)
    for wrong in ("-2", "x", "9" * 40):
        with pytest.raises(openai.BadRequestError):
            client.get(f"/responses/{given.id}?stream=true&starting_after={wrong}", cast_to=object)

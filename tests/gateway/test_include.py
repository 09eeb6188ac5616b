"""`include`: what is given because it was asked for, and to nobody else."""

from typing import Any, get_args

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseIncludable

from conversations.gateway.asking import asked_of
from conversations.gateway.including import VALUES
from tests.gateway.test_creating import ask

SEALED: Any = "reasoning.encrypted_content"


def sealed_in(items: Any) -> list[Any]:
    return [item.encrypted_content for item in items if item.type == "reasoning"]


def sealed_of(events: Any) -> list[Any]:
    """The sealed thoughts that each place of a stream has: an item that is done, and the end."""
    found = []
    for event in events:
        if event.type == "response.output_item.done":
            found += sealed_in([event.item])
        elif event.type == "response.completed":
            found += sealed_in(event.response.output)
    return found


def test_every_value_of_the_api_is_taken(client: OpenAI) -> None:
    every: Any = list(VALUES)
    assert set(every) == set(get_args(ResponseIncludable))
    given = ask(client, include=every)
    assert given.status == "completed"
    assert "include" not in given.to_dict()
    client.responses.retrieve(given.id, include=every)
    assert list(client.responses.input_items.list(given.id, include=every))


def test_a_provider_is_asked_for_what_only_it_can_give() -> None:
    asked = asked_of({"model": "m", "input": "x", "include": list(VALUES)})
    ours = {"message.input_image.image_url", "computer_call_output.output.image_url"}
    assert set(asked.settings["include"]) == set(VALUES) - ours
    only_ours = asked_of({"model": "m", "input": "x", "include": sorted(ours)})
    assert not only_ours.settings.get("include")


def test_other_values_are_refused(client: OpenAI) -> None:
    given = ask(client)
    wrong: Any = [SEALED, "everything"]
    for call in (
        lambda: ask(client, include=wrong),
        lambda: client.responses.retrieve(given.id, include=wrong),
        lambda: client.responses.input_items.list(given.id, include=wrong),
    ):
        with pytest.raises(openai.BadRequestError) as error:
            call()
        assert (error.value.code, error.value.param) == ("invalid_value", "include[1]")
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, include="everything")
    assert (error.value.code, error.value.param) == ("invalid_type", "include")


def test_sealed_thoughts_are_given_to_who_asks_and_to_nobody_else(client: OpenAI) -> None:
    given = ask(client, "try: reason table", include=[SEALED])
    (sealed,) = sealed_in(given.output)
    assert sealed
    assert sealed_in(client.responses.retrieve(given.id).output) == [None]
    assert sealed_in(client.responses.retrieve(given.id, include=[SEALED]).output) == [sealed]
    assert sealed_in(ask(client, "try: reason table").output) == [None]


def test_sealed_thoughts_come_in_a_stream_that_has_asked_for_them(client: OpenAI) -> None:
    more: dict[str, Any] = {"model": "guide", "input": "try: reason table", "stream": True}
    events = list(client.responses.create(**more, include=[SEALED]))
    first, last = sealed_of(events)
    assert first
    assert first == last
    response_id = events[0].response.id
    again = client.responses.retrieve(response_id, stream=True, include=[SEALED])
    assert sealed_of(again) == [first, first]
    assert sealed_of(client.responses.retrieve(response_id, stream=True)) == [None, None]
    assert sealed_of(client.responses.create(**more)) == [None, None]


def test_sealed_thoughts_are_handed_back(client: OpenAI) -> None:
    first = ask(client, "try: reason table", include=[SEALED])
    items = [item.to_dict() for item in first.output]
    second = ask(client, [*items, {"role": "user", "content": "Hello"}])
    assert second.status == "completed"
    listed = client.responses.input_items.list
    assert sealed_in(listed(second.id)) == [None]
    assert sealed_in(listed(second.id, include=[SEALED])) == sealed_in(first.output)


def test_sealed_thoughts_that_are_not_stored_are_given_when_they_are_asked_for(
    client: OpenAI,
) -> None:
    (sealed,) = sealed_in(ask(client, "try: reason table", store=False, include=[SEALED]).output)
    assert sealed
    assert sealed_in(ask(client, "try: reason table", store=False).output) == [None]

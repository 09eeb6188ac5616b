"""Several models asked over the socket."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Model, Response
from conversations.models.database import in_database
from conversations.protocol.items import output_text
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider, answer
from tests.support.sockets import open_page


async def test_each_answers_and_the_page_follows_all_of_them(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    other = await in_database(make_model, "model-2")
    for words in ("One.", "Two."):
        provider.will_answer(*answer(words))
    async with open_page(owner) as page:
        accepted = await page.ask(models=[model.pk, other.pk])
        assert accepted["type"] == "response.accepted"
        (second,) = accepted["others"]
        assert second["retry_of"] == accepted["response"]["id"]
        ends = [await page.receive_until("response.completed") for _ in range(2)]
    assert {end["stream_id"] for end in ends} == {accepted["response"]["id"], second["id"]}
    assert {output_text(end["response"]["output"]) for end in ends} == {"One.", "Two."}


async def test_sent_again_it_is_acknowledged_with_all_of_them(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    other = await in_database(make_model, "model-2")
    for words in ("One.", "Two."):
        provider.will_answer(*answer(words))
    async with open_page(owner) as page:
        first = await page.ask(models=[model.pk, other.pk])
        again = await page.ask(models=[model.pk, other.pk])
    ids = [[frame["response"]["id"], frame["others"][0]["id"]] for frame in (first, again)]
    assert ids[0] == ids[1]
    assert await in_database(Response.objects.count) == 2


async def test_an_answer_is_made_again_by_several_side_by_side(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    other = await in_database(make_model, "model-2")
    for words in ("One.", "Two.", "Three."):
        provider.will_answer(*answer(words))
    async with open_page(owner) as page:
        first = (await page.ask())["response"]["id"]
        await page.receive_until("response.completed")
        again = {"retry_of": first, "models": [model.pk, other.pk], "input": ""}
        await page.send(type="response.create", client_key="again", **again)
        accepted = await page.receive_until("response.accepted", "error")
        both = [accepted["response"], *accepted["others"]]
        assert [each["retry_of"] for each in both] == [first, first]
        ends = [await page.receive_until("response.completed") for _ in both]
    assert {end["stream_id"] for end in ends} == {each["id"] for each in both}
    assert [request["input"] for request in provider.requests[1:]] == [
        provider.requests[0]["input"]
    ] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"models": ["a"]},
        {"models": ["a", "a"]},
        {"models": ["a", "b", "c", "d", "e"]},
        {"models": ["a", "b"], "model": "a"},
        {"models": ["a", "b"], "continues": "resp_1"},
        {"models": ["a", "b"], "compacts": "resp_1"},
        {"models": ["a", "b"], "client_key": "k" * 61},
    ],
)
async def test_what_is_no_choice_of_several_is_refused(owner: User, fields: dict[str, Any]) -> None:
    async with open_page(owner) as page:
        assert (await page.ask(**fields))["error"]["code"] == "invalid_frame"

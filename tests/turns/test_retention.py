"""People of a group of which no provider is to keep anything."""

from typing import Any

from django.contrib.auth.models import Group

from chatapp.accounts.models import User
from conversations.models import Model, Provider, Retention
from conversations.models.database import in_database
from conversations.models.retention import keep_nothing_of
from conversations.protocol.errors import ErrorKind, ProviderError
from tests.support.asking import ask, events_of, stored
from tests.support.scripted import ScriptedProvider, answer

SEALED = ["reasoning.encrypted_content"]
THOUGHT = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "Hm."}],
    "encrypted_content": "sealed",
}


def forbid(owner: User) -> Group:
    group = Group.objects.create(name="Legal")
    group.user_set.add(owner)
    keep_nothing_of(group, wanted=True)
    return group


def thoughtful() -> list[dict[str, Any]]:
    *events, end = answer("Hello.")
    output = [THOUGHT, *end["response"]["output"]]
    return [*events, {**end, "response": {**end["response"], "output": output}}]


async def test_what_they_ask_is_not_stored_and_tells_the_conversation_with_its_thoughts(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(forbid, owner)
    provider.will_answer(*thoughtful())
    first = await ask(owner)
    await events_of(first)
    second = await ask(owner, "And now?", previous_response_id=first.pk)
    await events_of(second)
    for sent in provider.requests:
        assert (sent["store"], sent["include"]) == (False, SEALED)
    told = provider.requests[1]
    assert "previous_response_id" not in told
    assert [item["type"] for item in told["input"]] == [
        "message",
        "reasoning",
        "message",
        "message",
    ]
    assert told["input"][1]["encrypted_content"] == "sealed"
    assert (await stored(second)).sent == "replayed"


async def test_nothing_of_theirs_runs_in_the_background_even_if_they_ask_for_it(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    await in_database(Provider.objects.filter(pk=model.provider_id).update, background=True)
    await in_database(forbid, owner)
    response = await ask(owner, background=True, chosen={"store": True})
    await events_of(response)
    assert not response.background
    assert provider.requests[0]["store"] is False
    assert "background" not in provider.requests[0]


async def test_a_model_that_seals_nothing_is_asked_without(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    await in_database(forbid, owner)
    refused = ProviderError(ErrorKind.UNSUPPORTED_PARAMETER, "Unknown value.", param="include[0]")
    provider.will_answer(refused)
    events = await events_of(await ask(owner))
    assert events[-1]["type"] == "response.completed"
    assert "include" not in provider.requests[1]
    assert (await in_database(Model.objects.get, pk=model.pk)).unsupported == ["include"]


async def test_others_are_asked_for_as_ever(owner: User, provider: ScriptedProvider) -> None:
    await in_database(forbid, await in_database(User.objects.create_user, "other"))
    await events_of(await ask(owner))
    assert provider.requests[0]["store"] is True
    assert "include" not in provider.requests[0]


async def test_a_wish_can_be_taken_back(owner: User, provider: ScriptedProvider) -> None:
    group = await in_database(forbid, owner)
    await in_database(keep_nothing_of, group, wanted=False)
    assert not await in_database(Retention.objects.exists)
    await events_of(await ask(owner))
    assert provider.requests[0]["store"] is True

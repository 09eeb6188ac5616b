"""Which tools are on for an answer: what was chosen, and what its provider can do with it."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Assistant, Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.finding import learn
from conversations.models.response import Status
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns.toolbox import context_of, toolbox_of
from tests.support.asking import ask, stored, until_settled
from tests.support.scripted import ScriptedProvider

ON = {"functions": ["current_time", "calculate"]}


async def answered(owner: User, **fields: Any) -> Response:
    response = await ask(owner, **fields)
    await until_settled()
    return await stored(response)


def told(sent: dict[str, Any]) -> list[str]:
    return [tool.get("name", tool["type"]) for tool in sent.get("tools", [])]


async def test_the_tools_that_were_chosen_are_stored_with_the_answer_and_sent_in_one_order(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await answered(owner, chosen=ON)

    assert response.settings == ON
    assert told(provider.requests[0]) == ["calculate", "current_time"]


async def test_one_that_is_not_there_any_more_is_left_out(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await answered(owner, chosen={"functions": ["calculate", "of_old"]})

    assert told(provider.requests[0]) == ["calculate"]
    assert list(toolbox_of(response).tools) == ["calculate"]


@pytest.mark.parametrize(("holds", "sent"), [(False, []), (True, ["calculate"])])
async def test_a_provider_that_was_found_to_call_no_functions_is_offered_none(
    owner: User, model: Model, provider: ScriptedProvider, holds: bool, sent: list[str]
) -> None:
    await in_database(learn, model.provider, Found(Ability.FUNCTIONS, holds, Reason.SEEN))
    response = await answered(owner, chosen={"functions": ["calculate"]})

    assert told(provider.requests[0]) == sent
    assert response.unsupported == ([] if holds else ["functions"])
    fresh = await in_database(Model.objects.select_related("provider").get, pk=model.pk)
    assert ("functions" in fresh.lacks) is not holds


async def test_a_model_that_refuses_tools_is_asked_without_and_offered_them_no_more(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    refusal = ProviderError(
        ErrorKind.UNSUPPORTED_PARAMETER, "No tools.", param="tools[0].function", status=400
    )
    provider.will_answer(refusal)
    response = await answered(owner, chosen=ON)

    assert response.status == Status.COMPLETED
    assert [told(sent) for sent in provider.requests] == [["calculate", "current_time"], []]
    assert response.unsupported == ["functions"]
    assert (await in_database(Model.objects.get, pk=model.pk)).unsupported == ["functions"]


async def test_a_refused_tool_of_the_providers_leaves_our_own_on(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    refusal = ProviderError(
        ErrorKind.UNSUPPORTED_PARAMETER, "No search.", param="tools[0].type", status=400
    )
    provider.will_answer(refusal)
    await answered(owner, chosen={**ON, "tools": [{"type": "web_search"}]})

    assert told(provider.requests[1]) == ["calculate", "current_time"]


async def test_an_assistant_brings_its_tools(owner: User, provider: ScriptedProvider) -> None:
    assistant = await in_database(
        Assistant.objects.create,
        owner=owner,
        name="Reckoner",
        settings={"functions": ["calculate"]},
    )
    await answered(owner, assistant_id=assistant.pk)

    assert told(provider.requests[0]) == ["calculate"]


async def test_a_tool_is_told_where_the_person_is(owner: User, provider: ScriptedProvider) -> None:
    there = await answered(owner, time_zone="Asia/Tokyo")
    somewhere = await answered(owner, text="Where?")

    assert context_of(there).time_zone == "Asia/Tokyo"
    assert context_of(there).person_id == owner.pk
    assert context_of(there).conversation_id == there.conversation_id
    assert context_of(somewhere).time_zone == "UTC"


async def test_a_summary_is_written_without_tools(owner: User, provider: ScriptedProvider) -> None:
    await in_database(Provider.objects.update, compacts=False)
    response = await answered(owner)
    await in_database(Response.objects.filter(pk=response.pk).update, settings=ON)
    compacted = await answered(owner, text="", compacts=response.pk, chosen=ON)

    assert compacted.status == Status.COMPLETED
    assert told(provider.requests[-1]) == []

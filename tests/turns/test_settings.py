"""The settings of an answer: kept, sent, and without what its model does not take."""

from typing import Any

from chatapp.accounts.models import User
from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns.pseudonyms import NAMES
from tests.support.asking import ask, events_of, stored
from tests.support.scripted import ScriptedProvider, answer

CHOSEN = {"instructions": "Be brief.", "temperature": 0.5, "reasoning.effort": "low"}


def refused(param: str | None) -> ProviderError:
    return ProviderError(ErrorKind.UNSUPPORTED_PARAMETER, "Not supported.", param=param)


async def test_what_was_chosen_is_sent_as_the_api_has_it_and_kept(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await ask(owner, chosen=CHOSEN)
    await events_of(response)
    sent = provider.requests[0]
    assert sent["instructions"] == "Be brief."
    assert sent["temperature"] == 0.5
    assert sent["reasoning"] == {"effort": "low"}
    kept = await stored(response)
    assert kept.chosen == kept.to_api()["chosen"] == CHOSEN
    assert kept.settings == {"temperature": 0.5, "reasoning": {"effort": "low"}}


async def test_nothing_is_sent_that_was_not_chosen(owner: User, provider: ScriptedProvider) -> None:
    await events_of(await ask(owner))
    assert set(provider.requests[0]) == {"input", "model", "store", *NAMES}


async def test_what_a_model_does_not_take_is_left_out_remembered_and_told(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    provider.will_answer(refused("temperature"))
    provider.will_answer(*answer("Hello."))
    response = await ask(owner, chosen=CHOSEN)
    events = await events_of(response)
    assert events[-1]["type"] == "response.completed"
    assert events[-1]["response"]["unsupported"] == ["temperature"]
    assert "temperature" in provider.requests[0]
    assert "temperature" not in provider.requests[1]
    kept = await stored(response)
    assert kept.settings == {"reasoning": {"effort": "low"}}
    assert kept.chosen == CHOSEN
    assert (await in_database(Model.objects.get, pk=model.pk)).unsupported == ["temperature"]

    await events_of(await ask(owner, "And now?", chosen=CHOSEN))
    assert "temperature" not in provider.requests[2]
    assert len(provider.requests) == 3


async def test_several_are_left_out_one_after_the_other(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(refused("reasoning"))
    provider.will_answer(refused("temperature"))
    response = await ask(owner, chosen=CHOSEN)
    await events_of(response)
    assert (await stored(response)).unsupported == ["reasoning.effort", "temperature"]
    assert provider.requests[2].keys().isdisjoint({"reasoning", "temperature"})


async def test_what_was_not_set_can_not_be_left_out(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    for param in ("input", "instructions", None):
        provider.will_answer(refused(param))
        response = await ask(owner, f"With {param}?", chosen=CHOSEN)
        await events_of(response)
        assert (await stored(response)).status == Status.FAILED
    assert len(provider.requests) == 3
    assert (await in_database(Model.objects.get, pk=model.pk)).unsupported == []


async def test_what_the_provider_did_not_keep_is_sent_again(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await ask(owner, chosen={"store": False})
    await events_of(first)
    second: Any = await ask(owner, "And?", previous_response_id=first.id)
    await events_of(second)
    assert provider.requests[0]["store"] is False
    assert "previous_response_id" not in provider.requests[1]
    assert len(provider.requests[1]["input"]) == 3


async def test_an_answer_keeps_what_it_cost_when_it_ended(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    await in_database(Model.objects.update, input_price=2, output_price=8, currency="EUR")
    events = await events_of(await ask(owner))
    cost = {"amount": "0.00004600", "currency": "EUR"}
    assert events[-1]["response"]["cost"]["currency"] == "EUR"
    response = await ask(owner, "Again?")
    await events_of(response)
    await in_database(Model.objects.update, input_price=200)
    assert (await stored(response)).cost_as_json() == cost


async def test_what_it_cost_is_unknown_without_a_price(
    owner: User, provider: ScriptedProvider
) -> None:
    events = await events_of(await ask(owner))
    assert events[-1]["response"]["cost"] is None


async def test_the_size_of_a_context_is_learnt_from_a_refusal_unless_it_was_said(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    words = "The maximum context length is {} tokens."
    for number in (4_096, 8_192):
        detail = words.format(number)
        provider.will_answer(ProviderError(ErrorKind.CONTEXT_LENGTH, "Too long.", detail=detail))
        await events_of(await ask(owner, f"{number}?"))
    assert (await in_database(Model.objects.get, pk=model.pk)).context_window == 4_096


async def test_a_provider_that_does_not_know_store_is_asked_without_it_from_then_on(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(refused("store"))
    first = await ask(owner)
    assert (await events_of(first))[-1]["type"] == "response.completed"
    assert "store" not in provider.requests[1]
    assert not (await in_database(Provider.objects.get)).stateful
    await events_of(await ask(owner, "And?", previous_response_id=first.id))
    assert "previous_response_id" not in provider.requests[2]
    assert len(provider.requests) == 3

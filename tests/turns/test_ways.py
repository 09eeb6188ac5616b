"""A question that is refused, or not understood, is asked in another way, unseen."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Finding, Provider, Response
from conversations.models.database import in_database
from conversations.protocol.dialects import AZURE
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.turns import ways
from tests.support.asking import ask, events_of, stored
from tests.support.scripted import ScriptedProvider, answer

GONE = ProviderError(ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND, "Gone.", status=404)
REFUSED = ProviderError(
    ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND, "P does not chain.", code="unsupported_parameter"
)
ITEM = ProviderError(ErrorKind.ITEM_REFUSED, "Item with id 'rs_1' not found.", status=404)


def saying(text: str, **fields: Any) -> list[Event]:
    """An answer whose beginning says more of the response."""
    first, *rest = answer(text)
    return [{**first, "response": {**first["response"], **fields}}, *rest]


async def second(owner: User, provider: ScriptedProvider, *scripts: Any) -> Response:
    """What becomes of a second message for which the provider has these scripts."""
    first = await ask(owner, "My name is Ada.")
    await events_of(first)
    for script in scripts:
        provider.will_answer(*script)
    row = await ask(owner, "What is my name?", previous_response_id=first.id)
    events = await events_of(row)
    assert events[-1]["type"] == "response.completed"
    assert sum(event["type"] == "response.created" for event in events) == 1
    return await stored(row)


async def known_of(row: Response) -> Provider:
    return await in_database(Provider.objects.get, pk=row.provider_id)


def is_whole(sent: dict[str, Any]) -> bool:
    return "previous_response_id" not in sent and "My name is Ada." in json.dumps(sent["input"])


async def test_an_answer_that_ignores_what_came_before_is_left_before_a_word_of_it_is_shown(
    owner: User, provider: ScriptedProvider
) -> None:
    ignoring = saying("I don't know you.", previous_response_id=None)
    row = await second(owner, provider, ignoring, answer("Ada."))
    assert "don't know" not in row.text
    assert is_whole(provider.requests[-1])
    assert row.sent == "replayed"


async def test_one_that_ignored_it_is_not_relied_on_again_and_that_is_remembered(
    owner: User, provider: ScriptedProvider
) -> None:
    row = await second(owner, provider, saying("?", previous_response_id=None), answer("Ada."))
    assert not (await known_of(row)).stateful
    found = await in_database(Finding.objects.get, provider=row.provider_id)
    assert (found.ability, found.holds, found.reason) == ("chain", False, "remembered")
    third = await ask(owner, "And yours?", previous_response_id=row.id)
    await events_of(third)
    assert len(provider.requests) == 4, "the third is asked once, with all of it"
    assert is_whole(provider.requests[-1])


async def test_one_that_refuses_to_chain_is_told_all_and_never_asked_to_again(
    owner: User, provider: ScriptedProvider
) -> None:
    row = await second(owner, provider, [REFUSED], answer("Ada."))
    assert is_whole(provider.requests[-1])
    assert not (await known_of(row)).stateful


async def test_one_that_only_forgot_is_chained_on_again(
    owner: User, provider: ScriptedProvider
) -> None:
    row = await second(owner, provider, [GONE], answer("Ada.", "upstream_2"))
    assert (await known_of(row)).stateful
    third = await ask(owner, "And yours?", previous_response_id=row.id)
    await events_of(third)
    assert provider.requests[-1]["previous_response_id"] == "upstream_2"


async def test_one_that_says_it_does_not_store_is_told_all_the_next_time(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*saying("Hello Ada.", store=False))
    row = await second(owner, provider, answer("Ada."))
    assert len(provider.requests) == 2
    assert is_whole(provider.requests[-1])
    assert not (await known_of(row)).stateful


async def test_what_a_provider_forgets_by_now_is_not_asked_of_it(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "My name is Ada.")
    await events_of(first)
    await in_database(Provider.objects.update, keeps_days=30)
    row = await stored(first)
    old = row.created_at - timedelta(days=29, hours=1)
    await in_database(Response.objects.filter(pk=row.pk).update, created_at=old)
    second_row = await ask(owner, "What is my name?", previous_response_id=first.id)
    await events_of(second_row)
    assert len(provider.requests) == 2
    assert is_whole(provider.requests[-1])


async def test_what_it_still_keeps_is(owner: User, provider: ScriptedProvider) -> None:
    await in_database(Provider.objects.update, keeps_days=30)
    row = await second(owner, provider, answer("Ada."))
    assert row.sent == "chained"


async def test_a_response_that_is_not_found_yet_is_looked_for_again(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "SETTLING", (0.01, 0.01, 0.01))
    await in_database(Provider.objects.update, dialect=AZURE.name)
    row = await second(owner, provider, [GONE], [GONE], answer("Ada."))
    assert row.sent == "chained"
    assert [sent.get("previous_response_id") for sent in provider.requests[1:]] == [
        "upstream_1"
    ] * 3


async def test_after_a_while_it_is_taken_for_forgotten(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "SETTLING", (0.01, 0.01))
    await in_database(Provider.objects.update, dialect=AZURE.name)
    row = await second(owner, provider, [GONE], [GONE], [GONE], answer("Ada."))
    assert row.sent == "replayed"


async def test_an_item_that_is_refused_is_left_out_step_by_step(
    owner: User, provider: ScriptedProvider
) -> None:
    await second(owner, provider, [ITEM], [ITEM], [ITEM], answer("Ada."))
    chained, *replayed = provider.requests[1:]
    assert "previous_response_id" in chained
    assert [is_whole(sent) for sent in replayed] == [True, True, True]


async def test_what_is_refused_whatever_is_left_out_is_told(
    owner: User, provider: ScriptedProvider
) -> None:
    for _ in range(3):
        provider.will_answer(ITEM)
    row = await ask(owner, "Hello")
    events = await events_of(row)
    assert events[-1]["type"] == "response.failed"
    assert len(provider.requests) == 3

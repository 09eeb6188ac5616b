"""Noting what a person wants remembered, and telling it in the next conversation."""

from typing import Any

import pytest
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Memory
from conversations.models.database import in_database
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.notes import INSTRUCTIONS
from tests.support.asking import ask, stored, until_settled
from tests.support.scripted import ScriptedProvider


def asked_for_notes(provider: ScriptedProvider) -> list[dict[str, Any]]:
    return [body for body in provider.titles if body["instructions"] == INSTRUCTIONS]


async def texts(owner: User) -> list[str]:
    return await in_database(lambda: list(Memory.objects.of(owner).values_list("text", flat=True)))


async def test_what_is_to_be_remembered_is_noted_and_told_in_the_next_conversation(
    owner: User, provider: ScriptedProvider, told: list[dict[str, Any]]
) -> None:
    provider.title = '["The user likes tea."]'
    response = await ask(owner, "Remember that I like tea.")
    await until_settled()
    assert await texts(owner) == ["The user likes tea."]
    notes = [frame for frame in told if frame["type"] == "memory.updated"]
    assert [frame["notes"] for frame in notes] == [["The user likes tea."]]
    note = await in_database(Memory.objects.get, owner=owner)
    assert note.source_id == response.id
    assert asked_for_notes(provider)[0]["store"] is False
    second = await ask(owner, "What do I like?", instructions="Be brief.")
    await until_settled()
    sent = provider.requests[1]["instructions"]
    assert "- The user likes tea." in sent
    assert sent.endswith("\n\nBe brief.")
    assert "The user likes tea." in (await stored(second)).memory, "what was told is on record"


async def test_an_ordinary_question_costs_no_second_request(
    owner: User, provider: ScriptedProvider
) -> None:
    await ask(owner, "Why is the sky blue?")
    await until_settled()
    assert asked_for_notes(provider) == []


async def test_every_message_is_looked_at_where_the_person_wants_that(
    owner: User, provider: ScriptedProvider
) -> None:
    owner.memory_learns = True
    await in_database(owner.save)
    provider.title = '["The user lives in Berlin."]'
    await ask(owner, "I live in Berlin. Is it cold here?")
    await until_settled()
    assert await texts(owner) == ["The user lives in Berlin."]


@pytest.mark.parametrize("by", ["person", "operator"])
async def test_nothing_is_noted_where_it_is_switched_off(
    owner: User, provider: ScriptedProvider, settings: Settings, by: str
) -> None:
    if by == "person":
        owner.memory_on = False
        await in_database(owner.save)
    else:
        settings.MEMORY = False
    await ask(owner, "Remember that I like tea.")
    await until_settled()
    assert asked_for_notes(provider) == []


async def test_what_is_switched_off_in_another_tab_is_off_in_the_open_ones(
    owner: User, provider: ScriptedProvider
) -> None:
    themselves = User.objects.filter(pk=owner.pk)
    await in_database(themselves.update, memory_on=False)
    await ask(owner, "Remember that I like tea.")
    await until_settled()
    assert asked_for_notes(provider) == []


async def test_a_temporary_conversation_neither_notes_nor_is_told(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Memory.objects.create, owner=owner, text="Likes tea.")
    response = await ask(owner, "Remember that I like tea.", temporary=True)
    await until_settled()
    assert asked_for_notes(provider) == []
    assert "instructions" not in provider.requests[0]
    assert (await stored(response)).memory == ""


async def test_a_provider_that_fails_costs_only_the_note(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.title = ProviderError(ErrorKind.RATE_LIMITED, "Too many.", status=429)
    response = await ask(owner, "Remember that I like tea.")
    await until_settled()
    assert (await stored(response)).status == "completed"
    assert await texts(owner) == []

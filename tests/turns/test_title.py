"""The title that a model makes, and what a person's pages see of it."""

import asyncio
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Response
from conversations.models.database import in_database
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns import notices
from conversations.turns import title as making
from conversations.turns.running import turns
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider


async def conversation_of(response: Response) -> Conversation:
    return await in_database(lambda: Response.objects.get(pk=response.pk).conversation)


async def test_a_title_is_made_by_the_model_after_the_first_exchange_alone(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.title = '"Blue skies."\nAnd more'
    first = await ask(owner, "Why is the sky blue?")
    await events_of(first)
    second = await ask(owner, "And at night?", previous_response_id=first.id)
    await events_of(second)
    while turns._titles:
        await asyncio.wait(turns._titles)
    assert (await stored(first)).conversation_id == second.conversation_id
    conversation = await in_database(lambda: Response.objects.get(pk=first.pk).conversation)
    assert (conversation.title, conversation.title_source) == ("Blue skies", "model")
    assert len(provider.titles) == 1
    assert provider.titles[0]["store"] is False


async def test_a_title_that_cannot_be_made_costs_nothing_else(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.title = ProviderError(ErrorKind.SERVER, "No.")
    response = await ask(owner, "Why is the sky blue?")
    await events_of(response)
    while turns._titles:
        await asyncio.wait(turns._titles)
    conversation = await in_database(lambda: Response.objects.get(pk=response.pk).conversation)
    assert conversation.title == "Why is the sky blue?"


class Told:
    """What the person's pages are told."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.title_has_begun = asyncio.Event()

    async def send(self, _: int, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["type"] == "conversation.titling":
            self.title_has_begun.set()

    @property
    def titles(self) -> list[str | None]:
        return [one["title"] for one in self.frames if one["type"] == "conversation.titling"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    heard = Told()
    monkeypatch.setattr(notices, "send", heard.send)
    return heard


async def test_pages_are_told_a_title_while_it_is_written_and_nothing_is_stored_of_it(
    owner: User,
    provider: ScriptedProvider,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(making, "TOLD_EVERY", 0)
    provider.title, provider.before_title = "Blue skies above", asyncio.Event()
    first = await ask(owner, "Why is the sky blue?")
    async with asyncio.timeout(5):
        await told.title_has_begun.wait()
    assert (await conversation_of(first)).title == "Why is the sky blue?"
    provider.before_title.set()
    await until_settled()
    assert told.titles == ["Blue", "Blue skies", "Blue skies above"]
    assert told.frames[-1]["conversation"]["title"] == "Blue skies above"
    assert told.frames[-1]["conversation"]["titled"]


@pytest.mark.parametrize("fails", [True, False])
async def test_pages_are_told_when_a_title_is_none_after_all(
    owner: User, provider: ScriptedProvider, told: Told, fails: bool
) -> None:
    provider.before_title = asyncio.Event()
    if fails:
        provider.title = ProviderError(ErrorKind.CUT, "Cut.")
    first = await ask(owner, "Why is the sky blue?")
    async with asyncio.timeout(5):
        await told.title_has_begun.wait()
    if not fails:
        mine = Conversation.TitleSource.PERSON
        conversation = await conversation_of(first)
        await in_database(conversation.rename, "Mine", mine)
    provider.before_title.set()
    await until_settled()
    assert told.titles[-1] is None
    title = (await conversation_of(first)).title
    assert title == ("Why is the sky blue?" if fails else "Mine")


async def test_several_models_that_are_asked_at_once_make_one_title(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    other = await in_database(make_model, "model-2")
    await ask(owner, model_id=model.pk, beside=[other.pk])
    await until_settled()
    assert len(provider.titles) == 1

"""Deleting conversations: by wish, and by time."""

import asyncio
from datetime import timedelta

from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation, Provider, Response
from conversations.models.database import in_database
from conversations.turns.deleting import delete, delete_expired
from tests.support.asking import ask, stored, until_event, until_settled
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, beginning, delta, ending


def _with_expiry(owner: User, hours: float) -> Conversation:
    conversation = make_conversation(
        owner, f"{hours} h", expires_at=timezone.now() + timedelta(hours=hours)
    )
    make_response(conversation)
    return conversation


async def test_only_what_has_expired_is_deleted(owner: User) -> None:
    await in_database(_with_expiry, owner, -1)
    await in_database(_with_expiry, owner, 1)
    await in_database(make_conversation, owner, "stays")
    assert await delete_expired() == 1
    titles = await in_database(
        lambda: list(Conversation.objects.order_by("id").values_list("title", flat=True))
    )
    assert titles == ["1 h", "stays"]


async def test_what_is_being_answered_is_stopped(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*beginning(), delta("on"), asyncio.Event(), ending("on"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    await delete(response.conversation)
    await until_settled()
    assert not await in_database(Response.objects.filter(pk=response.pk).exists)


async def test_its_provider_is_told_once_to_stop(owner: User, provider: ScriptedProvider) -> None:
    await in_database(Provider.objects.update, background=True)
    provider.will_answer(*beginning(), delta("on"), asyncio.Event(), ending("on"))
    response = await ask(owner, background=True)
    await until_event(response, "response.output_text.delta")
    await delete(response.conversation)
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


async def test_what_waits_in_it_is_never_asked(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*beginning(), delta("on"), asyncio.Event(), ending("on"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    await ask(owner, "And then?", previous_response_id=response.pk)
    await delete(response.conversation)
    await until_settled()
    assert len(provider.requests) == 1
    assert not await in_database(Response.objects.exists)


async def test_a_temporary_question_asks_the_provider_not_to_store_it(
    owner: User, provider: ScriptedProvider
) -> None:
    for _ in range(2):
        provider.will_answer(*beginning(), delta("Yes."), ending("Yes."))
    first = await ask(owner, "First?", temporary=True)
    await until_settled()
    row = await stored(first)
    assert row.settings["store"] is False
    before = first.conversation.expires_at
    assert before is not None
    second = await ask(owner, "Second?", previous_response_id=first.id)
    await until_settled()
    assert [request["store"] for request in provider.requests] == [False, False]
    assert "previous_response_id" not in provider.requests[1], "there is nothing to chain on"
    assert (await stored(second)).sent == Response.Sent.REPLAYED
    conversation = await in_database(Conversation.objects.get, pk=first.conversation_id)
    assert conversation.expires_at is not None
    assert conversation.expires_at > before, "its time counts from the last message"


async def test_one_that_was_kept_goes_on_without_the_provider_s_memory_of_it(
    owner: User, provider: ScriptedProvider
) -> None:
    for _ in range(2):
        provider.will_answer(*beginning(), delta("Yes."), ending("Yes."))
    first = await ask(owner, "First?", temporary=True)
    await until_settled()
    kept = Conversation.objects.filter(pk=first.conversation_id)
    await in_database(kept.update, expires_at=None)
    second = await ask(owner, "Second?", previous_response_id=first.id)
    await until_settled()
    assert (await stored(second)).sent == Response.Sent.REPLAYED
    assert provider.requests[1]["store"] is True

"""Deleting conversations: by wish, and by time."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Provider, Response
from conversations.models.conversation import UNDO_FOR
from conversations.models.database import in_database
from conversations.turns.deleting import delete, delete_expired, delete_for_good, take_back
from tests.support.asking import ask, stored, until_event, until_settled
from tests.support.deleting import pass_time
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, beginning, delta, ending


async def _delete_for_good(response: Response) -> None:
    """Deleted by its person, who has not taken it back."""
    await delete(response.owner_id, [response.conversation_id])
    assert await pass_time() == 1


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
    await _delete_for_good(response)
    await until_settled()
    assert not await in_database(Response.objects.filter(pk=response.pk).exists)


async def test_its_provider_is_told_once_to_stop(owner: User, provider: ScriptedProvider) -> None:
    await in_database(Provider.objects.update, background=True)
    provider.will_answer(*beginning(), delta("on"), asyncio.Event(), ending("on"))
    response = await ask(owner, background=True)
    await until_event(response, "response.output_text.delta")
    await _delete_for_good(response)
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


async def test_what_waits_in_it_is_never_asked(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*beginning(), delta("on"), asyncio.Event(), ending("on"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    await ask(owner, "And then?", previous_response_id=response.pk)
    await _delete_for_good(response)
    await until_settled()
    assert len(provider.requests) == 1
    assert not await in_database(Response.objects.exists)


async def test_what_was_deleted_goes_for_good_a_little_later_with_its_files(
    owner: User, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    gone = await in_database(_with_expiry, owner, 1)
    await in_database(make_conversation, owner, "stays")
    file = await in_database(_attached, gone)
    await delete(owner.pk, [gone.pk])
    assert await pass_time(UNDO_FOR - timedelta(seconds=10)) == 0
    assert await pass_time() == 1
    titles = await in_database(lambda: list(Conversation.objects.values_list("title", flat=True)))
    assert titles == ["stays"]
    assert not file.path.exists()
    assert not await in_database(Attachment.objects.exists)


async def test_what_is_taken_back_while_the_sweep_looks_is_kept(owner: User) -> None:
    conversation = await in_database(make_conversation, owner)
    await delete(owner.pk, [conversation.pk])
    found = Conversation.objects.expired().filter(pk=conversation.pk)
    await in_database(Conversation.objects.update, deleted_at=None)
    await delete_for_good(found)
    assert await in_database(Conversation.objects.exists)


async def test_an_answer_goes_on_until_its_conversation_is_gone_and_comes_back_whole(
    owner: User, provider: ScriptedProvider
) -> None:
    goes_on = asyncio.Event()
    provider.will_answer(*beginning(), delta("on"), goes_on, ending("on"))
    provider.will_answer(*beginning("upstream_2"), delta("then"), ending("then"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    waiting = await ask(owner, "And then?", previous_response_id=response.pk)
    await delete(owner.pk, [response.conversation_id])
    goes_on.set()
    await until_settled()
    assert (await stored(response)).status == "completed"
    assert len(provider.requests) == 1, "no title, and what waits is not asked"
    (line,) = await take_back(owner, [response.conversation_id])
    await until_settled()
    assert line["id"] == response.conversation_id
    assert (await stored(waiting)).status == "completed"


async def test_both_are_told_to_the_person_s_pages(owner: User, told: list[dict[str, Any]]) -> None:
    conversation = await in_database(make_conversation, owner)
    await delete(owner.pk, [conversation.pk])
    await take_back(owner, [conversation.pk])
    assert [frame["type"] for frame in told] == ["conversations.deleted", "conversations.updated"]


async def test_what_is_too_late_or_somebody_else_s_is_not_taken_back(owner: User) -> None:
    eve = await in_database(User.objects.create_user, "eve")
    theirs = await in_database(make_conversation, eve, "gone")
    late = await in_database(make_conversation, owner, "gone")
    await delete(eve.pk, [theirs.pk])
    assert await take_back(owner, [theirs.pk]) == []
    await delete(owner.pk, [late.pk])
    before = timezone.now() - UNDO_FOR
    await in_database(Conversation.objects.filter(pk=late.pk).update, deleted_at=before)
    assert await take_back(owner, [late.pk]) == []


def _attached(conversation: Conversation) -> Attachment:
    file = Attachment.objects.create(owner=conversation.owner, name="a.txt", size=1, sha256="")
    file.path.write_bytes(b"a")
    conversation.responses.get().attachments.add(file)
    return file


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

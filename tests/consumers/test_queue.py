"""Messages sent while an answer runs, and what a person's other pages hear of it all."""

import asyncio
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.consumers.socket import Socket
from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.items import input_text
from tests.support.asking import ask, events_of, until_settled
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, answer, beginning, delta, ending
from tests.support.sockets import Page, open_page


async def ask_slowly(
    page: Page, provider: ScriptedProvider
) -> tuple[dict[str, Any], asyncio.Event]:
    """An answer that runs until the event is set."""
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("One"), more, ending("One"))
    accepted = await page.ask("first")
    await page.receive_until("response.output_text.delta")
    return accepted["response"], more


async def until_version(page: Page, version: int) -> None:
    """Until the page has heard of as many changes: each message is one, and each act on it."""
    while (await page.receive_until("conversation.updated"))["conversation"]["version"] < version:
        pass


async def test_a_message_to_an_answer_that_runs_is_accepted_and_goes_next(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first, more = await ask_slowly(page, provider)
        provider.will_answer(*answer("Two"))
        second = (await page.ask("second", previous_response_id=first["id"]))["response"]
        assert second["waiting"]
        assert second["previous_response_id"] == first["id"]
        assert len(provider.requests) == 1
        more.set()
        while (frame := await page.receive_until("response.completed"))["stream_id"] == first["id"]:
            pass
        assert frame["stream_id"] == second["id"]
        assert len(provider.requests) == 2
        assert provider.requests[1]["previous_response_id"] == "upstream_1"


async def test_what_waits_can_be_edited(owner: User, provider: ScriptedProvider) -> None:
    async with open_page(owner) as page:
        first, more = await ask_slowly(page, provider)
        second = (await page.ask("secnd", previous_response_id=first["id"]))["response"]
        await page.send(type="response.update", response_id=second["id"], input="second")
        await until_version(page, 3)
        more.set()
        await until_settled()
        assert input_text(provider.requests[1]["input"]) == "second"


async def test_what_waits_can_be_withdrawn_and_what_is_behind_it_moves_up(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first, more = await ask_slowly(page, provider)
        second = (await page.ask("second", previous_response_id=first["id"]))["response"]
        third = (await page.ask("third", previous_response_id=second["id"]))["response"]
        await page.send(type="response.delete", response_id=second["id"])
        await until_version(page, 4)
        more.set()
        await until_settled()
        row = await in_database(Response.objects.get, pk=third["id"])
        assert row.previous_response_id == first["id"]
        assert row.status == Status.COMPLETED
        assert not await in_database(Response.objects.filter(pk=second["id"]).exists)
        assert len(provider.requests) == 2


async def test_what_is_already_being_answered_cannot_be_changed(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first, _ = await ask_slowly(page, provider)
        for frame in (
            {"type": "response.update", "input": "other"},
            {"type": "response.delete"},
        ):
            await page.send(response_id=first["id"], **frame)
            refused = await page.receive_until("error")
            assert (refused["error"]["code"], refused["status"]) == ("response_started", 409)
            assert refused["stream_id"] == first["id"]


async def test_nobody_changes_what_waits_of_another_person(
    owner: User, provider: ScriptedProvider
) -> None:
    bob = await in_database(User.objects.create_user, "bob")
    async with open_page(owner) as page, open_page(bob) as other:
        first, _ = await ask_slowly(page, provider)
        second = (await page.ask("second", previous_response_id=first["id"]))["response"]
        await other.send(type="response.delete", response_id=second["id"])
        assert (await other.receive_until("error"))["error"]["code"] == "not_found"
        assert await in_database(Response.objects.filter(pk=second["id"]).exists)


async def test_what_waits_goes_next_when_the_answer_before_it_was_stopped(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first, _ = await ask_slowly(page, provider)
        second = (await page.ask("second", previous_response_id=first["id"]))["response"]
        await page.send(type="response.cancel", response_id=first["id"])
        while (await page.receive_until("response.completed"))["stream_id"] != second["id"]:
            pass


# Every page the same


async def test_an_end_is_news_until_a_page_has_it_in_view(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await ask(owner)
    await events_of(response)
    await until_settled()
    conversation = await in_database(Conversation.objects.get, pk=response.conversation_id)
    assert conversation.unseen
    async with open_page(owner) as page, open_page(owner) as other:
        await page.send(type="conversation.seen", conversation_id=conversation.pk)
        heard = await other.receive_until("conversation.updated")
        assert heard["conversation"]["unseen"] is False
    await in_database(conversation.refresh_from_db)
    assert not conversation.unseen


async def test_nobody_sees_for_another_person(owner: User, provider: ScriptedProvider) -> None:
    response = await ask(owner)
    await events_of(response)
    bob = await in_database(User.objects.create_user, "bob")
    async with open_page(bob) as page:
        await page.send(type="conversation.seen", conversation_id=response.conversation_id)
        assert await page.receives_nothing()
    conversation = await in_database(Conversation.objects.get, pk=response.conversation_id)
    assert conversation.unseen


async def test_stop_reaches_an_answer_that_another_process_runs(
    owner: User, provider: ScriptedProvider
) -> None:
    def running_elsewhere() -> Response:
        conversation = make_conversation(owner)
        return make_response(conversation, status=Status.IN_PROGRESS, worker="other.1")

    row = await in_database(running_elsewhere)
    async with open_page(owner) as page:
        await page.send(type="response.cancel", response_id=row.pk)
        assert await page.receives_nothing()
    await in_database(row.refresh_from_db)
    assert row.cancel_requested, "which its owner reads within a second, whatever hints are lost"


async def test_a_stop_found_in_the_database_ends_the_answer(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first, _ = await ask_slowly(page, provider)
        rows = Response.objects.filter(pk=first["id"])
        await in_database(rows.update, cancel_requested=True)
        assert (await page.receive_until("response.incomplete"))["response"][
            "status"
        ] == "cancelled"


async def test_a_page_that_cannot_be_told_keeps_no_other_from_it(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(**message: Any) -> None:
        raise ConnectionError("it has gone")

    async with open_page(owner) as page, open_page(owner) as other:
        for_the_first = next(iter(Socket.open_sockets[owner.pk]))
        monkeypatch.setattr(for_the_first, "send", fail)
        await Socket.something_was_missed()
        heard = [not await either.receives_nothing() for either in (page, other)]
        assert sorted(heard) == [False, True]


async def test_pages_are_told_when_notices_may_have_been_lost(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        await Socket.something_was_missed()
        assert (await page.receive())["type"] == "conversations.changed"

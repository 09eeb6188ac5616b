"""The socket: who may open it, what it answers, and that it goes on whatever it is sent."""

import asyncio
import json
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from conversations import sockets
from conversations.consumers import handlers, socket
from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.items import output_text
from conversations.turns import following
from conversations.turns.notices import group_of
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, answer, beginning, delta, ending
from tests.support.sockets import communicator, open_page, session_of

ENDS = ("response.completed", "response.incomplete", "response.failed")


# Who may open it


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "https://localhost:8000",
        "http://localhost:9999",
        "http://localhost",
        "http://localhost.evil.example:8000",
        "http://evil.example",
        "ftp://localhost:8000",
    ],
)
async def test_another_origin_is_refused(owner: User, origin: str | None) -> None:
    socket = communicator(await session_of(owner), origin)
    connected, _ = await socket.connect()
    assert not connected


@pytest.mark.parametrize("session_key", [None, "nonsense"])
@pytest.mark.usefixtures("transactional_db")
async def test_nobody_signed_in_is_told_so(session_key: str | None) -> None:
    page = communicator(session_key)
    await page.connect()
    message = await page.receive_output(timeout=5)
    assert (message["type"], message["code"]) == ("websocket.close", sockets.SIGNED_OUT)


async def test_more_sockets_than_anybody_needs_are_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_SOCKETS", 1)
    session = await session_of(owner)
    async with open_page(owner, session), open_page(owner, session) as second:
        assert await second.close_code() == sockets.TOO_MANY_SOCKETS


# Asking and following


async def test_a_question_is_acknowledged_then_answered(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*answer("Because."))
    async with open_page(owner) as page:
        accepted = await page.ask("Why?")
        assert accepted["type"] == "response.accepted"
        assert accepted["client_key"] == "key of Why?"
        assert accepted["conversation"]["title"] == "Why?"
        assert accepted["response"]["status"] in ("queued", "in_progress")
        end = await page.receive_until(*ENDS)
    assert end["stream_id"] == accepted["response"]["id"]
    assert output_text(end["response"]["output"]) == "Because."


async def test_stop_is_heard_while_an_answer_streams(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), delta("Once"), asyncio.Event())
    async with open_page(owner) as page:
        accepted = await page.ask()
        await page.receive_until("response.output_text.delta")
        await page.send(type="response.cancel", response_id=accepted["response"]["id"])
        end = await page.receive_until(*ENDS)
    assert end["response"]["status"] == "cancelled"


async def test_a_second_tab_follows_from_where_it_is(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("One "), more, delta("two"), ending("One two"))
    async with open_page(owner) as first, open_page(owner) as second:
        accepted = await first.ask()
        seen = await first.receive_until("response.output_text.delta")
        response_id = accepted["response"]["id"]
        await second.send(
            type="response.follow",
            response_id=response_id,
            starting_after=seen["sequence_number"],
        )
        more.set()
        following = await second.receive_until("response.output_text.delta")
        assert following["delta"] == "two"
        assert following["sequence_number"] == seen["sequence_number"] + 1
        assert (await second.receive_until(*ENDS))["type"] == "response.completed"


async def test_the_answer_outlives_the_tab_that_asked(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("One "), more, delta("two"), ending("One two"))
    async with open_page(owner) as page:
        accepted = await page.ask()
        await page.receive_until("response.output_text.delta")
    more.set()
    async with open_page(owner) as page:
        await page.send(type="response.follow", response_id=accepted["response"]["id"])
        end = await page.receive_until(*ENDS)
    assert output_text(end["response"]["output"]) == "One two"


async def test_an_answer_that_ended_long_ago_comes_as_a_snapshot(owner: User) -> None:
    response = await in_database(lambda: make_response(make_conversation(owner), answer="Long ago"))
    async with open_page(owner) as page:
        await page.send(type="response.follow", response_id=response.id)
        frame = await page.receive()
    assert frame["type"] == "response.snapshot"
    assert output_text(frame["response"]["output"]) == "Long ago"


async def test_an_answer_that_has_ended_is_no_longer_followed(owner: User) -> None:
    response = await in_database(lambda: make_response(make_conversation(owner)))
    async with open_page(owner) as page:
        await page.send(type="response.follow", response_id=response.id)
        await page.receive()
        (page_socket,) = socket.Socket.open_sockets[owner.pk]
        await asyncio.sleep(0)
        assert page_socket.followed.ids() == []


async def test_followed_again_an_answer_is_followed_by_the_second_alone(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), more, *answer("Yes.")[-1:])
    async with open_page(owner) as page:
        response_id = (await page.ask())["response"]["id"]
        await page.receive_until("response.content_part.added")
        await page.send(type="response.follow", response_id=response_id, starting_after=3)
        while not await page.receives_nothing():
            assert (await page.receive())["type"] == "conversation.updated"
        (page_socket,) = socket.Socket.open_sockets[owner.pk]
        assert page_socket.followed.ids() == [response_id]
        more.set()
        assert (await page.receive())["type"] == "response.completed"


async def test_of_many_stored_answers_one_at_a_time_is_read_and_sent(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    stored = following._stored

    def count(response_id: str) -> Response | None:
        read.append(response_id)
        return stored(response_id)

    monkeypatch.setattr(following, "_stored", count)
    ids = await in_database(_answers, owner, 3)
    room = asyncio.Event()
    async with open_page(owner) as page:
        (page_socket,) = socket.Socket.open_sockets[owner.pk]
        send = page_socket.send

        async def send_slowly(**message: Any) -> None:
            await room.wait()
            await send(**message)

        monkeypatch.setattr(page_socket, "send", send_slowly)
        for id_ in ids:
            await page.send(type="response.follow", response_id=id_)
        assert await page.receives_nothing()
        assert len(read) == 1
        # One that leaves makes way for the next.
        await page.send(type="response.unfollow", response_id=read[0])
        assert await page.receives_nothing()
        assert len(read) == 2
        room.set()
        assert {(await page.receive())["stream_id"] for _ in ids[1:]} == {*ids} - {read[0]}


async def test_an_answer_that_runs_elsewhere_is_told_by_what_is_stored(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.turns.following.POLL_SECONDS", 0.01)
    running = await in_database(
        lambda: make_response(make_conversation(owner), answer="", status=Status.IN_PROGRESS)
    )
    async with open_page(owner) as page:
        await page.send(type="response.follow", response_id=running.id)
        assert (await page.receive())["response"]["status"] == "in_progress"
        found = Response.objects.filter(pk=running.pk)
        await in_database(lambda: found.update(status=Status.INCOMPLETE))
        assert (await page.receive())["response"]["status"] == "incomplete"


async def test_sent_twice_with_one_key_it_is_answered_once(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        first = await page.ask(client_key="k")
        second = await page.ask(client_key="k")
        await page.receive_until(*ENDS)
    assert first["response"]["id"] == second["response"]["id"]
    assert len(provider.requests) == 1


async def test_a_page_that_never_acknowledges_is_not_sent_more_than_a_window(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.turns.following.WINDOW_BYTES", 1000)
    monkeypatch.setattr("conversations.turns.log.BATCH_BYTES", 1000)
    words = "word " * 200
    provider.will_answer(*beginning(), delta(words), delta(words), delta(words), ending(words * 3))
    async with open_page(owner) as page:
        accepted = await page.ask()
        last = -1
        while not await page.receives_nothing():
            frame = await page.receive()
            assert frame["type"] not in ENDS
            last = frame.get("sequence_number", last)
        while frame["type"] != "response.completed":
            await page.send(
                type="response.ack",
                response_id=accepted["response"]["id"],
                sequence_number=last,
            )
            frame = await page.receive()
            last = frame.get("sequence_number", last)


async def test_every_page_of_a_person_hears_of_a_new_conversation_and_its_title(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.title = "Blue skies"
    async with open_page(owner) as asking, open_page(owner) as other:
        accepted = await asking.ask("Why is the sky blue?")
        conversation = accepted["conversation"]["id"]
        first = await other.receive_until("conversation.updated")
        assert first["conversation"]["id"] == conversation
        assert first["conversation"]["answering"] == accepted["response"]["id"]
        titles = []
        while (frame := await other.receive()).get("conversation", {}).get("title") != "Blue skies":
            titles += [frame["title"]] if frame["type"] == "conversation.titling" else []
        assert titles == ["Blue"], "and no more of it in a tenth of a second"
        assert frame["conversation"]["answering"] is None


# Bad frames


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "5",
        '"text"',
        "null",
        "{}",
        '{"type": 5}',
        '{"type": "websocket.disconnect"}',
        '{"type": "notice", "frame": {}}',
        '{"type": "response.create"}',
        '{"type": "response.create", "client_key": "k", "input": ""}',
        '{"type": "response.create", "client_key": "k", "input": " \\n "}',
        '{"type": "response.create", "client_key": "k", "input": 5}',
        '{"type": "response.create", "client_key": "k", "input": "x", "owner": 1}',
        '{"type": "response.create", "client_key": "k", "input": "x", "temperature": NaN}',
        '{"type": "response.create", "client_key": "k", "input": "x", "settings": {"top_p": 2}}',
        '{"type": "response.create", "client_key": "k", "input": "x", "settings": {"user": "x"}}',
        '{"type": "response.create", "client_key": "k", "input": "x", "settings": []}',
        '{"type": "response.create", "client_key": "k", "input": [{"role": "system"}]}',
        '{"type": "response.follow", "response_id": "x", "starting_after": -1}',
        '{"type": "response.follow"}',
        "[" * 100_000,
        '{"type": ' + "9" * 5_000 + "}",
    ],
)
async def test_a_bad_frame_gets_an_error_and_the_socket_goes_on(
    owner: User, provider: ScriptedProvider, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_page(owner) as page:
        await page.send_text(text)
        frame = await page.receive()
        assert frame["type"] == "error"
        assert frame["error"]["message"]
        assert (await page.ask())["type"] == "response.accepted"
    assert "Traceback" not in caplog.text


async def test_a_binary_frame_gets_an_error(owner: User) -> None:
    async with open_page(owner) as page:
        await page.communicator.send_to(bytes_data=b"\x00")
        assert (await page.receive())["error"]["code"] == "invalid_frame"


async def test_an_error_names_the_message_that_it_is_about(owner: User) -> None:
    async with open_page(owner) as page:
        frame = await page.ask("", client_key="k")
    assert frame["client_key"] == "k"


async def test_too_many_bad_frames_close_the_socket(owner: User) -> None:
    async with open_page(owner) as page:
        for _ in range(sockets.MAX_BAD_FRAMES):
            await page.send_text("nonsense")
        assert await page.close_code() == sockets.BAD_FRAMES


async def test_bad_frames_far_apart_do_not_close_the_socket(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "BAD_FRAMES_WITHIN_SECONDS", 0.0)
    async with open_page(owner) as page:
        for _ in range(sockets.MAX_BAD_FRAMES + 1):
            await page.send_text("nonsense")
            assert (await page.receive())["error"]["code"] == "invalid_frame"


@pytest.mark.parametrize(
    "frame", [{"type": "x\n[ERROR] forged"}, {"forged": 1}, {"type": ["forged"]}, "forged", {}]
)
async def test_what_was_sent_is_repeated_neither_in_the_error_nor_in_the_log(
    owner: User, frame: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "conversations.consumers")
    async with open_page(owner) as page:
        await page.send_text(json.dumps(frame))
        assert "forged" not in (await page.receive())["error"]["message"]
    assert "was refused" in caplog.text
    assert "forged" not in caplog.text


async def test_nul_and_lone_surrogates_are_stored_as_text_that_can_be_read_again(
    owner: User, provider: ScriptedProvider
) -> None:
    async with open_page(owner) as page:
        text = '{"type":"response.create","client_key":"k","input":"a\\u0000b\\ud800c\\u202e"}'
        await page.send_text(text)
        accepted = await page.receive_until("response.accepted")
        await page.receive_until(*ENDS)
    row = await in_database(Response.objects.get, pk=accepted["response"]["id"])
    assert row.input[0]["content"][0]["text"] == "ab\ufffdc\u202e"


# Other people


async def test_nothing_of_somebody_elses_can_be_followed_stopped_or_gone_on_from(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), asyncio.Event())
    other = await in_database(User.objects.create_user, "bob")
    async with open_page(other) as theirs, open_page(owner) as mine:
        running = (await theirs.ask("Mine alone"))["response"]["id"]
        answers: list[dict[str, Any]] = []
        for id_ in (running, "resp_nothing"):
            await mine.send(type="response.follow", response_id=id_)
            answers.append(await mine.receive())
            await mine.send(type="response.cancel", response_id=id_)
            answers.append(await mine.receive())
            answers.append(await mine.ask(f"And {id_}", previous_response_id=id_))
            answers.append(await mine.ask(f"Again {id_}", retry_of=id_))
        assert {answer["type"] for answer in answers} == {"error"}
        assert {answer["error"]["code"] for answer in answers} == {"not_found"}
        bodies = [json.dumps(answer["error"]) for answer in answers]
        assert bodies[:4] == bodies[4:]
        row = await in_database(Response.objects.get, pk=running)
        assert row.is_running
    assert await in_database(Conversation.objects.count) == 1


# Signing out


async def test_signing_out_closes_the_sockets_of_that_session_alone(owner: User) -> None:
    ending_session, other_session = await session_of(owner), await session_of(owner)
    async with open_page(owner, ending_session) as page, open_page(owner, other_session) as other:
        await in_database(_sign_out, ending_session)
        assert await page.close_code() == sockets.SIGNED_OUT
        await other.send(type="response.follow", response_id="resp_nothing")
        assert (await other.receive())["error"]["code"] == "not_found"


@pytest.mark.parametrize("change", ["password", "is_active", "is_superuser", "deleted"])
async def test_a_change_of_rights_closes_the_sockets(owner: User, change: str) -> None:
    async with open_page(owner) as page:
        await in_database(_change, owner.pk, change)
        assert await page.close_code() == sockets.SIGNED_OUT


async def test_a_session_whose_time_is_over_ends_at_the_next_check(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.Socket, "CHECK_SECONDS", 0.01)
    session = await session_of(owner)
    async with open_page(owner, session) as page:
        assert await page.receives_nothing()
        await in_database(_expire, session)
        assert await page.close_code() == sockets.SIGNED_OUT
    assert await in_database(Session.objects.filter(pk=session).exists)


# A database that is away


async def test_a_frame_that_comes_while_the_database_is_away_gets_an_error_and_the_socket_goes_on(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatapp.sockets.TRUSTED_FOR_SECONDS", 0)
    async with open_page(owner) as page:
        with monkeypatch.context() as away:
            away.setattr("chatapp.sockets._user_of", _database_is_away)
            refused = await page.ask(client_key="k")
            assert refused["error"]["code"] == "database_unavailable"
            assert refused["client_key"] == "k", "so the page knows what to send again"
        assert (await page.ask())["type"] == "response.accepted"


async def test_a_check_that_the_database_does_not_answer_is_made_again(
    owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(socket.Socket, "CHECK_SECONDS", 0.01)
    session = await session_of(owner)
    async with open_page(owner, session) as page:
        with monkeypatch.context() as away:
            away.setattr("chatapp.sockets._user_of", _database_is_away)
            await _channel_says_that_rights_changed(owner)
            assert await page.receives_nothing()
        assert "can't be checked" in caplog.text
        await in_database(_expire, session)
        assert await page.close_code() == sockets.SIGNED_OUT


async def test_a_socket_opened_while_the_database_is_away_is_refused_to_come_again(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = communicator(await session_of(owner))
    monkeypatch.setattr("chatapp.sockets._user_of", _database_is_away)
    connected, _ = await socket.connect()
    assert not connected


async def test_a_question_stored_but_not_told_of_names_its_key_in_the_error(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "summary", _database_is_away)
    async with open_page(owner) as page:
        frame = await page.ask(client_key="k")
    assert (frame["status"], frame["client_key"]) == (503, "k")


def _answers(owner: User, count: int) -> list[str]:
    conversation = make_conversation(owner)
    return [make_response(conversation).id for _ in range(count)]


def _sign_out(session_key: str) -> None:
    client = Client()
    client.cookies["sessionid"] = session_key
    client.post("/accounts/sign-out/")


def _change(user_id: int, change: str) -> None:
    user = User.objects.get(pk=user_id)
    if change == "deleted":
        user.delete()
        return
    if change == "password":
        user.set_password("another one entirely")
    else:
        setattr(user, change, not getattr(user, change))
    user.save()


def _expire(session_key: str) -> None:
    now = timezone.now()
    assert Session.objects.filter(pk=session_key, expire_date__gt=now).update(expire_date=now)


def _database_is_away(*_: object) -> None:
    raise OperationalError("the database is away")


async def _channel_says_that_rights_changed(user: User) -> None:
    layer = get_channel_layer()
    assert layer is not None
    await layer.group_send(group_of(user.pk), {"type": "access.check", "ended": None})

"""Answers whose process died or left: what becomes of each."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.items import output_text
from conversations.protocol.snapshot import Snapshot
from conversations.turns import claims
from conversations.turns.running import turns
from conversations.turns.takeover import JUMP, take_over, watch
from tests.support.asking import ask, events_of, stored, until_event, until_number, until_settled
from tests.support.models import make_conversation, make_model, make_response
from tests.support.scripted import (
    ScriptedProvider,
    answer,
    beginning,
    delta,
    ending,
    message,
    numbered,
)


@pytest.fixture(autouse=True)
def _nothing_watched() -> None:
    watch.forget()


def left_behind(owner: User, model: Model, **fields: Any) -> Response:
    """An answer that a process began which is no more."""
    defaults: dict[str, Any] = {
        "status": Status.IN_PROGRESS,
        "worker": "dead.1",
        "answer": "",
        "model": model,
        "provider": model.provider,
    }
    return make_response(make_conversation(owner), **(defaults | fields))


def half_of_it(**fields: Any) -> dict[str, Any]:
    open_message = message("Once upon", "in_progress")
    return {"output": [open_message], "sequence_number": 4, "upstream_id": "upstream_1"} | fields


async def test_what_its_provider_keeps_is_read_on_from_behind_the_last_event(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    dead = await in_database(
        left_behind, owner, model, background=True, **half_of_it(upstream_sequence_number=4)
    )
    provider.will_answer(*numbered([delta(" a time"), ending("Once upon a time")], 5))
    await take_over(alone=True)
    events = await events_of(dead, 4)
    assert provider.resumed == [("upstream_1", 4)]
    assert provider.requests == []
    assert [event["sequence_number"] for event in events] == [5, 6]
    row = await stored(dead)
    assert (row.status, row.lease) == (Status.COMPLETED, 1)
    assert output_text(row.output) == "Once upon a time"


async def test_a_reader_ahead_of_the_last_checkpoint_hears_each_event_once(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, background=True)
    words = [delta(f"{number} ") for number in range(50)]
    whole = numbered([*beginning(), *words, ending("".join(word["delta"] for word in words))])
    provider.will_answer(*whole[:20], more := asyncio.Event(), *whole[20:40], asyncio.Event())
    response = await ask(owner, background=True)
    reading = asyncio.create_task(events_of(response))
    await until_number(response, 19)
    (turn,) = turns._turns.values()
    early = turn.last_checkpoint()
    more.set()
    await until_number(response, 39)
    turn.leave()
    seen = await reading
    await until_settled()
    # As after a crash: what the database holds is older than what the reader has.
    rows = Response.objects.filter(pk=response.pk)
    await in_database(rows.update, worker="dead.1", **early.columns)
    provider.will_answer(*whole[20:])
    await take_over(alone=True)
    rest = await events_of(response, seen[-1]["sequence_number"])
    numbers = [event["sequence_number"] for event in [*seen, *rest]]
    assert numbers == list(range(len(numbers)))
    snapshot = Snapshot({"output": []})
    for event in [*seen, *rest]:
        snapshot.apply(event)
    assert snapshot.response["output"] == (await stored(response)).output
    assert len(provider.requests) == 1, "it was asked, and paid, once"
    assert provider.resumed == [("upstream_1", 19)]


async def test_what_was_not_shown_yet_is_asked_again(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    dead = await in_database(left_behind, owner, model, upstream_id="upstream_1", sequence_number=1)
    provider.will_answer(*answer("Hello.", "upstream_2"))
    await take_over(alone=True)
    events = await events_of(dead, JUMP)
    assert events[0]["sequence_number"] == 1 + JUMP, "beyond what a reader may have seen"
    row = await stored(dead)
    assert (row.status, row.upstream_id) == (Status.COMPLETED, "upstream_2")
    assert output_text(row.output) == "Hello."


async def test_a_question_that_nobody_waits_for_any_more_is_not_asked_again(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    dead = await in_database(left_behind, owner, model, created_at=yesterday)
    await take_over(alone=True)
    await until_settled()
    assert (await stored(dead)).incomplete_details == {"reason": "interrupted"}
    assert provider.requests == []


async def test_nothing_that_acts_in_the_world_is_asked_again(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    settings = {"tools": [{"type": "mcp", "server_label": "shop"}]}
    dead = await in_database(left_behind, owner, model, settings=settings)
    await take_over(alone=True)
    await until_settled()
    assert (await stored(dead)).incomplete_details == {"reason": "interrupted"}
    assert provider.requests == []


async def test_what_was_shown_and_is_not_kept_upstream_stays_as_far_as_it_came(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    dead = await in_database(left_behind, owner, model, **half_of_it())
    await take_over(alone=True)
    events = await events_of(dead, 4)
    assert [event["type"] for event in events] == ["response.incomplete"]
    row = await stored(dead)
    assert (row.status, row.incomplete_details) == (Status.INCOMPLETE, {"reason": "interrupted"})
    assert output_text(row.output) == "Once upon"
    assert "Once upon" in row.text
    assert row.completed_at is not None
    assert provider.requests == []


async def test_a_stop_that_its_dead_owner_did_not_hear_is_carried_out(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    fields = half_of_it(background=True, cancel_requested=True)
    dead = await in_database(left_behind, owner, model, **fields)
    await take_over(alone=True)
    await until_settled()
    assert (await stored(dead)).status == Status.CANCELLED
    assert provider.cancelled == ["upstream_1"]


async def test_one_that_cannot_be_read_fails_and_costs_none_of_the_others(
    owner: User, model: Model, provider: ScriptedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    other = await in_database(make_model, "model-2", "Of another installation")
    unreadable = await in_database(left_behind, owner, other, **half_of_it())
    await in_database(_put_a_key_of_another_installation_into, other.provider)
    dead = await in_database(left_behind, owner, model, **half_of_it())
    await take_over(alone=True)
    await until_settled()
    status = Response.objects.filter(pk=unreadable.pk).values_list("status", flat=True)
    assert await in_database(status.get) == Status.FAILED
    assert (await stored(dead)).status == Status.INCOMPLETE
    assert unreadable.pk in caplog.text


def _put_a_key_of_another_installation_into(provider: Provider) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_provider SET api_key = 'x' WHERE id = %s", [provider.pk]
        )


async def test_what_is_alive_elsewhere_is_left_alone_until_its_heart_stops(
    owner: User, model: Model, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = await in_database(left_behind, owner, model, **half_of_it())
    await take_over()
    assert turns.running_ids() == []
    monkeypatch.setattr(claims, "DEAD_AFTER", 0)
    await take_over()
    await until_settled()
    assert (await stored(dead)).status == Status.INCOMPLETE


async def test_what_has_ended_stays_as_it_is(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    done = await in_database(lambda: make_response(make_conversation(owner)))
    await take_over(alone=True)
    assert (await stored(done)).status == Status.COMPLETED


async def test_what_this_process_writes_is_never_taken_for_dead(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once"), more, ending("Once upon a time"))
    response = await ask(owner)
    await take_over(alone=True)
    more.set()
    await events_of(response)
    assert (await stored(response)).status == Status.COMPLETED
    assert len(provider.requests) == 1


async def test_an_owner_that_wakes_up_too_late_stores_and_says_nothing_more(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once"), more, ending("Once upon a time"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    log = turns.logs.of(response.id)
    rows = Response.objects.filter(pk=response.pk)
    await in_database(rows.update, worker="rival.1", lease=1)
    more.set()
    assert log is not None
    lines = [line async for batch in log.follow(-1) for line in batch.lines]
    assert "response.completed" not in lines[-1]
    row = await stored(response)
    assert (row.status, row.worker) == (Status.QUEUED, "rival.1")
    await until_settled()


async def test_a_stop_reaches_the_process_that_took_the_answer_over(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), delta("Once"), asyncio.Event())
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    rows = Response.objects.filter(pk=response.pk)
    await in_database(rows.update, worker="rival.1", lease=1)
    await turns.cancel(response.id)
    await until_settled()
    row = await stored(response)
    assert (row.worker, row.is_running, row.cancel_requested) == ("rival.1", True, True)


async def test_what_comes_while_an_answer_is_handed_over_is_in_what_is_handed_over(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, background=True)
    words = [delta(f"{number} ") for number in range(40)]
    whole = numbered([*beginning(), *words])
    provider.will_answer(*whole[:10], more := asyncio.Event(), *whole[10:], asyncio.Event())
    response = await ask(owner, background=True)
    await until_number(response, 9)
    (turn,) = turns._turns.values()
    more.set()
    turn.leave()
    await until_settled()
    row = await stored(response)
    assert row.worker == "", "anybody may go on with it"
    held = whole[: (row.upstream_sequence_number or 0) + 1]
    told = "".join(event.get("delta", "") for event in held)
    assert output_text(row.output) == told

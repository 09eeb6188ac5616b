"""Answers whose process died."""

import asyncio
from datetime import timedelta

from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.turns.recovery import recover
from tests.support.asking import ask, events_of, stored
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, beginning, delta, ending


def left_behind(owner: User, seconds: int) -> Response:
    """An answer that was being written, whose lease ends in so many seconds."""
    return make_response(
        make_conversation(owner),
        answer="Half of it",
        status=Status.IN_PROGRESS,
        lease_expires_at=timezone.now() + timedelta(seconds=seconds),
    )


async def test_what_has_outlived_its_lease_is_interrupted_with_its_text(owner: User) -> None:
    dead = await in_database(left_behind, owner, -1)
    alive = await in_database(left_behind, owner, 10)
    await recover()
    row = await stored(dead)
    assert (row.status, row.incomplete_details) == (
        Status.INCOMPLETE,
        {"reason": "interrupted"},
    )
    assert row.completed_at is not None
    assert "Half of it" in row.text
    assert (await stored(alive)).status == Status.IN_PROGRESS


async def test_a_process_that_is_alone_waits_for_no_lease_when_it_starts(owner: User) -> None:
    dead = await in_database(left_behind, owner, 10)
    await recover(alone=True)
    assert (await stored(dead)).status == Status.INCOMPLETE


async def test_what_has_ended_stays_as_it_is(owner: User) -> None:
    done = await in_database(lambda: make_response(make_conversation(owner)))
    await recover(alone=True)
    assert (await stored(done)).status == Status.COMPLETED


async def test_what_this_process_writes_is_never_taken_for_dead(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once"), more, ending("Once upon a time"))
    response = await ask(owner)
    past = timezone.now() - timedelta(hours=1)
    rows = Response.objects.filter(pk=response.pk)
    await in_database(lambda: rows.update(lease_expires_at=past))
    await recover()
    more.set()
    await events_of(response)
    assert (await stored(response)).status == Status.COMPLETED

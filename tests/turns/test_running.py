"""The turns of a process: nothing around an answer may cost the answer."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError

from chatapp.accounts.models import User
from conversations.models import Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.chain import Request
from conversations.protocol.items import input_text, output_text
from conversations.turns import asked, checkpoints, notices, running
from conversations.turns.outgoing import request_of
from conversations.turns.request import NewResponse, RequestError, store
from conversations.turns.running import turns
from tests.support.asking import (
    ask,
    events_of,
    question,
    stored,
    until_event,
    until_number,
)
from tests.support.scripted import ScriptedProvider, answer, beginning, delta, ending, numbered


async def test_a_notice_that_fails_does_not_cost_the_answer(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(conversation_id: str) -> None:
        raise OperationalError("the database is restarting")

    monkeypatch.setattr(notices, "summary", unavailable)
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    assert (await stored(response)).status == Status.COMPLETED


async def test_who_asks_may_go_away_before_the_question_is_stored(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow_store(new: NewResponse, worker: str) -> tuple[Response, bool]:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(5)
        return store(new, worker)

    monkeypatch.setattr(running, "store", slow_store)
    asking = asyncio.create_task(turns.start(question(owner)))
    await begun.wait()
    asking.cancel()
    go_on.set()
    monkeypatch.setattr(running, "store", store)
    again = await ask(owner)
    assert (await events_of(again))[-1]["type"] == "response.completed"
    assert len(provider.requests) == 1


async def test_a_question_that_comes_too_late_is_refused_and_not_stored(
    owner: User, provider: ScriptedProvider
) -> None:
    await turns.close(grace=1)
    with pytest.raises(RequestError) as refused:
        await ask(owner)
    assert refused.value.status == 503
    assert not await in_database(Response.objects.exists)


async def test_a_title_that_takes_its_time_does_not_hold_up_the_end(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.before_title = asyncio.Event()
    response = await ask(owner)
    await events_of(response)
    async with asyncio.timeout(2):
        await turns.close(grace=10)


async def test_one_answer_that_cannot_be_written_does_not_keep_the_others_from_it(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "INTERVAL", 0.01)
    more = asyncio.Event()
    for text in ("bad", "good"):
        provider.will_answer(*beginning(), delta(text), more, ending(text))
    write = checkpoints._update

    def refuse_the_bad_one(due: list[checkpoints.Checkpoint]) -> checkpoints.Found:
        if any(input_text(checkpoint.row.input) == "first" for checkpoint in due):
            raise ValueError("this can't be stored")
        return write(due)

    # Before anything is asked: a checkpoint may be written at once.
    monkeypatch.setattr(checkpoints, "_update", refuse_the_bad_one)
    bad, good = await ask(owner, "first"), await ask(owner, "second")
    for response in (bad, good):
        await until_event(response, "response.output_text.delta")
    for _ in range(200):
        await asyncio.sleep(0.01)
        if (await stored(good)).output:
            break
    assert (await stored(good)).output
    assert not (await stored(bad)).output
    monkeypatch.setattr(checkpoints, "_update", write)
    for _ in range(200):
        await asyncio.sleep(0.01)
        if (await stored(bad)).output:
            break
    assert (await stored(bad)).output, "what failed stays due"
    more.set()


async def test_a_question_is_asked_though_the_database_is_away_for_a_moment(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Response] = []

    def fail_once(row: Response, **how: Any) -> Request:
        tries.append(row)
        if len(tries) == 1:
            raise OperationalError("the database is restarting")
        return request_of(row, **how)

    monkeypatch.setattr(asked, "request_of", fail_once)
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"


async def test_who_waits_for_an_answer_hears_at_once_that_it_has_begun_here(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(asyncio.Event())
    provider.will_answer(*answer("Next."))
    first = await ask(owner, "First.")
    second = await ask(owner, "Second.", previous_response_id=first.id)
    async with asyncio.timeout(5):
        waiting = asyncio.create_task(turns.logs.until_begun(second.id, 60))
        also_waiting = asyncio.create_task(turns.logs.until_begun(second.id, 0.01))
        await also_waiting
        await turns.cancel(first.id)
        await waiting
        await events_of(second)


# The end of the process


async def test_what_is_about_to_get_its_id_is_handed_over_with_it(
    owner: User, provider: ScriptedProvider
) -> None:
    """Without its id another process would ask, and pay, again."""
    await in_database(Provider.objects.update, background=True)
    provider.will_answer(named := asyncio.Event(), *numbered(beginning()), asyncio.Event())
    response = await ask(owner, background=True)
    await provider.is_asked.wait()
    closing = asyncio.create_task(turns.close(grace=10))
    await asyncio.sleep(0.1)
    named.set()
    async with asyncio.timeout(2):
        await closing
    row = await stored(response)
    assert (row.is_running, row.worker, row.upstream_id) == (True, "", "upstream_1")
    assert provider.cancelled == []


async def test_what_never_gets_an_id_does_not_hold_up_the_end(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "NAMED_WITHIN_SECONDS", 0.1)
    await in_database(Provider.objects.update, background=True)
    provider.will_answer(asyncio.Event())
    response = await ask(owner, background=True)
    async with asyncio.timeout(5):
        await turns.close(grace=10)
    assert (await stored(response)).worker == ""


async def test_what_the_provider_keeps_is_handed_over_with_all_that_was_received(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, background=True)
    words = [*beginning(), delta("Once "), delta("upon")]
    provider.will_answer(*numbered(words), asyncio.Event())
    response = await ask(owner, background=True)
    log = turns.logs.of(response.id)
    assert log is not None
    await until_number(response, len(words) - 1)
    async with asyncio.timeout(2):
        await turns.close(grace=10)
    row = await stored(response)
    assert (row.status, row.worker) == (Status.IN_PROGRESS, "")
    assert row.upstream_sequence_number == len(words) - 1
    assert row.sequence_number == log.next - 1
    assert output_text(row.output) == "Once upon"
    assert provider.cancelled == [], "it goes on there"


async def test_what_has_no_words_yet_is_handed_over_to_be_asked_again(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(asyncio.Event())
    response = await ask(owner)
    async with asyncio.timeout(2):
        await turns.close(grace=10)
    row = await stored(response)
    assert (row.status, row.worker) == (Status.QUEUED, "")


async def test_what_nobody_could_go_on_with_may_end_within_the_grace(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), delta("Once"), more := asyncio.Event(), ending("Once"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    closing = asyncio.create_task(turns.close(grace=10))
    await asyncio.sleep(0.05)
    more.set()
    async with asyncio.timeout(2):
        await closing
    assert (await stored(response)).status == Status.COMPLETED

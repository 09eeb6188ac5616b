"""How an answer is read by anybody, wherever it runs."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.turns.following import follow
from conversations.turns.log import EventLog
from conversations.turns.running import turns
from tests.support.asking import ask, until_event
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, beginning, delta, ending, message

THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "SEALED"}


async def read(
    response_id: str, starting_after: int | None = None, **more: bool
) -> list[dict[str, Any]]:
    """Everything that a reader is told, to the end."""
    async with aclosing(follow(response_id, starting_after, asyncio.Lock(), **more)) as batches:
        return [json.loads(line) async for batch in batches for line in batch.lines]


async def test_a_stored_answer_is_told_in_one_snapshot(owner: User) -> None:
    row = await in_database(lambda: make_response(make_conversation(owner)))
    (told,) = await read(row.pk)
    assert told["type"] == "response.snapshot"
    assert told["response"]["output"] == row.output


async def test_sealed_thoughts_are_told_to_readers_alone_that_may_have_them(
    owner: User, provider: ScriptedProvider
) -> None:
    done = {"type": "response.output_item.done", "output_index": 0, "item": THOUGHT}
    words = delta('"encrypted_content":"in a text"')
    for asked, is_told in (({"include": ["reasoning.encrypted_content"]}, True), ({}, False)):
        provider.will_answer(*beginning(), done, words, ending("Once"))
        response = await ask(owner, f"Why? {asked}", asked=asked)
        for sealed in (True, False):
            told = await read(response.id, sealed=sealed)
            assert ("SEALED" in json.dumps(told)) == (sealed and is_told)
            assert words["delta"] in [event.get("delta") for event in told]
            assert [event["sequence_number"] for event in told] == list(range(len(told)))


async def test_sealed_thoughts_are_in_a_snapshot_for_those_readers_alone(owner: User) -> None:
    row = await in_database(lambda: make_response(make_conversation(owner), output=[THOUGHT]))
    for sealed in (True, False):
        assert ("SEALED" in json.dumps(await read(row.pk, sealed=sealed))) == sealed


async def test_an_answer_that_is_gone_is_told_nothing_of(owner: User) -> None:
    assert await read("resp_nothing") == []


async def test_an_answer_without_a_log_is_told_by_what_is_stored_of_it(
    owner: User, transactional_db: None
) -> None:
    row = await in_database(running_elsewhere, owner)
    reading = asyncio.create_task(read(row.pk))
    await asyncio.sleep(0.1)
    rows = Response.objects.filter(pk=row.pk)
    output = [message("Once upon a time")]
    await in_database(rows.update, output=output, sequence_number=9, status=Status.COMPLETED)
    first, last = await reading
    assert first["response"]["status"] == "in_progress"
    assert last["response"]["status"] == "completed"
    assert last["response"]["output"] == output


async def test_a_reader_that_knows_more_than_the_log_will_ever_hold_gets_what_is_stored(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once"), more, ending("Once"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    reading = asyncio.create_task(read(response.id, 900))
    await asyncio.sleep(0.05)
    more.set()
    (told,) = await reading
    assert told["type"] == "response.snapshot"
    assert told["response"]["status"] == "completed"


async def test_a_reader_behind_the_log_gets_a_snapshot_and_then_what_follows_it(
    owner: User, transactional_db: None
) -> None:
    row = await in_database(running_elsewhere, owner, sequence_number=20)
    log = turns.logs._logs[row.pk] = EventLog(21)
    log.append('{"type":"response.output_text.delta","sequence_number":21}')
    log.append('{"type":"response.completed","sequence_number":22}')
    try:
        told = await read(row.pk, 3)
    finally:
        del turns.logs._logs[row.pk]
    assert [event["type"] for event in told] == [
        "response.snapshot",
        "response.output_text.delta",
        "response.completed",
    ]


async def test_what_waits_is_followed_from_its_first_event_on(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), more, ending("One"))
    first = await ask(owner, "first")
    second = await ask(owner, "second", previous_response_id=first.id)
    reading = asyncio.create_task(read(second.id))
    await asyncio.sleep(0.05)
    more.set()
    told = await reading
    assert [event["type"] for event in told[:2]] == ["response.snapshot", "response.created"]
    assert told[0]["response"]["waiting"]
    assert not told[1]["response"]["waiting"]
    assert told[-1]["type"] == "response.completed"


def running_elsewhere(owner: User, **fields: Any) -> Response:
    return make_response(
        make_conversation(owner), status=Status.IN_PROGRESS, worker="other.1", **fields
    )

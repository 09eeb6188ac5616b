"""The guide's background answers: they go on without a reader, for a while also after their end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import openai
import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.client import ProviderClient
from conversations.providers.config import GUIDE, Deadlines, ProviderConfig
from conversations.providers.guide import background
from conversations.providers.guide.transport import GuideTransport
from tests.providers.asking import text_of, types_of


@pytest.fixture
async def client() -> AsyncIterator[ProviderClient]:
    client = ProviderClient(GUIDE, GuideTransport(pace=0))
    yield client
    await client.aclose()


def asked(client: ProviderClient, question: str) -> Any:
    return client.stream({"model": "guide", "input": question, "background": True, "store": True})


async def begun(client: ProviderClient, question: str, number: int) -> list[Event]:
    """The first events of an answer that is then left."""
    async with aclosing(asked(client, question)) as events:
        return [await anext(events) for _ in range(number)]


async def rest(client: ProviderClient, upstream_id: str, after: int | None = None) -> list[Event]:
    async with aclosing(client.resume(upstream_id, after)) as events:
        return [event async for event in events]


async def test_an_answer_goes_on_without_its_reader(client: ProviderClient) -> None:
    seen = await begun(client, "try: long 200 slow 1", 10)
    assert types_of(seen[:3]) == ["response.created", "response.queued", "response.in_progress"]
    later = await rest(client, seen[0]["response"]["id"], seen[-1]["sequence_number"])
    numbers = [event["sequence_number"] for event in [*seen, *later]]
    assert numbers == list(range(len(numbers)))
    assert text_of([*seen, *later]).split() == [str(number) for number in range(1, 201)]
    assert types_of(later)[-1] == "response.completed"


async def test_several_readers_follow_one_answer(client: ProviderClient) -> None:
    seen = await begun(client, "try: long 100 slow 1", 4)
    upstream_id = seen[0]["response"]["id"]
    first, second = await asyncio.gather(rest(client, upstream_id), rest(client, upstream_id, 50))
    assert first[51:] == second
    assert first[:4] == seen


async def test_a_reader_that_is_slow_gets_all_of_it(client: ProviderClient) -> None:
    async with aclosing(asked(client, "try: fast long 50")) as events:
        seen = [await anext(events)]
        await asyncio.sleep(0.1)  # in which it ends
        seen += [event async for event in events]
    assert len(text_of(seen).split()) == 50


async def test_it_can_be_asked_for_while_it_runs_and_later(client: ProviderClient) -> None:
    seen = await begun(client, "try: long 50 slow 2", 4)
    upstream_id = seen[0]["response"]["id"]
    assert (await client.retrieve(upstream_id))["status"] == "in_progress"
    last = (await rest(client, upstream_id))[-1]
    assert (await client.retrieve(upstream_id)) == last["response"]


async def test_it_can_be_cancelled_for_good(client: ProviderClient) -> None:
    seen = await begun(client, "try: long 5000 slow 2", 4)
    upstream_id = seen[0]["response"]["id"]
    reading = asyncio.create_task(rest(client, upstream_id))
    await asyncio.sleep(0.01)
    for _ in range(2):
        assert (await client.cancel(upstream_id))["status"] == "cancelled"
    with pytest.raises(ProviderError) as caught:
        await reading
    assert caught.value.kind is ErrorKind.CUT
    assert (await client.retrieve(upstream_id))["status"] == "cancelled"


async def test_a_cut_connection_leaves_it_going_on(client: ProviderClient) -> None:
    seen: list[Event] = []
    with pytest.raises(ProviderError) as caught:
        seen.extend([event async for event in asked(client, "try: cut long 40")])
    assert caught.value.kind is ErrorKind.CUT
    created = await begun(client, "try: cut long 40", 1)
    whole = await rest(client, created[0]["response"]["id"])
    assert text_of(whole).split() == [str(number) for number in range(1, 41)]


ENDS = {
    "fail": ("failed", "response.failed"),
    "incomplete": ("incomplete", "response.incomplete"),
    "filter": ("incomplete", "response.incomplete"),
}


@pytest.mark.parametrize(("word", "end"), ENDS.items(), ids=ENDS.keys())
async def test_it_ends_as_it_would_in_the_foreground(
    client: ProviderClient, word: str, end: tuple[str, str]
) -> None:
    created = await begun(client, f"try: {word}", 1)
    upstream_id = created[0]["response"]["id"]
    assert types_of(await rest(client, upstream_id))[-1] == end[1]
    assert (await client.retrieve(upstream_id))["status"] == end[0]


async def test_one_that_breaks_with_an_error_has_failed(client: ProviderClient) -> None:
    created = await begun(client, "try: error", 1)
    with pytest.raises(ProviderError) as caught:
        await rest(client, created[0]["response"]["id"])
    assert caught.value.kind is ErrorKind.SERVER
    assert (await client.retrieve(created[0]["response"]["id"]))["status"] == "failed"


async def test_one_that_stalls_is_ended_at_last(
    client: ProviderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LONGEST_SECONDS", 0.2)
    created = await begun(client, "try: stall", 1)
    with pytest.raises(ProviderError) as caught:
        await rest(client, created[0]["response"]["id"])
    assert caught.value.kind is ErrorKind.CUT
    assert (await client.retrieve(created[0]["response"]["id"]))["status"] == "failed"


async def test_a_reader_of_one_that_stalls_gives_up_and_may_come_back() -> None:
    deadlines = Deadlines(liveness=0.1, progress=0.1)
    config = ProviderConfig("The guide", GUIDE.base_url, embedded=True, deadlines=deadlines)
    client = ProviderClient(config, GuideTransport(pace=0))
    created = await begun(client, "try: stall", 1)
    for _ in range(2):
        with pytest.raises(ProviderError, match="took too long"):
            await rest(client, created[0]["response"]["id"])
    await client.aclose()


async def test_its_events_are_dropped_some_time_after_its_end(
    client: ProviderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "KEPT_SECONDS", 0)
    created = await begun(client, "try: long 3", 1)
    upstream_id = created[0]["response"]["id"]
    await rest(client, upstream_id)
    await asyncio.sleep(0.01)
    with pytest.raises(ProviderError) as caught:
        await rest(client, upstream_id)
    assert caught.value.kind is ErrorKind.BAD_REQUEST
    assert (await client.retrieve(upstream_id))["status"] == "completed"
    assert (await client.cancel(upstream_id))["status"] == "completed"


@pytest.mark.parametrize(("limit", "value"), [("MOST_RUNS", 2), ("MOST_EVENTS", 100)])
async def test_there_are_not_too_many(
    client: ProviderClient, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(background, limit, value)
    ids = [(await begun(client, "try: fast long 60", 60))[0]["response"]["id"] for _ in range(3)]
    with pytest.raises(ProviderError):
        await rest(client, ids[0], 0)
    assert text_of(await rest(client, ids[2]))


async def test_closing_the_guide_ends_them() -> None:
    guide = GuideTransport(pace=0)
    client = ProviderClient(GUIDE, guide)
    created = await begun(client, "try: stall", 1)
    run = guide._runs.get(created[0]["response"]["id"])
    assert run is not None
    await client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await run.task


async def test_a_deleted_one_stops_and_is_gone(client: ProviderClient) -> None:
    created = await begun(client, "try: long 5000 slow 1", 1)
    upstream_id = created[0]["response"]["id"]
    await client._sdk.responses.delete(upstream_id)
    with pytest.raises(ProviderError) as caught:
        await client.retrieve(upstream_id)
    assert caught.value.kind is ErrorKind.NOT_FOUND


async def test_it_needs_to_be_stored(client: ProviderClient) -> None:
    with pytest.raises(ProviderError) as caught:
        await client.create({"model": "guide", "input": "Hi", "background": True, "store": False})
    assert caught.value.kind is ErrorKind.NO_BACKGROUND


async def test_one_that_was_not_streamed_is_polled(client: ProviderClient) -> None:
    request = {"model": "guide", "input": "try: long 5", "background": True}
    created = await client.create(request)
    assert created["status"] == "queued"
    with pytest.raises(ProviderError):
        await rest(client, created["id"])
    for _ in range(500):
        await asyncio.sleep(0.01)
        if (response := await client.retrieve(created["id"]))["status"] == "completed":
            break
    assert response["output"][0]["content"][0]["text"].split() == ["1", "2", "3", "4", "5"]


async def test_a_wrong_number_is_refused(client: ProviderClient) -> None:
    created = await begun(client, "try: long 5", 1)
    sdk = client._sdk.responses
    with pytest.raises(openai.BadRequestError, match="starting_after"):
        await sdk.retrieve(
            created[0]["response"]["id"], stream=True, extra_query={"starting_after": "last"}
        )

"""The client's own clocks: keep-alives of the provider show that it is there, and no more."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.config import Deadlines
from tests.providers.asking import QUESTION, SHORT, asking, events_of, failure, text_of
from tests.support.misbehaving import (
    Behaviour,
    Exchange,
    answer,
    beginning,
    message,
    reply,
    response,
    silence,
    stream,
)


async def keep_alives(exchange: Exchange) -> None:
    while True:
        await exchange.send(b': keepalive\n\ndata: {"type": "keepalive"}\n\n')
        await asyncio.sleep(0.02)


async def only_keep_alives(exchange: Exchange) -> None:
    await exchange.head()
    await keep_alives(exchange)


async def headers_bit_by_bit(exchange: Exchange) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.raw(b"x-more: 1\r\n")
        await asyncio.sleep(0.02)


async def error_bit_by_bit(exchange: Exchange) -> None:
    await exchange.head(400, "application/json")
    while True:
        await exchange.send(b" ")
        await asyncio.sleep(0.02)


async def events_for_ever(exchange: Exchange) -> None:
    await exchange.head()
    while True:
        await exchange.event(beginning("x")[0])
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "behaviour", [silence, only_keep_alives, headers_bit_by_bit, error_bit_by_bit]
)
async def test_a_provider_that_does_not_begin_is_given_up(behaviour: Behaviour) -> None:
    started = time.monotonic()
    _, error = await failure(behaviour, deadlines=SHORT)
    assert error.kind is ErrorKind.TIMEOUT
    assert error.message == "ModelVerse took too long to answer."
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("behaviour", [silence, keep_alives])
async def test_a_provider_that_stops_in_the_middle_is_given_up(behaviour: Behaviour) -> None:
    events, error = await failure(
        stream(beginning("Hel"), behaviour),
        deadlines=SHORT,
    )
    assert text_of(events) == "Hel"
    assert error.kind is ErrorKind.TIMEOUT


async def thinking(exchange: Exchange) -> None:
    for _ in range(30):
        await exchange.send(b": keepalive\n\n")
        await asyncio.sleep(0.02)
    for event in answer("Hel", "lo")[2:]:
        await exchange.event(event)
    await exchange.end()


async def test_a_provider_that_thinks_and_says_so_is_waited_for() -> None:
    deadlines = Deadlines(first_event=0.3, liveness=0.3, progress=5)
    async with asking(stream(answer("Hel", "lo")[:2], thinking), deadlines=deadlines) as (
        client,
        _,
    ):
        assert text_of(await events_of(client)) == "Hello"


@pytest.mark.parametrize(
    ("behaviour", "deadlines"),
    [
        (silence, Deadlines(first_event=0.3, liveness=0.3, progress=60)),
        (keep_alives, Deadlines(first_event=0.3, liveness=60, progress=0.3)),
    ],
)
async def test_silence_and_thinking_have_a_clock_each(
    behaviour: Behaviour, deadlines: Deadlines
) -> None:
    events, error = await failure(stream(beginning("Hel"), behaviour), deadlines=deadlines)
    assert text_of(events) == "Hel"
    assert error.kind is ErrorKind.TIMEOUT


async def test_an_answer_without_end_is_given_up() -> None:
    events, error = await failure(
        events_for_ever, deadlines=Deadlines(first_event=1, liveness=1, total=1)
    )
    assert len(events) > 3
    assert error.kind is ErrorKind.TIMEOUT


async def test_an_answer_given_up_is_hung_up_on() -> None:
    async with asking(stream(beginning("Hel"), silence), deadlines=SHORT) as (client, provider):
        with pytest.raises(ProviderError, match="took too long"):
            await events_of(client)
        async with asyncio.timeout(1):
            await provider.hung_up.wait()


async def test_a_slow_reader_does_not_make_the_provider_late() -> None:
    seen = []
    events = answer(*"abcdef")
    deadlines = Deadlines(first_event=0.5, liveness=0.2, progress=0.2)
    async with (
        asking(stream(events), deadlines=deadlines) as (client, _),
        aclosing(client.stream(QUESTION)) as answered,
    ):
        async for event in answered:
            seen.append(event)
            await asyncio.sleep(0.06)
    assert seen == events


async def test_a_whole_answer_may_take_as_long_as_thinking_may() -> None:
    async def late(exchange: Exchange) -> None:
        await asyncio.sleep(0.3)
        await reply(200, response(output=[message("Hello")]))(exchange)

    deadlines = Deadlines(first_event=0.1, liveness=0.1, progress=60)
    async with asking(late, deadlines=deadlines) as (client, _):
        events = await events_of(client, stream=False)
        assert events[-1]["type"] == "response.completed"
        with pytest.raises(ProviderError, match="took too long"):
            await events_of(client)


async def test_a_whole_answer_that_does_not_come_is_given_up() -> None:
    async with asking(silence, deadlines=SHORT) as (client, _):
        with pytest.raises(ProviderError, match="took too long"):
            await client.create(QUESTION)


async def after_a_while(exchange: Exchange) -> None:
    await asyncio.sleep(0.6)
    await reply(200, {"id": "file-1"})(exchange)


async def test_a_file_may_be_on_its_way_for_as_long_as_an_answer_is_made() -> None:
    deadlines = replace(SHORT, progress=30)
    async with asking(after_a_while, deadlines=deadlines) as (client, _):
        assert await client.stores.upload(("a.txt", b"x", "text/plain"), days=1) == "file-1"

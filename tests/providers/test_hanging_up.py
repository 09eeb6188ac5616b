"""Who no longer wants an answer stops it: closing the connection is the only way to."""

import asyncio
from contextlib import aclosing

import pytest

from conversations.protocol.events import Event
from tests.providers.asking import QUESTION, asking, collect
from tests.support.misbehaving import beginning, error, silence, stream


async def test_cancelling_the_reader_hangs_up_at_once() -> None:
    async with asking(stream(beginning("Hel"), silence)) as (client, provider):
        first = asyncio.Event()
        task = asyncio.create_task(collect(client, lambda _: first.set()))
        await first.wait()
        task.cancel()
        async with asyncio.timeout(1):
            await provider.hung_up.wait()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_cancelling_before_the_first_event_hangs_up_at_once() -> None:
    async with asking(silence) as (client, provider):
        task = asyncio.create_task(collect(client, lambda _: None))
        await provider.asked.wait()
        task.cancel()
        async with asyncio.timeout(1):
            await provider.hung_up.wait()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_closing_the_generator_hangs_up_at_once() -> None:
    async with asking(stream(beginning("Hel"), silence)) as (client, provider):
        async with aclosing(client.stream(QUESTION)) as events:
            await anext(events)
        async with asyncio.timeout(1):
            await provider.hung_up.wait()


async def test_the_wait_for_another_try_can_be_cancelled() -> None:
    async with asking(error(429, headers={"retry-after": "30"})) as (client, provider):
        waiting = asyncio.Event()

        async def ask() -> list[Event]:
            return [e async for e in client.stream(QUESTION, lambda *_: waiting.set())]

        task = asyncio.create_task(ask())
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(provider.requests) == 1


async def test_many_answers_at_once_do_not_wait_for_each_other() -> None:
    async with asking(stream(beginning("Hel"), silence)) as (client, _):
        streams = [client.stream(QUESTION) for _ in range(120)]
        async with asyncio.timeout(15):
            events = await asyncio.gather(*(anext(stream) for stream in streams))
        for answered in streams:
            await answered.aclose()
    assert len(events) == 120

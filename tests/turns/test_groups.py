"""Groups over a Redis that may go away: a hint may be lost, and nothing else."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from channels.layers import channel_layers, get_channel_layer
from pytest_django import Settings

from chatapp.channel_layer import CAPACITY
from chatapp.settings import _channel_layer
from conversations.turns import groups, notices
from tests.support.redis_server import OwnRedis
from tests.support.shared_logs import WITHIN, until


@pytest.fixture
def redis(own_redis: OwnRedis, settings: Settings) -> Iterator[OwnRedis]:
    """It runs again when the test is over, whatever the test did."""
    settings.REDIS_URL = own_redis.url
    settings.CHANNEL_LAYERS = {"default": _channel_layer(own_redis.url)}
    yield own_redis
    own_redis.start()


class Member:
    """A channel, and what it was sent."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heard: list[Any] = []

    async def listen(self) -> None:
        while True:
            self.heard.append(await layer().receive(self.name))


def layer() -> Any:
    return get_channel_layer()


Join = Callable[[], Any]


@pytest_asyncio.fixture
async def new_member(redis: OwnRedis) -> AsyncIterator[Callable[[], Any]]:
    """Makes channels that listen until the test is over."""
    listening: list[asyncio.Task[None]] = []

    async def make() -> Member:
        member = Member(await layer().new_channel())
        listening.append(asyncio.create_task(member.listen()))
        return member

    yield make
    for task in listening:
        task.cancel()
    await asyncio.wait(listening)
    await layer()._get_layer().flush()


@pytest.fixture
def group() -> str:
    return f"group.{uuid.uuid4().hex}"


async def test_all_members_hear_what_the_group_is_sent(new_member: Join, group: str) -> None:
    members = [await new_member() for _ in range(3)]
    outsider = await new_member()
    for member in members:
        await groups.join(group, member.name)
    assert await groups.send(group, {"type": "hint", "number": 1})
    await until(lambda: all(member.heard for member in members))
    await groups.leave(group, members[0].name)
    assert await groups.send(group, {"type": "hint", "number": 2})
    await until(lambda: len(members[1].heard) == 2)
    assert [hint["number"] for hint in members[0].heard] == [1]
    assert outsider.heard == []


async def test_a_persons_sockets_hear_what_they_are_told(new_member: Join) -> None:
    member = await new_member()
    await notices.join(7, member.name)
    await notices.send(7, {"type": "conversations.changed"})
    await until(lambda: member.heard)
    assert member.heard == [{"type": "notice", "frame": {"type": "conversations.changed"}}]
    await notices.leave(7, member.name)


async def test_a_socket_opens_while_redis_is_away_and_hears_when_it_is_back(
    redis: OwnRedis, new_member: Join, group: str
) -> None:
    redis.kill()
    member = await new_member()
    joining = asyncio.create_task(groups.join(group, member.name))
    assert not await groups.send(group, {"type": "lost"})
    redis.start()
    async with asyncio.timeout(WITHIN):
        await joining
    assert await groups.send(group, {"type": "hint"})
    await until(lambda: member.heard == [{"type": "hint"}])


async def test_members_hear_again_after_a_restart(
    redis: OwnRedis, new_member: Join, group: str
) -> None:
    member = await new_member()
    await groups.join(group, member.name)
    redis.restart()
    async with asyncio.timeout(WITHIN):
        while not member.heard:
            await groups.send(group, {"type": "hint"})
            await asyncio.sleep(0.1)


async def test_a_frozen_redis_keeps_nobody_waiting(
    redis: OwnRedis, new_member: Join, group: str
) -> None:
    member, later = await new_member(), await new_member()
    await groups.join(group, member.name)
    async with asyncio.timeout(WITHIN):
        with redis.frozen():
            sent = await asyncio.gather(
                *(groups.send(group, {"type": "hint"}) for _ in range(groups.MAX_PENDING + 20))
            )
            assert not any(sent)
            await groups.leave(group, member.name)
        await groups.join(group, later.name)
        while not later.heard:
            await groups.send(group, {"type": "hint"})
            await asyncio.sleep(0.1)


async def test_a_socket_that_does_not_read_costs_bounded_memory(
    new_member: Join, group: str
) -> None:
    deaf, member = await layer().new_channel(), await new_member()
    for name in (deaf, member.name):
        await groups.join(group, name)
    for number in range(CAPACITY + 10):
        await groups.send(group, {"type": "hint", "number": number})
    await until(lambda: len(member.heard) == CAPACITY + 10)
    assert layer().channels[deaf].qsize() == CAPACITY


async def test_a_redis_that_is_away_fills_no_log(
    redis: OwnRedis, new_member: Join, group: str, caplog: pytest.LogCaptureFixture
) -> None:
    member = await new_member()
    await groups.join(group, member.name)
    redis.kill()
    for _ in range(20):
        await groups.send(group, {"type": "lost"})
        await asyncio.sleep(0.1)
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == 1


def test_installations_that_share_a_server_do_not_hear_each_other() -> None:
    prefixes = {
        _channel_layer(url)["CONFIG"]["prefix"]
        for url in ("redis://127.0.0.1/0", "redis://127.0.0.1", "rediss://:secret@redis:6380/1")
    }
    assert prefixes == {"chatapp.0.", "chatapp.1."}


@pytest.fixture(autouse=True)
def _a_layer_of_its_own() -> Iterator[None]:
    """Layers are kept by name, whatever the settings say since."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()

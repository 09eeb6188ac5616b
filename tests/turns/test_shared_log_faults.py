"""Redis goes away at any moment: nothing fails, nothing is made up, and what can goes on after."""

import asyncio
import logging
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_django import Settings

from conversations.turns import log as log_module
from conversations.turns.log import EventLog
from conversations.turns.shared_entries import key_of
from conversations.turns.shared_log import SharedLogs
from tests.support.redis_server import OwnRedis
from tests.support.shared_logs import extend, held, numbers, process, rest, some, until


@pytest.fixture
def redis(own_redis: OwnRedis, settings: Settings) -> Iterator[OwnRedis]:
    """It runs again when the test is over, whatever the test did."""
    settings.REDIS_URL = own_redis.url
    yield own_redis
    own_redis.start()


class Processes:
    """The owner of an answer and another process; how often the other was told of a recovery."""

    def __init__(self, owner: SharedLogs, other: SharedLogs) -> None:
        self.owner, self.other = owner, other
        self.answer = uuid.uuid4().hex
        self.log = EventLog()
        self.recovered = 0
        other.on_recovered(self._recovered)
        owner.publish(self.answer, 1, self.log)

    async def _recovered(self) -> None:
        self.recovered += 1

    async def tell(self, count: int) -> None:
        extend(self.log, count)
        async with asyncio.timeout(20):
            await self.owner.flushed(self.answer)

    async def is_there(self) -> bool:
        async with self.other.reading(self.answer) as replica:
            return replica is not None

    async def until_there(self, expected: bool = True) -> None:
        """Wait until the other process can read the answer."""
        async with asyncio.timeout(20):
            while True:
                if await self.is_there() is expected:
                    return
                await asyncio.sleep(0.05)

    async def until_away(self) -> None:
        await self.until_there(False)


@pytest_asyncio.fixture
async def two(redis: OwnRedis) -> AsyncIterator[Processes]:
    async with process() as owner, process() as other:
        yield Processes(owner, other)


def said(caplog: pytest.LogCaptureFixture, text: str) -> int:
    return sum(text in record.getMessage() for record in caplog.records)


async def test_readers_are_let_go_when_redis_dies_and_come_back_to_what_goes_on(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(10)
    async with two.other.reading(two.answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        await some(replica, -1, 10)
        redis.kill()
        assert await reading == numbers(0, 10)
    await two.until_away()
    extend(two.log, 5)
    redis.start()
    await two.until_there()
    await two.tell(5)
    two.log.close()
    async with two.other.reading(two.answer) as replica:
        assert replica
        assert await rest(replica, replica.first - 1) == numbers(replica.first, 20)
        assert replica.first == 10


async def test_a_restart_is_told_once_and_nobody_logs_a_line_a_second(
    two: Processes, redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await two.tell(1)
    redis.kill()
    await two.until_away()
    for _ in range(20):
        extend(two.log, 1)
        assert not await two.is_there()
        await asyncio.sleep(0.15)
    redis.start()
    await until(lambda: two.recovered)
    await two.tell(1)
    assert two.recovered == 1
    assert said(caplog, "Redis is away") == 2  # the owner and the other
    assert said(caplog, "Redis is back") == 2
    assert len([r for r in caplog.records if r.levelno >= logging.WARNING]) == 4


async def test_an_empty_redis_is_no_seam_to_those_who_read_on(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(10)
    async with two.other.reading(two.answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        await some(replica, -1, 10)
        redis.flush()
        await two.tell(10)
        await some(replica, 9, 10)
        redis.flush()
        await two.tell(10)
        assert await held(two.other, two.answer, 30) == numbers(0, 30)
        async with process() as late:
            assert await held(late, two.answer, 30) == numbers(20, 30)
        two.log.close()
        assert await reading == numbers(0, 30)


async def test_who_waits_for_an_answer_that_redis_forgot_is_sent_to_the_database(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(10)
    redis.flush()
    async with two.other.reading(two.answer) as replica:
        reading = asyncio.create_task(rest(replica, 3))
        await two.tell(5)
        assert await reading == []
    async with two.other.reading(two.answer) as replica:
        assert replica
        assert not replica.holds(3)
        assert await some(replica, 9, 5) == numbers(10, 15)


async def test_a_frozen_redis_keeps_nobody_waiting_and_repeats_nothing(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(10)
    async with two.other.reading(two.answer) as replica:
        with redis.frozen():
            async with asyncio.timeout(20):
                extend(two.log, 5)
                assert await rest(replica, -1) == numbers(0, 10)
                assert not await two.is_there()
                assert await two.other.tail(two.answer, 1) == []
            extend(two.log, 5)
    await two.until_there()
    await two.tell(5)
    assert await held(two.other, two.answer, 25) == numbers(0, 25)


async def test_a_reader_that_comes_to_a_frozen_redis_is_sent_to_the_database(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(1)
    async with asyncio.timeout(20):
        with redis.frozen():
            assert await asyncio.gather(*(two.is_there() for _ in range(50))) == [False] * 50


async def test_a_redis_without_memory_is_like_one_that_is_away(
    two: Processes, redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    await two.tell(10)
    with redis.client() as client:
        client.config_set("maxmemory", "1")
        extend(two.log, 10)
        await two.until_away()
        client.config_set("maxmemory", "0")
    await two.until_there()
    await two.tell(1)
    assert await held(two.other, two.answer, 21) == numbers(0, 21)
    assert said(caplog, "Redis is away") == 2


async def test_a_server_that_may_only_be_read_is_left_for_the_one_behind_the_address(
    two: Processes, redis: OwnRedis
) -> None:
    await two.tell(10)
    with redis.client() as client:
        client.replicaof("127.0.0.1", "1")
        extend(two.log, 10)
        await two.until_away()
        client.replicaof("NO", "ONE")
    await two.until_there()
    await two.tell(1)
    assert await held(two.other, two.answer, 21) == numbers(0, 21)


async def test_a_log_that_outgrew_its_memory_meanwhile_leaves_a_gap_that_readers_see(
    two: Processes, redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "MAX_BYTES", 1000)
    monkeypatch.setattr(log_module, "TRIMMED_BYTES", 800)
    await two.tell(5)
    with redis.frozen():
        extend(two.log, 1000)
        await two.until_away()
    await two.until_there()
    await two.tell(1)
    found = await held(two.other, two.answer, 1006)
    assert found == numbers(int(found[0]), 1006)
    assert int(found[0]) > 500


async def test_an_answer_may_begin_and_end_while_redis_is_away(
    two: Processes, redis: OwnRedis
) -> None:
    redis.kill()
    await two.until_away()
    extend(two.log, 5)
    two.log.close()
    redis.start()
    await two.until_there()
    await until(lambda: two.log.listener is None)
    async with two.other.reading(two.answer) as replica:
        assert await rest(replica, -1) == numbers(0, 5)


async def test_a_process_may_start_without_the_redis_that_it_is_told_of(redis: OwnRedis) -> None:
    redis.kill()
    async with process() as owner, process() as other:
        two = Processes(owner, other)
        extend(two.log, 5)
        assert not await two.is_there()
        redis.start()
        await two.until_there()
        await two.tell(5)
        assert await held(other, two.answer, 10) == numbers(0, 10)
        await until(lambda: two.recovered == 1)


async def test_a_process_may_end_while_redis_is_frozen(redis: OwnRedis) -> None:
    async with asyncio.timeout(20), process() as owner:
        log = EventLog()
        extend(log, 5)
        owner.publish("answer", 1, log)
        await owner.flushed("answer")
        with redis.frozen():
            extend(log, 5)
            await owner.close()


async def test_waiting_for_what_cannot_be_published_is_the_callers_to_end(
    two: Processes, redis: OwnRedis
) -> None:
    redis.kill()
    extend(two.log, 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await two.owner.flushed(two.answer)
    waiting = asyncio.create_task(two.owner.flushed(two.answer))
    await asyncio.sleep(0)
    two.owner.unpublish(two.answer)
    async with asyncio.timeout(20):
        await waiting


async def test_no_password_is_told_to_the_log(
    redis: OwnRedis, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    program = redis.command[0]
    with tempfile.TemporaryDirectory() as folder:
        server = OwnRedis(program, Path(folder), password="hunter-2")
        server.start()
        try:
            settings.REDIS_URL = server.url.replace("hunter-2", "hunter-3")
            async with process() as refused, refused.reading("answer") as replica:
                assert replica is None
            settings.REDIS_URL = server.url
            async with process() as accepted:
                async with accepted.reading("answer") as replica:
                    assert replica is not None
                server.kill()
                await until(lambda: said(caplog, "Redis is away") == 2)
        finally:
            server.stop()
    assert "hunter" not in caplog.text


async def test_one_answer_is_fenced_while_others_go_on(two: Processes, redis: OwnRedis) -> None:
    await two.tell(3)
    others = {f"{two.answer}-{number}": EventLog() for number in range(50)}
    for answer, log in others.items():
        two.owner.publish(answer, 1, log)
    await two.other.tail(two.answer, 2)
    extend(two.log, 1)
    for answer, log in others.items():
        extend(log, 3)
        await two.owner.flushed(answer)
    entries = redis.entries(key_of(two.answer))
    assert [entry_id for entry_id, _ in entries] == ["1-3", "2-0"]
    assert len([answer for answer in others if redis.entries(key_of(answer))]) == 50

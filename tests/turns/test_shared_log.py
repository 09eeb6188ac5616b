"""The event log in Redis: what runs in one process is read in another."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pytest_django import Settings

from conversations.turns import log as log_module
from conversations.turns import shared_outgoing
from conversations.turns.log import EventLog
from conversations.turns.shared_entries import key_of
from conversations.turns.shared_log import SharedLogs
from tests.support.processes import output_of
from tests.support.redis_server import OwnRedis, Redis
from tests.support.shared_logs import extend, held, numbers, process, rest, some, until


@pytest.fixture(autouse=True)
def _uses_it(any_redis: Redis, settings: Settings) -> None:
    settings.REDIS_URL = any_redis.url


@pytest_asyncio.fixture
async def owner() -> AsyncIterator[SharedLogs]:
    async with process() as logs:
        yield logs


@pytest_asyncio.fixture
async def other() -> AsyncIterator[SharedLogs]:
    async with process() as logs:
        yield logs


@pytest.fixture
def answer() -> str:
    return f"resp_{uuid.uuid4().hex}"


def published(
    logs: SharedLogs, answer: str, count: int, *, lease: int = 1, first: int = 0
) -> EventLog:
    log = EventLog(first)
    extend(log, count)
    logs.publish(answer, lease, log)
    return log


async def test_a_reader_elsewhere_gets_what_there_was_and_then_what_comes_without_a_seam(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    log = published(owner, answer, 10)
    await owner.flushed(answer)
    async with other.reading(answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        for _ in range(20):
            extend(log, 3)
            await asyncio.sleep(0.005)
        log.close()
        assert await reading == numbers(0, 70)


async def test_a_reader_that_comes_before_the_first_event_gets_all(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    async with other.reading(answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        log = published(owner, answer, 5)
        log.close()
        assert await reading == numbers(0, 5)


async def test_late_and_slow_readers_get_the_same_as_early_and_quick_ones(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    async def slowly(starting_after: int) -> list[str]:
        lines: list[str] = []
        async with other.reading(answer) as replica:
            assert replica
            async for batch in replica.follow(starting_after):
                lines += batch.lines
                await asyncio.sleep(0.03)
        return lines

    log = published(owner, answer, 1)
    reading = [asyncio.create_task(slowly(-1))]
    for step in range(20):
        extend(log, 5)
        await asyncio.sleep(0.01)
        if step % 5 == 0:
            reading.append(asyncio.create_task(slowly(step)))
    log.close()
    found = await asyncio.gather(*reading)
    assert found == [numbers(start, 101) for start in (0, 1, 6, 11, 16)]


async def test_who_comes_after_the_end_gets_all_of_it_for_a_while(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    published(owner, answer, 7).close()
    async with other.reading(answer) as replica:
        assert await rest(replica, -1) == numbers(0, 7)
    async with process() as late, late.reading(answer) as replica:
        assert await rest(replica, 2) == numbers(3, 7)


async def test_of_an_answer_that_nobody_publishes_there_is_an_empty_log(
    other: SharedLogs, answer: str
) -> None:
    async with other.reading(answer) as replica:
        assert replica
        assert (replica.first, replica.next, replica.closed) == (0, 0, False)


async def test_long_lines_and_any_text_arrive_as_they_were(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    lines = ['{"delta":"你好 \\n \\u0000 \U0001f600"}', "x" * 300_000, '"\\\\"', "\u2028\r\x1e"]
    log = EventLog()
    for line in lines:
        log.append(line)
    log.close()
    owner.publish(answer, 1, log)
    async with other.reading(answer) as replica:
        assert await rest(replica, -1) == lines


async def test_one_connection_waits_for_all_that_is_read_however_many_read_it(
    owner: SharedLogs, own_redis: OwnRedis
) -> None:
    def connections() -> list[dict[str, str]]:
        with own_redis.client() as client:
            return [one for one in client.client_list() if one["cmd"] != "client|list"]

    before = {one["id"] for one in connections()}
    async with process() as other:
        answers = [uuid.uuid4().hex for _ in range(20)]
        logs = [published(owner, answer, 3) for answer in answers]

        async def read(answer: str) -> list[str]:
            async with other.reading(answer) as replica:
                return await rest(replica, -1)

        reading = [asyncio.create_task(read(answer)) for answer in answers * 20]
        await asyncio.sleep(0.3)
        for log in logs:
            extend(log, 2)
        await asyncio.sleep(0.3)
        theirs = [one for one in connections() if one["id"] not in before]
        assert len([one for one in theirs if one["cmd"] == "xread"]) == 1
        assert len(theirs) <= 4
        for log in logs:
            log.close()
        assert await asyncio.gather(*reading) == [numbers(0, 5)] * 400


async def test_readers_that_are_cancelled_at_any_moment_break_nothing(
    owner: SharedLogs, other: SharedLogs, own_redis: OwnRedis
) -> None:
    async def read(answer: str) -> list[str]:
        async with other.reading(answer) as replica:
            return await rest(replica, -1)

    answers = [uuid.uuid4().hex for _ in range(30)]
    logs = [published(owner, answer, 200) for answer in answers]
    for answer in answers:
        leaving = [asyncio.create_task(read(answer)) for _ in range(5)]
        for task in leaving:
            await asyncio.sleep(0)
            task.cancel()
    reading = [asyncio.create_task(read(answer)) for answer in answers]
    for log in logs:
        extend(log, 1)
        log.close()
    assert await asyncio.gather(*reading) == [numbers(0, 201)] * 30


async def test_a_higher_lease_keeps_the_one_before_from_publishing(
    owner: SharedLogs, other: SharedLogs, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    stale = published(owner, answer, 5)
    await owner.flushed(answer)
    assert await other.tail(answer, 2) == numbers(0, 5)
    stale.append("of a process that does not know yet")
    stale.close()
    await owner.flushed(answer)
    assert "another process has it" in caplog.text
    log = published(other, answer, 3, lease=2, first=5)
    log.close()
    async with owner.reading(answer) as replica:
        assert await rest(replica, -1) == numbers(0, 8)


async def test_a_process_that_makes_the_same_events_again_repeats_none(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    first = published(owner, answer, 10)
    await owner.flushed(answer)
    async with owner.reading(answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        owner.unpublish(answer)
        first.append("never told")
        await other.tail(answer, 2)
        log = published(other, answer, 4, lease=2, first=6)
        await other.flushed(answer)
        extend(log, 10)
        log.close()
        assert await reading == numbers(0, 20)


async def test_where_events_are_missing_the_log_is_closed_and_begins_anew(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    published(owner, answer, 10)
    await owner.flushed(answer)
    async with other.reading(answer) as replica:
        reading = asyncio.create_task(rest(replica, 4))
        owner.unpublish(answer)
        log = published(owner, answer, 3, lease=2, first=1000)
        assert await reading == numbers(5, 10)
    async with other.reading(answer) as replica:
        assert replica
        assert (replica.first, replica.closed) == (1000, False)
        assert not replica.holds(9)
        log.close()
        assert await rest(replica, 1000) == ["1001", "1002"]
    assert await held(other, answer, 1003) == numbers(1000, 1003)


async def test_an_end_that_another_process_goes_on_after_is_none(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    published(owner, answer, 3).close()
    async with other.reading(answer) as replica:
        assert await rest(replica, -1) == numbers(0, 3)
    await other.tail(answer, 2)
    log = published(owner, answer, 2, lease=2, first=3)
    await owner.flushed(answer)
    async with process() as late, late.reading(answer) as replica:
        reading = asyncio.create_task(rest(replica, -1))
        await asyncio.sleep(0)
        log.close()
        assert await reading == numbers(0, 5)


async def test_the_tail_is_what_readers_have_seen_since_the_last_gap(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    assert await other.tail(answer, 1) == []
    published(owner, answer, 5)
    await owner.flushed(answer)
    owner.unpublish(answer)
    published(owner, answer, 3, lease=2, first=100)
    await owner.flushed(answer)
    assert await other.tail(answer, 3) == ["100", "101", "102"]
    assert await other.tail(answer, 3) == ["100", "101", "102"]


async def test_a_tail_that_nobody_waits_for_keeps_others_out_all_the_same(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    published(owner, answer, 5)
    await owner.flushed(answer)
    asked = asyncio.create_task(other.tail(answer, 2))
    await asyncio.sleep(0)
    asked.cancel()
    assert await other.tail(answer, 2) == numbers(0, 5)


async def test_a_stream_holds_the_events_of_a_few_owners_only(
    owner: SharedLogs, any_redis: Redis, answer: str
) -> None:
    for lease in range(1, 9):
        await owner.tail(answer, lease)
        published(owner, answer, 1, lease=lease, first=lease * 10)
        await owner.flushed(answer)
        owner.unpublish(answer)
    ids = [entry_id for entry_id, _ in any_redis.entries(key_of(answer))]
    assert ids[0] == "4-0"
    assert ids[-1] == "8-81"


async def test_an_entry_whose_acknowledgement_was_lost_is_not_added_again(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    log = published(owner, answer, 5)
    await owner.flushed(answer)
    owner.unpublish(answer)
    other.publish(answer, 1, log)  # as if it knew nothing of what arrived
    extend(log, 2)
    log.close()
    async with owner.reading(answer) as replica:
        assert await rest(replica, -1) == numbers(0, 7)


async def test_what_is_left_without_an_end_has_none(
    owner: SharedLogs, other: SharedLogs, answer: str
) -> None:
    log = published(owner, answer, 5)
    await owner.flushed(answer)
    owner.unpublish(answer)
    extend(log, 1)
    log.close()
    assert log.listener is None
    async with other.reading(answer) as replica:
        assert await some(replica, -1, 5) == numbers(0, 5)
        assert replica
        assert not replica.closed


async def test_a_process_that_ends_publishes_what_is_due(other: SharedLogs, answer: str) -> None:
    async with process() as ending:
        published(ending, answer, 500).close()
    async with other.reading(answer) as replica:
        assert await rest(replica, -1) == numbers(0, 500)


async def test_a_process_that_ends_lets_its_readers_go(owner: SharedLogs, answer: str) -> None:
    log = published(owner, answer, 5)
    async with process() as ending, ending.reading(answer) as replica:
        await some(replica, -1, 5)
        reading = asyncio.create_task(rest(replica, -1))
        await ending.close()
        assert await reading == numbers(0, 5)
        async with ending.reading(answer) as none:
            assert none is None
    log.close()


async def test_every_key_has_a_lifetime(
    owner: SharedLogs, other: SharedLogs, own_redis: OwnRedis, answer: str
) -> None:
    published(owner, answer, 5)
    async with other.reading(answer):
        await owner.flushed(answer)
        ended = f"{answer}-ended"
        published(owner, ended, 5).close()
        await other.tail("fenced", 1)
        async with other.reading(ended) as replica:
            await rest(replica, -1)
        with own_redis.client() as client:
            lives = {key: client.ttl(key) for key in client.scan_iter()}
    assert 60 < lives.pop(key_of(answer)) <= 3600
    assert 60 < lives.pop(key_of("fenced")) <= 3600
    assert 0 < lives.pop(key_of(ended)) <= 60
    assert all(key.startswith("chatapp:wake:") and 0 < left <= 60 for key, left in lives.items())


async def test_a_stream_is_as_short_as_its_log(
    owner: SharedLogs, any_redis: Redis, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "MAX_BYTES", 100_000)
    monkeypatch.setattr(log_module, "TRIMMED_BYTES", 80_000)
    log = published(owner, answer, 0)
    for _ in range(50):
        log.append("x" * 10_000)
        await owner.flushed(answer)
    entries = any_redis.entries(key_of(answer))
    assert log.first > 35
    assert [int(fields["first"]) for _, fields in entries] == list(range(log.first, 50))


async def test_nothing_wakes_a_publisher_that_has_nothing_to_do(
    owner: SharedLogs, own_redis: OwnRedis, answer: str
) -> None:
    published(owner, answer, 5)
    await owner.flushed(answer)
    with own_redis.client() as client:
        client.config_resetstat()
        await asyncio.sleep(0.3)
        assert "cmdstat_evalsha" not in client.info("commandstats")


async def test_a_key_that_is_something_else_costs_that_answer_only(
    owner: SharedLogs,
    other: SharedLogs,
    any_redis: Redis,
    answer: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with any_redis.client() as client:
        client.set(key_of(answer), "something else", ex=60)
    published(owner, answer, 5).close()
    published(owner, f"{answer}-fine", 5).close()
    async with other.reading(f"{answer}-fine") as replica:
        assert await rest(replica, -1) == numbers(0, 5)
    assert f"{answer}: can't be published" in caplog.text


async def test_logs_that_ended_long_ago_and_could_not_be_published_are_let_go(
    owner: SharedLogs, own_redis: OwnRedis, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_outgoing, "ENDED_KEPT_SECONDS", 0.1)
    log = published(owner, answer, 1)
    await owner.flushed(answer)
    own_redis.kill()
    try:
        extend(log, 1)
        log.close()
        await until(lambda: log.listener is None)
    finally:
        own_redis.start()


async def test_without_a_redis_there_is_one_process_and_nothing_to_do(
    settings: Settings, answer: str
) -> None:
    settings.REDIS_URL = ""
    async with process() as logs:
        log = published(logs, answer, 5)
        await logs.flushed(answer)
        logs.unpublish(answer)
        assert log.listener is None
        assert await logs.tail(answer, 2) == []
        async with logs.reading(answer) as replica:
            assert replica is None


def test_without_a_redis_nothing_of_it_is_imported() -> None:
    code = """
import asyncio, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from conversations.turns.notices import send
from conversations.turns.shared_log import shared_logs
import chatapp.asgi
asyncio.run(shared_logs.start())
asyncio.run(send(1, {"type": "conversations.changed"}))
print(sorted(name for name in sys.modules if name.split(".")[0] in ("redis", "channels_redis")))
"""
    assert output_of(["-c", code], {"PATH": "/usr/bin", "HOME": "/nowhere"}, 60) == "[]\n"

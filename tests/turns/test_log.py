"""The event log in memory: replay, then live, without a seam."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.turns.log import BATCH_BYTES, MAX_BYTES, Behind, EventLog


async def everything(log: EventLog, starting_after: int = -1) -> list[str]:
    return [line async for batch in log.follow(starting_after) for line in batch.lines]


def filled(count: int, first: int = 0) -> EventLog:
    log = EventLog(first)
    for number in range(first, first + count):
        log.append(str(number))
    return log


async def test_a_late_reader_gets_everything_after_its_number() -> None:
    log = filled(5)
    log.close()
    assert await everything(log) == ["0", "1", "2", "3", "4"]
    assert await everything(log, starting_after=2) == ["3", "4"]
    assert await everything(log, starting_after=4) == []


async def test_a_reader_that_has_all_waits_for_what_comes_next() -> None:
    log = filled(2)
    reading = asyncio.create_task(everything(log, starting_after=1))
    await asyncio.sleep(0)
    log.append("2")
    log.close()
    assert await reading == ["2"]


async def test_a_reader_that_is_ahead_gets_only_what_comes_after_its_number() -> None:
    log = filled(2, first=10)
    reading = asyncio.create_task(everything(log, starting_after=13))
    await asyncio.sleep(0)
    for number in (12, 13, 14, 15):
        log.append(str(number))
        await asyncio.sleep(0)
    log.close()
    assert await reading == ["14", "15"]


async def test_a_reader_that_is_ahead_of_the_end_ends_with_it() -> None:
    log = filled(2)
    log.close()
    assert await everything(log, starting_after=7) == []


async def test_a_log_may_begin_anywhere() -> None:
    log = filled(3, first=7)
    log.close()
    assert (log.first, log.next) == (7, 10)
    batch = await anext(log.follow(6))
    assert (batch.lines, batch.sequence_number) == (["7", "8", "9"], 9)
    assert [log.holds(number) for number in (5, 6, 9, 20)] == [False, True, True, True]


async def test_what_was_before_the_log_is_not_made_up() -> None:
    with pytest.raises(Behind):
        await anext(filled(3, first=7).follow(5))


async def test_what_came_meanwhile_comes_as_one_batch() -> None:
    log = filled(100)
    batch = await anext(log.follow(-1))
    assert len(batch.lines) == 100
    assert batch.sequence_number == 99


async def test_a_batch_has_a_limit() -> None:
    log = EventLog()
    for _ in range(10):
        log.append("x" * (BATCH_BYTES // 2))
    batch = await anext(log.follow(-1))
    assert len(batch.lines) == 2


async def test_a_long_answer_costs_bounded_memory_and_loses_its_head_only() -> None:
    log = EventLog()
    lines = [f"{number}{'x' * 100_000}" for number in range(500)]
    for line in lines:
        log.append(line)
    log.close()
    kept = await everything(log, starting_after=log.first - 1)
    assert MAX_BYTES * 3 // 4 < sum(map(len, kept)) <= MAX_BYTES
    assert kept == lines[log.first :]
    assert log.next == 500


async def test_a_reader_that_was_left_behind_is_told() -> None:
    log = filled(1)
    reading = log.follow(-1)
    assert (await anext(reading)).lines == ["0"]
    for _ in range(4):
        log.append("x" * (MAX_BYTES // 2))
    with pytest.raises(Behind):
        await anext(reading)


async def test_the_newest_line_stays_however_long_it_is() -> None:
    log = filled(3)
    log.append("x" * (MAX_BYTES + 1))
    log.close()
    assert (log.first, log.next) == (3, 4)
    assert len((await everything(log, 2))[0]) == MAX_BYTES + 1


async def test_a_listener_hears_of_every_change() -> None:
    log, heard = filled(1), []
    log.listener = lambda: heard.append((log.next, log.closed))
    log.append("1")
    log.close()
    assert heard == [(2, False), (2, True)]


async def test_a_reader_that_leaves_disturbs_nobody() -> None:
    log = filled(1)
    leaving = asyncio.create_task(everything(log))
    staying = asyncio.create_task(everything(log))
    await asyncio.sleep(0)
    leaving.cancel()
    log.append("1")
    log.close()
    assert await staying == ["0", "1"]


async def test_readers_that_come_and_go_leave_nothing_in_a_log_that_is_silent() -> None:
    log = filled(1)
    for _ in range(10):
        leaving = asyncio.create_task(everything(log))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
    assert not log._waiting


@given(
    starts=st.lists(st.integers(-1, 40), min_size=1, max_size=4),
    pauses=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_any_reader_at_any_pace_gets_each_event_once_and_in_order(
    starts: list[int], pauses: list[bool]
) -> None:
    async def scenario() -> None:
        log = EventLog()
        reading = [asyncio.create_task(everything(log, start)) for start in starts]
        for number, pause in enumerate(pauses):
            log.append(str(number))
            if pause:
                await asyncio.sleep(0)
        log.close()
        for start, lines in zip(starts, await asyncio.gather(*reading), strict=True):
            assert lines == [str(number) for number in range(start + 1, len(pauses))]

    asyncio.run(scenario())

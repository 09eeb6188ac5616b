"""The event log in memory: replay, then live, without a seam."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from conversations.turns.log import BATCH_BYTES, EventLog


async def everything(log: EventLog, starting_after: int = -1) -> list[str]:
    return [line async for batch in log.follow(starting_after) for line in batch.lines]


def filled(count: int) -> EventLog:
    log = EventLog()
    for number in range(count):
        log.append(str(number))
    return log


async def test_a_late_reader_gets_everything_after_its_number() -> None:
    log = filled(5)
    log.close()
    assert await everything(log) == ["0", "1", "2", "3", "4"]
    assert await everything(log, starting_after=2) == ["3", "4"]
    assert await everything(log, starting_after=4) == []


async def test_a_reader_that_is_ahead_waits_for_what_comes_next() -> None:
    log = filled(2)
    reading = asyncio.create_task(everything(log, starting_after=1))
    await asyncio.sleep(0)
    log.append("2")
    log.close()
    assert await reading == ["2"]


async def test_what_came_meanwhile_comes_as_one_batch() -> None:
    log = filled(100)
    batch = await anext(log.follow())
    assert len(batch.lines) == 100
    assert batch.sequence_number == 99


async def test_a_batch_has_a_limit() -> None:
    log = EventLog()
    for _ in range(10):
        log.append("x" * (BATCH_BYTES // 2))
    batch = await anext(log.follow())
    assert len(batch.lines) == 2


async def test_a_reader_that_leaves_disturbs_nobody() -> None:
    log = filled(1)
    leaving = asyncio.create_task(everything(log))
    staying = asyncio.create_task(everything(log))
    await asyncio.sleep(0)
    leaving.cancel()
    log.append("1")
    log.close()
    assert await staying == ["0", "1"]


@given(
    starts=st.lists(st.integers(-1, 30), min_size=1, max_size=4),
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

"""Processes that share their logs through a Redis, played by `SharedLogs` in one event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from conversations.turns.log import EventLog
from conversations.turns.shared_log import SharedLogs

WITHIN = 20.0  # seconds that anything may take
LOOK_AGAIN = 0.01


@asynccontextmanager
async def process() -> AsyncIterator[SharedLogs]:
    """One that has started, and ends in an orderly way."""
    logs = SharedLogs()
    await logs.start()
    try:
        yield logs
    finally:
        await logs.close()


async def until(condition: Callable[[], object]) -> None:
    """Wait until this holds."""
    async with asyncio.timeout(WITHIN):
        while not condition():  # noqa: ASYNC110 (nobody tells when it changes)
            await asyncio.sleep(LOOK_AGAIN)


def extend(log: EventLog, count: int) -> None:
    """Append events, each of which is its own number."""
    for number in range(log.next, log.next + count):
        log.append(str(number))


def numbers(first: int, after: int) -> list[str]:
    """The events from a number to before another."""
    return [str(number) for number in range(first, after)]


async def rest(log: EventLog | None, starting_after: int) -> list[str]:
    """What a log tells after a number until it is closed."""
    assert log is not None, "there is a log"
    async with asyncio.timeout(WITHIN):
        return [line async for batch in log.follow(starting_after) for line in batch.lines]


async def some(log: EventLog | None, starting_after: int, count: int) -> list[str]:
    """So many events of a log after a number, or more."""
    assert log is not None, "there is a log"
    lines: list[str] = []
    async with asyncio.timeout(WITHIN):
        async for batch in log.follow(starting_after):
            lines += batch.lines
            if len(lines) >= count:
                break
    return lines


async def held(logs: SharedLogs, response_id: str, after: int) -> list[str]:
    """What a process that begins to read now finds, to before this number."""
    async with logs.reading(response_id) as log:
        assert log is not None, "Redis is there"
        return await some(log, log.first - 1, after - log.first)

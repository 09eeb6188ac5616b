"""Both homes of the event log, in any order of events: every reader ends with exactly the answer.

The world here is an answer that its owners make, one after the other; what the database holds of
it; and readers that come, fall behind and are sent away. What they do is what `following` does.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conversations.turns import log as log_module
from conversations.turns import shared_publisher
from conversations.turns.log import Behind, EventLog
from conversations.turns.shared_log import SharedLogs
from tests.support.redis_server import OwnRedis, Redis
from tests.support.shared_logs import WITHIN, process, until

JUMP = 1000
END = "the end"


class Home(Protocol):
    """Where an answer's log is: the owner of the moment publishes, everybody else reads."""

    def begin(self, lease: int, log: EventLog) -> None:
        """A process has the answer now."""

    async def take(self, lease: int) -> None:
        """Another process keeps those before it out."""

    def crash(self) -> None:
        """The owner is gone, with whatever it has not yet sent."""

    def forget(self) -> None:
        """What is not in a process's memory is gone."""

    def reading(self) -> AbstractAsyncContextManager[EventLog | None]: ...


class Memory:
    """The log of the one process that there is; whoever reads it goes down with it."""

    def __init__(self) -> None:
        self._log: EventLog | None = None

    def begin(self, lease: int, log: EventLog) -> None:
        self._log = log

    async def take(self, lease: int) -> None: ...

    def crash(self) -> None:
        assert self._log
        self._log.close()
        self._log = None

    def forget(self) -> None: ...

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[EventLog | None]:
        yield self._log


class Shared:
    """Two processes that take the answer in turn, a third one that reads, and a Redis."""

    def __init__(self, owners: Sequence[SharedLogs], reader: SharedLogs, redis: Redis) -> None:
        self._owners, self._reader, self._redis = owners, reader, redis
        self._answer = uuid.uuid4().hex
        self._lease = 0

    def begin(self, lease: int, log: EventLog) -> None:
        self._lease = lease
        self._owner(lease).publish(self._answer, lease, log)

    async def take(self, lease: int) -> None:
        await self._owner(lease).tail(self._answer, lease)

    def crash(self) -> None:
        self._owner(self._lease).unpublish(self._answer)

    def forget(self) -> None:
        if isinstance(self._redis, OwnRedis):
            self._redis.flush()

    def reading(self) -> AbstractAsyncContextManager[EventLog | None]:
        return self._reader.reading(self._answer)

    def _owner(self, lease: int) -> SharedLogs:
        return self._owners[lease % len(self._owners)]


@dataclass
class Stored:
    """What the database holds: the events folded, and the number of the last of them."""

    events: list[str] = field(default_factory=list)
    sequence_number: int = -1
    has_ended: bool = False


class Answer:
    """An answer being made: what its owner has told so far, and what is stored of it."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.lease = 1
        self.stored = Stored()
        self.told: list[str] = []
        self._furthest = 0
        self.log = EventLog()
        home.begin(self.lease, self.log)

    def append(self, count: int) -> None:
        for _ in range(count):
            self._tell(f"{self.log.next} of the answer")

    def checkpoint(self) -> None:
        self.stored = Stored(list(self.told), self.log.next - 1)

    async def take_over(self, *, dies: bool, jump: bool) -> None:
        """By another process, because the owner died, or because it was taken for dead."""
        stale = self.log
        self._furthest = max(self._furthest, stale.next)
        if dies:
            self._home.crash()
        self.lease += 1
        await self._home.take(self.lease)
        if not dies:
            stale.append("of a process that does not know that it has lost the answer")
            await until(lambda: stale.listener is None)
        if jump:
            self.stored.sequence_number = self._furthest = self._furthest + JUMP
        self.told = list(self.stored.events)
        self.log = EventLog(self.stored.sequence_number + 1)
        self._home.begin(self.lease, self.log)

    def end(self) -> None:
        """Stored first, and told then; who makes the same events again makes all of them."""
        self.append(self._furthest - self.log.next)
        self.stored = Stored([*self.told, END], self.log.next, has_ended=True)
        self._tell(END)
        self.log.close()

    def _tell(self, line: str) -> None:
        self.told.append(line)
        self.log.append(line)


async def read(answer: Answer, home: Home, pause: int, *, late: bool) -> list[str]:
    """What a reader has in the end that pauses after each batch (milliseconds).

    One that is `late` begins with what is stored, as a page does.
    """
    stored = answer.stored if late else Stored()
    seen, position = list(stored.events), stored.sequence_number
    while END not in seen:
        async with home.reading() as log:
            if log is not None:
                try:
                    async for batch in log.follow(position):
                        # No gap and no repeat, whatever the log went through.
                        assert batch.sequence_number == position + len(batch.lines)
                        seen += batch.lines
                        position = batch.sequence_number
                        await asyncio.sleep(pause / 1000)
                except Behind:
                    event("a reader fell behind")
        stored = answer.stored
        if END not in seen and (stored.sequence_number > position or stored.has_ended):
            event("a reader was told what is stored")
            seen, position = list(stored.events), stored.sequence_number
        await asyncio.sleep(0.001)
    return seen


Steps = list[tuple[str, int]]

# Some more often than others, so that most answers change hands between what is told and stored.
KINDS = ["append"] * 4 + ["pause"] * 3 + ["take over"] * 3 + ["checkpoint"] * 2 + ["read", "forget"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 7)), min_size=6, max_size=24)


async def play(home: Home, steps: Steps, *, survivors: bool) -> None:
    """Let it happen; every reader, whenever it came, has exactly what is stored in the end."""
    answer = Answer(home)
    readers = [asyncio.create_task(read(answer, home, 0, late=False))]
    for step, value in steps:
        match step:
            case "append":
                answer.append(value)
            case "pause":
                await asyncio.sleep(value / 1000)
            case "read":
                reading = read(answer, home, value // 2, late=value % 2 == 1)
                readers.append(asyncio.create_task(reading))
            case "checkpoint":
                answer.checkpoint()
            case "take over":
                dies = value < 5 or not survivors
                await answer.take_over(dies=dies, jump=value % 3 == 0)
            case "forget":
                home.forget()
    answer.end()
    async with asyncio.timeout(WITHIN):
        for seen in await asyncio.gather(*readers):
            assert seen == answer.stored.events


@pytest.fixture(autouse=True)
def _everything_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that batches are cut, heads are let go and readers fall behind within a few events."""
    monkeypatch.setattr(log_module, "BATCH_BYTES", 60)
    monkeypatch.setattr(log_module, "MAX_BYTES", 500)
    monkeypatch.setattr(log_module, "TRIMMED_BYTES", 400)
    monkeypatch.setattr(shared_publisher, "TICK_SECONDS", 0.001)


IN_ANY_ORDER = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@settings(IN_ANY_ORDER, max_examples=120)
@given(steps=STEPS)
def test_in_memory_every_reader_ends_with_the_answer(steps: Steps) -> None:
    asyncio.run(play(Memory(), steps, survivors=False))


@settings(IN_ANY_ORDER, max_examples=80)
@given(steps=STEPS)
def test_in_redis_every_reader_ends_with_the_answer(any_redis: Redis, steps: Steps) -> None:
    async def scenario() -> None:
        async with process() as first, process() as second, process() as reader:
            await play(Shared([first, second], reader, any_redis), steps, survivors=True)

    with override_settings(REDIS_URL=any_redis.url):
        asyncio.run(scenario())

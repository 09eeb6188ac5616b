"""Whoever asks a provider that is too busy waits in line, whoever was told so."""

import asyncio

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers import queueing
from conversations.providers.queueing import Line
from conversations.providers.trying import until_accepted
from tests.providers.asking import QUESTION, asking, events_of, text_of
from tests.support.misbehaving import answer, error, stream

BUSY = ProviderError(ErrorKind.RATE_LIMITED, "Busy.", retry_after=2.0)


class Clock:
    """Stands still, but when it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(queueing, "time", clock)
    return clock


def wait_of(place: tuple[float, ProviderError] | None) -> float | None:
    return None if place is None else round(place[0], 3)


def test_nobody_waits_for_a_provider_that_is_not_busy(clock: Clock) -> None:
    assert Line().join() is None


def test_each_who_comes_has_a_place_of_its_own_behind_the_limit(clock: Clock) -> None:
    line = Line()
    assert wait_of(line.refused(BUSY, 2.0)) == 2.0
    clock.now += 1
    assert [wait_of(line.join()) for _ in range(2)] == [1.2, 1.4]
    clock.now += 1.3  # the limit has ended, and one is still to ask
    assert wait_of(line.join()) == 0.3
    clock.now += 1
    assert line.join() is None


def test_who_is_refused_again_stands_behind_those_who_came_before(clock: Clock) -> None:
    line = Line()
    line.refused(BUSY, 2.0)
    line.join()
    clock.now += 2
    assert wait_of(line.refused(BUSY, 0.1)) == 0.4
    assert wait_of(line.refused(BUSY, 5.0)) == 5.0


async def test_whose_turn_has_come_waits_again_where_somebody_was_refused_meanwhile() -> None:
    line, waits, sent = Line(), [], 0

    def on_wait(seconds: float, error: ProviderError) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            line.refused(error, 0.3)

    async def send() -> int:
        nonlocal sent
        sent += 1
        return sent

    line.refused(BUSY, 0.05)
    assert await until_accepted(send, {}, on_wait, line) == 1
    assert len(waits) == 2


def test_a_line_that_is_too_long_is_not_waited_in(clock: Clock) -> None:
    line = Line()
    line.refused(BUSY, 60.0)
    for _ in range(queueing.LONGEST_LINE - 1):
        assert line.join() is not None
    clock.now -= 1
    with pytest.raises(ProviderError):
        line.join()


async def test_one_refusal_tells_all_who_ask_the_same_model() -> None:
    refused = asyncio.Event()
    waits: list[float] = []

    def on_wait(seconds: float, _: ProviderError) -> None:
        waits.append(seconds)
        refused.set()

    busy = error(429, headers={"retry-after-ms": "300"})
    async with asking(busy, stream(answer("Hello"))) as (client, provider):
        first = asyncio.create_task(events_of(client, on_wait))
        await refused.wait()
        other = asyncio.create_task(events_of(client, on_wait))
        elsewhere = client.stream({**QUESTION, "model": "another"})
        assert [event["type"] async for event in elsewhere][-1] == "response.completed"
        assert len(provider.requests) == 2
        assert [text_of(await one) for one in (first, other)] == ["Hello", "Hello"]
    assert len(provider.requests) == 4
    assert waits[1] > waits[0] - 0.3 + queueing.SPACING

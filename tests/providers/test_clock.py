"""One timer for all the waits of an answer."""

import asyncio
import time

import pytest

from conversations.providers.clock import Clock
from conversations.providers.config import Deadlines


async def signs_of_life(clock: Clock) -> None:
    while True:
        with clock:
            await asyncio.sleep(0.01)


async def test_a_wait_that_takes_too_long_is_ended() -> None:
    clock = Clock(Deadlines(first_event=0.02))
    with pytest.raises(TimeoutError), clock:
        await asyncio.sleep(5)


async def test_the_next_deadline_may_be_an_earlier_one() -> None:
    clock = Clock(Deadlines(first_event=60, liveness=0.02))
    with clock:
        await asyncio.sleep(0)
    clock.wind()
    started = time.monotonic()
    with pytest.raises(TimeoutError), clock:
        await asyncio.sleep(5)
    assert time.monotonic() - started < 1
    clock.stop()


async def test_waits_that_are_wound_in_time_go_on() -> None:
    clock = Clock(Deadlines(first_event=0.1, liveness=0.1))
    for _ in range(10):
        with clock:
            await asyncio.sleep(0.02)
        clock.wind()
    clock.stop()


async def test_signs_of_life_do_not_replace_progress() -> None:
    clock = Clock(Deadlines(liveness=60, progress=0.1))
    clock.wind()
    with pytest.raises(TimeoutError):
        await signs_of_life(clock)


async def test_signs_of_life_are_enough_for_a_while() -> None:
    clock = Clock(Deadlines(liveness=0.1, progress=60))
    clock.wind()
    for _ in range(10):
        with clock:
            await asyncio.sleep(0.03)
    with pytest.raises(TimeoutError), clock:
        await asyncio.sleep(5)


async def test_signs_of_life_do_not_move_the_first_deadline() -> None:
    clock = Clock(Deadlines(first_event=0.1, liveness=60, progress=60))
    with pytest.raises(TimeoutError):
        await signs_of_life(clock)


async def test_time_outside_of_a_wait_does_not_count() -> None:
    clock = Clock(Deadlines(first_event=0.02, liveness=0.5))
    with clock:
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    clock.wind()
    with clock:
        await asyncio.sleep(0.05)
    clock.stop()


async def test_who_is_cancelled_by_another_stays_cancelled() -> None:
    clock = Clock(Deadlines(first_event=0.05))

    async def wait() -> None:
        with clock:
            await asyncio.sleep(5)

    task = asyncio.create_task(wait())
    # The deadline passes in this very moment, too.
    asyncio.get_running_loop().call_later(0.05, task.cancel)
    time_is_up = asyncio.get_running_loop().time() + 0.05
    await asyncio.sleep(0)
    while asyncio.get_running_loop().time() < time_is_up:
        time.sleep(0.01)  # noqa: ASYNC251 - so that both timers are late together
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_task_is_not_cancelled_for_others_after_its_wait_was_ended() -> None:
    clock = Clock(Deadlines(first_event=0.02))
    with pytest.raises(TimeoutError), clock:
        await asyncio.sleep(5)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0

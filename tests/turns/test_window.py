"""How far a reader that doesn't read may be behind."""

import asyncio

from conversations.turns.following import WINDOW_BYTES, Window
from conversations.turns.log import Batch


def batch(sequence_number: int, size: int) -> Batch:
    return Batch([], sequence_number, size)


async def has_room(window: Window) -> bool:
    waiting = asyncio.create_task(window.room())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return waiting.done() or not waiting.cancel()


async def test_there_is_room_until_the_window_is_full() -> None:
    window = Window()
    window.sent(batch(0, WINDOW_BYTES - 1))
    assert await has_room(window)
    window.sent(batch(1, 1))
    assert not await has_room(window)


async def test_an_acknowledgement_makes_room_for_all_up_to_it() -> None:
    window = Window()
    window.sent(batch(4, WINDOW_BYTES))
    window.acknowledge(3)
    assert not await has_room(window)
    window.acknowledge(4)
    assert await has_room(window)


async def test_an_acknowledgement_of_what_was_never_sent_is_harmless() -> None:
    window = Window()
    window.acknowledge(10_000)
    window.sent(batch(0, WINDOW_BYTES))
    assert not await has_room(window)

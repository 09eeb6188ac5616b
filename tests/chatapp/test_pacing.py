"""Who writes waits for who reads, and not for ever."""

import asyncio

from chatapp.pacing import until_taken


class Transport:
    """Twisted's, as far as it is spoken to."""

    is_cut = False

    def abortConnection(self) -> None:  # noqa: N802 (Twisted's name)
        self.is_cut = True


async def test_it_waits_until_all_is_sent() -> None:
    writable, transport = asyncio.Event(), Transport()
    waiting = asyncio.create_task(until_taken(writable, transport, lambda: 1, patience=60))
    await asyncio.sleep(0)
    assert not waiting.done()
    writable.set()
    await waiting
    assert not transport.is_cut


async def test_a_peer_that_takes_nothing_is_dropped() -> None:
    transport = Transport()
    await until_taken(asyncio.Event(), transport, lambda: 1, patience=0.01)
    assert transport.is_cut


async def test_a_slow_one_is_not() -> None:
    writable, transport, unsent = asyncio.Event(), Transport(), iter(range(50, 0, -1))

    def taken() -> int:
        left = next(unsent, 0)
        if not left:
            writable.set()
        return left

    await until_taken(writable, transport, taken, patience=0.01)
    assert not transport.is_cut

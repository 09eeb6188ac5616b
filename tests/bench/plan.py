"""What one run of the bench does, the same for every kind of reader."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tests.bench.deltas import Seen


@dataclass(frozen=True)
class Plan:
    """So many streams at once, each of so many deltas, at so many a second (0: as fast as can be).

    ramp: the seconds over which the streams start, evenly: people don't ask in the same instant.
    """

    streams: int
    deltas: int
    rate: int
    size: int
    ramp: float

    def question(self) -> str:
        return f"deltas={self.deltas} rate={self.rate} size={self.size} stamp=1"

    def warm_up(self) -> "Plan":
        """A short run before the measured one: modules load and caches fill at the first use."""
        return replace(self, streams=2, deltas=20, rate=0, ramp=0)

    def of_one_delta(self) -> "Plan":
        """The same number of answers, each as short as can be: what an answer costs by itself."""
        return replace(self, deltas=1)

    def time_limit(self) -> float:
        """Seconds after which a run is given up: four times what it should take, and a start."""
        slowest = self.rate or 200
        return 30 + self.ramp + 4 * self.deltas / slowest

    async def run(self, read: Callable[[int, Seen], Awaitable[None]]) -> list[Seen]:
        """Have ``read(number, seen)`` read each stream; what the streams had seen at the end."""
        seen = [Seen() for _ in range(self.streams)]

        async def one(number: int) -> None:
            await asyncio.sleep(self.ramp * number / self.streams)
            await read(number, seen[number])

        try:
            async with asyncio.timeout(self.time_limit()), asyncio.TaskGroup() as group:
                for number in range(self.streams):
                    group.create_task(one(number))
        except TimeoutError:
            return seen  # what is missing in it counts as lost and unfinished
        return seen

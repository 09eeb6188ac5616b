"""What a reader of one stream saw: when each numbered, stamped word came, and in which order."""

import re
import time
from dataclasses import dataclass, field

WORD = re.compile(r"w(\d+)@(\d+)")


@dataclass
class Seen:
    """The words of one answer as one reader got them.

    latencies: for each delta, microseconds from the provider's sending to here.
    first_after: microseconds from the question to the first delta.
    frames: how many frames or chunks brought them, where the reader can tell.
    """

    asked_at: int = 0
    first_after: int = 0
    last: int = 0
    latencies: list[int] = field(default_factory=list)
    lost: int = 0
    repeated: int = 0
    frames: int = 0
    ended: str = ""

    def ask(self) -> None:
        self.asked_at = now()

    def delta(self, text: str, at: int) -> None:
        """Take one delta that came at this time (microseconds of the monotonic clock)."""
        for number, sent in WORD.findall(text):
            self._word(int(number), at - int(sent), at)

    def _word(self, number: int, latency: int, at: int) -> None:
        if number <= self.last:
            self.repeated += 1
            return
        self.first_after = self.first_after or at - self.asked_at
        self.lost += number - self.last - 1
        self.last = number
        self.latencies.append(latency)


def now() -> int:
    """Microseconds of the machine's monotonic clock, the one that the provider stamps with."""
    return time.monotonic_ns() // 1000

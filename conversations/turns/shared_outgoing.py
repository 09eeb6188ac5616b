"""One log on its way to Redis: how much of it is there, and what goes next."""

import asyncio

from conversations.turns.log import EventLog
from conversations.turns.shared_adding import Addition
from conversations.turns.shared_entries import end_of, id_of, key_of, parts_of

RUNNING_KEPT_SECONDS = 3600
ENDED_KEPT_SECONDS = 60


class Outgoing:
    """`position` is the `sequence_number` of the first event that is not in Redis yet."""

    def __init__(self, response_id: str, lease: int, log: EventLog) -> None:
        self.response_id, self.lease, self.log = response_id, lease, log
        self.key = key_of(response_id)
        self.position = self._trimmed_to = log.first
        self.is_done = False
        self._closed_at: float | None = None

    @property
    def is_due(self) -> bool:
        return self.position < self.log.next or (self.log.closed and not self.is_done)

    def next(self) -> Addition:
        """What goes next: events, or the mark behind the last one."""
        # What the log let go of while Redis was away is missing there, and readers see that.
        first = max(self.position, self.log.first)
        lines = self.log.batch(first).lines
        if not lines:
            end = end_of(self.lease, first)
            return Addition(self.key, end, "end", first, "", ENDED_KEPT_SECONDS)
        entry_id, text = id_of(self.lease, first + len(lines)), "\n".join(lines)
        kept, oldest = RUNNING_KEPT_SECONDS, self._oldest()
        return Addition(self.key, entry_id, "first", first, text, kept, oldest)

    def arrived(self, entry_id: str) -> bool:
        """The stream holds this id: go on behind it. False when it is another owner's."""
        lease, number = parts_of(entry_id)
        if lease == self.lease:
            self.position = min(number, self.log.next)
            self.is_done = number > self.log.next
        return lease <= self.lease

    def has_outlived(self) -> bool:
        """Whether it ended longer ago than its stream would live, and is still not there."""
        if not self.log.closed:
            return False
        now = asyncio.get_running_loop().time()
        self._closed_at = self._closed_at or now
        return now - self._closed_at > ENDED_KEPT_SECONDS

    def _oldest(self) -> str:
        """The stream holds no more than the log: what it is trimmed to, where it has to be."""
        if self.log.first == self._trimmed_to:
            return ""
        self._trimmed_to = self.log.first
        return id_of(self.lease, self.log.first + 1)

"""How an answer's events stand in its Redis stream, and how they become an event log again.

An entry's id is `<lease>-<number>`, where the number is the `sequence_number` that comes after its
last event. So Redis itself refuses whoever lost an answer to a higher lease, and what was there
already. Its fields are `first`, a `sequence_number`, and `lines`; or `end`, behind the last event.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from conversations.turns.log import EventLog

if TYPE_CHECKING:
    from conversations.turns.shared_redis import SharedRedis


def key_of(response_id: str) -> str:
    """The stream of an answer; its id is what a Redis Cluster spreads the keys by."""
    return f"chatapp:answer:{{{response_id}}}"


def id_of(lease: int, after: int) -> str:
    """The id of the entry whose last event comes before this `sequence_number`."""
    return f"{lease}-{after}"


def end_of(lease: int, after: int) -> str:
    """The id of the mark behind the last event."""
    return f"{lease}-{after + 1}"


def parts_of(entry_id: str) -> tuple[int, int]:
    """The lease and the number of an id."""
    lease, number = entry_id.split("-")
    return int(lease), int(number)


def fence_of(lease: int) -> str:
    """The id of an entry that keeps every lower lease out."""
    return f"{lease}-0"


class Replica:
    """A log made from a stream: of its entries the last run in which no event is missing."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.log = EventLog()
        self.last_id = "0-0"
        self.has_ended = False

    def take(self, entry_id: str, fields: Mapping[str, str]) -> bool:
        """Add an entry's events, those that are there already left out.

        False when events are missing before it: then it is left out whole.
        """
        if "lines" in fields:
            first = int(fields["first"])
            if first > self.log.next:
                return False
            for line in fields["lines"].split("\n")[self.log.next - first :]:
                self.log.append(line)
        # Behind an end that was no end, another owner goes on.
        self.has_ended = "end" in fields
        self.last_id = entry_id
        return True

    async def load(self, redis: "SharedRedis") -> None:
        """Take what the stream holds, before anybody reads; RedisError, OSError."""
        while page := await redis.page(self.key, self.last_id):
            for entry_id, fields in page:
                if not self.take(entry_id, fields):
                    self.log = EventLog(int(fields["first"]))
                    self.take(entry_id, fields)

    def lines(self) -> list[str]:
        """All that the log holds."""
        lines: list[str] = []
        while batch := self.log.batch(self.log.first + len(lines)).lines:
            lines += batch
        return lines

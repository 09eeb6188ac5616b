"""What an answer has become so far: in its row, in its log for its readers, in its checkpoints."""

import asyncio
import time
from typing import Any

from django.utils import timezone

from conversations.models import Response
from conversations.models.response import Status
from conversations.protocol.errors import ProviderError
from conversations.protocol.events import LIFECYCLE, Event
from conversations.protocol.items import Item
from conversations.protocol.jsontext import dumps
from conversations.protocol.rounds import (
    begun_at,
    closing,
    is_between,
    next_index,
    of_answer,
    total_usage,
    with_end,
    with_next,
)
from conversations.protocol.shapes import as_usage
from conversations.protocol.snapshot import Snapshot
from conversations.protocol.visibility import visible_event, visible_response
from conversations.turns.checkpoints import HEARTBEAT, Checkpoint
from conversations.turns.ending import Ending
from conversations.turns.log import EventLog


class Answer:
    """Folds the provider's events into the row, and writes each for the readers.

    One that goes on from what the row holds has a log that begins behind that. Where it calls
    tools, it is made of several rounds, whose items follow each other.
    What a script wants of sealed thoughts is in the log, for those readers alone that may have it.
    """

    def __init__(self, row: Response) -> None:
        self.row = row
        self.log = EventLog(_behind(row))
        self._snapshot = Snapshot({"output": row.output})
        self._earlier: list[Item] = row.output[: begun_at(row.rounds)]
        self._begun_index = next_index(self._earlier)
        self._version = self._written = 0
        self._written_at = asyncio.get_running_loop().time()

    @property
    def output(self) -> list[Any]:
        """Its items; the fold never changes what it once gave out, so nobody needs a copy."""
        return self._snapshot.response.get("output") or []

    def begin(self) -> None:
        """Tell the readers that there will be one."""
        self._append({"type": "response.created", "response": self._visible()})

    def record(self, event: Event) -> None:
        """Take in an event of the provider's that is not the last."""
        self._record(of_answer(event, self._earlier, self._begun_index))

    def _record(self, event: Event) -> None:
        self.row.retry = None
        self._snapshot.apply(event)
        self._version += 1
        if event["type"] in LIFECYCLE:
            self._follow_lifecycle(event)
            return
        if self.row.first_output_at is None:
            self.row.first_output_at = timezone.now()
        self._append(visible_event(event, sealed=self.row.gives_sealed))

    def ended_by(self, event: Event) -> Ending:
        """Take in the terminal event; readers hear of the end when it is stored."""
        self._snapshot.apply(of_answer(event, self._earlier, self._begun_index))
        if self.row.rounds and not is_between(self.row.rounds):
            self._end_round(self._snapshot.response.get("usage"))
        return Ending.of_response(self._snapshot.response)

    def close_round(self, event: Event) -> None:
        """Take in what a terminal event says of the items, and not that it is the end."""
        for told in closing(self.output, len(self._earlier), event):
            self._record(told)

    def end_round(self, event: Event) -> None:
        """What follows are calls, not the end."""
        self._end_round(as_usage((event.get("response") or {}).get("usage")))
        self.row.output = self.output

    def next_round(self, *, last: bool) -> None:
        """The provider is to be told what the calls gave; the `last` time, if it is."""
        row = self.row
        row.output = self._earlier = self.output
        self._begun_index = next_index(self._earlier)
        row.rounds = with_next(row.rounds, len(self._earlier), last=last)
        row.upstream_id, row.upstream_sequence_number = "", None
        self._version += 1

    def put(self, item: Item, index: int | None = None) -> int:
        """Put an item of ours into the answer, or in the place of the one that is there; returns
        its place.
        """
        at = next_index(self.output) if index is None else index
        kind = "added" if item.get("status") == "in_progress" else "done"
        self._record({"type": f"response.output_item.{kind}", "output_index": at, "item": item})
        return at

    def wait(self, seconds: float, error: ProviderError) -> None:
        """The provider has us wait before it is asked again: readers see why, and until when."""
        self.row.retry = {"at": time.time() + seconds, **error.as_said()}
        self._version += 1
        self._append({"type": "response.queued", "response": self._visible()})

    def end(self, ending: Ending, output: list[Item]) -> None:
        """Put the end into the row, with the `output` as it is to stay; the row is then to be
        stored, and `tell_end` to be called.
        """
        row, response = self.row, self._snapshot.response
        row.status, row.error, row.retry = ending.status, ending.error, None
        row.incomplete_details = ending.incomplete_details
        row.output, row.usage = output, total_usage(row.rounds, response.get("usage"))
        row.completed_at = timezone.now()
        row.sequence_number = self.log.next
        row.text = row.as_text()

    def tell_end(self, ending: Ending) -> None:
        """Tell the readers of the end."""
        self._append({"type": ending.event_type, "response": self._visible()})

    def checkpoint(self) -> Checkpoint | None:
        """What is due to be written; see `checkpoints`."""
        return self.last_checkpoint() if self._version > self._written else self.heartbeat()

    def heartbeat(self) -> Checkpoint | None:
        """The proof of life alone, when it is due."""
        if asyncio.get_running_loop().time() - self._written_at > HEARTBEAT:
            return Checkpoint(self.row, {}, self._written)
        return None

    def last_checkpoint(self) -> Checkpoint:
        """All that another process needs to go on from here."""
        columns = {
            "status": self.row.status,
            "started_at": self.row.started_at,
            "first_output_at": self.row.first_output_at,
            "upstream_id": self.row.upstream_id,
            "upstream_sequence_number": self.row.upstream_sequence_number,
            "retry": self.row.retry,
            "output": self.output,
            "rounds": self.row.rounds,
            "sequence_number": self.log.next - 1,
        }
        return Checkpoint(self.row, columns, self._version)

    def written(self, checkpoint: Checkpoint) -> None:
        """The checkpoint is in the database."""
        self._written = checkpoint.version
        self._written_at = asyncio.get_running_loop().time()

    def _end_round(self, usage: Any) -> None:
        row = self.row
        row.rounds = with_end(row.rounds, len(self.output), row.upstream_id, usage)
        self._version += 1

    def _follow_lifecycle(self, event: Event) -> None:
        """Ids, settings and times are ours: only the stage is the provider's to say."""
        queued = self._snapshot.response.get("status") == Status.QUEUED
        self.row.status = Status.QUEUED if queued else Status.IN_PROGRESS
        if event["type"] != "response.created":
            self._append({"type": event["type"], "response": self._visible()})

    def _append(self, event: Event) -> None:
        line = {
            **event,
            "sequence_number": self.log.next,
            "stream_id": self.row.id,
        }
        self.log.append(dumps(line))

    def _visible(self) -> dict[str, Any]:
        return visible_response(self.row.to_api(), sealed=self.row.gives_sealed)


def _behind(row: Response) -> int:
    """The `sequence_number` after the last event that the row holds."""
    return 0 if row.sequence_number is None else row.sequence_number + 1

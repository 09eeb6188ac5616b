"""What running answers have produced so far, written once a second, all in one transaction.

So a crash of everything loses no more than the last second of text, and a page that is opened in
the middle of an answer needs nothing but the database. Each write is a heartbeat, too: it proves
that the answer's process lives, and tells that process what it has lost to another meanwhile.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence, Set
from typing import Any, NamedTuple, Protocol

from django.db import DatabaseError, transaction
from django.db.models import F

from conversations.models import Response
from conversations.models.database import in_database

logger = logging.getLogger(__name__)

INTERVAL = 1.0
HEARTBEAT = 1.5


class Checkpoint(NamedTuple):
    """The columns of a running response that changed; none of them for a heartbeat alone.

    `version` is what its turn tells the state apart by that they hold.
    """

    row: Response
    columns: dict[str, Any]
    version: int


class Recordable(Protocol):
    def checkpoint(self) -> Checkpoint | None:
        """What to write now, or None when nothing is due."""

    def written(self, checkpoint: Checkpoint) -> None:
        """It is written; until then it stays due."""

    def leave(self) -> None:
        """Another process runs it now."""

    def stop(self) -> None:
        """Its person wished it to end, through another process."""


class Found(NamedTuple):
    """What a write found out of the responses that it wrote, by their ids."""

    held: set[str]
    cancelled: set[str]


async def keep_writing(running: Iterable[Recordable], tasks: Set[asyncio.Task[Any]]) -> None:
    """Write what changed of the running answers, each second, until there are no tasks."""
    writing = asyncio.create_task(_keep_writing(running))
    try:
        while tasks:
            await asyncio.wait(tasks)
    finally:
        writing.cancel()


async def _keep_writing(running: Iterable[Recordable]) -> None:
    while True:
        await asyncio.sleep(INTERVAL)
        await write(list(running))


async def write(turns: Sequence[Recordable]) -> None:
    """Write now what is due of these; what can't be written stays due, and is logged."""
    due = [(turn, checkpoint) for turn in turns if (checkpoint := turn.checkpoint())]
    if due and not await _write(due) and len(due) > 1:
        # One that can't be written must not keep the others from it.
        for one in due:
            await _write([one])


def store(checkpoint: Checkpoint) -> bool:
    """Write it now; False when its response is another process's, or was deleted."""
    return checkpoint.row.pk in _update([checkpoint]).held


async def _write(due: Sequence[tuple[Recordable, Checkpoint]]) -> bool:
    try:
        found = await in_database(_update, [checkpoint for _, checkpoint in due])
    except DatabaseError as error:
        logger.error("%d checkpoints could not be written: %s", len(due), error)
        return False
    except Exception:
        logger.exception("%d checkpoints could not be written", len(due))
        return False
    for turn, checkpoint in due:
        if checkpoint.row.pk not in found.held:
            turn.leave()
        elif checkpoint.row.pk in found.cancelled:
            turn.stop()
        turn.written(checkpoint)
    return True


@transaction.atomic
def _update(due: Sequence[Checkpoint]) -> Found:
    held = set()
    # In the one order that all transactions lock them in: two of them may write the same ones.
    for row, columns, _ in sorted(due, key=lambda checkpoint: checkpoint.row.pk):
        own = Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk)
        if own.update(heartbeat=F("heartbeat") + 1, **columns):
            held.add(row.pk)
    wished = Response.objects.filter(pk__in=held, cancel_requested=True)
    return Found(held, set(wished.values_list("pk", flat=True)))

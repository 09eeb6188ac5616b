"""What running answers have produced so far, written once a second, all in one transaction.

So a crash of everything loses no more than the last second of text, and a page that is opened in
the middle of an answer needs nothing but the database.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from django.db import DatabaseError, transaction
from django.utils import timezone

from conversations.models import Response
from conversations.models.database import in_database
from conversations.models.response import LEASE

logger = logging.getLogger(__name__)

INTERVAL = 1.0
HEARTBEAT = LEASE.total_seconds() / 3


class Checkpoint(NamedTuple):
    """The columns of a running response that changed; none of them for a heartbeat alone.

    `version` is what its turn tells the state apart by that they hold.
    """

    response_id: str
    columns: dict[str, Any]
    version: int


class Recordable(Protocol):
    def checkpoint(self) -> Checkpoint | None:
        """What to write now, or None when nothing is due."""

    def written(self, checkpoint: Checkpoint) -> None:
        """It is written; until then it stays due."""


async def keep_writing(running: Iterable[Recordable]) -> None:
    """Write what changed of the running answers, each second, until cancelled."""
    while True:
        await asyncio.sleep(INTERVAL)
        due = [(turn, checkpoint) for turn in list(running) if (checkpoint := turn.checkpoint())]
        if due and not await _write(due):
            # One that can't be written must not keep the others from it.
            for one in due:
                await _write([one])


async def _write(due: Sequence[tuple[Recordable, Checkpoint]]) -> bool:
    try:
        await in_database(_update, [checkpoint for _, checkpoint in due])
    except DatabaseError as error:
        logger.error("%d checkpoints could not be written: %s", len(due), error)
        return False
    except Exception:
        logger.exception("%d checkpoints could not be written", len(due))
        return False
    for turn, checkpoint in due:
        turn.written(checkpoint)
    return True


@transaction.atomic
def _update(due: Sequence[Checkpoint]) -> None:
    lease = timezone.now() + LEASE
    for checkpoint in due:
        running = Response.objects.running().filter(pk=checkpoint.response_id)
        running.update(lease_expires_at=lease, **checkpoint.columns)

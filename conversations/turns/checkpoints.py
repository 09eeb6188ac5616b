"""What running answers have produced so far, written once a second, all in one transaction.

So a crash of everything loses no more than the last second of text, and a page that is opened in
the middle of an answer needs nothing but the database.
"""

import asyncio
import logging
from collections.abc import Iterable
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
    """The columns of a running response that changed; none of them for a heartbeat alone."""

    response_id: str
    columns: dict[str, Any]


class Recordable(Protocol):
    def checkpoint(self) -> Checkpoint | None:
        """What to write now, or None when nothing is due."""


async def keep_writing(running: Iterable[Recordable]) -> None:
    """Write what changed of the running answers, each second, until cancelled."""
    while True:
        await asyncio.sleep(INTERVAL)
        due = [checkpoint for turn in list(running) if (checkpoint := turn.checkpoint())]
        if due:
            await _write(due)


async def _write(due: list[Checkpoint]) -> None:
    try:
        await in_database(_update, due)
    except DatabaseError as error:
        # The next one holds all that this one did.
        logger.error("%d checkpoints could not be written: %s", len(due), error)


@transaction.atomic
def _update(due: list[Checkpoint]) -> None:
    lease = timezone.now() + LEASE
    for response_id, columns in due:
        running = Response.objects.running().filter(pk=response_id)
        running.update(lease_expires_at=lease, **columns)

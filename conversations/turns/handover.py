"""A turn that is left: given to whichever process comes first, or given up with its question."""

import asyncio
import logging

from django.db import DatabaseError

from conversations.models import Response
from conversations.models.database import in_database
from conversations.turns import hints
from conversations.turns.checkpoints import Checkpoint
from conversations.turns.claims import request_cancel
from conversations.turns.shared_log import shared_logs
from conversations.turns.turn import Turn

logger = logging.getLogger(__name__)

FLUSH_WITHIN_SECONDS = 2.0


async def hand_over(turn: Turn) -> None:
    """Offer what it has become to the other processes; at the provider, stop what was deleted."""
    row_id = turn.row.id
    try:
        async with asyncio.timeout(FLUSH_WITHIN_SECONDS):
            await shared_logs.flushed(row_id)
    except TimeoutError:
        logger.warning("%s: its last events were not shared", row_id)
    shared_logs.unpublish(row_id)
    try:
        await _give_up(turn)
    except DatabaseError as error:
        logger.error("%s: could not be handed over: %s", row_id, error)
    await turn.hang_up()


async def _give_up(turn: Turn) -> None:
    row_id = turn.row.id
    if await in_database(give_up, turn.last_checkpoint()):
        logger.info("%s: handed over", row_id)
        await hints.send({"type": "turns.offered"})
    elif not await in_database(Response.objects.filter(pk=row_id).exists):
        await turn.abandon()
    elif turn.was_stopped:
        await pass_on_stop(row_id)


async def pass_on_stop(response_id: str) -> None:
    """Its person wishes it to end: whoever runs it hears of it now, or finds it in the row."""
    await in_database(request_cancel, response_id)
    await hints.send({"type": "turns.stop", "response_id": response_id})


def give_up(checkpoint: Checkpoint) -> bool:
    """Write it, and leave the response to whichever process comes first; False if it was lost."""
    row, columns, _ = checkpoint
    own = Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk)
    return bool(own.update(worker="", **columns))

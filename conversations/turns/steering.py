"""A message that waits for a running answer, said into it where its provider takes more input."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.errors import ProviderError
from conversations.turns import hints
from conversations.turns.claims import put_back, said_into
from conversations.turns.files import as_sent
from conversations.turns.folder_files import input_with
from conversations.turns.storing import persistently
from conversations.turns.turn import Turn

if TYPE_CHECKING:
    from conversations.turns.running import Turns

logger = logging.getLogger(__name__)

STEER_WITHIN_SECONDS = 5.0


async def offer(turns: "Turns", row: Response) -> None:
    """Have a message that waits be said into the answer before it, wherever that runs."""
    before = row.previous_response_id
    if before is None or row.provider is None or not row.provider.steerable:
        return
    if turns.get(before) is not None:
        turns.tasks.spawn(steer(turns, before, row.id))
    else:
        hint = {"type": "turns.steer", "response_id": before, "message_id": row.id}
        await hints.send(hint)


async def steer(turns: "Turns", response_id: str, message_id: str) -> None:
    """Say a message that waits for this answer into it, if it runs here and takes it.

    What it does not take goes on waiting for its end.
    """
    before = turns.get(response_id)
    if before is None or not before.can_be_steered:
        return
    try:
        await turns.tasks.finish(_steer(turns, before, message_id))
    except DatabaseError as error:
        logger.warning("%s: not steered: %s", response_id, error)


async def _steer(turns: "Turns", before: Turn, message_id: str) -> None:
    row = await in_database(said_into, message_id, turns.worker)
    if row is None:
        return
    said = input_with(row.folder_files, row.input)
    items = await persistently(row.id, as_sent, said, row)
    turn = Turn(row, after=before)
    try:
        async with asyncio.timeout(STEER_WITHIN_SECONDS):
            await before.steer(items)
    except (ProviderError, TimeoutError) as error:
        logger.info("%s: not steered: %s", before.row.id, error)
        await persistently(row.id, put_back, row)
        await turns.begin_next(before.row.id)
    else:
        turns.begin(turn)

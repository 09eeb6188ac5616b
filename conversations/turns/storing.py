"""What must get into the database, however long it is away; and an answer's end, which is it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, transaction

from conversations.models import Conversation, Response, SearchEntry, key_use
from conversations.models.database import in_database
from conversations.models.search_entry import entry_of, put
from conversations.protocol.cost import cost_of
from conversations.protocol.rounds import total_usage
from conversations.turns import limiting

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PAUSES = (0.2, 0.5, 1, 2, 4)
ENDING = (
    "status",
    "error",
    "retry",
    "incomplete_details",
    "output",
    "rounds",
    "usage",
    "cost",
    "currency",
    "upstream_id",
    "sent",
    "text",
    "background",
    "settings",
    "unsupported",
    "started_at",
    "first_output_at",
    "completed_at",
    "sequence_number",
)


async def remember(
    row: Response, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    """`in_database`, once: what can't be remembered now will be learnt again."""
    try:
        await in_database(function, *args, **kwargs)
    except DatabaseError as error:
        logger.warning("%s: could not be remembered: %s", row.id, error)


async def persistently(
    about: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """`in_database`, again and again while the database is away; `about` is for the log."""
    pauses = iter(PAUSES)
    while True:
        try:
            return await in_database(function, *args, **kwargs)
        except DatabaseError as error:
            logger.error("%s: the database is away: %s", about, error)
            await asyncio.sleep(next(pauses, PAUSES[-1]))


async def store_ending(row: Response) -> bool:
    """Store how an answer ended; False when it was deleted or is not ours any more."""
    return await persistently(row.id, _save_ending, row)


def _save_ending(row: Response) -> bool:
    cost = cost_of(row.usage, row.model.price if row.model else None)
    row.cost, row.currency = cost.amount, cost.currency
    entry = entry_of(row)
    with transaction.atomic():
        if is_saved := _save(row, entry):
            key_use.count_answer(row, cost)
            limiting.count_answer(row, cost)
    return is_saved


def store_usage(row: Response, usage: Any) -> None:
    """What an answer that has ended has used of the provider, as it turns out: all rounds of it."""
    total = total_usage(row.rounds, usage)
    cost = cost_of(total, row.model.price if row.model else None)
    values = {"usage": total, "cost": cost.amount, "currency": cost.currency}
    with transaction.atomic():
        if Response.objects.filter(pk=row.pk, lease=row.lease).update(**values):
            key_use.count_more(row, total, cost)
            limiting.count_more(row, total, cost)


def _save(row: Response, entry: SearchEntry) -> bool:
    """Its columns only, and only while it is ours: a row that was deleted meanwhile stays so."""
    conversation = Conversation.objects.filter(pk=row.conversation_id)
    locked = list(Conversation.objects.lock_of(row.pk))
    values = {column: getattr(row, column) for column in ENDING}
    if not Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk).update(**values):
        return False
    # As it is now: a temporary one may have been kept while this was written.
    if not any(found.is_temporary for found in locked):
        put([entry])
    conversation.update(finished_at=row.completed_at)
    return True

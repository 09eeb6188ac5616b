"""Answers whose process died or left: read on, asked again, or kept as far as they came."""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.approvals import answers_in, for_provider
from conversations.protocol.events import LIFECYCLE
from conversations.protocol.rounds import begun_at
from conversations.protocol.snapshot import Snapshot
from conversations.providers.retry import EFFECTIVE_TOOLS
from conversations.turns.calls import is_calling
from conversations.turns.claims import Claim, Watch, running_elsewhere, take
from conversations.turns.ending import STOPPED, Ending
from conversations.turns.mcp_tools import tools_there
from conversations.turns.running import turns
from conversations.turns.shared_log import shared_logs
from conversations.turns.turn import Turn

logger = logging.getLogger(__name__)

# An answer that is asked again makes other events: their numbers lie beyond any that a reader of
# the first ones may have seen, so that all readers begin anew, with a snapshot.
JUMP = 1000
ASKED_AGAIN_WITHIN = timedelta(hours=1)

watch = Watch()


async def take_over(*, alone: bool = False) -> None:
    """Go on with what nobody runs any more, and begin what has waited for it.

    That is what has had no heartbeat for a while; for a process that is `alone` and has just
    started, all. DatabaseError when the database is away before anything was taken.
    """
    running = await in_database(running_elsewhere, turns.running_ids())
    now = asyncio.get_running_loop().time()
    before = [claim for claim in running if claim.worker != turns.worker]
    for claim in before if alone else watch.abandoned(running, now):
        # In one piece: what was taken must be run, even if this process is told to end meanwhile.
        await turns.tasks.finish(_go_on_with(claim))
    await turns.begin_next()


async def _go_on_with(claim: Claim) -> None:
    row = await in_database(take, claim, turns.worker)
    if row is not None:
        turns.begin(await _turn_for(row))


async def _turn_for(row: Response) -> Turn:
    """The turn that makes the best of an answer that another process began."""
    tail = await shared_logs.tail(row.id, row.lease)
    if row.cancel_requested:
        return _ended(row, tail, STOPPED)
    if is_calling(row):
        logger.warning("%s: taken over, and its calls are made", row.id)
        row.output = row.output[: row.rounds[-1]["until"] if row.rounds else 0]
        return await _begun_anew(row, tail)
    if row.background and row.upstream_id:
        logger.warning("%s: taken over, and read on at its provider", row.id)
        return Turn(row, fresh=False)
    if _can_be_asked_again(row, tail):
        logger.warning("%s: taken over, and asked again", row.id)
        row.upstream_id, row.upstream_sequence_number = "", None
        return await _begun_anew(row, tail)
    logger.warning("%s: taken over, and interrupted", row.id)
    return _ended(row, tail, Ending.interrupted())


def _can_be_asked_again(row: Response, tail: Sequence[str]) -> bool:
    """Whether nothing of it was shown, nothing may happen twice, and somebody still waits."""
    shown = len(row.output) > begun_at(row.rounds) or _is_something_shown(row, tail)
    decides = answers_in(for_provider(row.input))
    effects = decides or any(tool.get("type") in EFFECTIVE_TOOLS for tool in tools_there(row))
    is_recent = timezone.now() - (row.started_at or row.created_at) < ASKED_AGAIN_WITHIN
    return not shown and not effects and is_recent and row.provider is not None


def _is_something_shown(row: Response, tail: Sequence[str]) -> bool:
    """Whether its readers were sent more of it than the row holds."""
    held = -1 if row.sequence_number is None else row.sequence_number
    events = map(json.loads, tail)
    return any(one["sequence_number"] > held and one["type"] not in LIFECYCLE for one in events)


async def _begun_anew(row: Response, tail: Sequence[str]) -> Turn:
    """With other events than before, from what the row holds on."""
    last = max([row.sequence_number or 0, *(json.loads(line)["sequence_number"] for line in tail)])
    row.sequence_number = last + JUMP - 1
    held = Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk)
    await in_database(
        held.update,
        sequence_number=row.sequence_number,
        output=row.output,
        upstream_id=row.upstream_id,
        upstream_sequence_number=row.upstream_sequence_number,
    )
    return Turn(row)


def _ended(row: Response, tail: Sequence[str], ending: Ending) -> Turn:
    """With all that its readers were sent: the log may be ahead of the last checkpoint."""
    snapshot = Snapshot({"output": row.output})
    held = -1 if row.sequence_number is None else row.sequence_number
    for event in map(json.loads, tail):
        if event["sequence_number"] > held:
            row.sequence_number = event["sequence_number"]
            if event["type"] not in LIFECYCLE:
                snapshot.apply(event)
    row.output = snapshot.response["output"]
    turn = Turn(row, fresh=False)
    turn.stop(ending)
    return turn

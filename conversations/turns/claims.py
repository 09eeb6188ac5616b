"""Which process runs an answer: claimed in one statement, so that it is ever only one.

A lease has no clock: whoever looks for abandoned answers watches for how long, by its own
monotonic time, a heartbeat does not move.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from conversations.models import Response
from conversations.models.response import RUNNING
from conversations.turns.ending import OUR_FAULT

DEAD_AFTER = 9.0
LOOKED_WITHIN = 6.0

logger = logging.getLogger(__name__)


class Claim(NamedTuple):
    """What a running answer's row says of who runs it."""

    id: str
    worker: str
    lease: int
    heartbeat: int


class Watch:
    """Since when each answer's heartbeat stands still."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Claim, float]] = {}
        self._looked_at = 0.0

    def abandoned(self, running: Iterable[Claim], now: float) -> list[Claim]:
        """Those that nobody runs: offered to anybody, or without a heartbeat for DEAD_AFTER.

        `running` are all that run elsewhere, `now` is in seconds of a monotonic clock. Who has not
        looked for a while (LOOKED_WITHIN) saw no heart beat, and begins anew.
        """
        seen = self._seen if now - self._looked_at <= LOOKED_WITHIN else {}
        self._looked_at = now
        self._seen = {
            claim.id: known if (known := seen.get(claim.id)) and known[0] == claim else (claim, now)
            for claim in running
        }
        return [
            claim
            for claim, since in self._seen.values()
            if not claim.worker or now - since >= DEAD_AFTER
        ]

    def forget(self) -> None:
        """The database was away: nobody's heart could be seen to beat."""
        self._seen.clear()


def running_elsewhere(here: Sequence[str]) -> list[Claim]:
    """The claims of all answers being made, except of those that are made `here`."""
    rows = Response.objects.running().filter(waiting=False).exclude(pk__in=here)
    return [Claim(*row) for row in rows.values_list("id", "worker", "lease", "heartbeat")]


def take(claim: Claim, worker: str) -> Response | None:
    """Take an abandoned answer over; None when its heart has beaten, or another was first."""
    rows = Response.objects.running().filter(
        pk=claim.id, worker=claim.worker, lease=claim.lease, heartbeat=claim.heartbeat
    )
    if not rows.update(worker=worker, lease=F("lease") + 1, heartbeat=F("heartbeat") + 1):
        return None
    return _loaded(claim.id)


def next_in_line(worker: str, after: str | None = None) -> list[Response]:
    """Take the messages whose turn has come: those that waited for `after`, or for any answer
    that has ended. What waits in a deleted conversation goes on waiting: it may be taken back.
    """
    waiting = Response.objects.running().filter(waiting=True, conversation__deleted_at=None)
    waiting = waiting.exclude(previous_response__status__in=RUNNING)
    if after is not None:
        waiting = waiting.filter(previous_response=after)
    ready = list(waiting.order_by("id").values_list("id", flat=True))
    rows = [
        _loaded(pk)
        for pk in ready
        # Row by row: the condition must be looked at again once a rival's write is through.
        if Response.objects.filter(pk=pk, waiting=True).update(
            waiting=False, worker=worker, lease=F("lease") + 1, started_at=timezone.now()
        )
    ]
    return [row for row in rows if row is not None]


def said_into(response_id: str, worker: str) -> Response | None:
    """Take a message that waits for a running answer, to be said into it; None if it is too late.

    What continues an answer, or makes one again, says nothing new.
    """
    waiting = Response.objects.filter(
        pk=response_id,
        waiting=True,
        retry_of=None,
        continues=False,
        conversation__deleted_at=None,
    )
    if not waiting.update(
        waiting=False, worker=worker, lease=F("lease") + 1, started_at=timezone.now()
    ):
        return None
    return _loaded(response_id)


def put_back(row: Response) -> None:
    """It waits again: it could not be said into the answer before it."""
    Response.objects.held_by(row.worker, row.lease).filter(pk=row.pk).update(
        waiting=True, worker="", started_at=None
    )


def request_cancel(response_id: str) -> None:
    """Remember that its person wants it to end, whoever runs it."""
    running = Response.objects.running().filter(pk=response_id, waiting=False)
    running.update(cancel_requested=True)


def _loaded(response_id: str) -> Response | None:
    """What was taken, to be run; None for what can't be read, which ends it."""
    related = ("conversation", "model", "provider")
    rows = Response.objects.filter(pk=response_id)
    try:
        return rows.select_related(*related).first()
    except DatabaseError:
        raise
    except Exception:  # whatever a field makes of a value, such as a key of another installation
        logger.exception("%s can't be read, and fails", response_id)
    rows.update(status=OUR_FAULT.status, error=OUR_FAULT.error, completed_at=timezone.now())
    return None

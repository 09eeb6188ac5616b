"""Answers whose process died: marked as interrupted, with the text of their last checkpoint."""

import logging
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.turns import notices
from conversations.turns.running import turns

logger = logging.getLogger(__name__)


async def recover(*, alone: bool = False) -> None:
    """Mark what nobody runs any more, and tell the people's open pages.

    That is what has outlived its lease; for a process that is `alone` and has just started, all.
    """
    here = turns.running_ids()
    for conversation in await in_database(_interrupt_abandoned, here, alone=alone):
        await notices.conversation_updated(conversation)


@transaction.atomic
def _interrupt_abandoned(here: Sequence[str], *, alone: bool) -> list[Conversation]:
    # Not what runs here, whatever the clock or a slow database made of its lease.
    running = Response.objects.running().exclude(pk__in=here)
    abandoned = running.select_related("conversation")
    if not alone:
        abandoned = abandoned.filter(lease_expires_at__lt=timezone.now())
    rows = list(abandoned)
    for row in rows:
        _interrupt(row)
    if rows:
        logger.warning("%d answers were interrupted", len(rows))
    return [row.conversation for row in rows]


def _interrupt(row: Response) -> None:
    Response.objects.running().filter(pk=row.pk).update(
        status=Status.INCOMPLETE,
        incomplete_details={"reason": "interrupted"},
        completed_at=timezone.now(),
        lease_expires_at=None,
        text=row.as_text(),
    )

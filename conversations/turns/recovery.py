"""Answers whose process died: marked as interrupted, with the text of their last checkpoint."""

import logging

from django.db import transaction
from django.utils import timezone

from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.turns import notices

logger = logging.getLogger(__name__)


async def recover(*, alone: bool = False) -> None:
    """Mark what nobody runs any more, and tell the people's open pages.

    That is what has outlived its lease; for a process that is `alone` and has just started, all.
    """
    for conversation in await in_database(_interrupt_abandoned, alone=alone):
        await notices.conversation_updated(conversation)


@transaction.atomic
def _interrupt_abandoned(*, alone: bool) -> list[Conversation]:
    abandoned = Response.objects.running().select_related("conversation")
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

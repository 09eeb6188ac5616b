"""Temporary conversations: for how long one is kept, and how it becomes one that stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.search_entry import index


def expiry() -> datetime:
    """When one is deleted that is used now."""
    return timezone.now() + timedelta(hours=settings.TEMPORARY_HOURS)


@transaction.atomic
def keep(conversation: Conversation) -> bool:
    """Make it like any other: listed, found, not deleted. False when it was that already.

    What was sent of it stays as it was sent: its provider was asked not to store it.
    """
    temporary = Conversation.objects.filter(pk=conversation.pk, expires_at__isnull=False)
    if not temporary.update(expires_at=None):
        return False
    conversation.expires_at = None
    index(conversation.responses.select_related("conversation"))
    return True

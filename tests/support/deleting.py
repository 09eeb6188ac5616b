"""What becomes of a deleted conversation when nobody takes it back."""

from datetime import timedelta

from django.utils import timezone

from conversations.models import Conversation
from conversations.models.conversation import UNDO_FOR
from conversations.models.database import in_database
from conversations.turns.deleting import delete_expired


async def pass_time(time: timedelta = UNDO_FOR) -> int:
    """What was deleted was deleted that long ago; how many of them are gone for good now."""
    deleted = Conversation.objects.exclude(deleted_at=None)
    await in_database(deleted.update, deleted_at=timezone.now() - time)
    return await delete_expired()

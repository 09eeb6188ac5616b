"""Where the copy of a shared conversation came from."""

from typing import Any

from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.share import Share


def mark(copy: Conversation, share: Share) -> None:
    """Keep that a new conversation is a copy of what this link shows."""
    source = {"copied_from": share, "copied_of": share.owner_id, "copied_at": timezone.now()}
    Conversation.objects.filter(pk=copy.pk).update(**source)


def source(conversation: Conversation) -> dict[str, Any] | None:
    """Of a copy, for its owner: whose it was, when it was made, and the token of the link.

    The token as long as the link leads somewhere, which asks for a passphrase of its own; the name
    as long as there is such a person. None for what is no copy.
    """
    if conversation.copied_at is None:
        return None
    share = Share.objects.open().filter(copies=conversation).first()
    return {
        "name": conversation.copied_of.name if conversation.copied_of else "",
        "at": conversation.copied_at.isoformat(),
        "token": share.token if share else None,
    }

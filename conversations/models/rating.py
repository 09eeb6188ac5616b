"""What people think of the answers that they got."""

from typing import TYPE_CHECKING

from conversations.models.conversation import Conversation
from conversations.models.response import RUNNING, Response

if TYPE_CHECKING:
    from chatapp.accounts.models import User


def rate(user: "User", response_id: str, rating: str) -> bool:
    """Keep what a person thinks of an answer to them ("" for nothing); False if there is none."""
    own = Conversation.objects.visible_to(user)
    rows = Response.objects.filter(pk=response_id, conversation__in=own).exclude(status__in=RUNNING)
    return bool(rows.update(rating=rating))

"""How a person keeps order: what happens to many conversations happens in one query."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from conversations.models.conversation import Conversation

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST = 300


def own_of(user: "User", ids: Sequence[str]) -> list[str]:
    """Which of these are theirs to be changed; what is temporary stands in no order."""
    found = Conversation.objects.visible_to(user).listed().filter(pk__in=ids)
    return list(found.values_list("pk", flat=True))


def pin(ids: Sequence[str], wanted: bool) -> None:
    """Keep these on top of the sidebar, or no longer; those that are there stay where they are."""
    _set(ids, "pinned_at", wanted)


def archive(ids: Sequence[str], wanted: bool) -> None:
    """Put these away, or take them back."""
    _set(ids, "archived_at", wanted)


def move(ids: Sequence[str], folder_id: str | None) -> None:
    """Into a folder of the same person's, or out of any."""
    Conversation.objects.filter(pk__in=ids).update(folder=folder_id)


def _set(ids: Sequence[str], column: str, wanted: bool) -> None:
    change: dict[str, Any] = {column: timezone.now() if wanted else None}
    Conversation.objects.filter(pk__in=ids, **{f"{column}__isnull": wanted}).update(**change)

"""How a person keeps order: what happens to many conversations happens in one query."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from conversations.models.conversation import Conversation

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST = 300


def own_of(user: "User", ids: Sequence[str]) -> list[str]:
    """Which of these are theirs to be changed; what is temporary stands in no order."""
    found = Conversation.objects.visible_to(user).listed().filter(pk__in=ids)
    return list(found.values_list("pk", flat=True))


def delete(ids: Sequence[str]) -> None:
    """Show these no more; UNDO_FOR later, what was not taken back is deleted for good."""
    found = Conversation.objects.present().filter(pk__in=ids)
    found.update(deleted_at=timezone.now())


@transaction.atomic
def take_back(user: "User", ids: Sequence[str]) -> list[str]:
    """Have these of theirs be as they were before they were deleted; which of them are there."""
    deleted = Conversation.objects.deleted_by(user).filter(pk__in=ids)
    # Who deletes them for good locks them, too: one of both comes first.
    found = list(deleted.select_for_update().order_by("pk").values_list("pk", flat=True))
    Conversation.objects.filter(pk__in=found).update(deleted_at=None)
    there = Conversation.objects.visible_to(user).filter(pk__in=ids)
    return list(there.values_list("pk", flat=True))


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
